package core

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

const c2cColumns = `id, sender, seq, random, time, client_time, flags, version, body, cloud, extra`

// other is the other side of the pair; of a pair of one, the same.
func (p *pair) other(acc *account) *account {
	if p.a == acc {
		return p.b
	}
	return p.a
}

// addPair makes both sides of a conversation. Called with the lock held or while loading.
func (c *Core) addPair(p *pair) {
	c.pairs[keyOf(p.a.pub.UID, p.b.pub.UID)] = p
	for _, acc := range []*account{p.a, p.b} {
		peer := p.other(acc)
		if acc.dialogs[peer] == nil {
			acc.dialogs[peer] = &dialog{pair: p, acc: acc, peer: peer, changed: c.Now()}
		}
	}
}

// MsgKey names a C2C message on the wire.
func (m *Message) MsgKey() string {
	return fmt.Sprintf("%d_%d_%d", m.Seq, m.Random, m.Time)
}

// SendC2C sends a message to one user and returns when it is durable. A message to oneself
// reaches the other connections of that user, once each, and is never unread.
func (c *Core) SendC2C(ctx context.Context, by Actor, s C2CSend) (Sent, error) {
	if err := checkC2CSend(&s); err != nil {
		return Sent{}, err
	}
	return perform(ctx, c, false, func(t *txn) (Sent, error) { return t.sendC2C(by, &s) })
}

// SendC2CAsync is SendC2C for pipelines; see SendGroupAsync.
func (c *Core) SendC2CAsync(by Actor, s C2CSend, done func(Sent, error)) {
	if err := checkC2CSend(&s); err != nil {
		done(Sent{}, err)
		return
	}
	var sent Sent
	err := c.submit(job{
		run: func(t *txn) (err error) {
			sent, err = t.sendC2C(by, &s)
			return err
		},
		done: func(err error) { done(sent, err) },
	})
	if err != nil {
		done(Sent{}, err)
	}
}

func checkC2CSend(s *C2CSend) error {
	if len(s.Body)+len(s.Cloud) > maxMessage {
		return refuse(CodeRequestTooLong, "a message has at most %d bytes, this one %d", maxMessage, len(s.Body)+len(s.Cloud))
	}
	return checkBody(s.Body, CodeBadBody)
}

// sendC2C checks everything before it writes: it may share a commit.
func (t *txn) sendC2C(by Actor, s *C2CSend) (Sent, error) {
	from, to := t.c.accounts[s.From], t.c.accounts[s.To]
	if from == nil || to == nil {
		return Sent{}, refuse(CodeBadPeer, "sender %q or receiver %q does not exist", s.From, s.To)
	}
	p, err := t.pair(from, to)
	if err != nil {
		return Sent{}, err
	}
	key := dupeKey{conv: -p.num, sender: from.pub.UID, random: s.Random, seq: s.Seq}
	if first, repeated := t.find(key); repeated {
		return Sent{Seq: first.seq, Time: first.time, Duplicate: true}, nil
	}
	m := t.c2cMessage(from, to, s)
	if !s.OnlineOnly {
		if err := t.appendC2C(p, from, m, by.Inst, s.NoSync && from != to); err != nil {
			return Sent{}, err
		}
	}
	t.remember(key, dupe{seq: m.Seq, time: m.Time})
	event := C2CMessage{By: by, Msg: m, Except: by.Inst, NoCallback: s.NoCallback}
	if from != to {
		event.ToUID = to.pub.UID
	}
	if from == to || !s.NoSync && !s.NoSyncPush {
		event.Sync = from.pub.UID
	}
	t.tell(event)
	return Sent{Seq: m.Seq, Time: m.Time}, nil
}

