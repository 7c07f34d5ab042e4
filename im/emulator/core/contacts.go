package core

import (
	"context"
	"slices"
)

// Limits of folders and marks (document 53437 of the international site).
const (
	maxFolders        = 20
	maxFolderName     = 32   // bytes
	maxFolderContacts = 1000 // conversations in a folder
	maxMarked         = 1000 // conversations with a mark
	maxMarksAtOnce    = 100
	maxCustomMark     = 256 // bytes
	maxMark           = 63  // bit
	contactPage       = 100
)

// Codes of folders and marks.
const (
	CodeContactParameter = 50002
	CodeContactCount     = 51006
	CodeContactGroup     = 51007
	CodeTooManyContacts  = 51008
	CodeNoFolder         = 51009
	CodeTooManyFolders   = 51010
	CodeFolderName       = 51011
	CodeContactEdition   = 51013
)

// Folder is one of a user's own groups of conversations.
type Folder struct {
	ID   int // from 1 on
	Name string
}

// Contact is what a user noted about a conversation: marks, a text and the folders it lies
// in. It need not be in the user's list.
type Contact struct {
	Conv    ConversationID
	Marks   uint64 // bit n is mark n
	Custom  string
	Folders []int
	Time    int64 // of the last change, Unix seconds
}

// ContactResult is the answer for one conversation; Code 0 is success.
type ContactResult struct {
	Conv ConversationID
	Code int
	Info string
}

// contactOwner finds a user whose folders are asked for. Marks and folders need the Ultimate
// edition.
func (c *Core) contactOwner(user string) (*account, error) {
	if c.plan.NoReceipts {
		return nil, refuse(CodeContactEdition, "folders and marks of conversations need the Ultimate edition")
	}
	acc := c.accounts[user]
	if acc == nil {
		return nil, refuse(CodeUnknownAccount, "account %s does not exist", user)
	}
	return acc, nil
}

// checkContact looks whether there can be a conversation.
func (c *Core) checkContact(conv ConversationID) *Error {
	switch {
	case conv == ConversationID{}:
		return refuse(CodeContactParameter, "a conversation needs a user or a group")
	case conv.Group != "" && c.groups[conv.Group] == nil:
		return refuse(CodeContactGroup, "group %s does not exist", conv.Group)
	case conv.Group == "" && c.accounts[conv.Peer] == nil:
		return refuse(CodeUnknownAccount, "account %s does not exist", conv.Peer)
	}
	return nil
}

// CreateFolder makes a folder with conversations in it.
func (c *Core) CreateFolder(ctx context.Context, user, name string, convs []ConversationID) (folder Folder, results []ContactResult, err error) {
	if err := checkFolderName(name); err != nil {
		return Folder{}, nil, err
	}
	err = c.change(ctx, func(t *txn) error {
		acc, err := c.contactOwner(user)
		if err != nil {
			return err
		}
		folders, err := t.folders(acc)
		switch {
		case err != nil:
			return err
		case len(folders) >= maxFolders:
			return refuse(CodeTooManyFolders, "%s has %d folders, no more are possible", user, maxFolders)
		case slices.ContainsFunc(folders, func(f Folder) bool { return f.Name == name }):
			return refuse(CodeContactParameter, "%s has a folder %q already", user, name)
		}
		folder = Folder{ID: freeFolderID(folders), Name: name}
		if err := t.write(`INSERT INTO folder VALUES (?,?,?)`, acc.pub.UID, folder.ID, name); err != nil {
			return err
		}
		results, err = t.fileContacts(acc, folder.ID, convs, true)
		return err
	})
	return folder, results, err
}

func checkFolderName(name string) error {
	if name == "" || len(name) > maxFolderName {
		return refuse(CodeFolderName, "the name of a folder has 1 to %d bytes, this one %d", maxFolderName, len(name))
	}
	return nil
}

// freeFolderID is the lowest number that no folder has; folders come in the order of theirs.
func freeFolderID(folders []Folder) int {
	for i, f := range folders {
		if f.ID != i+1 {
			return i + 1
		}
	}
	return len(folders) + 1
}

// RenameFolder gives a folder another name.
func (c *Core) RenameFolder(ctx context.Context, user, old, name string) (folder Folder, err error) {
	if err := checkFolderName(name); err != nil {
		return Folder{}, err
	}
	err = c.change(ctx, func(t *txn) error {
		acc, f, err := t.folder(user, old)
		if err != nil {
			return err
		}
		folders, err := t.folders(acc)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(folders, func(other Folder) bool { return other.Name == name && other.ID != f.ID }) {
			return refuse(CodeContactParameter, "%s has a folder %q already", user, name)
		}
		folder = Folder{ID: f.ID, Name: name}
		return t.write(`UPDATE folder SET name = ? WHERE uid = ? AND num = ?`, name, acc.pub.UID, f.ID)
	})
	return folder, err
}

