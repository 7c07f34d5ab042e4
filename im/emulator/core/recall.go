package core

import (
	"context"
	"encoding/json"
	"slices"
)

// RecallResult is the answer for one message of a recall.
type RecallResult struct {
	Seq  uint32
	Code int
}

// RecallGroup recalls messages: authors their own, owner and admins those of others, an
// app admin any. A recalled message keeps its sequence and counts for nobody.
func (c *Core) RecallGroup(ctx context.Context, by Actor, id string, seqs []uint32, reason string) ([]RecallResult, error) {
	if err := checkReason(reason); err != nil {
		return nil, err
	}
	return perform(ctx, c, true, func(t *txn) ([]RecallResult, error) {
		g, m, err := c.memberOf(id, by)
		if err != nil {
			return nil, err
		}
		results := make([]RecallResult, 0, len(seqs))
		var recalled []uint32
		for _, seq := range seqs {
			msg, code, err := t.recall(by, g, m, seq, reason)
			if err != nil {
				return nil, err
			}
			results = append(results, RecallResult{Seq: seq, Code: code})
			if code == 0 {
				recalled = append(recalled, seq)
				t.tell(GroupRecalled{Audience: Audience{To: g.uids}, Group: g.ref, Msg: msg})
			}
		}
		if len(recalled) > 0 {
			t.tell(MessagesRecalled{By: by, Group: g.ref, Seqs: recalled})
		}
		return results, nil
	})
}

// maxReason is how long the reason of a recall may be, in bytes (rest-api.md section 3.4).
const maxReason = 100

func checkReason(reason string) error {
	if len(reason) > maxReason {
		return refuse(CodeBadParameter, "Reason has at most %d bytes, this one %d", maxReason, len(reason))
	}
	return nil
}

// recall recalls a message without telling anybody. The message is as it is then.
func (t *txn) recall(by Actor, g *group, m *member, seq uint32, reason string) (msg *Message, code int, err error) {
	r, err := t.groupRow(g, seq)
	if err != nil {
		return nil, 0, err
	}
	switch {
	case r.msg == nil:
		return nil, CodeNoMessage, nil
	case r.msg.Recalled || r.msg.Tip:
		return nil, CodeNotRecallable, nil
	case !by.Admin && r.msg.From != by.User && !m.manages():
		return nil, CodeNoPermission, nil
	}
	counted := !r.msg.uncounted()
	r.msg.Recalled, r.msg.Revoker, r.msg.Reason = true, by.User, reason
	if err := t.rewrite(g, r); err != nil {
		return nil, 0, err
	}
	if counted && g.rules().history {
		t.apply(func() { g.uncount(r.sender, seq) })
	}
	return r.msg, 0, nil
}

// uncount makes a message that counted one that does not. Called with the lock held.
func (g *group) uncount(sender, seq uint32) {
	if at, held := slices.BinarySearch(g.uncounted, seq); !held {
		g.uncounted = slices.Insert(slices.Clone(g.uncounted), at, seq)
	}
	if author := g.members[sender]; author != nil {
		if at, held := slices.BinarySearch(author.own, seq); held {
			author.own = slices.Delete(slices.Clone(author.own), at, at+1)
		}
	}
}

// groupRow finds a message; its msg is nil if there is none.
func (t *txn) groupRow(g *group, seq uint32) (groupRow, error) {
	if !g.rules().history {
		return t.c.recentRow(g, seq), nil
	}
	row, err := t.queryRow(`SELECT `+messageColumns+` FROM message WHERE id = ?`, g.messageID(seq))
	if err != nil {
		return groupRow{}, err
	}
	r, err := scanGroupRow(row)
	if missing, err := none(err); missing || err != nil || seq < g.first {
		return groupRow{}, err
	}
	r.msg.Group = g.info.ID
	r.msg.sign(t.c.account(r.sender), g)
	return r, nil
}

// recentRow finds a message of a group that keeps none on the disk.
func (c *Core) recentRow(g *group, seq uint32) groupRow {
	at := slices.IndexFunc(g.recent, func(m *Message) bool { return m.Seq == seq })
	if at < 0 {
		return groupRow{}
	}
	return groupRow{sender: c.uidOf(g.recent[at].From), msg: g.recent[at].copied()}
}

// rewrite stores a changed group message and shows it.
func (t *txn) rewrite(g *group, r groupRow) error {
	m := r.msg
	t.apply(func() {
		g.replace(m)
		g.changed = t.time
	})
	return t.exec(updateMessage, flagsOf(m), m.Version, m.uncounted(), []byte(m.Body), m.Cloud, m.encodeExtra(), g.messageID(m.Seq))
}

