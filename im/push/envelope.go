package push

import (
	"reddot/im/convert"
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
	s := convert.NewScanner(frame, d.names)
	for key := range s.Object() {
		switch key {
		case "head":
			for field := range s.Object() {
				switch field {
				case "servcmd":
					e.command = s.Name()
				case "seq":
					e.sequence = uint32(s.Number())
				default:
					s.Skip()
				}
			}
		case "body":
			e.body = s.Raw()
		default:
			s.Skip()
		}
	}
	switch {
	case s.Err() != nil:
		return envelope{}, s.Err()
	case e.command == "":
		return envelope{}, wire.ErrNoCommand
	}
	return e, nil
}
