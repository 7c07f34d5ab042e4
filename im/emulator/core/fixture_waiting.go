package core

import (
	"encoding/json"
	"errors"
)

// fixtureBan keeps somebody out of a live room until a time.
type fixtureBan struct {
	Group string `json:"group"`
	User  string `json:"user"`
	Until int64  `json:"until"`
}

// fixtureApplication waits for an admin; with an inviter, it is of somebody who was invited.
type fixtureApplication struct {
	Group   string `json:"group"`
	User    string `json:"user"`
	Inviter string `json:"inviter,omitempty"`
	Key     int64  `json:"key"`
	Auth    string `json:"auth"`
	Remark  string `json:"remark,omitempty"`
	Time    int64  `json:"time,omitempty"`
}

// fixtureInvitation waits for the invited.
type fixtureInvitation struct {
	Group   string `json:"group"`
	User    string `json:"user"`
	Inviter string `json:"inviter"`
	Key     int64  `json:"key"`
	Auth    string `json:"auth"`
}

// fixtureNotice is a notice or a mention that waits for users, as it is stored.
type fixtureNotice struct {
	Number int64           `json:"number"`
	Time   int64           `json:"time"`
	Users  []string        `json:"users"`
	Data   json.RawMessage `json:"data"`
}

// fixtureExtensions are the extensions of a message: in a group by its sequence, in C2C by its id.
type fixtureExtensions struct {
	Group   string      `json:"group,omitempty"`
	Message int64       `json:"message"`
	Latest  uint32      `json:"latest"`
	Cleared uint32      `json:"cleared,omitempty"`
	Values  []Extension `json:"values,omitempty"`
}

func (e *exporter) bans() error {
	return e.each(func(row scanner) error {
		var b fixtureBan
		var group int64
		var user uint32
		if err := row.Scan(&group, &user, &b.Until); err != nil {
			return err
		}
		b.Group, b.User = e.groups[group], e.users[user]
		return e.out.Encode(fixtureLine{Ban: &b})
	}, `SELECT grp, uid, until FROM banned JOIN grp ON grp.num = banned.grp ORDER BY grp, uid`)
}

func (e *exporter) applications() error {
	return e.each(func(row scanner) error {
		var a fixtureApplication
		var group int64
		var user, inviter uint32
		if err := row.Scan(&a.Key, &group, &user, &a.Remark, &a.Auth, &a.Time, &inviter); err != nil {
			return err
		}
		a.Group, a.User, a.Inviter = e.groups[group], e.users[user], e.users[inviter]
		return e.out.Encode(fixtureLine{Application: &a})
	}, `SELECT key, grp, uid, remark, auth, time, inviter FROM application ORDER BY key`)
}

func (e *exporter) invitations() error {
	return e.each(func(row scanner) error {
		var v fixtureInvitation
		var group int64
		var user, inviter uint32
		if err := row.Scan(&user, &group, &inviter, &v.Key, &v.Auth); err != nil {
			return err
		}
		v.Group, v.User, v.Inviter = e.groups[group], e.users[user], e.users[inviter]
		return e.out.Encode(fixtureLine{Invitation: &v})
	}, `SELECT uid, grp, inviter, key, auth FROM invitation ORDER BY uid, key, grp, inviter`)
}

// notices leaves out those that wait for nobody any more.
func (e *exporter) notices() error {
	return e.each(func(row scanner) error {
		var n fixtureNotice
		var users, data string
		if err := row.Scan(&n.Number, &n.Time, &data, &users); err != nil {
			return err
		}
		var uids []uint32
		if err := json.Unmarshal([]byte(users), &uids); err != nil {
			return err
		}
		n.Users, n.Data = e.names(uids), json.RawMessage(data)
		return e.out.Encode(fixtureLine{Notice: &n})
	}, `SELECT id, time, data, (SELECT json_group_array(uid) FROM (SELECT uid FROM queued WHERE queued.id = notice.id ORDER BY uid))
		FROM notice WHERE id IN (SELECT id FROM queued) ORDER BY id`)
}

