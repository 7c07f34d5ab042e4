package core

import (
	"context"
	"slices"
)

// NoticeCustom is a notice with a text of the app's.
const NoticeCustom = 255

// Notify sends a notice with a text to the members of a group, or to those named; who is
// no member is passed over. It is no message and takes no sequence.
func (c *Core) Notify(ctx context.Context, by Actor, id string, users []string, text string) error {
	return c.change(ctx, func(t *txn) error {
		g, err := c.group(id)
		if err != nil {
			return err
		}
		if len(users) > 0 && g.info.Type == AVChatRoom {
			return refuse(CodeNoPermission, "in an AVChatRoom a notice goes to everybody")
		}
		to := g.uids
		if len(users) > 0 {
			to = slices.DeleteFunc(slices.Clone(to), func(uid uint32) bool { return !slices.Contains(users, c.byUID[uid].pub.ID) })
		}
		t.tell(Notice{Audience: Audience{To: to}, Group: g.ref, Type: NoticeCustom, Operator: by.User, Text: text, Time: t.time})
		return nil
	})
}
