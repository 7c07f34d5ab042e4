package core

import (
	"database/sql"
	"encoding/json"
	"errors"
)

type scanner interface{ Scan(...any) error }

// eachRow calls scan for every row and closes them.
func eachRow(rows *sql.Rows, scan func(scanner) error) error {
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// What a message row's flags hold.
const (
	flagTip = 1 << iota
	flagNeedReceipt
	flagNoUnread
	flagNoLast
	flagRecalled
	flagPeerRead
	flagNoSync
	flagExtensible
)

// extra is the rare rest of a message row, as JSON.
type extra struct {
	Mentions []Mention `json:",omitempty"`
	Directed []string  `json:",omitempty"`
	Revoker  string    `json:",omitempty"`
	Reason   string    `json:",omitempty"`
	To       string    `json:",omitempty"`
}

func flagsOf(m *Message) int {
	return bit(m.Tip, flagTip) | bit(m.NeedReceipt, flagNeedReceipt) | bit(m.NoUnread, flagNoUnread) |
		bit(m.NoLast, flagNoLast) | bit(m.Recalled, flagRecalled) | bit(m.PeerRead, flagPeerRead) |
		bit(m.Extensible, flagExtensible)
}

func bit(set bool, flag int) int {
	if set {
		return flag
	}
	return 0
}

func (m *Message) setFlags(flags int) {
	m.Tip = flags&flagTip != 0
	m.NeedReceipt = flags&flagNeedReceipt != 0
	m.NoUnread = flags&flagNoUnread != 0
	m.NoLast = flags&flagNoLast != 0
	m.Recalled = flags&flagRecalled != 0
	m.PeerRead = flags&flagPeerRead != 0
	m.Extensible = flags&flagExtensible != 0
}

// uncounted tells whether the message is nobody's unread message.
func (m *Message) uncounted() bool { return m.NoUnread || m.Recalled || len(m.Directed) > 0 }

func (m *Message) encodeExtra() string {
	if len(m.Mentions) == 0 && len(m.Directed) == 0 && m.Revoker == "" && m.Reason == "" {
		return ""
	}
	text, err := json.Marshal(extra{Mentions: m.Mentions, Directed: m.Directed, Revoker: m.Revoker, Reason: m.Reason})
	if err != nil {
		panic("core: plain values must encode: " + err.Error())
	}
	return string(text)
}

func (m *Message) decodeExtra(text string) error {
	if text == "" {
		return nil
	}
	var e extra
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		return err
	}
	m.Mentions, m.Directed, m.Revoker, m.Reason = e.Mentions, e.Directed, e.Revoker, e.Reason
	return nil
}

const messageColumns = `id, sender, random, time, client_time, client_seq, priority, flags, version, body, cloud, extra`

// groupRow is a message row whose author's names are still to be filled in.
type groupRow struct {
	sender uint32
	msg    *Message
	hidden bool // C2C: not in the author's view
}

func scanGroupRow(row scanner) (groupRow, error) {
	m := &Message{}
	r := groupRow{msg: m}
	var id int64
	var flags int
	var body []byte
	var rest string
	err := row.Scan(&id, &r.sender, &m.Random, &m.Time, &m.ClientTime, &m.ClientSeq, &m.Priority, &flags, &m.Version, &body, &m.Cloud, &rest)
	if err != nil {
		return r, err
	}
	m.Seq, m.Body = uint32(id), body
	m.setFlags(flags)
	return r, m.decodeExtra(rest)
}

// sign fills in who wrote the message, by the names of now. Called with the lock held or
// in the writer goroutine.
func (m *Message) sign(acc *account, g *group) {
	if acc == nil {
		return
	}
	m.From, m.TinyID, m.Nick, m.Face = acc.pub.ID, acc.pub.TinyID, acc.pub.Nick, acc.pub.Face
	if g == nil {
		return
	}
	m.Group = g.info.ID
	if mem := g.members[acc.pub.UID]; mem != nil {
		m.Card = mem.card
	}
}

// none turns "no such row" into a plain answer.
func none(err error) (bool, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return true, nil
	}
	return false, err
}
