package core

import (
	"cmp"
	"context"
	"slices"
)

// JoinedGroups returns a user's groups, by time of creation.
func (c *Core) JoinedGroups(ctx context.Context, user string) ([]JoinedGroup, error) {
	if err := c.warm(ctx, user); err != nil {
		return nil, err
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	acc := c.accounts[user]
	if acc == nil {
		return nil, refuse(CodeUnknownAccount, "account %s does not exist", user)
	}
	list := make([]JoinedGroup, 0, len(acc.joined))
	for _, m := range acc.sortedGroups() {
		list = append(list, m.joinedGroup())
	}
	return list, nil
}

// LiveRooms returns the live rooms that a user is in, by time of creation.
func (c *Core) LiveRooms(user string) []*GroupRef {
	c.mu.RLock()
	defer c.mu.RUnlock()
	acc := c.accounts[user]
	if acc == nil {
		return nil
	}
	var rooms []*GroupRef
	for _, m := range acc.sortedGroups() {
		if m.group.info.Type == AVChatRoom {
			rooms = append(rooms, m.group.ref)
		}
	}
	return rooms
}

func (acc *account) sortedGroups() []*member {
	members := make([]*member, 0, len(acc.joined))
	for _, m := range acc.joined {
		members = append(members, m)
	}
	slices.SortFunc(members, func(x, y *member) int { return cmp.Compare(x.group.num, y.group.num) })
	return members
}

func (m *member) joinedGroup() JoinedGroup {
	return JoinedGroup{Group: m.group.snapshot(), Self: m.snapshot(), Unread: m.unread()}
}

// Conversations returns the rows of a user's conversation list that changed at or after
// since (Unix seconds; 0 for all), newest first, and the time to ask from the next time.
func (c *Core) Conversations(ctx context.Context, user string, since int64) (list []Conversation, now int64, err error) {
	return c.ConversationsAt(ctx, user, since, nil)
}

// ConversationsAt is Conversations with a mark that runs at a moment which divides the
// events: those told before are in the rows, those told after are not. A list that is sent
// from that place among the pushes lets a client count neither twice nor too little.
func (c *Core) ConversationsAt(ctx context.Context, user string, since int64, mark func()) (list []Conversation, now int64, err error) {
	if err := c.warm(ctx, user); err != nil {
		return nil, 0, err
	}
	var acc *account
	err = c.view(ctx, mark, func() {
		now = c.Now()
		if acc = c.accounts[user]; acc != nil {
			list = acc.conversations(since)
		}
	})
	if err == nil && acc == nil {
		err = refuse(CodeUnknownAccount, "account %s does not exist", user)
	}
	// Among equals groups come first, then peers by their number: dialogs come in any order.
	slices.SortStableFunc(list, func(x, y Conversation) int {
		return cmp.Or(cmp.Compare(y.Time, x.Time), cmp.Compare(x.Peer.UID, y.Peer.UID))
	})
	return c.plan.recent(list), now, err
}

// recent leaves out what the edition has no room for, the oldest first; what is pinned stays.
func (p Plan) recent(list []Conversation) []Conversation {
	if p.MaxRecent == 0 || len(list) <= p.MaxRecent {
		return list
	}
	surplus := len(list) - p.MaxRecent
	for i := len(list) - 1; i >= 0 && surplus > 0; i-- {
		if !list[i].Pinned {
			list = slices.Delete(list, i, i+1)
			surplus--
		}
	}
	return list
}

func (acc *account) conversations(since int64) []Conversation {
	list := make([]Conversation, 0, len(acc.joined)+len(acc.dialogs))
	for _, m := range acc.sortedGroups() {
		if max(m.changed, m.group.changed) < since || m.isHidden() || m.group.info.Type == AVChatRoom {
			continue
		}
		list = append(list, m.conversation())
	}
	for _, d := range acc.dialogs {
		if d.changed < since || d.isHidden() {
			continue
		}
		list = append(list, d.conversation())
	}
	return list
}

// isHidden tells whether the user deleted the row and nothing came since.
func (m *member) isHidden() bool { return m.hidden > 0 && m.group.last <= m.hidden }

func (m *member) conversation() Conversation {
	joined := m.joinedGroup()
	preview := m.group.preview
	if preview != nil && !m.sees(preview) {
		preview = nil
	}
	return Conversation{
		Group: &joined, Unread: joined.Unread, Last: preview, LastSeq: m.group.last, Time: max(m.group.lastTime, m.joined),
		Pinned: m.pinned,
	}
}

// isHidden is true without a preview too: notes to oneself that ask for none show nothing.
func (d *dialog) isHidden() bool {
	return !d.pinned && (d.pair.preview == nil || d.pair.previewID <= d.hidden)
}

func (d *dialog) conversation() Conversation {
	row := Conversation{Peer: d.peer.pub, Unread: d.unread, Last: d.pair.preview, Time: d.pair.lastTime, Pinned: d.pinned, Flag: d.flag}
	if d.peer != d.acc {
		row.PeerReadTime = d.peer.dialogs[d.acc].readTime
	}
	if at := d.acc.relations.friend(d.peer.pub.UID); at >= 0 {
		row.Remark = d.acc.relations.Friends[at].Remark
	}
	if d.pair.preview != nil {
		row.Time = d.pair.preview.Time
	}
	if d.pair.preview != nil && !d.sees(d.pair.previewID) {
		row.Last = nil
	}
	return row
}

// DeleteConversations takes rows off a user's list until something new comes. What was
// unread in them counts as read. withHistory deletes their messages too, for this user.
func (c *Core) DeleteConversations(ctx context.Context, by Actor, list []ConversationID, withHistory bool) error {
	if err := c.warm(ctx, by.User); err != nil {
		return err
	}
	return c.change(ctx, func(t *txn) error {
		for _, id := range list {
			if err := t.hide(by, id, withHistory); err != nil {
				return err
			}
		}
		return t.tellConversations(by, ConversationDeleted, list)
	})
}

func (t *txn) hide(by Actor, id ConversationID, withHistory bool) error {
	if id.Group == "" {
		d, err := t.c.dialogOf(by.User, id.Peer)
		if err != nil || d == nil {
			return err
		}
		if err := t.markC2CRead(by, id.Peer, 0); err != nil {
			return err
		}
		hidden := t.lastC2C
		t.apply(func() { d.hidden, d.pinned, d.changed = hidden, false, t.time })
		if err := t.exec(hideDialog, d.pair.num, d.acc.pub.UID, d.readID, d.readTime, hidden); err != nil || !withHistory {
			return err
		}
		return t.clearC2C(d)
	}
	g, m, err := t.c.memberOf(id.Group, Actor{User: by.User})
	if err != nil {
		return nil // a group that was left has no row any more
	}
	if err := t.markGroupRead(by, id.Group, g.last); err != nil {
		return err
	}
	next := *m
	next.read, next.hidden, next.pinned = g.last, g.last, false
	if err := t.saveMember(m, next); err != nil || !withHistory {
		return err
	}
	return t.clearGroup(m)
}

// PinConversations pins or unpins rows of a user's list.
func (c *Core) PinConversations(ctx context.Context, by Actor, list []ConversationID, pinned bool) error {
	return c.change(ctx, func(t *txn) error {
		if pinned {
			if err := c.checkPins(by, list); err != nil {
				return err
			}
		}
		for _, id := range list {
			if err := t.pin(by, id, pinned); err != nil {
				return err
			}
		}
		if pinned {
			return t.tellConversations(by, ConversationPinned, list)
		}
		return t.tellConversations(by, ConversationUnpinned, list)
	})
}

// maxPinned is how many conversations a user may pin.
const maxPinned = 50

// CodeTooManyPins refuses to pin more.
const CodeTooManyPins = 51012

// checkPins counts what is pinned with those that are to be.
func (c *Core) checkPins(by Actor, list []ConversationID) error {
	acc := c.accounts[by.User]
	if acc == nil {
		return nil // pin says so
	}
	pinned := map[ConversationID]bool{}
	for _, id := range list {
		pinned[id] = true
	}
	for g, m := range acc.joined {
		if m.pinned {
			pinned[ConversationID{Group: g.info.ID}] = true
		}
	}
	for peer, d := range acc.dialogs {
		if d.pinned {
			pinned[ConversationID{Peer: peer.pub.ID}] = true
		}
	}
	if len(pinned) > maxPinned {
		return refuse(CodeTooManyPins, "at most %d conversations can be pinned", maxPinned)
	}
	return nil
}

func (t *txn) pin(by Actor, id ConversationID, pinned bool) error {
	if id.Group != "" {
		_, m, err := t.c.memberOf(id.Group, Actor{User: by.User})
		if err != nil {
			return err
		}
		next := *m
		next.pinned = pinned
		return t.saveMember(m, next)
	}
	acc, peer := t.c.accounts[by.User], t.c.accounts[id.Peer]
	if acc == nil || peer == nil {
		return refuse(CodeBadPeer, "account %q or %q does not exist", by.User, id.Peer)
	}
	p, err := t.pair(acc, peer)
	if err != nil {
		return err
	}
	var old dialog
	if d := acc.dialogs[peer]; d != nil {
		old = *d
	}
	t.apply(func() {
		d := acc.dialogs[peer]
		d.pinned, d.changed = pinned, t.time
	})
	return t.exec(upsertDialog, p.num, acc.pub.UID, old.readID, old.readTime, old.hidden, pinned)
}

func (t *txn) tellConversations(by Actor, change ConversationChange, list []ConversationID) error {
	acc := t.c.accounts[by.User]
	if acc == nil {
		return refuse(CodeUnknownAccount, "account %s does not exist", by.User)
	}
	t.tell(ConversationsChanged{Audience: Audience{To: []uint32{acc.pub.UID}, Except: by.Inst}, Change: change, Convs: list})
	return nil
}
