package core

import (
	"context"
	"database/sql"
	"encoding/json"
)

// Files of messages lie outside; what is kept here is who may see them: who uploaded a file,
// and who takes part in a conversation in which somebody posted it who could see it. Files
// that are somebody's face, or a group's, are for everybody.

// Where a file is, in the column kind; num is the number of what it names.
const (
	fileUploader = "user"
	fileGroup    = "group"
	filePair     = "pair"
	fileFace     = "face"
)

// AddFile notes who uploaded a file.
func (c *Core) AddFile(ctx context.Context, user, key string) error {
	return c.change(ctx, func(t *txn) error {
		acc := c.accounts[user]
		if acc == nil {
			return refuse(CodeUnknownAccount, "account %s does not exist", user)
		}
		return t.exec(insertMedia, key, fileUploader, acc.pub.UID)
	})
}

// filePlace is one row of the table.
type filePlace struct {
	kind string
	num  int64
}

const filePlaces = `SELECT kind, num FROM media WHERE key = ?`

// MaySee tells whether an account, by its number, may see a file now; 0 is who is not logged
// in.
func (c *Core) MaySee(ctx context.Context, uid uint32, key string) (bool, error) {
	rows, err := c.store.read.QueryContext(ctx, filePlaces, key)
	if err != nil {
		return false, err
	}
	places, err := scanPlaces(rows)
	if err != nil {
		return false, err
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.reaches(c.account(uid), places), nil
}

// reaches tells whether an account takes part in one of the places. Called with the lock
// held or in the writer goroutine.
func (c *Core) reaches(acc *account, places []filePlace) bool {
	if acc != nil && acc.deleted {
		return false
	}
	for _, p := range places {
		switch {
		case p.kind == fileFace, p.kind == fileGroup && c.isLive(p.num):
			return true
		case acc == nil:
		case p.kind == fileUploader && p.num == int64(acc.pub.UID),
			p.kind == fileGroup && acc.isIn(p.num),
			p.kind == filePair && acc.dialogByNum(p.num) != nil:
			return true
		}
	}
	return false
}

func (acc *account) isIn(group int64) bool {
	for g := range acc.joined {
		if g.num == group {
			return true
		}
	}
	return false
}

// isLive tells whether a group is a live room, which anybody watches.
func (c *Core) isLive(num int64) bool {
	for _, g := range c.groups {
		if g.num == num {
			return g.info.Type == AVChatRoom
		}
	}
	return false
}

// postFiles notes in which conversations the files of new and edited messages are.
func (t *txn) postFiles() error {
	if t.c.files == nil {
		return nil
	}
	for _, e := range t.events {
		var err error
		switch e := e.(type) {
		case GroupMessage:
			if g := t.c.groups[e.Group.ID]; g != nil && !e.Msg.Tip {
				err = t.post(e.Msg, e.By.Admin, filePlace{fileGroup, g.num})
			}
		case C2CMessage:
			err = t.postC2C(e.Msg, e.By.Admin)
		case Edited:
			if e.Group == nil {
				err = t.postC2C(e.Msg, false)
			} else if g := t.c.groups[e.Group.ID]; g != nil {
				err = t.post(e.Msg, false, filePlace{fileGroup, g.num})
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *txn) postC2C(m *Message, admin bool) error {
	from, to := t.c.accounts[m.From], t.c.accounts[m.To]
	if from == nil || to == nil {
		return nil
	}
	p, err := t.pair(from, to)
	if err != nil {
		return err
	}
	return t.post(m, admin, filePlace{filePair, p.num})
}

// post notes where the files of a message are, as far as its author may see them: naming a
// file gives nobody access to it who has none.
func (t *txn) post(m *Message, admin bool, place filePlace) error {
	for _, key := range t.c.filesIn(m.Body) {
		allowed := admin
		if !allowed {
			rows, err := t.query(filePlaces, key)
			if err != nil {
				return err
			}
			places, err := scanPlaces(rows)
			if err != nil {
				return err
			}
			allowed = t.c.reaches(t.c.accounts[m.From], places)
		}
		if !allowed {
			continue
		}
		if err := t.exec(insertMedia, key, place.kind, place.num); err != nil {
			return err
		}
	}
	return nil
}

func (c *Core) filesIn(body json.RawMessage) []string {
	if c.files == nil {
		return nil
	}
	return c.files(body)
}

func scanPlaces(rows *sql.Rows) (places []filePlace, err error) {
	err = eachRow(rows, func(row scanner) error {
		var p filePlace
		err := row.Scan(&p.kind, &p.num)
		places = append(places, p)
		return err
	})
	return places, err
}

// showFace makes the file behind an address, if it is one of this server, somebody's face.
func (t *txn) showFace(by Actor, address string) error {
	return t.post(&Message{From: by.User, Body: json.RawMessage(address)}, by.Admin, filePlace{fileFace, 0})
}
