package core

import (
	"encoding/json"
	"fmt"
)

// fixtureErased are messages that a user deleted for themselves: in a group by sequence, in
// C2C by id.
type fixtureErased struct {
	User  string  `json:"user"`
	Group string  `json:"group,omitempty"`
	Peer  string  `json:"peer,omitempty"`
	IDs   []int64 `json:"messages"`
}

// fixtureValues are the attributes and counters of a group. Changes counts those of the
// attributes.
type fixtureValues struct {
	Group      string      `json:"group"`
	Changes    uint32      `json:"changes,omitempty"`
	Attributes []Attribute `json:"attributes,omitempty"`
	Counters   []Counter   `json:"counters,omitempty"`
}

// fixtureFile says who may see a file: who uploaded it and where it was posted; Face is for
// everybody. The file itself lies in the directory of the server.
type fixtureFile struct {
	Key    string      `json:"key"`
	Users  []string    `json:"users,omitempty"`
	Groups []string    `json:"groups,omitempty"`
	Talks  [][2]string `json:"talks,omitempty"`
	Face   bool        `json:"face,omitempty"`
}

func (e *exporter) erased() error {
	return e.each(func(row scanner) error {
		var f fixtureErased
		var place, user, a, b int64
		var ids string
		if err := row.Scan(&place, &user, &a, &b, &ids); err != nil {
			return err
		}
		f.User = e.users[uint32(user)]
		f.Group = e.groups[place]
		if place == 0 {
			f.Peer = e.users[uint32(a)]
			if a == user {
				f.Peer = e.users[uint32(b)]
			}
		}
		if err := json.Unmarshal([]byte(ids), &f.IDs); err != nil {
			return err
		}
		return e.out.Encode(fixtureLine{Erased: &f})
	}, `SELECT place, uid, a, b, json_group_array(message) FROM (
		SELECT erased.id >> 32 AS place, uid, 0 AS a, 0 AS b, erased.id & 0xffffffff AS message FROM erased
			JOIN grp ON grp.num = erased.id >> 32 WHERE erased.id > 0
		UNION ALL SELECT 0, uid, a, b, c2c.id FROM erased JOIN c2c ON c2c.id = -erased.id JOIN pair ON pair.num = c2c.pair
		ORDER BY 1, 3, 4, 2, 5) GROUP BY place, a, b, uid ORDER BY place, a, b, uid`)
}

func (e *exporter) values() error {
	return e.each(func(row scanner) error {
		var v fixtureValues
		var group int64
		var attributes, counters string
		if err := row.Scan(&group, &v.Changes, &attributes, &counters); err != nil {
			return err
		}
		v.Group = e.groups[group]
		if err := json.Unmarshal([]byte(attributes), &v.Attributes); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(counters), &v.Counters); err != nil {
			return err
		}
		return e.out.Encode(fixtureLine{Values: &v})
	}, `SELECT num, coalesce((SELECT seq FROM attribute WHERE grp = num AND key = ''), 0),
		(SELECT json_group_array(json_object('Key', key, 'Value', value, 'Seq', seq)) FROM (SELECT * FROM attribute WHERE grp = num AND key <> '' ORDER BY key)),
		(SELECT json_group_array(json_object('Key', key, 'Value', value)) FROM (SELECT * FROM counter WHERE grp = num ORDER BY key))
		FROM grp WHERE num IN (SELECT grp FROM attribute UNION SELECT grp FROM counter) ORDER BY num`)
}

func (e *exporter) files() error {
	return e.each(func(row scanner) error {
		var f fixtureFile
		var users, groups, talks string
		if err := row.Scan(&f.Key, &f.Face, &users, &groups, &talks); err != nil {
			return err
		}
		var uids []uint32
		var nums []int64
		var pairs [][2]uint32
		for text, list := range map[string]any{users: &uids, groups: &nums, talks: &pairs} {
			if err := json.Unmarshal([]byte(text), list); err != nil {
				return err
			}
		}
		for _, uid := range uids {
			f.Users = append(f.Users, e.users[uid])
		}
		for _, num := range nums {
			f.Groups = append(f.Groups, e.groups[num])
		}
		for _, p := range pairs {
			f.Talks = append(f.Talks, [2]string{e.users[p[0]], e.users[p[1]]})
		}
		return e.out.Encode(fixtureLine{File: &f})
	}, `SELECT key, max(kind = 'face'),
		(SELECT json_group_array(num) FROM (SELECT num FROM media m WHERE m.key = media.key AND kind = 'user' ORDER BY num)),
		(SELECT json_group_array(num) FROM (SELECT m.num FROM media m JOIN grp ON grp.num = m.num WHERE m.key = media.key AND kind = 'group' ORDER BY 1)),
		(SELECT json_group_array(json_array(a, b)) FROM (SELECT a, b FROM media m JOIN pair ON pair.num = m.num WHERE m.key = media.key AND kind = 'pair' ORDER BY 1, 2))
		FROM media GROUP BY key ORDER BY key`)
}

func (i *importer) erased(f fixtureErased) error {
	user, err := i.user(f.User)
	if err != nil {
		return err
	}
	for _, message := range f.IDs {
		id := -message
		if f.Group != "" {
			g, err := i.groupOf(f.Group)
			if err != nil {
				return err
			}
			id = g.num<<32 | message
		}
		if err := i.exec(insertErased, id, user); err != nil {
			return err
		}
	}
	return nil
}

func (i *importer) values(v fixtureValues) error {
	g, err := i.groupOf(v.Group)
	if err != nil {
		return err
	}
	if v.Changes > 0 {
		v.Attributes = append(v.Attributes, Attribute{Key: changesKey, Seq: v.Changes})
	}
	for _, a := range v.Attributes {
		if _, err := i.tx.Exec(`INSERT INTO attribute VALUES (?,?,?,?)`, g.num, a.Key, a.Value, a.Seq); err != nil {
			return fmt.Errorf("attribute %q of group %s: %w", a.Key, v.Group, err)
		}
	}
	for _, n := range v.Counters {
		if _, err := i.tx.Exec(`INSERT INTO counter VALUES (?,?,?)`, g.num, n.Key, n.Value); err != nil {
			return fmt.Errorf("counter %q of group %s: %w", n.Key, v.Group, err)
		}
	}
	return nil
}

func (i *importer) file(f fixtureFile) error {
	var places []filePlace
	for _, id := range f.Users {
		user, err := i.user(id)
		if err != nil {
			return err
		}
		places = append(places, filePlace{fileUploader, int64(user)})
	}
	for _, id := range f.Groups {
		g, err := i.groupOf(id)
		if err != nil {
			return err
		}
		places = append(places, filePlace{fileGroup, g.num})
	}
	for _, users := range f.Talks {
		t, _, _, err := i.talk(users[0], users[1])
		if err != nil {
			return err
		}
		places = append(places, filePlace{filePair, t.num})
	}
	if f.Face {
		places = append(places, filePlace{kind: fileFace})
	}
	for _, p := range places {
		if err := i.exec(insertMedia, f.Key, p.kind, p.num); err != nil {
			return err
		}
	}
	return nil
}
