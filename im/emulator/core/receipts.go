package core

import (
	"context"
	"slices"
	"strconv"
)

// maxReceipts bounds the messages of one receipt request.
const maxReceipts = 50

// SendReceipts says that the actor has read these messages. Those that did not ask for a
// receipt, the actor's own and those confirmed before are passed over. The authors learn
// of the rest, in one event each.
func (c *Core) SendReceipts(ctx context.Context, by Actor, id string, seqs []uint32) error {
	if len(seqs) == 0 || len(seqs) > maxReceipts {
		return refuse(CodeBadParameter, "MsgSeqList has 1 to %d entries", maxReceipts)
	}
	_, err := perform(ctx, c, false, func(t *txn) (struct{}, error) { return struct{}{}, t.sendReceipts(by, id, seqs) })
	return err
}

func (t *txn) sendReceipts(by Actor, id string, seqs []uint32) error {
	g, m, err := t.c.memberOf(id, Actor{User: by.User})
	if err != nil {
		return err
	}
	if code := t.c.receiptsRefused(g); code != 0 {
		return refuse(code, "group %s has no receipts: its type is %s, it has %d members", id, g.info.Type, len(g.order))
	}
	changed := map[uint32][]Receipt{}
	var all []Receipt
	var authors []uint32 // in order of first appearance
	for _, seq := range seqs {
		sender, msg, err := t.receiptMessage(g, seq)
		if err != nil {
			return err
		}
		if msg == nil || sender == m.acc.pub.UID {
			continue
		}
		rows, err := t.execRows(insertReceipt, g.messageID(seq), m.acc.pub.UID)
		if err != nil {
			return err
		}
		if rows == 0 {
			continue
		}
		receipt, err := t.countReceipt(g, sender, msg)
		if err != nil {
			return err
		}
		if changed[sender] == nil {
			authors = append(authors, sender)
		}
		changed[sender] = append(changed[sender], receipt)
		all = append(all, receipt)
	}
	for _, author := range authors {
		t.tell(GroupReceipts{Audience: Audience{To: []uint32{author}}, Group: g.ref, Author: t.c.byUID[author].pub.ID, Items: changed[author]})
	}
	if len(all) > 0 {
		t.tell(ReceiptsSent{By: by, Group: g.ref, Reader: by.User, Items: all})
	}
	return nil
}

// receiptMessage finds a message that asked for receipts, or nil.
func (t *txn) receiptMessage(g *group, seq uint32) (sender uint32, msg *Message, err error) {
	row, err := t.queryRow(`SELECT `+messageColumns+` FROM message WHERE id = ?`, g.messageID(seq))
	if err != nil {
		return 0, nil, err
	}
	r, err := scanGroupRow(row)
	if missing, err := none(err); missing || err != nil {
		return 0, nil, err
	}
	if !r.msg.NeedReceipt || t.c.account(r.sender) == nil {
		return 0, nil, nil
	}
	r.msg.sign(t.c.account(r.sender), g)
	return r.sender, r.msg, nil
}

func (t *txn) countReceipt(g *group, sender uint32, m *Message) (Receipt, error) {
	readers, err := t.readers(g, m.Seq)
	if err != nil {
		return Receipt{}, err
	}
	return g.receipt(sender, m, readers), nil
}

func (t *txn) readers(g *group, seq uint32) ([]uint32, error) {
	rows, err := t.query(`SELECT uid FROM receipt WHERE id = ?`, g.messageID(seq))
	if err != nil {
		return nil, err
	}
	var readers []uint32
	err = eachRow(rows, func(row scanner) error {
		var uid uint32
		err := row.Scan(&uid)
		readers = append(readers, uid)
		return err
	})
	return readers, err
}

// receipt counts readers, and the members of now who have not read.
func (g *group) receipt(sender uint32, m *Message, readers []uint32) Receipt {
	unread := 0
	for _, uid := range g.uids {
		if uid != sender && !slices.Contains(readers, uid) {
			unread++
		}
	}
	return Receipt{Seq: m.Seq, Read: len(readers), Unread: unread, TinyID: m.TinyID, ClientTime: m.ClientTime, Random: m.Random}
}