func (t *txn) c2cMessage(from, to *account, s *C2CSend) *Message {
	m := &Message{
		To: to.pub.ID, Seq: s.Seq, Random: s.Random, Time: t.time, ClientTime: s.ClientTime, ClientSeq: s.Seq, Priority: 2,
		Body: s.Body, Cloud: s.Cloud, NeedReceipt: s.NeedReceipt, NoUnread: s.NoUnread || from == to, NoLast: s.NoLast,
		OnlineOnly: s.OnlineOnly,
	}
	if m.ClientTime == 0 {
		m.ClientTime = t.time
	}
	m.sign(from, nil)
	return m
}

// pair finds the conversation of two users, or starts it.
func (t *txn) pair(x, y *account) (*pair, error) {
	key := keyOf(x.pub.UID, y.pub.UID)
	if p := t.c.pairs[key]; p != nil {
		return p, nil
	}
	if p := t.pairs[key]; p != nil {
		return p, nil
	}
	if x.pub.UID > y.pub.UID {
		x, y = y, x
	}
	t.c.lastPair++
	p := &pair{num: t.c.lastPair, a: x, b: y}
	if t.pairs == nil {
		t.pairs = map[pairKey]*pair{}
	}
	t.pairs[key] = p
	t.apply(func() { t.c.addPair(p) })
	return p, t.exec(insertPair, p.num, x.pub.UID, y.pub.UID, 0, 0)
}

func (t *txn) appendC2C(p *pair, from *account, m *Message, origin int64, noSync bool) error {
	t.lastC2C++
	m.ID = t.lastC2C
	err := t.exec(insertC2C, m.ID, p.num, from.pub.UID, m.Seq, m.Random, m.Time, m.ClientTime, flagsOf(m)|bit(noSync, flagNoSync),
		m.Version, m.uncounted(), origin, []byte(m.Body), m.Cloud, "")
	if err != nil {
		return err
	}
	preview := p.previewID
	if !m.NoLast {
		preview = m.ID
	}
	t.apply(func() { p.admit(from, m) })
	if m.NoLast {
		// The newest preview may be one of this commit, so it stays as it is in the row.
		return t.exec(touchPair, m.Time, p.num)
	}
	return t.exec(updatePair, m.Time, preview, p.num)
}

// admit keeps in memory what a new message changes. Called with the lock held.
func (p *pair) admit(from *account, m *Message) {
	p.lastTime = m.Time
	if !m.NoLast {
		p.preview, p.previewID = m, m.ID
	}
	to := p.other(from)
	from.dialogs[to].changed = m.Time
	d := to.dialogs[from]
	d.changed = m.Time
	if to.warm && !m.uncounted() {
		d.unread++
	}
}

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

func scanC2CRow(row scanner) (groupRow, error) {
	m := &Message{Priority: 2}
	r := groupRow{msg: m}
	var flags int
	var body []byte
	var rest string
	err := row.Scan(&m.ID, &r.sender, &m.Seq, &m.Random, &m.Time, &m.ClientTime, &flags, &m.Version, &body, &m.Cloud, &rest)
	if err != nil {
		return r, err
	}
	m.Body, m.ClientSeq = body, m.Seq
	m.setFlags(flags)
	r.hidden = flags&flagNoSync != 0
	return r, m.decodeExtra(rest)
}

// signC2C fills in the names. Called with the lock held or in the writer goroutine.
func (c *Core) signC2C(p *pair, r groupRow) {
	from := c.account(r.sender)
	if from == nil {
		return
	}
	r.msg.sign(from, nil)
	r.msg.To = p.other(from).pub.ID
}

// C2CPage is a page of a conversation of two, oldest first.
type C2CPage struct {
	Messages []*Message
	Complete bool // nothing more in this direction
	// Where the next page begins: the oldest message of the page, or the newest when going
	// forward.
	Time int64
	Key  string
}

// C2CQuery asks for a page of C2C history.
type C2CQuery struct {
	Peer    string
	N       int
	Time    int64  // of the last page; 0 at first
	Key     string // of the last page; "" at first
	Forward bool   // towards newer messages
	MinTime int64  // nothing older than this
	MaxTime int64  // nothing newer than this; 0 for no limit
}

