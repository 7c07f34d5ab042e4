package core

import "slices"

func (t *txn) folders(acc *account) ([]Folder, error) {
	rows, err := t.query(`SELECT num, name FROM folder WHERE uid = ? ORDER BY num`, acc.pub.UID)
	if err != nil {
		return nil, err
	}
	var list []Folder
	err = eachRow(rows, func(row scanner) error {
		var f Folder
		err := row.Scan(&f.ID, &f.Name)
		list = append(list, f)
		return err
	})
	return list, err
}

// folder finds a user's folder by its name.
func (t *txn) folder(user, name string) (*account, Folder, error) {
	acc, err := t.c.contactOwner(user)
	if err != nil {
		return nil, Folder{}, err
	}
	folders, err := t.folders(acc)
	if err != nil {
		return nil, Folder{}, err
	}
	at := slices.IndexFunc(folders, func(f Folder) bool { return f.Name == name })
	if at < 0 {
		return nil, Folder{}, refuse(CodeNoFolder, "%s has no folder %q", user, name)
	}
	return acc, folders[at], nil
}

// contacts reads what a user noted, by time of the last change.
func (t *txn) contacts(acc *account, where string, args ...any) ([]Contact, error) {
	rows, err := t.query(`SELECT peer, grp, marks, custom, folders, time FROM contact WHERE uid = ? AND (`+where+`)
		ORDER BY time DESC, peer, grp`, append([]any{acc.pub.UID}, args...)...)
	if err != nil {
		return nil, err
	}
	var list []Contact
	err = eachRow(rows, func(row scanner) error {
		var contact Contact
		var marks int64
		var folders string
		err := row.Scan(&contact.Conv.Peer, &contact.Conv.Group, &marks, &contact.Custom, &folders, &contact.Time)
		if err != nil {
			return err
		}
		contact.Marks = uint64(marks)
		contact.Folders, err = decodeList[int](folders)
		list = append(list, contact)
		return err
	})
	return list, err
}

// contact is what a user noted about a conversation; its Time is 0 where that is nothing.
func (t *txn) contact(acc *account, conv ConversationID) (Contact, error) {
	list, err := t.contacts(acc, `peer = ? AND grp = ?`, conv.Peer, conv.Group)
	if err != nil || len(list) == 0 {
		return Contact{Conv: conv}, err
	}
	return list[0], nil
}

func (t *txn) saveContact(acc *account, contact Contact) error {
	if contact.Marks == 0 && contact.Custom == "" && len(contact.Folders) == 0 {
		return t.write(`DELETE FROM contact WHERE uid = ? AND peer = ? AND grp = ?`, acc.pub.UID, contact.Conv.Peer, contact.Conv.Group)
	}
	folders := encodeList(contact.Folders)
	if folders == "" {
		folders = "[]" // so that SQLite can look into it
	}
	return t.write(`INSERT OR REPLACE INTO contact VALUES (?,?,?,?,?,?,?)`, acc.pub.UID, contact.Conv.Peer, contact.Conv.Group,
		int64(contact.Marks), contact.Custom, folders, t.time)
}

// fullOf tells whether most conversations fit a condition already.
func (t *txn) fullOf(acc *account, most int, where string, args ...any) (bool, error) {
	row, err := t.queryRow(`SELECT count(*) FROM contact WHERE uid = ? AND (`+where+`)`, append([]any{acc.pub.UID}, args...)...)
	if err != nil {
		return false, err
	}
	var n int
	err = row.Scan(&n)
	return n >= most, err
}

// fileContacts puts conversations into a folder, or takes them out.
func (t *txn) fileContacts(acc *account, folder int, convs []ConversationID, in bool) ([]ContactResult, error) {
	var results []ContactResult
	for _, conv := range convs {
		refused, err := t.fileContact(acc, folder, conv, in)
		if err != nil {
			return nil, err
		}
		results = append(results, contactResult(conv, refused))
	}
	return results, nil
}

func (t *txn) fileContact(acc *account, folder int, conv ConversationID, in bool) (refused *Error, err error) {
	if refused = t.c.checkContact(conv); refused != nil && in {
		return refused, nil
	}
	contact, err := t.contact(acc, conv)
	if err != nil {
		return nil, err
	}
	held := slices.Contains(contact.Folders, folder)
	switch {
	case held == in:
		return nil, nil
	case !in:
		contact.Folders = slices.DeleteFunc(contact.Folders, func(id int) bool { return id == folder })
		return nil, t.saveContact(acc, contact)
	}
	full, err := t.fullOf(acc, maxFolderContacts, `EXISTS (SELECT 1 FROM json_each(folders) WHERE value = ?)`, folder)
	if full || err != nil {
		return refuse(CodeTooManyContacts, "a folder has at most %d conversations", maxFolderContacts), err
	}
	contact.Folders = append(contact.Folders, folder)
	slices.Sort(contact.Folders)
	return nil, t.saveContact(acc, contact)
}

// forgetContacts drops what an account noted that is deleted.
func (t *txn) forgetContacts(acc *account) error {
	if err := t.write(`DELETE FROM folder WHERE uid = ?`, acc.pub.UID); err != nil {
		return err
	}
	return t.write(`DELETE FROM contact WHERE uid = ?`, acc.pub.UID)
}
