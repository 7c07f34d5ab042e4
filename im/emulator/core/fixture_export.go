package core

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
)

// Export writes all data of the database as a fixture. No server may run on it.
func Export(ctx context.Context, path string, out io.Writer) error {
	s, err := openStore(path)
	if err != nil {
		return err
	}
	defer s.close()
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return s.explain(err)
	}
	defer tx.Rollback()
	buffer := bufio.NewWriter(out)
	e := exporter{ctx: ctx, tx: tx, out: json.NewEncoder(buffer), users: map[uint32]string{}, groups: map[int64]string{}}
	e.out.SetEscapeHTML(false)
	if err := e.run(); err != nil {
		return fmt.Errorf("export %s: %w", path, err)
	}
	return buffer.Flush()
}

type exporter struct {
	ctx    context.Context
	tx     *sql.Tx
	out    *json.Encoder
	users  map[uint32]string
	groups map[int64]string
}

func (e *exporter) run() error {
	if err := e.out.Encode(fixtureLine{Reddot: fixtureFormat, Version: fixtureVersion}); err != nil {
		return err
	}
	for _, step := range []func() error{
		e.accounts, e.exportGroups, e.members, e.messages, e.conversations, e.c2c, e.positions, e.dialogs, e.erased, e.values, e.files,
		e.relations, e.watches, e.folders, e.contacts, e.extensions, e.bans, e.applications, e.invitations, e.notices,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (e *exporter) each(scan func(scanner) error, query string, args ...any) error {
	rows, err := e.tx.QueryContext(e.ctx, query, args...)
	if err != nil {
		return err
	}
	return eachRow(rows, scan)
}

func (e *exporter) accounts() error {
	return e.each(func(row scanner) error {
		var a fixtureAccount
		var profile string
		if err := row.Scan(&a.Number, &a.ID, &a.Nick, &a.Face, &profile, &a.ValidAfter, &a.SilentC2C, &a.SilentGroup, &a.Status); err != nil {
			return err
		}
		e.users[a.Number] = a.ID
		a.ID, a.Deleted = cutMark(a.ID)
		var err error
		if a.Profile, err = decodeList[ProfileItem](profile); err != nil {
			return err
		}
		return e.out.Encode(fixtureLine{Account: &a})
	}, `SELECT account.uid, id, nick, face, profile, valid_after, coalesce(c2c, 0), coalesce(grp, 0), coalesce(text, '')
		FROM account LEFT JOIN silence ON silence.uid = account.uid LEFT JOIN status ON status.uid = account.uid ORDER BY account.uid`)
}

func (e *exporter) exportGroups() error {
	return e.each(func(row scanner) error {
		var g fixtureGroup
		var num int64
		var owner uint32
		var custom string
		if err := row.Scan(&num, &g.ID, &g.Type, &g.Name, &g.Introduction, &g.Notification, &g.Face, &owner, &g.Created, &g.InfoSeq, &g.InfoTime,
			&g.MaxMembers, &g.ApplyJoin, &g.InviteJoin, &g.MuteAll, &custom, &g.Last, &g.First, &g.LastTime, &g.Preview, &g.HidesPast,
			&g.Cleared); err != nil {
			return err
		}
		e.groups[num] = g.ID
		g.Owner = e.users[owner]
		var err error
		if g.Custom, err = decodeList[KV](custom); err != nil {
			return err
		}
		return e.out.Encode(fixtureLine{Group: &g})
	}, `SELECT num, id, type, name, introduction, notification, face, owner, created, info_seq, info_time, max_members, apply_join,
		invite_join, mute_all, custom, last, first, last_time, preview, hides_past, cleared FROM grp ORDER BY num`)
}

func (e *exporter) members() error {
	return e.each(func(row scanner) error {
		var m fixtureMember
		var group int64
		var user uint32
		var custom string
		if err := row.Scan(&group, &user, &m.Role, &m.Card, &m.Joined, &m.Flag, &m.MuteUntil, &custom, &m.Since); err != nil {
			return err
		}
		m.Group, m.User = e.groups[group], e.users[user]
		var err error
		if m.Custom, err = decodeList[KV](custom); err != nil {
			return err
		}
		return e.out.Encode(fixtureLine{Member: &m})
	}, `SELECT grp, uid, role, card, joined, flag, mute_until, custom, since FROM member ORDER BY row`)
}

// messages leaves out what was removed but is not yet purged.
func (e *exporter) messages() error {
	return e.each(func(row scanner) error {
		var m fixtureMessage
		var id int64
		var sender uint32
		var flags int
		var body, more, readers string
		if err := row.Scan(&id, &sender, &m.Random, &m.Time, &m.ClientTime, &m.ClientSeq, &m.Priority, &flags, &m.Version, &body, &m.Cloud,
			&more, &readers); err != nil {
			return err
		}
		m.Group, m.Seq, m.From = e.groups[id>>32], uint32(id), e.users[sender]
		var uids []uint32
		if err := json.Unmarshal([]byte(readers), &uids); err != nil {
			return err
		}
		for _, uid := range uids {
			m.ReadBy = append(m.ReadBy, e.users[uid])
		}
		return e.message(m, flags, body, more)
	}, `SELECT message.id, sender, random, time, client_time, client_seq, priority, flags, version, body, cloud, extra,
		(SELECT json_group_array(uid) FROM (SELECT uid FROM receipt WHERE receipt.id = message.id ORDER BY uid))
		FROM message JOIN grp ON grp.num = message.id >> 32 WHERE message.id & 0xffffffff >= grp.first ORDER BY message.id`)
}

// message writes a message with what its row holds encoded.
func (e *exporter) message(m fixtureMessage, flags int, body, more string) error {
	var err error
	if m.Flags, err = flagNames(flags); err != nil {
		return err
	}
	if more != "" {
		var x extra
		if err := json.Unmarshal([]byte(more), &x); err != nil {
			return err
		}
		m.Mentions, m.Directed, m.Revoker, m.Reason = x.Mentions, x.Directed, x.Revoker, x.Reason
	}
	m.Body = json.RawMessage(body)
	return e.out.Encode(fixtureLine{Message: &m})
}

func (e *exporter) conversations() error {
	return e.each(func(row scanner) error {
		var c fixtureConversation
		var a, b uint32
		if err := row.Scan(&a, &b, &c.Time, &c.Preview); err != nil {
			return err
		}
		c.Users = [2]string{e.users[a], e.users[b]}
		return e.out.Encode(fixtureLine{Conversation: &c})
	}, `SELECT a, b, last_time, preview FROM pair ORDER BY num`)
}

func (e *exporter) c2c() error {
	return e.each(func(row scanner) error {
		var m fixtureMessage
		var a, b, sender uint32
		var flags int
		var body, more string
		if err := row.Scan(&m.ID, &a, &b, &sender, &m.Seq, &m.Random, &m.Time, &m.ClientTime, &flags, &m.Version, &body, &m.Cloud, &more); err != nil {
			return err
		}
		receiver := b
		if sender == b {
			receiver = a
		}
		m.From, m.To = e.users[sender], e.users[receiver]
		return e.message(m, flags, body, more)
	}, `SELECT c2c.id, a, b, sender, seq, random, time, client_time, flags, version, body, cloud, extra
		FROM c2c JOIN pair ON pair.num = c2c.pair ORDER BY c2c.id`)
}

func (e *exporter) positions() error {
	return e.each(func(row scanner) error {
		var p fixturePosition
		var group int64
		var user uint32
		if err := row.Scan(&group, &user, &p.Read, &p.Hidden, &p.Pinned, &p.Cleared); err != nil {
			return err
		}
		p.Group, p.User = e.groups[group], e.users[user]
		return e.out.Encode(fixtureLine{Position: &p})
	}, `SELECT grp, uid, read, hidden, pinned, cleared FROM member WHERE read > 0 OR hidden > 0 OR pinned OR cleared > 0 ORDER BY row`)
}

func (e *exporter) dialogs() error {
	return e.each(func(row scanner) error {
		var p fixturePosition
		var a, b, user uint32
		if err := row.Scan(&a, &b, &user, &p.Read, &p.Time, &p.Hidden, &p.Pinned, &p.Cleared, &p.Flag); err != nil {
			return err
		}
		peer := b
		if user == b {
			peer = a
		}
		p.User, p.Peer = e.users[user], e.users[peer]
		return e.out.Encode(fixtureLine{Position: &p})
	}, `SELECT a, b, uid, read_id, read_time, hidden, pinned, cleared, flag FROM dialog JOIN pair ON pair.num = dialog.pair ORDER BY dialog.pair, uid`)
}
