package core

import (
	"context"
	"slices"
)

// NoticeBanned tells somebody of the removal from a live room.
const NoticeBanned = 21

// Ban removes members from a live room for some seconds; its owner, admins and app admins
// may.
func (c *Core) Ban(ctx context.Context, by Actor, id string, users []string, seconds int64, reason string) error {
	return c.change(ctx, func(t *txn) error {
		g, m, err := c.memberOf(id, by)
		switch {
		case err != nil:
			return err
		case g.info.Type != AVChatRoom:
			return refuse(CodeNoPermission, "members are banned from live rooms alone")
		case seconds <= 0:
			return refuse(CodeBadParameter, "Duration must be positive")
		}
		var gone []*member
		for _, user := range users {
			target := g.members[c.uidOf(user)]
			if target == nil || slices.Contains(gone, target) {
				continue
			}
			if err := mayRemove(by, m, target); err != nil {
				return err
			}
			gone = append(gone, target)
		}
		if len(gone) == 0 {
			return nil
		}
		until := t.time + seconds
		for _, target := range gone {
			t.noticeTo(target, Notice{Type: NoticeBanned, Operator: by.User, Remark: reason})
			if err := t.write(`INSERT OR REPLACE INTO banned VALUES (?,?,?)`, g.num, target.acc.pub.UID, until); err != nil {
				return err
			}
		}
		t.apply(func() {
			for _, target := range gone {
				g.ban(target.acc.pub.UID, until)
			}
		})
		return t.remove(by, g, gone, tipBody{Op: TipRemoved, Operator: by.User}, false)
	})
}