// RecallC2C recalls a message between two users: the author's own, or any for an app
// admin.
func (c *Core) RecallC2C(ctx context.Context, by Actor, from, to, key, reason string) error {
	if !by.Admin && by.User != from {
		return refuse(CodeBadPeer, "only the author recalls a message")
	}
	if err := c.warm(ctx, to); err != nil {
		return err
	}
	return c.change(ctx, func(t *txn) error {
		d, err := c.dialogOf(to, from)
		if err != nil {
			return err
		}
		if d == nil {
			return refuse(CodeNoC2CMessage, "there is no message %s from %s to %s", key, from, to)
		}
		r, err := t.c2cByKey(d.pair, key)
		if err != nil {
			return err
		}
		switch {
		case r.msg == nil || r.msg.From != from:
			return refuse(CodeNoC2CMessage, "there is no message %s from %s to %s", key, from, to)
		case r.msg.Recalled:
			return refuse(CodeAlreadyRecalled, "message %s was recalled already", key)
		}
		counted := !r.msg.uncounted() && r.msg.ID > d.readID
		r.msg.Recalled, r.msg.Revoker, r.msg.Reason = true, by.User, reason
		if err := t.rewriteC2C(d.pair, r); err != nil {
			return err
		}
		if counted {
			t.apply(func() { d.unread-- })
		}
		t.tell(C2CRecalled{Audience: Audience{To: slices.Compact([]uint32{d.peer.pub.UID, d.acc.pub.UID})}, By: by, Msg: r.msg})
		return nil
	})
}

// Edit is a new body for a message; a nil field stays.
type Edit struct {
	Body    json.RawMessage
	Cloud   *string
	Version int // the version the editor knew; another one is a conflict. -1: whatever it is
}

func (e Edit) check(code int) error {
	if e.Body == nil && e.Cloud == nil {
		return refuse(code, "neither MsgBody nor CloudCustomData is given")
	}
	size := len(e.Body)
	if e.Cloud != nil {
		size += len(*e.Cloud)
	}
	if size > maxMessage {
		return refuse(CodeTooLong, "a message has at most %d bytes", maxMessage)
	}
	if e.Body == nil {
		return nil
	}
	return checkBody(e.Body, code)
}

func (e Edit) change(m *Message) error {
	if m.Recalled || m.Tip {
		return refuse(CodeNoC2CMessage, "a recalled message or a tip cannot be edited")
	}
	if e.Version >= 0 && e.Version != m.Version {
		return refuse(CodeConflict, "the message has version %d by now", m.Version)
	}
	if e.Body != nil {
		m.Body = e.Body
	}
	if e.Cloud != nil {
		m.Cloud = *e.Cloud
	}
	m.Version++
	return nil
}

// EditGroup changes a message in a group: its author, owner, admins and app admins may.
func (c *Core) EditGroup(ctx context.Context, by Actor, id string, seq uint32, e Edit) (*Message, error) {
	if err := e.check(CodeBadBody); err != nil {
		return nil, err
	}
	return perform(ctx, c, true, func(t *txn) (*Message, error) {
		g, m, err := c.memberOf(id, by)
		if err != nil {
			return nil, err
		}
		r, err := t.groupRow(g, seq)
		if err != nil {
			return nil, err
		}
		if r.msg == nil {
			return nil, refuse(CodeNoC2CMessage, "group %s has no message %d", id, seq)
		}
		if !by.Admin && r.msg.From != by.User && !m.manages() {
			return nil, refuse(CodeNoPermission, "%s may not edit message %d of group %s", by.User, seq, id)
		}
		if !g.rules().history {
			return nil, refuse(CodeNoPermission, "messages in groups of type %s cannot be edited", g.info.Type)
		}
		if err := e.change(r.msg); err != nil {
			return nil, err
		}
		t.tell(Edited{Audience: Audience{To: g.uids, Except: by.Inst}, Group: g.ref, Msg: r.msg})
		return r.msg, t.rewrite(g, r)
	})
}

// EditC2C changes a message between two users: its author and app admins may.
func (c *Core) EditC2C(ctx context.Context, by Actor, from, to, key string, e Edit) (*Message, error) {
	if err := e.check(CodeBadBody); err != nil {
		return nil, err
	}
	if !by.Admin && by.User != from {
		return nil, refuse(CodeBadPeer, "only the author edits a message")
	}
	return perform(ctx, c, true, func(t *txn) (*Message, error) {
		d, err := c.dialogOf(to, from)
		if err != nil {
			return nil, err
		}
		var r groupRow
		if d != nil {
			if r, err = t.c2cByKey(d.pair, key); err != nil {
				return nil, err
			}
		}
		if r.msg == nil || r.msg.From != from {
			return nil, refuse(CodeNoC2CMessage, "there is no message %s from %s to %s", key, from, to)
		}
		if err := e.change(r.msg); err != nil {
			return nil, err
		}
		t.tell(Edited{Audience: Audience{To: slices.Compact([]uint32{d.peer.pub.UID, d.acc.pub.UID}), Except: by.Inst}, Msg: r.msg})
		return r.msg, t.rewriteC2C(d.pair, r)
	})
}
