package core

import "context"

// broadcastCounter is the row of the counter table that numbers broadcasts; no group has
// number 0.
const broadcastCounter = "broadcast"

// Broadcast sends a message into every live room and returns its number among all
// broadcasts. In each room it takes a number of the room, like any message there.
func (c *Core) Broadcast(ctx context.Context, by Actor, s GroupSend) (Sent, error) {
	if err := checkGroupSend(&s); err != nil {
		return Sent{}, err
	}
	if c.plan.NoReceipts {
		return Sent{}, refuse(CodeNeedsUltimate, "broadcasts need the Ultimate edition")
	}
	return perform(ctx, c, true, func(t *txn) (Sent, error) {
		acc := c.accounts[s.From]
		if acc == nil {
			return Sent{}, refuse(CodeNoAccount, "account %s does not exist", s.From)
		}
		key := dupeKey{sender: acc.pub.UID, random: s.Random}
		if first, repeated := t.find(key); repeated {
			return Sent{Seq: first.seq, Time: first.time, Duplicate: true}, nil
		}
		sent := Sent{Time: t.time}
		row, err := t.queryRow(`INSERT INTO counter VALUES (0, ?, 1) ON CONFLICT DO UPDATE SET value = value + 1 RETURNING value`, broadcastCounter)
		if err != nil {
			return Sent{}, err
		}
		if err := row.Scan(&sent.Seq); err != nil {
			return Sent{}, err
		}
		t.remember(key, dupe{seq: sent.Seq, time: t.time})
		s.NoCallback = true
		for id, g := range c.groups {
			if g.info.Type != AVChatRoom {
				continue
			}
			room := s
			room.Group = id
			if _, err := t.sendGroup(by, &room); err != nil {
				return Sent{}, err
			}
		}
		return sent, nil
	})
}
