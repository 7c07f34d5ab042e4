package core

import (
	"encoding/json"
	"fmt"
)

// fixtureRelations are what a user keeps of others: friends, their classes, who is blocked, requests that wait.
type fixtureRelations struct {
	User     string           `json:"user"`
	Friends  []fixtureFriend  `json:"friends,omitempty"`
	Classes  []string         `json:"classes,omitempty"`
	Blocked  []fixtureBlocked `json:"blocked,omitempty"`
	Requests []fixtureRequest `json:"requests,omitempty"`
	Seen     int64            `json:"seen,omitempty"`
	Changes  int64            `json:"changes,omitempty"`
}

type fixtureFriend struct {
	User string `json:"user"`
	Friend
}

type fixtureBlocked struct {
	User string `json:"user"`
	Blocked
}

type fixtureRequest struct {
	User string `json:"user"`
	FriendRequest
}

// fixtureWatches says whose status a user has subscribed to.
type fixtureWatches struct {
	User  string   `json:"user"`
	Users []string `json:"users"`
}

// fixtureFolder is a user's own group of conversations.
type fixtureFolder struct {
	User   string `json:"user"`
	Number int    `json:"number"`
	Name   string `json:"name"`
}

// fixtureContact is what a user noted about a conversation: the marks by their numbers, a text, the folders by theirs.
type fixtureContact struct {
	User    string `json:"user"`
	Group   string `json:"group,omitempty"`
	Peer    string `json:"peer,omitempty"`
	Marks   []int  `json:"marks,omitempty"`
	Custom  string `json:"custom,omitempty"`
	Folders []int  `json:"folders,omitempty"`
	Time    int64  `json:"time,omitempty"`
}

func (e *exporter) relations() error {
	return e.each(func(row scanner) error {
		var user uint32
		var text string
		if err := row.Scan(&user, &text); err != nil {
			return err
		}
		var r Relations
		if err := json.Unmarshal([]byte(text), &r); err != nil {
			return err
		}
		f := fixtureRelations{User: e.users[user], Classes: r.Classes, Seen: r.Seen, Changes: r.Seq}
		for _, friend := range r.Friends {
			id := e.users[friend.UID]
			friend.UID = 0
			f.Friends = append(f.Friends, fixtureFriend{id, friend})
		}
		for _, blocked := range r.Blocked {
			id := e.users[blocked.UID]
			blocked.UID = 0
			f.Blocked = append(f.Blocked, fixtureBlocked{id, blocked})
		}
		for _, request := range r.Requests {
			id := e.users[request.UID]
			request.UID = 0
			f.Requests = append(f.Requests, fixtureRequest{id, request})
		}
		return e.out.Encode(fixtureLine{Relations: &f})
	}, `SELECT uid, data FROM relation ORDER BY uid`)
}

func (e *exporter) watches() error {
	return e.each(func(row scanner) error {
		var user uint32
		var text string
		if err := row.Scan(&user, &text); err != nil {
			return err
		}
		var uids []uint32
		if err := json.Unmarshal([]byte(text), &uids); err != nil {
			return err
		}
		return e.out.Encode(fixtureLine{Watches: &fixtureWatches{User: e.users[user], Users: e.names(uids)}})
	}, `SELECT who, json_group_array(whom) FROM (SELECT * FROM watch ORDER BY who, whom) GROUP BY who ORDER BY who`)
}

func (e *exporter) names(uids []uint32) []string {
	var list []string
	for _, uid := range uids {
		list = append(list, e.users[uid])
	}
	return list
}

func (e *exporter) folders() error {
	return e.each(func(row scanner) error {
		var f fixtureFolder
		var user uint32
		err := row.Scan(&user, &f.Number, &f.Name)
		if err != nil {
			return err
		}
		f.User = e.users[user]
		return e.out.Encode(fixtureLine{Folder: &f})
	}, `SELECT uid, num, name FROM folder ORDER BY uid, num`)
}

func (e *exporter) contacts() error {
	return e.each(func(row scanner) error {
		var c fixtureContact
		var user uint32
		var marks int64
		var folders string
		if err := row.Scan(&user, &c.Peer, &c.Group, &marks, &c.Custom, &folders, &c.Time); err != nil {
			return err
		}
		c.User = e.users[user]
		for mark := range 64 {
			if uint64(marks)&(1<<mark) != 0 {
				c.Marks = append(c.Marks, mark)
			}
		}
		var err error
		if c.Folders, err = decodeList[int](folders); err != nil {
			return err
		}
		return e.out.Encode(fixtureLine{Contact: &c})
	}, `SELECT uid, peer, grp, marks, custom, folders, time FROM contact ORDER BY uid, peer, grp`)
}

func (i *importer) relations(f fixtureRelations) error {
	user, err := i.someone(f.User)
	if err != nil {
		return err
	}
	r := Relations{Classes: f.Classes, Seen: f.Seen, Seq: f.Changes}
	for _, friend := range f.Friends {
		if friend.UID, err = i.someone(friend.User); err != nil {
			return err
		}
		r.Friends = append(r.Friends, friend.Friend)
	}
	for _, blocked := range f.Blocked {
		if blocked.UID, err = i.someone(blocked.User); err != nil {
			return err
		}
		r.Blocked = append(r.Blocked, blocked.Blocked)
	}
	for _, request := range f.Requests {
		if request.UID, err = i.someone(request.User); err != nil {
			return err
		}
		r.Requests = append(r.Requests, request.FriendRequest)
	}
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return i.write("relations of "+f.User, `INSERT INTO relation VALUES (?,?)`, user, string(text))
}

// someone finds the number of an account that must be named.
func (i *importer) someone(id string) (uint32, error) {
	if id == "" {
		return 0, fmt.Errorf("the field user is missing")
	}
	return i.user(id)
}

// write runs SQL that is too rare to be prepared; what names it in an error.
func (i *importer) write(what, text string, args ...any) error {
	if _, err := i.tx.Exec(text, args...); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

func (i *importer) watches(f fixtureWatches) error {
	who, err := i.someone(f.User)
	if err != nil {
		return err
	}
	for _, id := range f.Users {
		whom, err := i.someone(id)
		if err != nil {
			return err
		}
		if err := i.write("the subscription to "+id, `INSERT INTO watch VALUES (?,?)`, who, whom); err != nil {
			return err
		}
	}
	return nil
}

func (i *importer) folder(f fixtureFolder) error {
	user, err := i.someone(f.User)
	if err != nil {
		return err
	}
	return i.write(fmt.Sprintf("folder %d of %s", f.Number, f.User), `INSERT INTO folder VALUES (?,?,?)`, user, f.Number, f.Name)
}

func (i *importer) contact(c fixtureContact) error {
	user, err := i.someone(c.User)
	if err != nil {
		return err
	}
	if (c.Group == "") == (c.Peer == "") {
		return fmt.Errorf("a contact has a group or a peer")
	}
	var marks uint64
	for _, mark := range c.Marks {
		if mark < 0 || mark >= 64 {
			return fmt.Errorf("mark %d: marks are numbered 0 to 63", mark)
		}
		marks |= 1 << mark
	}
	folders := encodeList(c.Folders)
	if folders == "" {
		folders = "[]"
	}
	return i.write("the contact", `INSERT INTO contact VALUES (?,?,?,?,?,?,?)`, user, c.Peer, c.Group, int64(marks), c.Custom, folders, c.Time)
}
