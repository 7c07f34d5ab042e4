package push

import (
	"encoding/json"
	"errors"

	"reddot/im/wire"
)

// envelope is a frame of the service taken apart. Its body aliases the frame.
type envelope struct {
	command  string
	sequence uint32
	body     []byte
}

// envelope takes a frame apart without decoding its body.
func (d *decoder) envelope(frame []byte) (envelope, error) {
	var e envelope
	s := newScanner(frame, d.names)
	for key := range s.object() {
		switch key {
		case "head":
			for field := range s.object() {
				switch field {
				case "servcmd":
					e.command = s.name()
				case "seq":
					e.sequence = uint32(s.number())
				default:
					s.skip()
				}
			}
		case "body":
			e.body = s.raw()
		default:
			s.skip()
		}
	}
	switch {
	case s.err != nil:
		return envelope{}, s.err
	case e.command == "":
		return envelope{}, wire.ErrNoCommand
	}
	return e, nil
}

// decodeLenient decodes JSON, and lets a field of a wrong type be zero instead of losing the rest.
func decodeLenient(data []byte, into any) error {
	err := wire.Unmarshal(data, into)
	var mismatch *json.UnmarshalTypeError
	if errors.As(err, &mismatch) {
		return nil
	}
	return err
}