// mayReadReceipts looks whether there can be receipts at all. A group that has grown too large
// keeps those it has.
func (c *Core) mayReadReceipts(g *group) error {
	switch {
	case c.plan.NoReceipts:
		return refuse(CodeNeedsUltimate, "receipts of groups need the Ultimate edition")
	case !g.rules().receipts:
		return refuse(CodeNoPermission, "groups of type %s have no receipts", g.info.Type)
	}
	return nil
}

// receiptRow is what the receipt queries need of a message.
type receiptRow struct {
	sender  uint32
	msg     *Message
	readers []uint32
}

// Receipts returns the state of messages in the order asked for. A message without
// receipts has Code CodeNoReceipt.
func (c *Core) Receipts(ctx context.Context, by Actor, id string, seqs []uint32) ([]Receipt, error) {
	if len(seqs) == 0 || len(seqs) > maxReceipts {
		return nil, refuse(CodeBadParameter, "MsgSeqList has 1 to %d entries", maxReceipts)
	}
	list := make([]Receipt, len(seqs))
	for i, seq := range seqs {
		row, g, err := c.receiptRow(ctx, by, id, seq)
		if err != nil {
			return nil, err
		}
		if row.msg == nil {
			list[i] = Receipt{Seq: seq, Code: CodeNoReceipt}
			continue
		}
		c.mu.RLock()
		list[i] = g.receipt(row.sender, row.msg, row.readers)
		c.mu.RUnlock()
	}
	return list, nil
}

func (c *Core) receiptRow(ctx context.Context, by Actor, id string, seq uint32) (receiptRow, *group, error) {
	c.mu.RLock()
	g, _, err := c.memberOf(id, by)
	if err == nil {
		err = c.mayReadReceipts(g)
	}
	c.mu.RUnlock()
	if err != nil {
		return receiptRow{}, nil, err
	}
	row := receiptRow{}
	r, err := scanGroupRow(c.store.read.QueryRowContext(ctx, `SELECT `+messageColumns+` FROM message WHERE id = ?`, g.messageID(seq)))
	if missing, err := none(err); missing || err != nil {
		return row, g, err
	}
	if !r.msg.NeedReceipt {
		return row, g, nil
	}
	c.mu.RLock()
	c.signRow(g, r)
	c.mu.RUnlock()
	row.sender, row.msg = r.sender, r.msg
	err = c.each(func(s scanner) error {
		var uid uint32
		err := s.Scan(&uid)
		row.readers = append(row.readers, uid)
		return err
	}, `SELECT uid FROM receipt WHERE id = ? ORDER BY uid`, g.messageID(seq))
	return row, g, err
}

// ReceiptDetail is a page of those who have read a message, or of those who have not.
type ReceiptDetail struct {
	Users    []string
	Cursor   string // for the next page
	Finished bool
}

// maxReceiptPage bounds a page of readers.
const maxReceiptPage = 200

// ReceiptDetail lists the readers of a message, or with unread the members who have not
// read it. The cursor is "" for the first page.
func (c *Core) ReceiptDetail(ctx context.Context, by Actor, id string, seq uint32, unread bool, cursor string, n int) (ReceiptDetail, error) {
	row, g, err := c.receiptRow(ctx, by, id, seq)
	if err != nil {
		return ReceiptDetail{}, err
	}
	if row.msg == nil {
		return ReceiptDetail{}, refuse(CodeNoReceipt, "message %d of group %s has no receipts", seq, id)
	}
	after := 0
	if cursor != "" {
		if after, err = strconv.Atoi(cursor); err != nil || after < 0 {
			return ReceiptDetail{}, refuse(CodeBadParameter, "cursor %q is not one of this server", cursor)
		}
	}
	if n <= 0 {
		n = maxReceiptPage
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	list := c.receiptUsers(g, row, unread)
	list = list[min(after, len(list)):]
	page := ReceiptDetail{Users: list[:min(n, maxReceiptPage, len(list))]}
	page.Finished = len(page.Users) == len(list)
	page.Cursor = strconv.Itoa(after + len(page.Users))
	return page, nil
}

func (c *Core) receiptUsers(g *group, row receiptRow, unread bool) []string {
	var users []string
	if !unread {
		for _, uid := range row.readers {
			users = append(users, c.byUID[uid].pub.ID)
		}
		return users
	}
	for _, uid := range g.uids {
		if uid != row.sender && !slices.Contains(row.readers, uid) {
			users = append(users, c.byUID[uid].pub.ID)
		}
	}
	return users
}
