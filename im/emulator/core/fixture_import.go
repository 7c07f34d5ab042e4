package core

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// ErrNotEmpty is returned when a fixture is to go where data is already.
var ErrNotEmpty = errors.New("the server has data already")

// Import puts a fixture into an empty database, all of it or nothing. A database counts as
// empty that holds at most the account of the app admin. No server may run on it. Errors of
// the fixture name the line.
func Import(ctx context.Context, path string, in io.Reader) error {
	s, err := openStore(path)
	if err != nil {
		return err
	}
	defer s.close()
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return s.explain(err)
	}
	defer tx.Rollback() // after a commit it does nothing
	i := importer{store: s, tx: tx, accounts: map[string]uint32{}, groups: map[string]*fixtureEnd{}, pairs: map[pairKey]*fixtureTalk{}}
	if err := i.requireEmpty(); err != nil {
		return err
	}
	if err := i.lines(in); err != nil {
		return err
	}
	if err := i.finish(); err != nil {
		return fmt.Errorf("import: %w", err)
	}
	return tx.Commit()
}

// fixtureEnd is the end of a group's history. It is fixed where the group's line told it.
type fixtureEnd struct {
	num         int64
	row         fixtureGroup
	kind        GroupType
	fixed       bool
	lastCounted uint32
}

// fixtureTalk is a conversation of two.
type fixtureTalk struct {
	num, time, preview int64
	fixed              bool
}

type importer struct {
	store    *store
	tx       *sql.Tx
	accounts map[string]uint32
	last     uint32 // number of an account
	groups   map[string]*fixtureEnd
	order    []*fixtureEnd
	pairs    map[pairKey]*fixtureTalk
	talks    []*fixtureTalk
	members  int64
	c2c      int64
}

func (i *importer) exec(id statement, args ...any) error {
	_, err := i.tx.Stmt(i.store.prepared[id]).Exec(args...)
	return err
}

func (i *importer) requireEmpty() error {
	var accounts, rest int
	err := i.tx.QueryRow(`SELECT (SELECT count(*) FROM account), (SELECT count(*) FROM grp) + (SELECT count(*) FROM pair)`).Scan(&accounts, &rest)
	if err != nil {
		return err
	}
	if accounts > 1 || rest > 0 {
		return ErrNotEmpty
	}
	_, err = i.tx.Exec(`DELETE FROM account`)
	return err
}

// maxFixtureLine bounds a line; a message is much smaller.
const maxFixtureLine = 1 << 20

