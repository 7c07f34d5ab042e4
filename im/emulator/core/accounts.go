package core

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
)

// Profile tags that have a field of their own.
const (
	TagNick = "Tag_Profile_IM_Nick"
	TagFace = "Tag_Profile_IM_Image"
)

// maxUserID and maxProfileValue are limits in bytes (rest-api.md sections 1.4 and 1.6).
const (
	maxUserID       = 32
	maxProfileValue = 500
)

// NewAccount is an account to import.
type NewAccount struct{ ID, Nick, Face string }

// Account looks a user up.
func (c *Core) Account(id string) (Account, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	acc, known := c.accounts[id]
	if !known {
		return Account{}, false
	}
	return acc.pub, true
}

// Login lets a user in whose signature was made at signed (Unix seconds); the first login
// creates the account. It refuses signatures from before the last kick.
func (c *Core) Login(ctx context.Context, id string, signed int64) (Account, error) {
	if account, known, err := c.admit(id, signed); known || err != nil {
		return account, err
	}
	if err := c.importAccounts(ctx, []NewAccount{{ID: id}}, true); err != nil {
		return Account{}, err
	}
	account, _, err := c.admit(id, signed)
	return account, err
}

func (c *Core) admit(id string, signed int64) (account Account, known bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	acc, known := c.accounts[id]
	if !known {
		if signed < c.ended[id] {
			return Account{}, false, refuse(CodeSigExpired, "account %s was deleted after this signature was made", id)
		}
		return Account{}, false, nil
	}
	if signed < acc.validAfter {
		return Account{}, true, refuse(CodeSigExpired, "the signature of %s was ended by a kick; make a new one", id)
	}
	acc.lastSig = max(acc.lastSig, signed)
	return acc.pub, true, nil
}

// ImportAccounts creates accounts. Where one exists, a nick or face that is given replaces
// the old one.
func (c *Core) ImportAccounts(ctx context.Context, list []NewAccount) error {
	return c.importAccounts(ctx, list, false)
}

// importAccounts is told whether a login makes them: then signatures that a deletion ended
// stay so.
func (c *Core) importAccounts(ctx context.Context, list []NewAccount, login bool) error {
	for _, entry := range list {
		if err := checkUserID(entry.ID); err != nil {
			return err
		}
		if len(entry.Nick) > maxProfileValue || len(entry.Face) > maxProfileValue {
			return refuse(40601, "a profile field of %s is longer than %d bytes", entry.ID, maxProfileValue)
		}
	}
	return c.change(ctx, func(t *txn) error {
		made := map[string]*account{}
		for _, entry := range list {
			if err := t.importAccount(entry, made, login); err != nil {
				return err
			}
		}
		return nil
	})
}

func checkUserID(id string) error {
	if id == "" || len(id) > maxUserID {
		return refuse(CodeBadUserID, "a user id has 1 to %d bytes, %q has %d", maxUserID, id, len(id))
	}
	if strings.ContainsFunc(id, func(r rune) bool { return r < 0x20 || r == 0x7f }) {
		return refuse(CodeBadUserID, "user id %q holds control characters", id)
	}
	return nil
}

func (t *txn) importAccount(entry NewAccount, made map[string]*account, login bool) error {
	c := t.c
	if err := t.showFace(Actor{Admin: true}, entry.Face); err != nil {
		return err
	}
	acc, known := c.accounts[entry.ID]
	if !known {
		acc, known = made[entry.ID]
	}
	if most := c.plan.MaxAccounts; !known && most > 0 && len(c.accounts)+len(made) >= most {
		return refuse(CodeAccountQuota, "this edition has at most %d accounts", most)
	}
	if !known {
		uid := uint32(len(c.byUID) + len(made))
		acc = newAccount(Account{UID: uid, ID: entry.ID, TinyID: tinyID(uid), Nick: entry.Nick, Face: entry.Face})
		made[entry.ID] = acc
		if login {
			acc.validAfter = c.ended[entry.ID]
		}
		t.apply(func() { c.addAccount(acc) })
		return t.exec(insertAccount, uid, entry.ID, entry.Nick, entry.Face, "", acc.validAfter)
	}
	pub := acc.pub
	if entry.Nick != "" {
		pub.Nick = entry.Nick
	}
	if entry.Face != "" {
		pub.Face = entry.Face
	}
	return t.saveAccount(acc, pub, acc.validAfter)
}

