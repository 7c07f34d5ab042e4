package model

// maxEarly is the most changes of unknown messages that a timeline remembers.
const maxEarly = 1000

// earlyChanges remembers changes that came before their message.
type earlyChanges struct {
	bySequence map[int64][]*Message
	byKey      map[Key][]*Message
}

func (e *earlyChanges) add(sequence int64, key Key, patch *Message) {
	if len(e.bySequence)+len(e.byKey) >= maxEarly {
		// A resync brings the changed messages themselves; forgetting is safe.
		e.bySequence, e.byKey = nil, nil
	}
	if sequence > 0 {
		if e.bySequence == nil {
			e.bySequence = map[int64][]*Message{}
		}
		e.bySequence[sequence] = append(e.bySequence[sequence], patch)
		return
	}
	if e.byKey == nil {
		e.byKey = map[Key][]*Message{}
	}
	e.byKey[key] = append(e.byKey[key], patch)
}

// take returns and forgets the changes of the message.
func (e *earlyChanges) take(message *Message) []*Message {
	if len(e.bySequence)+len(e.byKey) == 0 {
		return nil
	}
	key := message.Key()
	patches := append(e.bySequence[message.Sequence], e.byKey[key]...)
	delete(e.bySequence, message.Sequence)
	delete(e.byKey, key)
	return patches
}