func (i *importer) lines(in io.Reader) error {
	scan := bufio.NewScanner(in)
	scan.Buffer(nil, maxFixtureLine)
	for n := 1; scan.Scan(); n++ {
		if len(bytes.TrimSpace(scan.Bytes())) == 0 {
			continue
		}
		var line fixtureLine
		decoder := json.NewDecoder(bytes.NewReader(scan.Bytes()))
		decoder.DisallowUnknownFields()
		err := decoder.Decode(&line)
		if err == nil && n == 1 {
			err = checkHeader(line)
		} else if err == nil {
			err = i.line(line)
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	if err := scan.Err(); err != nil {
		return fmt.Errorf("read the fixture: %w", err)
	}
	if i.last == 0 {
		return errors.New("the fixture is empty")
	}
	return nil
}

func checkHeader(line fixtureLine) error {
	switch {
	case line.Reddot != fixtureFormat:
		return fmt.Errorf(`this is no fixture: the first line must be {"reddot":"%s","version":%d}`, fixtureFormat, fixtureVersion)
	case line.Version != fixtureVersion:
		return fmt.Errorf("the fixture has version %d, this program knows %d; use the program that wrote it", line.Version, fixtureVersion)
	}
	return nil
}

func (i *importer) line(line fixtureLine) error {
	switch {
	case line.Account != nil:
		return i.account(*line.Account)
	case line.Group != nil:
		return i.group(*line.Group)
	case line.Member != nil:
		return i.member(*line.Member)
	case line.Message != nil && line.Message.Group != "":
		return i.groupMessage(*line.Message)
	case line.Message != nil:
		return i.c2cMessage(*line.Message)
	case line.Position != nil && line.Position.Group != "":
		return i.position(*line.Position)
	case line.Position != nil:
		return i.dialog(*line.Position)
	case line.Conversation != nil:
		return i.conversation(*line.Conversation)
	case line.Erased != nil:
		return i.erased(*line.Erased)
	case line.Values != nil:
		return i.values(*line.Values)
	case line.File != nil:
		return i.file(*line.File)
	}
	return i.furtherLine(line)
}

func (i *importer) furtherLine(line fixtureLine) error {
	switch {
	case line.Relations != nil:
		return i.relations(*line.Relations)
	case line.Watches != nil:
		return i.watches(*line.Watches)
	case line.Folder != nil:
		return i.folder(*line.Folder)
	case line.Contact != nil:
		return i.contact(*line.Contact)
	case line.Extensions != nil:
		return i.extensions(*line.Extensions)
	case line.Ban != nil:
		return i.ban(*line.Ban)
	case line.Application != nil:
		return i.application(*line.Application)
	case line.Invitation != nil:
		return i.invitation(*line.Invitation)
	case line.Notice != nil:
		return i.notice(*line.Notice)
	}
	return errors.New("it must be one of " + fixtureKinds)
}

// user finds the number of an account; "" is nobody.
func (i *importer) user(id string) (uint32, error) {
	if number, known := i.accounts[id]; known || id == "" {
		return number, nil
	}
	return 0, fmt.Errorf("account %q is not known here; its line must stand before", id)
}

func (i *importer) groupOf(id string) (*fixtureEnd, error) {
	if g, known := i.groups[id]; known {
		return g, nil
	}
	return nil, fmt.Errorf("group %q is not known here; its line must stand before", id)
}

func (i *importer) account(a fixtureAccount) error {
	if a.Number == 0 {
		a.Number = i.last + 1
	}
	if err := checkUserID(a.ID); err != nil {
		return err
	}
	if a.Deleted {
		a.ID = fmt.Sprint(a.ID, deletedMark, a.Number)
	}
	if _, taken := i.accounts[a.ID]; taken {
		return fmt.Errorf("account %q is there twice", a.ID)
	}
	i.accounts[a.ID], i.last = a.Number, max(i.last, a.Number)
	if err := i.exec(insertAccount, a.Number, a.ID, a.Nick, a.Face, encodeList(a.Profile), a.ValidAfter); err != nil {
		return err
	}
	if a.SilentC2C != 0 || a.SilentGroup != 0 {
		if err := i.write("the silence", `INSERT INTO silence VALUES (?,?,?)`, a.Number, a.SilentC2C, a.SilentGroup); err != nil {
			return err
		}
	}
	if a.Status == "" {
		return nil
	}
	return i.write("the status", `INSERT INTO status VALUES (?,?)`, a.Number, a.Status)
}

func (i *importer) group(g fixtureGroup) error {
	kind, known := ParseGroupType(g.Type)
	if !known {
		return fmt.Errorf("group %q has the unknown type %q", g.ID, g.Type)
	}
	if _, taken := i.groups[g.ID]; taken || g.ID == "" {
		return fmt.Errorf("group %q has no id or is there twice", g.ID)
	}
	owner, err := i.user(g.Owner)
	if err != nil {
		return err
	}
	end := &fixtureEnd{num: int64(len(i.groups) + 1), kind: kind, fixed: g.First > 0}
	g.First = max(g.First, 1)
	if g.MaxMembers == 0 {
		g.MaxMembers = rulesOf[kind].max
	}
	if g.ApplyJoin == "" {
		g.ApplyJoin = rulesOf[kind].apply
	}
	if g.InviteJoin == "" {
		g.InviteJoin = FreeAccess
	}
	g.InfoSeq = max(g.InfoSeq, 1)
	g.LastTime = max(g.LastTime, g.Created)
	end.row = g
	i.groups[g.ID], i.order = end, append(i.order, end)
	return i.exec(insertGroup, end.num, g.ID, kind, g.Name, g.Introduction, g.Notification, g.Face, owner, g.Created, g.InfoSeq, g.InfoTime,
		g.MaxMembers, g.ApplyJoin, g.InviteJoin, g.MuteAll, encodeList(g.Custom), g.Last, g.First, g.LastTime, g.Preview,
		g.HidesPast, g.Cleared)
}

func (i *importer) member(m fixtureMember) error {
	g, err := i.groupOf(m.Group)
	if err != nil {
		return err
	}
	user, err := i.user(m.User)
	if err != nil {
		return err
	}
	if m.Role == "" {
		m.Role = RoleMember
		if m.User == g.row.Owner {
			m.Role = RoleOwner
		}
	}
	if m.Flag == "" {
		m.Flag = AcceptAndNotify
	}
	if m.Joined == 0 {
		m.Joined = g.row.Created
	}
	i.members++
	return i.exec(insertMember, i.members, g.num, user, m.Role, m.Card, m.Joined, 0, m.Flag, m.MuteUntil, encodeList(m.Custom), 0, false, m.Since)
}

func (i *importer) position(p fixturePosition) error {
	g, err := i.groupOf(p.Group)
	if err != nil {
		return err
	}
	user, err := i.user(p.User)
	if err != nil {
		return err
	}
	result, err := i.tx.Exec(`UPDATE member SET read=?, hidden=?, pinned=?, cleared=? WHERE grp=? AND uid=?`, p.Read, p.Hidden, p.Pinned, p.Cleared, g.num, user)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); n == 1 || err != nil {
		return err
	}
	return fmt.Errorf("%s is no member of group %s", p.User, p.Group)
}

func (i *importer) dialog(p fixturePosition) error {
	t, user, _, err := i.talk(p.User, p.Peer)
	if err != nil {
		return err
	}
	if err := i.exec(upsertDialog, t.num, user, p.Read, p.Time, p.Hidden, p.Pinned); err != nil {
		return err
	}
	if err := i.exec(upsertC2CFlag, t.num, user, p.Flag); err != nil {
		return err
	}
	return i.exec(upsertCleared, t.num, user, p.Read, p.Time, p.Cleared)
}

// finish writes what followed from the messages.
func (i *importer) finish() error {
	for _, g := range i.order {
		if g.kind.KeepsHistory() && max(g.lastCounted, g.row.First-1) != g.row.Last {
			return fmt.Errorf("the messages of group %s end at %d, its line says %d", g.row.ID, g.lastCounted, g.row.Last)
		}
		if g.row.Preview > g.row.Last {
			return fmt.Errorf("group %s has its preview, %d, after its last message, %d", g.row.ID, g.row.Preview, g.row.Last)
		}
		if err := i.exec(updateHead, g.row.Last, g.row.First, g.row.LastTime, g.row.Preview, g.num); err != nil {
			return err
		}
	}
	for _, t := range i.talks {
		if err := i.exec(updatePair, t.time, t.preview, t.num); err != nil {
			return err
		}
	}
	return nil
}