// C2CHistory returns a page of messages between the actor and a peer, in the actor's view,
// oldest first. Without a key it begins at the newest message or at Time, going forward at
// the first message that is not older than Time.
func (c *Core) C2CHistory(ctx context.Context, by Actor, q C2CQuery) (C2CPage, error) {
	c.mu.RLock()
	d, err := c.dialogOf(by.User, q.Peer)
	c.mu.RUnlock()
	if err != nil || d == nil {
		return C2CPage{Complete: true, Time: q.Time, Key: q.Key}, err
	}
	n := min(max(q.N, 1), maxHistoryPage)
	where, args, err := c.c2cRange(ctx, d, q)
	if err != nil {
		return C2CPage{}, err
	}
	direction := "DESC"
	if q.Forward {
		direction = "ASC"
	}
	var rows []groupRow
	err = c.each(func(row scanner) error {
		r, err := scanC2CRow(row)
		rows = append(rows, r)
		return err
	}, `SELECT `+c2cColumns+` FROM c2c WHERE pair = ?`+where+` ORDER BY time `+direction+`, id `+direction+` LIMIT ?`,
		append(append([]any{d.pair.num}, args...), n+1)...)
	if err != nil {
		return C2CPage{}, err
	}
	page := C2CPage{Complete: len(rows) <= n, Time: q.Time, Key: q.Key}
	rows = rows[:min(n, len(rows))]
	if len(rows) > 0 {
		last := rows[len(rows)-1].msg
		page.Time, page.Key = last.Time, last.MsgKey()
	}
	page.Messages = c.viewOf(d, rows, !q.Forward)
	return page, nil
}

// viewOf names the authors and leaves out what this side must not see.
func (c *Core) viewOf(d *dialog, rows []groupRow, reverse bool) []*Message {
	c.mu.RLock()
	defer c.mu.RUnlock()
	list := make([]*Message, 0, len(rows))
	for i := range rows {
		r := rows[i]
		if reverse {
			r = rows[len(rows)-1-i]
		}
		if r.hidden && r.sender == d.acc.pub.UID {
			continue
		}
		c.signC2C(d.pair, r)
		list = append(list, r.msg)
	}
	return list
}

// c2cRange turns the position of a query into conditions.
func (c *Core) c2cRange(ctx context.Context, d *dialog, q C2CQuery) (where string, args []any, err error) {
	if q.MinTime > 0 {
		where, args = where+` AND time >= ?`, append(args, q.MinTime)
	}
	if q.MaxTime > 0 {
		where, args = where+` AND time <= ?`, append(args, q.MaxTime)
	}
	if q.Key == "" {
		switch {
		case q.Time <= 0:
		case q.Forward:
			where, args = where+` AND time >= ?`, append(args, q.Time)
		default:
			where, args = where+` AND time <= ?`, append(args, q.Time)
		}
		return where, args, nil
	}
	id, at, err := c.findKey(ctx, d.pair, q.Key)
	if err != nil {
		return "", nil, err
	}
	sign := "<"
	if q.Forward {
		sign = ">"
	}
	return where + ` AND (time, id) ` + sign + ` (?, ?)`, append(args, at, id), nil
}

// findKey finds the message of a MsgKey. A key that names no message stands for its time.
func (c *Core) findKey(ctx context.Context, p *pair, key string) (id, at int64, err error) {
	seq, random, at, ok := parseKey(key)
	if !ok {
		return 0, 0, refuse(90054, "MsgKey %q is not one of this server", key)
	}
	err = c.store.read.QueryRowContext(ctx, `SELECT id FROM c2c WHERE pair = ? AND time = ? AND seq = ? AND random = ?`, p.num, at, seq, random).Scan(&id)
	_, err = none(err)
	return id, at, err
}

func parseKey(key string) (seq, random uint32, at int64, ok bool) {
	parts := strings.Split(key, "_")
	if len(parts) != 3 {
		return 0, 0, 0, false
	}
	var numbers [3]uint64
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 10, 33)
		if err != nil {
			return 0, 0, 0, false
		}
		numbers[i] = n
	}
	return uint32(numbers[0]), uint32(numbers[1]), int64(numbers[2]), true
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

