package core

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
)

// ImportedMember is a member to import into a group that is there.
type ImportedMember struct {
	User     string
	Role     Role  // "" means Member
	JoinTime int64 // Unix seconds; 0 for now
	Unread   int   // at most as many as there are messages
}

// ImportMembers adds members and tells nobody.
func (c *Core) ImportMembers(ctx context.Context, id string, list []ImportedMember) ([]AddResult, error) {
	switch {
	case len(list) == 0:
		return nil, refuse(CodeBadParameter, "MemberList is missing")
	case len(list) > maxNewMembers:
		return nil, refuse(CodeTooManyAccounts, "at most %d members at once", maxNewMembers)
	}
	return perform(ctx, c, true, func(t *txn) ([]AddResult, error) {
		g, err := c.group(id)
		if err != nil {
			return nil, err
		}
		var results []AddResult
		var joined []*member
		for _, n := range list {
			m, result, err := t.importMember(g, n, joined)
			if err != nil {
				return nil, err
			}
			if m != nil {
				joined = append(joined, m)
			}
			results = append(results, AddResult{User: n.User, Result: result})
		}
		t.apply(func() {
			for _, m := range joined {
				g.attach(m)
			}
			g.refreshMembers()
		})
		return results, nil
	})
}

// importMember makes a member; nil where that cannot be.
func (t *txn) importMember(g *group, n ImportedMember, joined []*member) (*member, int, error) {
	acc := t.c.accounts[n.User]
	switch {
	case acc == nil:
		return nil, AddFailed, nil
	case g.members[acc.pub.UID] != nil || slices.ContainsFunc(joined, func(m *member) bool { return m.acc == acc }):
		return nil, AddAlready, nil
	case len(g.order)+len(joined) >= g.info.MaxMemberNum:
		return nil, AddFailed, nil
	}
	if n.Role == "" {
		n.Role = RoleMember
	}
	m, err := t.insertMember(g, NewMember{User: n.User, Role: n.Role}, g.last)
	if err != nil {
		return nil, 0, err
	}
	if err := t.endInvitations(g, acc); err != nil {
		return nil, 0, err
	}
	if n.JoinTime > 0 {
		m.joined = n.JoinTime
		if err := t.exec(updateJoined, m.joined, m.row); err != nil {
			return nil, 0, err
		}
	}
	if n.Unread > 0 && g.rules().unread {
		if m.read, m.own, err = t.readLeaving(g, m, n.Unread); err != nil {
			return nil, 0, err
		}
		if err := t.exec(updateRead, m.read, m.row); err != nil {
			return nil, 0, err
		}
	}
	return m, AddDone, nil
}

// ImportResult is what became of one imported message.
type ImportResult struct {
	Code int
	Seq  uint32
	Time int64
}

// ImportMessages appends messages of the past to a group and tells nobody. Each has to be at
// least as late as the one before it, those in the group included.
func (c *Core) ImportMessages(ctx context.Context, id string, list []ImportedMessage) ([]ImportResult, error) {
	return perform(ctx, c, true, func(t *txn) ([]ImportResult, error) {
		g, err := c.group(id)
		if err != nil {
			return nil, err
		}
		if !g.rules().history {
			return nil, refuse(CodeNoPermission, "groups of type %s keep no history", g.info.Type)
		}
		now := t.time
		defer func() { t.time = now }()
		results := make([]ImportResult, len(list))
		for i, n := range list {
			result, err := t.importPast(g, n, now)
			var refusal *Error
			if err != nil && !errors.As(err, &refusal) {
				return nil, err
			}
			if refusal != nil {
				result = ImportResult{Code: refusal.Code}
			}
			results[i] = result
		}
		return results, nil
	})
}

func (t *txn) importPast(g *group, n ImportedMessage, now int64) (ImportResult, error) {
	send := GroupSend{Body: n.Body, Mentions: n.Mentions}
	if err := checkGroupSend(&send); err != nil {
		return ImportResult{}, err
	}
	acc := t.c.accounts[n.From]
	switch {
	case acc == nil:
		return ImportResult{}, refuse(CodeNoAccount, "account %s does not exist", n.From)
	case n.Time > now:
		return ImportResult{}, refuse(CodeBadParameter, "SendTime %d lies in the future", n.Time)
	case n.Time < t.head(g).lastTime:
		return ImportResult{}, refuse(CodeBadParameter, "SendTime %d is before what the group holds already", n.Time)
	}
	t.time = n.Time
	m := t.groupMessage(g, acc, &GroupSend{Random: n.Random, Body: n.Body, Mentions: n.Mentions})
	if err := t.post(m, true, filePlace{fileGroup, g.num}); err != nil {
		return ImportResult{}, err
	}
	return ImportResult{Seq: t.lastSeq(g) + 1, Time: n.Time}, t.appendMessage(g, acc.pub.UID, m)
}

// ImportedC2C is a message between two of the past.
type ImportedC2C struct {
	From, To    string
	Seq, Random uint32
	Time        int64 // Unix seconds
	Body        json.RawMessage
	Cloud       string
	NoUnread    bool
}

// ImportC2C puts a message of the past into a conversation and tells nobody. One that is
// there is left alone.
func (c *Core) ImportC2C(ctx context.Context, n ImportedC2C) error {
	s := C2CSend{From: n.From, To: n.To, Seq: n.Seq, Random: n.Random, ClientTime: n.Time, Body: n.Body, Cloud: n.Cloud, NoUnread: n.NoUnread}
	if err := checkC2CSend(&s); err != nil {
		return err
	}
	return c.change(ctx, func(t *txn) error {
		from, to := c.accounts[n.From], c.accounts[n.To]
		if from == nil || to == nil {
			return refuse(CodeBadPeer, "sender %q or receiver %q does not exist", n.From, n.To)
		}
		if n.Time > t.time {
			return refuse(CodeBadParameter, "MsgTimeStamp %d lies in the future", n.Time)
		}
		p, err := t.pair(from, to)
		if err != nil {
			return err
		}
		m := t.c2cMessage(from, to, &s)
		m.Time = n.Time
		old, err := t.c2cByKey(p, m.MsgKey())
		if err != nil || old.msg != nil {
			return err
		}
		if err := t.post(m, true, filePlace{filePair, p.num}); err != nil {
			return err
		}
		return t.insertPast(p, from, m)
	})
}

// insertPast is appendC2C for a message that may be older than others: it becomes the
// preview only if it is the newest.
func (t *txn) insertPast(p *pair, from *account, m *Message) error {
	t.lastC2C++
	m.ID = t.lastC2C
	err := t.exec(insertC2C, m.ID, p.num, from.pub.UID, m.Seq, m.Random, m.Time, m.ClientTime, flagsOf(m), m.Version, m.uncounted(), 0,
		[]byte(m.Body), m.Cloud, "")
	if err != nil {
		return err
	}
	newest, last, preview := m.Time >= p.lastTime, p.lastTime, p.previewID
	if newest {
		last, preview = m.Time, m.ID
	}
	t.apply(func() {
		shown, id := p.preview, p.previewID
		p.admit(from, m)
		p.lastTime = last
		if !newest {
			p.preview, p.previewID = shown, id
		}
		for _, d := range []*dialog{from.dialogs[p.other(from)], p.other(from).dialogs[from]} {
			d.changed = t.time
		}
	})
	return t.exec(updatePair, last, preview, p.num)
}