// extensions leaves out those of messages that are gone.
func (e *exporter) extensions() error {
	return e.each(func(row scanner) error {
		var x fixtureExtensions
		var group int64
		var values string
		if err := row.Scan(&group, &x.Message, &x.Latest, &x.Cleared, &values); err != nil {
			return err
		}
		x.Group = e.groups[group]
		if err := json.Unmarshal([]byte(values), &x.Values); err != nil {
			return err
		}
		return e.out.Encode(fixtureLine{Extensions: &x})
	}, `SELECT place, number, latest, cleared,
		(SELECT json_group_array(json_object('Key', key, 'Value', value, 'Seq', seq)) FROM (SELECT * FROM extension WHERE message = x.message ORDER BY key))
		FROM (SELECT extended.message AS message, extended.message >> 32 AS place, extended.message & 0xffffffff AS number, latest, extended.cleared AS cleared
				FROM extended JOIN message ON message.id = extended.message JOIN grp ON grp.num = message.id >> 32 WHERE message.id & 0xffffffff >= grp.first
			UNION ALL SELECT extended.message, 0, c2c.id, latest, extended.cleared FROM extended JOIN c2c ON c2c.id = -extended.message) x ORDER BY place, number`)
}

// place finds a group and one of its users.
func (i *importer) place(group, user string) (*fixtureEnd, uint32, error) {
	g, err := i.groupOf(group)
	if err != nil {
		return nil, 0, err
	}
	uid, err := i.someone(user)
	return g, uid, err
}

func (i *importer) ban(b fixtureBan) error {
	g, user, err := i.place(b.Group, b.User)
	if err != nil {
		return err
	}
	return i.write("the ban", `INSERT INTO banned VALUES (?,?,?)`, g.num, user, b.Until)
}

func (i *importer) application(a fixtureApplication) error {
	g, user, err := i.place(a.Group, a.User)
	if err != nil {
		return err
	}
	inviter, err := i.user(a.Inviter)
	if err != nil {
		return err
	}
	return i.exec(insertApplication, a.Key, g.num, user, a.Remark, a.Auth, a.Time, inviter)
}

func (i *importer) invitation(v fixtureInvitation) error {
	g, user, err := i.place(v.Group, v.User)
	if err != nil {
		return err
	}
	inviter, err := i.someone(v.Inviter)
	if err != nil {
		return err
	}
	return i.write("the invitation", `INSERT INTO invitation VALUES (?,?,?,?,?)`, user, g.num, inviter, v.Key, v.Auth)
}

func (i *importer) notice(n fixtureNotice) error {
	var q Queued
	if err := json.Unmarshal(n.Data, &q); err != nil {
		return err
	}
	if (q.Notice == nil) == (q.Mention == nil) || q.Notice != nil && q.Notice.Group == nil {
		return errors.New("a notice has either a Notice, with its Group, or a Mention")
	}
	if err := i.exec(insertNotice, n.Number, n.Time, string(n.Data)); err != nil {
		return err
	}
	for _, id := range n.Users {
		user, err := i.someone(id)
		if err != nil {
			return err
		}
		if err := i.exec(insertQueued, user, n.Number); err != nil {
			return err
		}
	}
	return nil
}

func (i *importer) extensions(x fixtureExtensions) error {
	id := -x.Message
	if x.Group != "" {
		g, err := i.groupOf(x.Group)
		if err != nil {
			return err
		}
		id = g.num<<32 | x.Message
	}
	if err := i.write("the extensions", `INSERT INTO extended VALUES (?,?,?)`, id, x.Latest, x.Cleared); err != nil {
		return err
	}
	for _, value := range x.Values {
		if err := i.write("extension "+value.Key, `INSERT INTO extension VALUES (?,?,?,?)`, id, value.Key, value.Value, value.Seq); err != nil {
			return err
		}
	}
	return nil
}
