package core

import "context"

// SetC2CFlag sets how the actor is told of messages of these peers.
func (c *Core) SetC2CFlag(ctx context.Context, by Actor, peers []string, flag string) error {
	return c.change(ctx, func(t *txn) error {
		for _, peer := range peers {
			if err := t.setC2CFlag(by, peer, flag); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *txn) setC2CFlag(by Actor, user, flag string) error {
	acc, peer := t.c.accounts[by.User], t.c.accounts[user]
	if acc == nil || peer == nil {
		return refuse(CodeBadPeer, "account %q or %q does not exist", by.User, user)
	}
	p, err := t.pair(acc, peer)
	if err != nil {
		return err
	}
	t.apply(func() {
		d := acc.dialogs[peer]
		d.flag, d.changed = flag, t.time
	})
	t.tell(C2CFlagChanged{Audience: Audience{To: []uint32{acc.pub.UID}, Except: by.Inst}, Peer: user, Flag: flag})
	return t.exec(upsertC2CFlag, p.num, acc.pub.UID, flag)
}

// C2CFlags are how a user is told of messages, by peer, where something was set.
func (c *Core) C2CFlags(user string) map[string]string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	flags := map[string]string{}
	if acc := c.accounts[user]; acc != nil {
		for peer, d := range acc.dialogs {
			if d.flag != "" {
				flags[peer.pub.ID] = d.flag
			}
		}
	}
	return flags
}