func newAccount(pub Account) *account {
	return &account{pub: pub, joined: map[*group]*member{}, dialogs: map[*account]*dialog{}, relations: noRelations}
}

func (c *Core) addAccount(acc *account) {
	c.accounts[acc.pub.ID] = acc
	c.byUID = append(c.byUID, acc)
}

func (t *txn) saveAccount(acc *account, pub Account, validAfter int64) error {
	t.apply(func() { acc.pub, acc.validAfter = pub, validAfter })
	return t.exec(updateAccount, pub.Nick, pub.Face, encodeList(pub.Profile), validAfter, pub.UID)
}

// SetProfile changes profile fields of a user, and tells the user's connections.
func (c *Core) SetProfile(ctx context.Context, by Actor, id string, items []ProfileItem) error {
	if len(items) == 0 {
		return refuse(CodeBadProfile, "ProfileItem is missing")
	}
	for _, item := range items {
		if !strings.HasPrefix(item.Tag, "Tag_Profile_") {
			return refuse(CodeNoProfileTag, "profile tag %q does not exist", item.Tag)
		}
		if profileBytes(item.Value) > maxProfileValue {
			return refuse(40601, "the value of %s is longer than %d bytes", item.Tag, maxProfileValue)
		}
	}
	return c.change(ctx, func(t *txn) error {
		acc, known := c.accounts[id]
		if !known {
			return refuse(40003, "account %s does not exist", id)
		}
		pub := acc.pub
		pub.Profile = slices.Clone(pub.Profile)
		for _, item := range items {
			if err := setItem(&pub, item); err != nil {
				return err
			}
		}
		if err := t.showFace(by, pub.Face); err != nil {
			return err
		}
		t.tell(ProfileChanged{Audience: Audience{To: []uint32{pub.UID}, Except: by.Inst}, By: by, User: id, Items: items})
		return t.saveAccount(acc, pub, acc.validAfter)
	})
}

// profileBytes is the length of a value without what JSON needs to write it.
func profileBytes(value json.RawMessage) int {
	var text string
	if err := json.Unmarshal(value, &text); err == nil {
		return len(text)
	}
	return len(value)
}

func setItem(pub *Account, item ProfileItem) error {
	switch item.Tag {
	case TagNick, TagFace:
		var text string
		if err := json.Unmarshal(item.Value, &text); err != nil {
			return refuse(CodeBadProfile, "the value of %s must be a string", item.Tag)
		}
		if item.Tag == TagNick {
			pub.Nick = text
		} else {
			pub.Face = text
		}
		return nil
	}
	at := slices.IndexFunc(pub.Profile, func(other ProfileItem) bool { return other.Tag == item.Tag })
	if at < 0 {
		pub.Profile = append(pub.Profile, item)
		return nil
	}
	pub.Profile[at] = item
	return nil
}

// Kick ends the user's connections, and every signature and ticket made so far; one made
// later works. Signatures have whole seconds, so one of this second is only ended if it
// was used.
func (c *Core) Kick(ctx context.Context, id string) error {
	return c.change(ctx, func(t *txn) error {
		acc, known := c.accounts[id]
		if !known {
			return refuse(CodeUnknownAccount, "account %s does not exist", id)
		}
		c.mu.RLock()
		used := acc.lastSig // set at logins, outside the writer
		c.mu.RUnlock()
		t.tell(Kicked{Audience: Audience{To: []uint32{acc.pub.UID}}, User: id})
		return t.saveAccount(acc, acc.pub, max(acc.validAfter, used+1, c.Now()))
	})
}

// encodeList stores a short list as JSON, and an empty one as nothing.
func encodeList[T any](list []T) string {
	if len(list) == 0 {
		return ""
	}
	text, err := json.Marshal(list)
	if err != nil {
		panic("core: a list of plain values must encode: " + err.Error())
	}
	return string(text)
}

func decodeList[T any](text string) ([]T, error) {
	if text == "" {
		return nil, nil
	}
	var list []T
	err := json.Unmarshal([]byte(text), &list)
	return list, err
}