// LastC2C is the position to ask C2CSince from later.
func (c *Core) LastC2C(ctx context.Context) (int64, error) {
	return perform(ctx, c, false, func(t *txn) (int64, error) { return t.lastC2C, nil })
}

// maxSince bounds what is pulled at once after a reconnect.
const maxSince = 200

// C2CSince returns the user's C2C messages after a position, oldest first, without those
// that this instance sent itself. more says that there are further ones after next.
func (c *Core) C2CSince(ctx context.Context, by Actor, after int64) (list []*Message, next int64, more bool, err error) {
	last, err := c.LastC2C(ctx)
	if err != nil || after >= last {
		return nil, last, false, err
	}
	c.mu.RLock()
	acc := c.accounts[by.User]
	c.mu.RUnlock()
	if acc == nil {
		return nil, 0, false, refuse(CodeUnknownAccount, "account %s does not exist", by.User)
	}
	seen := 0
	err = c.each(func(row scanner) error {
		var num int64
		m := &Message{Priority: 2}
		var sender uint32
		var origin int64
		var flags int
		var body []byte
		if err := row.Scan(&m.ID, &num, &sender, &origin, &m.Seq, &m.Random, &m.Time, &m.ClientTime, &flags, &m.Version, &body, &m.Cloud); err != nil {
			return err
		}
		seen++
		next = m.ID
		m.Body, m.ClientSeq = body, m.Seq
		m.setFlags(flags)
		own := sender == acc.pub.UID
		if own && (flags&flagNoSync != 0 || (by.Inst != 0 && origin == by.Inst)) {
			return nil
		}
		c.mu.RLock()
		defer c.mu.RUnlock()
		p := c.pairByNum(acc, num)
		if p == nil {
			return nil
		}
		c.signC2C(p, groupRow{sender: sender, msg: m})
		list = append(list, m)
		return nil
	}, `SELECT id, pair, sender, origin, seq, random, time, client_time, flags, version, body, cloud FROM c2c
		WHERE id > ? AND id <= ? AND pair IN (SELECT num FROM pair WHERE a = ? OR b = ?) ORDER BY id LIMIT ?`,
		after, last, acc.pub.UID, acc.pub.UID, maxSince)
	if err != nil {
		return nil, 0, false, err
	}
	if seen < maxSince {
		return list, last, false, nil
	}
	return list, next, true, nil
}

func (c *Core) pairByNum(acc *account, num int64) *pair {
	for _, d := range acc.dialogs {
		if d.pair.num == num {
			return d.pair
		}
	}
	return nil
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

// c2cByKey finds a message; its msg is nil if there is none.
func (t *txn) c2cByKey(p *pair, key string) (groupRow, error) {
	seq, random, at, ok := parseKey(key)
	if !ok {
		return groupRow{}, refuse(90054, "MsgKey %q is not one of this server", key)
	}
	row, err := t.queryRow(`SELECT `+c2cColumns+` FROM c2c WHERE pair = ? AND time = ? AND seq = ? AND random = ?`, p.num, at, seq, random)
	if err != nil {
		return groupRow{}, err
	}
	r, err := scanC2CRow(row)
	if missing, err := none(err); missing || err != nil {
		return groupRow{}, err
	}
	t.c.signC2C(p, r)
	return r, nil
}

// rewriteC2C stores a changed message, and shows it if it is the preview.
func (t *txn) rewriteC2C(p *pair, r groupRow) error {
	m := r.msg
	t.apply(func() {
		if p.previewID == m.ID {
			p.preview = m
		}
		for _, d := range []*dialog{p.a.dialogs[p.b], p.b.dialogs[p.a]} {
			d.changed = t.time
		}
	})
	return t.exec(updateC2C, flagsOf(m)|bit(r.hidden, flagNoSync), m.Version, m.uncounted(), []byte(m.Body), m.Cloud, m.encodeExtra(), m.ID)
}
