package core

import (
	"errors"
	"fmt"
)

// stored is what the rows of both kinds of messages share.
func (m *fixtureMessage) stored() (flags int, uncounted bool, more string, err error) {
	if flags, err = flagBits(m.Flags); err != nil {
		return 0, false, "", err
	}
	row := Message{Mentions: m.Mentions, Directed: m.Directed, Revoker: m.Revoker, Reason: m.Reason}
	row.setFlags(flags)
	if !row.Tip {
		if _, err := elementsOf(m.Body, CodeBadBody); err != nil {
			return 0, false, "", err
		}
	}
	if m.ClientTime == 0 {
		m.ClientTime = m.Time
	}
	return flags, row.uncounted(), row.encodeExtra(), nil
}

func (i *importer) groupMessage(m fixtureMessage) error {
	g, err := i.groupOf(m.Group)
	if err != nil {
		return err
	}
	sender, err := i.user(m.From)
	if err != nil {
		return err
	}
	flags, uncounted, more, err := m.stored()
	if err != nil {
		return err
	}
	if m.Seq == 0 {
		m.Seq = g.lastCounted + 1
	}
	if m.Priority == 0 && flags&flagTip == 0 {
		m.Priority = 2
	}
	if err := g.grow(m, flags); err != nil {
		return err
	}
	id := g.num<<32 | int64(m.Seq)
	for _, reader := range m.ReadBy {
		uid, err := i.user(reader)
		if err != nil {
			return err
		}
		if err := i.exec(insertReceipt, id, uid); err != nil {
			return err
		}
	}
	return i.exec(insertMessage, id, sender, m.Random, m.Time, m.ClientTime, m.ClientSeq, m.Priority, flags, m.Version, uncounted,
		[]byte(m.Body), m.Cloud, more)
}

// grow lets a message be the newest of its group. Sequences have no gap.
func (g *fixtureEnd) grow(m fixtureMessage, flags int) error {
	if g.lastCounted == 0 {
		g.lastCounted = g.row.First - 1
	}
	if m.Seq != g.lastCounted+1 {
		return fmt.Errorf("message %d of group %s follows %d; sequences have no gap", m.Seq, m.Group, g.lastCounted)
	}
	if g.fixed && m.Seq > g.row.Last {
		return fmt.Errorf("message %d of group %s is newer than its last, %d", m.Seq, m.Group, g.row.Last)
	}
	g.lastCounted = m.Seq
	if g.fixed {
		return nil
	}
	g.row.Last, g.row.LastTime = m.Seq, max(g.row.LastTime, m.Time)
	if flags&flagNoLast == 0 {
		g.row.Preview = m.Seq
	}
	return nil
}

// talk finds or makes the conversation of two.
func (i *importer) talk(x, y string) (*fixtureTalk, uint32, uint32, error) {
	a, errA := i.user(x)
	b, errB := i.user(y)
	if err := errors.Join(errA, errB); err != nil {
		return nil, 0, 0, err
	}
	if a == 0 || b == 0 {
		return nil, 0, 0, errors.New("a conversation has two people")
	}
	key := keyOf(a, b)
	t := i.pairs[key]
	if t == nil {
		t = &fixtureTalk{num: int64(len(i.pairs) + 1)}
		i.pairs[key], i.talks = t, append(i.talks, t)
		if err := i.exec(insertPair, t.num, key.a, key.b, 0, 0); err != nil {
			return nil, 0, 0, err
		}
	}
	return t, a, b, nil
}

func (i *importer) c2cMessage(m fixtureMessage) error {
	t, sender, _, err := i.talk(m.From, m.To)
	if err != nil {
		return err
	}
	flags, uncounted, more, err := m.stored()
	if err != nil {
		return err
	}
	if m.ID == 0 {
		m.ID = i.c2c + 1
	}
	i.c2c = max(i.c2c, m.ID)
	if !t.fixed && m.Time >= t.time {
		t.time = m.Time
		if flags&flagNoLast == 0 {
			t.preview = m.ID
		}
	}
	return i.exec(insertC2C, m.ID, t.num, sender, m.Seq, m.Random, m.Time, m.ClientTime, flags, m.Version, uncounted, 0, []byte(m.Body), m.Cloud, more)
}

func (i *importer) conversation(c fixtureConversation) error {
	t, _, _, err := i.talk(c.Users[0], c.Users[1])
	if err == nil {
		t.time, t.preview, t.fixed = c.Time, c.Preview, true
	}
	return err
}
