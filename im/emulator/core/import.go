package core

import (
	"context"
	"encoding/json"
	"fmt"
)

// ImportedGroup is a group to import together with its past.
type ImportedGroup struct {
	NewGroup
	CreateTime int64             // Unix seconds; everybody joined then
	Reads      map[string]uint32 // read position of a member; 0 where none is given
	Messages   []ImportedMessage // oldest first
}

// ImportedMessage is a message of the past. ReadBy lists members who sent a receipt for it.
type ImportedMessage struct {
	From        string
	Time        int64 // Unix seconds; not before the message before it, not in the future
	Random      uint32
	Body        json.RawMessage
	NeedReceipt bool
	Mentions    []Mention
	ReadBy      []string
}

// ImportGroups makes groups with their history in one commit, all or none, and tells
// nobody. Messages get the sequences from 1 on.
func (c *Core) ImportGroups(ctx context.Context, list []ImportedGroup) error {
	for _, g := range list {
		if err := checkImport(g); err != nil {
			return fmt.Errorf("import group %s: %w", g.ID, err)
		}
	}
	return c.change(ctx, func(t *txn) error {
		for _, g := range list {
			if err := t.importGroup(g); err != nil {
				return fmt.Errorf("import group %s: %w", g.ID, err)
			}
		}
		return nil
	})
}

func checkImport(g ImportedGroup) error {
	kind, known := ParseGroupType(g.Type)
	if !known || !kind.KeepsHistory() && len(g.Messages) > 0 {
		return refuse(CodeBadParameter, "groups of type %q have no history to import", g.Type)
	}
	if err := g.checkFields(); err != nil {
		return err
	}
	if err := checkGroupID(g.ID, kind); err != nil {
		return err
	}
	before := g.CreateTime
	for i, m := range g.Messages {
		if m.Time < before {
			return refuse(CodeBadParameter, "message %d is earlier than what comes before it", i+1)
		}
		before = m.Time
		send := GroupSend{Body: m.Body, Mentions: m.Mentions}
		if err := checkGroupSend(&send); err != nil {
			return err
		}
	}
	return nil
}

func (t *txn) importGroup(n ImportedGroup) error {
	c := t.c
	if _, taken := c.groups[n.ID]; taken {
		return refuse(CodeGroupIDTaken, "group %s exists", n.ID)
	}
	kind, _ := ParseGroupType(n.Type)
	members, err := c.founders(n.NewGroup, kind)
	if err != nil {
		return err
	}
	now := t.time
	t.time = n.CreateTime // the group and its members are as old as the import says
	g, err := t.insertGroup(Actor{Admin: true}, n.NewGroup, kind, members)
	t.time = now
	if err != nil {
		return err
	}
	for _, m := range n.Messages {
		if err := t.importMessage(g, m); err != nil {
			return err
		}
	}
	g.changed = now
	t.apply(func() { c.addGroup(g) })
	if err := t.exec(updateHead, g.last, g.first, g.lastTime, g.previewSeq, g.num); err != nil {
		return err
	}
	return t.importReads(g, n.Reads)
}

// importMessage appends to a group that nobody sees yet.
func (t *txn) importMessage(g *group, n ImportedMessage) error {
	sender := g.members[t.c.uidOf(n.From)]
	if sender == nil {
		return refuse(CodeNoPermission, "%s is not a member of group %s", n.From, g.info.ID)
	}
	if n.Time > t.time {
		return refuse(CodeBadParameter, "message %d of group %s lies in the future", g.last+1, g.info.ID)
	}
	g.last++
	g.lastTime, g.previewSeq = n.Time, g.last
	m := &Message{NeedReceipt: n.NeedReceipt && t.c.receiptsRefused(g) == 0, Mentions: n.Mentions}
	err := t.exec(insertMessage, g.messageID(g.last), sender.acc.pub.UID, n.Random, n.Time, n.Time, 0, 2,
		flagsOf(m), 0, m.uncounted(), []byte(n.Body), "", m.encodeExtra())
	if err != nil || !m.NeedReceipt {
		return err
	}
	for _, reader := range n.ReadBy {
		member := g.members[t.c.uidOf(reader)]
		if member == nil || member == sender {
			continue
		}
		if err := t.exec(insertReceipt, g.messageID(g.last), member.acc.pub.UID); err != nil {
			return err
		}
	}
	return nil
}

func (t *txn) importReads(g *group, reads map[string]uint32) error {
	for _, m := range g.order {
		read := min(reads[m.acc.pub.ID], g.last)
		if read == 0 {
			continue
		}
		m.read = read
		if err := t.exec(updateRead, read, m.row); err != nil {
			return err
		}
	}
	return nil
}
