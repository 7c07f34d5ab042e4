package core

import (
	"context"
)

// dialogOf finds one side of a conversation, or nil if there is none yet. Called with the
// lock held or in the writer goroutine.
func (c *Core) dialogOf(user, peer string) (*dialog, error) {
	acc, other := c.accounts[user], c.accounts[peer]
	if acc == nil || other == nil {
		return nil, refuse(CodeBadPeer, "account %q or %q does not exist", user, peer)
	}
	return acc.dialogs[other], nil
}

// MarkC2CRead says that the actor has read what peer wrote up to until (Unix seconds; 0
// for everything so far). It tells the actor's other connections and the peer.
func (c *Core) MarkC2CRead(ctx context.Context, by Actor, peer string, until int64) error {
	if err := c.warm(ctx, by.User); err != nil {
		return err
	}
	return c.change(ctx, func(t *txn) error { return t.markC2CRead(by, peer, until) })
}

func (t *txn) markC2CRead(by Actor, peer string, until int64) error {
	d, err := t.c.dialogOf(by.User, peer)
	if err != nil || d == nil {
		return err
	}
	if until <= 0 {
		until = t.time
	}
	row, err := t.queryRow(`SELECT coalesce(max(id), 0), coalesce(max(time), 0) FROM c2c WHERE pair = ? AND time <= ?`, d.pair.num, until)
	if err != nil {
		return err
	}
	var id, at int64
	if err := row.Scan(&id, &at); err != nil {
		return err
	}
	if id <= d.readID {
		return nil
	}
	unread, err := t.countC2C(d, id)
	if err != nil {
		return err
	}
	if err := t.exec(upsertDialog, d.pair.num, d.acc.pub.UID, id, at, d.hidden, d.pinned); err != nil {
		return err
	}
	t.apply(func() { d.readID, d.readTime, d.unread, d.changed = id, at, unread, t.time })
	t.tell(C2CRead{By: by, Reader: by.User, Peer: peer, ReaderUID: d.acc.pub.UID, PeerUID: d.peer.pub.UID, Time: at, Except: by.Inst})
	return nil
}

// countC2C counts the peer's messages after the one with id read.
func (t *txn) countC2C(d *dialog, read int64) (int, error) {
	row, err := t.queryRow(`SELECT count(*) FROM c2c WHERE pair = ? AND sender = ? AND uncounted = 0 AND id > ?`, d.pair.num, d.peer.pub.UID, read)
	if err != nil {
		return 0, err
	}
	var n int
	return n, row.Scan(&n)
}

func (t *txn) warmDialog(d *dialog) error {
	unread := 0
	if d.peer != d.acc {
		var err error
		if unread, err = t.countC2C(d, d.readID); err != nil {
			return err
		}
	}
	t.apply(func() { d.unread = unread })
	p := d.pair
	if p.preview != nil || p.previewID == 0 {
		return nil
	}
	row, err := t.queryRow(`SELECT `+c2cColumns+` FROM c2c WHERE id = ?`, p.previewID)
	if err != nil {
		return err
	}
	r, err := scanC2CRow(row)
	if missing, err := none(err); missing || err != nil {
		return err
	}
	t.c.signC2C(p, r)
	t.apply(func() { p.preview = r.msg })
	return nil
}

// C2CUnread counts a user's unread messages by peer; peers without any are left out.
func (c *Core) C2CUnread(ctx context.Context, user string) (map[string]int, error) {
	return c.C2CUnreadAt(ctx, user, nil)
}

// C2CUnreadAt is C2CUnread at a moment that divides the events; see ConversationsAt.
func (c *Core) C2CUnreadAt(ctx context.Context, user string, mark func()) (map[string]int, error) {
	if err := c.warm(ctx, user); err != nil {
		return nil, err
	}
	var acc *account
	counts := map[string]int{}
	err := c.view(ctx, mark, func() {
		if acc = c.accounts[user]; acc == nil {
			return
		}
		for peer, d := range acc.dialogs {
			if d.unread > 0 {
				counts[peer.pub.ID] = d.unread
			}
		}
	})
	if err == nil && acc == nil {
		err = refuse(CodeUnknownAccount, "account %s does not exist", user)
	}
	return counts, err
}

// PeerReadTime is up to when peer has read the user's messages, in Unix seconds; 0 for
// nothing.
func (c *Core) PeerReadTime(user, peer string) int64 {
	c.mu.RLock()
	defer c.mu.RUnlock()
	d, err := c.dialogOf(peer, user)
	if err != nil || d == nil {
		return 0
	}
	return d.readTime
}

// SendC2CReceipts says that the actor has read these messages of peer, named by their
// keys. Those that did not ask for a receipt or have one are passed over.
func (c *Core) SendC2CReceipts(ctx context.Context, by Actor, peer string, keys []string) error {
	if len(keys) > maxReceipts {
		return refuse(CodeBadPeer, "at most %d messages at once", maxReceipts)
	}
	return c.change(ctx, func(t *txn) error {
		d, err := c.dialogOf(by.User, peer)
		if err != nil || d == nil {
			return err
		}
		var items []*Message
		for _, key := range keys {
			m, err := t.peerRead(d, key)
			if err != nil {
				return err
			}
			if m != nil {
				items = append(items, m)
			}
		}
		if len(items) == 0 {
			return nil
		}
		t.tell(C2CReceipts{Audience: Audience{To: []uint32{d.peer.pub.UID}}, By: by, Reader: by.User, Time: t.time, Items: items})
		return nil
	})
}

// peerRead marks one message of the peer as confirmed; nil if there is nothing to confirm.
func (t *txn) peerRead(d *dialog, key string) (*Message, error) {
	r, err := t.c2cByKey(d.pair, key)
	if err != nil || r.msg == nil || r.sender != d.peer.pub.UID || d.peer == d.acc || !r.msg.NeedReceipt || r.msg.PeerRead {
		return nil, err
	}
	r.msg.PeerRead = true
	return r.msg, t.rewriteC2C(d.pair, r)
}
