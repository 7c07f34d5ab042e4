package core

import (
	"context"
	"encoding/json"
)

// Seed is a world to begin with. Unlike sends, it carries its own times, and nobody is
// told of anything.
type Seed struct {
	Accounts []NewAccount
	Groups   []SeedGroup
	C2C      []C2CSeed
}

// SeedGroup is a group with its past.
type SeedGroup struct {
	NewGroup
	CreateTime int64         // Unix seconds; 0 for now
	Messages   []SeedMessage // oldest first
	// Read are the read positions by user. Who is not named has read everything.
	Read map[string]uint32
}

// SeedMessage is a message of the past.
type SeedMessage struct {
	From        string
	Time        int64 // Unix seconds; never before the message before it
	Body        json.RawMessage
	Cloud       string
	NeedReceipt bool
	NoUnread    bool
	ReadBy      []string // who sent a receipt
	Mentions    []Mention
}

// C2CSeed is a C2C message of the past. Who is sent one has it unread until the receiver's
// Read.
type C2CSeed struct {
	From, To string
	Time     int64
	Body     json.RawMessage
	Read     bool
}

// Plant stores a world in one commit. Accounts that exist are kept, groups must be new.
func (c *Core) Plant(ctx context.Context, seed Seed) error {
	if err := c.ImportAccounts(ctx, seed.Accounts); err != nil {
		return err
	}
	return c.change(ctx, func(t *txn) error {
		for _, sg := range seed.Groups {
			if err := t.plantGroup(sg); err != nil {
				return err
			}
		}
		for _, sm := range seed.C2C {
			if err := t.plantC2C(sm); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *txn) plantGroup(sg SeedGroup) error {
	c := t.c
	kind, known := ParseGroupType(sg.Type)
	if !known {
		return refuse(CodeBadParameter, "group type %q is unknown", sg.Type)
	}
	if sg.ID == "" {
		sg.ID = generatedID(kind)
	}
	if c.groups[sg.ID] != nil {
		return refuse(CodeGroupIDTaken, "group %s exists", sg.ID)
	}
	members, err := c.founders(sg.NewGroup)
	if err != nil {
		return err
	}
	now := t.time
	if sg.CreateTime > 0 {
		t.time = sg.CreateTime
	}
	g, err := t.insertGroup(sg.NewGroup, kind, members)
	if err == nil {
		err = t.plantMessages(g, sg.Messages)
	}
	t.time = now
	if err != nil {
		return err
	}
	for _, m := range g.order {
		read, named := sg.Read[m.acc.pub.ID]
		if !named {
			read = t.lastSeq(g)
		}
		m.read = read
		if err := t.exec(updateRead, read, m.row); err != nil {
			return err
		}
		if m.acc.warm {
			return refuse(CodeBadParameter, "%s was logged in already; a world is planted before", m.acc.pub.ID)
		}
	}
	t.apply(func() { c.addGroup(g) })
	return nil
}

func (t *txn) plantMessages(g *group, list []SeedMessage) error {
	for _, sm := range list {
		t.time = max(sm.Time, g.info.CreateTime)
		acc := t.c.accounts[sm.From]
		if acc == nil {
			return refuse(CodeNoAccount, "account %s does not exist", sm.From)
		}
		m := t.groupMessage(g, acc, &GroupSend{
			Random: randomNumber(), ClientSeq: randomNumber(), Body: sm.Body, Cloud: sm.Cloud, NeedReceipt: sm.NeedReceipt,
			NoUnread: sm.NoUnread, Mentions: sm.Mentions,
		})
		m.NeedReceipt = m.NeedReceipt && g.receiptsRefused() == 0
		if err := t.appendMessage(g, acc.pub.UID, m); err != nil {
			return err
		}
		for _, reader := range sm.ReadBy {
			member := g.members[t.c.uidOf(reader)]
			if member == nil || !m.NeedReceipt || reader == sm.From {
				continue
			}
			if err := t.exec(insertReceipt, g.messageID(m.Seq), member.acc.pub.UID); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *txn) plantC2C(sm C2CSeed) error {
	from, to := t.c.accounts[sm.From], t.c.accounts[sm.To]
	if from == nil || to == nil {
		return refuse(CodeBadPeer, "sender %q or receiver %q does not exist", sm.From, sm.To)
	}
	p, err := t.pair(from, to)
	if err != nil {
		return err
	}
	now := t.time
	t.time = sm.Time
	m := t.c2cMessage(from, to, &C2CSend{Seq: randomNumber(), Random: randomNumber(), Body: sm.Body})
	t.time = now
	if err := t.appendC2C(p, from, m, 0, false); err != nil {
		return err
	}
	if !sm.Read || from == to {
		return nil
	}
	t.apply(func() {
		d := to.dialogs[from]
		d.readID, d.readTime = m.ID, m.Time
	})
	return t.exec(upsertDialog, p.num, to.pub.UID, m.ID, m.Time, 0, false)
}