// FileConversations puts conversations into a folder and takes others out of it.
func (c *Core) FileConversations(ctx context.Context, user, name string, in, out []ConversationID) (folder Folder, results []ContactResult, err error) {
	err = c.change(ctx, func(t *txn) error {
		acc, f, err := t.folder(user, name)
		if err != nil {
			return err
		}
		folder = f
		if results, err = t.fileContacts(acc, f.ID, in, true); err != nil {
			return err
		}
		removed, err := t.fileContacts(acc, f.ID, out, false)
		results = append(results, removed...)
		return err
	})
	return folder, results, err
}

// DeleteFolder deletes a folder; the conversations stay.
func (c *Core) DeleteFolder(ctx context.Context, user, name string) (folder Folder, err error) {
	err = c.change(ctx, func(t *txn) error {
		acc, f, err := t.folder(user, name)
		if err != nil {
			return err
		}
		folder = f
		contacts, err := t.contacts(acc, `EXISTS (SELECT 1 FROM json_each(folders) WHERE value = ?)`, f.ID)
		if err != nil {
			return err
		}
		for _, contact := range contacts {
			contact.Folders = slices.DeleteFunc(contact.Folders, func(id int) bool { return id == f.ID })
			if err := t.saveContact(acc, contact); err != nil {
				return err
			}
		}
		return t.write(`DELETE FROM folder WHERE uid = ? AND num = ?`, acc.pub.UID, f.ID)
	})
	return folder, err
}

// Mark is a change of the marks of a conversation; the bits of Clear go before those of Set
// come. A nil Custom stays.
type Mark struct {
	Conv       ConversationID
	Clear, Set []int
	Custom     *string
}

// MarkConversations sets and takes off marks, and says of each conversation how it went.
func (c *Core) MarkConversations(ctx context.Context, user string, marks []Mark) (results []ContactResult, err error) {
	if len(marks) == 0 || len(marks) > maxMarksAtOnce {
		return nil, refuse(CodeContactCount, "1 to %d conversations can be marked at once, not %d", maxMarksAtOnce, len(marks))
	}
	err = c.change(ctx, func(t *txn) error {
		acc, err := c.contactOwner(user)
		if err != nil {
			return err
		}
		for _, mark := range marks {
			refused, err := t.mark(acc, mark)
			if err != nil {
				return err
			}
			results = append(results, contactResult(mark.Conv, refused))
		}
		return nil
	})
	return results, err
}

func contactResult(conv ConversationID, refused *Error) ContactResult {
	if refused == nil {
		return ContactResult{Conv: conv}
	}
	return ContactResult{Conv: conv, Code: refused.Code, Info: refused.Info}
}

func (t *txn) mark(acc *account, mark Mark) (refused *Error, err error) {
	if refused = t.c.checkContact(mark.Conv); refused != nil {
		return refused, nil
	}
	if mark.Custom != nil && len(*mark.Custom) > maxCustomMark {
		return refuse(CodeContactParameter, "CustomMark has at most %d bytes, this one %d", maxCustomMark, len(*mark.Custom)), nil
	}
	contact, err := t.contact(acc, mark.Conv)
	if err != nil {
		return nil, err
	}
	marked := contact.Marks != 0 || contact.Custom != ""
	for _, bit := range append(slices.Clone(mark.Clear), mark.Set...) {
		if bit < 0 || bit > maxMark {
			return refuse(CodeContactParameter, "mark %d is not between 0 and %d", bit, maxMark), nil
		}
	}
	for _, bit := range mark.Clear {
		contact.Marks &^= 1 << bit
	}
	for _, bit := range mark.Set {
		contact.Marks |= 1 << bit
	}
	if mark.Custom != nil {
		contact.Custom = *mark.Custom
	}
	if !marked && (contact.Marks != 0 || contact.Custom != "") {
		full, err := t.fullOf(acc, maxMarked, `marks <> 0 OR custom <> ''`)
		if full || err != nil {
			return refuse(CodeTooManyContacts, "%d conversations have marks, no more are possible", maxMarked), err
		}
	}
	return nil, t.saveContact(acc, contact)
}

// Contacts returns a page of what a user noted about conversations, all folders, and where
// the next page begins; 0 after the last.
func (c *Core) Contacts(ctx context.Context, user string, start int) (list []Contact, folders []Folder, next int, err error) {
	err = c.change(ctx, func(t *txn) error {
		acc, err := c.contactOwner(user)
		if err != nil {
			return err
		}
		if folders, err = t.folders(acc); err != nil {
			return err
		}
		all, err := t.contacts(acc, `true`)
		page := all[min(max(start, 0), len(all)):]
		if list = page[:min(contactPage, len(page))]; len(list) < len(page) {
			next = max(start, 0) + len(list)
		}
		return err
	})
	return list, folders, next, err
}

// FindContacts returns what a user noted about these conversations, and all folders.
func (c *Core) FindContacts(ctx context.Context, user string, convs []ConversationID) (list []Contact, folders []Folder, err error) {
	err = c.change(ctx, func(t *txn) error {
		acc, err := c.contactOwner(user)
		if err != nil {
			return err
		}
		if folders, err = t.folders(acc); err != nil {
			return err
		}
		for _, conv := range convs {
			contact, err := t.contact(acc, conv)
			if err != nil {
				return err
			}
			if contact.Time > 0 {
				list = append(list, contact)
			}
		}
		return nil
	})
	return list, folders, err
}
