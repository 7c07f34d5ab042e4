package core

import (
	"context"
	"strconv"
	"strings"
)

const c2cColumns = `id, sender, seq, random, time, client_time, flags, version, body, cloud, extra`

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
		if r.hidden && r.sender == d.acc.pub.UID || !d.sees(r.msg.ID) {
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
		d := acc.dialogByNum(num)
		if d == nil || !d.sees(m.ID) {
			return nil
		}
		c.signC2C(d.pair, groupRow{sender: sender, msg: m})
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

func (acc *account) dialogByNum(num int64) *dialog {
	for _, d := range acc.dialogs {
		if d.pair.num == num {
			return d
		}
	}
	return nil
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
