package core

import (
	"context"
	"fmt"
	"strings"
)

// A deleted account keeps its number, because messages name their authors by it. Its row
// keeps the id, too, behind which deletedMark stands and the number: no real id holds that
// character.
const deletedMark = "\x00"

// DeleteAccount ends an account: it leaves its groups without a word, loses its
// conversations, and its connections end. Signatures made so far do not bring it back; an
// import does, or a login with a later one, as a new account.
func (c *Core) DeleteAccount(ctx context.Context, by Actor, id string) error {
	return c.change(ctx, func(t *txn) error {
		acc, known := c.accounts[id]
		if !known {
			return refuse(CodeUnknownAccount, "account %s does not exist", id)
		}
		for _, m := range acc.sortedGroups() {
			if err := t.remove(by, m.group, []*member{m}, tipBody{Op: TipRemoved}, true); err != nil {
				return err
			}
		}
		if err := t.forgetContacts(acc); err != nil {
			return err
		}
		if err := t.forgetStatus(acc); err != nil {
			return err
		}
		if err := t.write(`DELETE FROM invitation WHERE uid = ?1 OR inviter = ?1`, acc.pub.UID); err != nil {
			return err
		}
		c.mu.RLock()
		end := max(acc.validAfter, acc.lastSig+1, c.Now())
		c.mu.RUnlock()
		t.tell(Kicked{Audience: Audience{To: []uint32{acc.pub.UID}}, User: id})
		t.apply(func() { c.forget(acc, end) })
		return t.exec(retireAccount, fmt.Sprint(id, deletedMark, acc.pub.UID), end, acc.pub.UID)
	})
}

// forget drops what leads to an account. Called with the lock held.
func (c *Core) forget(acc *account, end int64) {
	acc.deleted = true
	delete(c.accounts, acc.pub.ID)
	c.ended[acc.pub.ID] = end
	for peer := range acc.dialogs {
		delete(peer.dialogs, acc)
	}
}

// cutMark splits the id in an account's row.
func cutMark(id string) (plain string, deleted bool) {
	plain, _, deleted = strings.Cut(id, deletedMark)
	return plain, deleted
}
