package session

import (
	"maps"
	"slices"
	"time"

	"reddot/im"
	"reddot/model"
)

const (
	// closedWindow is how many messages of a conversation that nobody looks at stay in memory: enough to show it at
	// once when it is opened, while the store brings the rest of the page. The badge does without them.
	closedWindow = 20
	// openWindow is the same for the open one; it grows with every older page that is asked for.
	openWindow = 1000
	// firstPage is how many messages opening a conversation brings.
	firstPage = 50
)

// chat is the live state of one conversation. It belongs to the session's goroutine.
type chat struct {
	id    model.ConversationID
	self  string
	name  string
	group *model.Group
	// groupAsked is when the question left that group answers, and counted when the number of its members was told last.
	groupAsked, counted im.Moment
	// uncounted is set while nobody asked for the unread count.
	uncounted bool
	// unlisted is set for a live room that was entered from here: no list of the service names it.
	unlisted bool
	// left is set once the account is not in the group any more, and only what was not sent keeps it in the list.
	left     bool
	pinned   bool
	muted    bool
	timeline *model.Timeline
	unread   *model.Unread
	// last is the newest message worth a preview.
	last *model.Message
	// mentions are the positions of unread messages that mention the user, in order. It is replaced, not changed.
	mentions []int64
	draft    string

	receipts model.Receipts
	asked    map[int64]struct{}
	members  roster
	readers  readers
	// answering is who is writing an answer.
	answering answering

	// opening is set from opening the conversation until its end is on screen.
	opening       bool
	divider       int64
	dividerUnread int
	// need is what must be fetched to tell what a note means.
	need model.Range

	history fetchState
	outbox  sendState
	heard   heard
	picture *Conversation
	dirty   bool
}

// chatAt is chatOf for a conversation that the service named in the answer to a question that left at the moment asked.
func (s *Session) chatAt(id model.ConversationID, asked im.Moment) *chat {
	c := s.chats[id]
	if c == nil {
		c = s.newChat(id)
	}
	s.came(c, asked)
	return c
}

// chatOf returns the live state of a conversation, making it when it is new.
func (s *Session) chatOf(id model.ConversationID) *chat {
	if c := s.chats[id]; c != nil {
		return c
	}
	s.presence.add(id, im.Now())
	return s.newChat(id)
}

func (s *Session) newChat(id model.ConversationID) *chat {
	c := &chat{
		id: id, self: s.me.User, name: id.Target(), divider: -1,
		timeline: model.NewTimeline(id, closedWindow),
		unread:   model.NewUnread(id, s.me.User, s.reads.engine.Position(id)),
	}
	s.chats[id] = c
	s.order = append(s.order, c)
	s.listed = false
	s.touch(c)
	return c
}

// touch says that a conversation must be pictured anew.
func (s *Session) touch(c *chat) {
	if !c.dirty {
		c.dirty = true
		s.dirty = append(s.dirty, c)
	}
}

// remove takes a conversation off the list that was gone at the moment at. Its history stays in the store.
func (s *Session) remove(c *chat, at im.Moment) {
	delete(s.chats, c.id)
	s.presence.remove(c.id, at)
	delete(s.unsaved, c)
	s.order = slices.DeleteFunc(s.order, func(other *chat) bool { return other == c })
	s.listed = false
}

// setGroup takes over what a question learned of a group that left at the moment asked. The user's own card and fields stand
// until they are asked for again: not every answer has them.
func (c *chat) setGroup(group *model.Group, asked im.Moment) {
	if asked < c.groupAsked {
		c.group = withSelf(c.group, group)
		return
	}
	older := c.group
	c.group, c.groupAsked = withSelf(group, older), asked
	if older != nil && asked < c.counted {
		c.group = withMembers(c.group, older.Members)
	}
	c.muted = group.Muted
	if group.Name != "" {
		c.name = group.Name
	}
}

// withSelf returns the group with the user's own card and fields from an older answer, where it lacks them.
func withSelf(group, older *model.Group) *model.Group {
	if older == nil || older.SelfUnknown || !group.SelfUnknown {
		return group
	}
	completed := *group
	completed.SelfNameCard, completed.SelfCustom, completed.SelfUnknown = older.SelfNameCard, older.SelfCustom, false
	return &completed
}

func withMembers(group *model.Group, members int) *model.Group {
	if group.Members == members {
		return group
	}
	counted := *group
	counted.Members = members
	return &counted
}

// countMembers takes over the number of a group's members: the answer to a question that left at the moment asked, or zero for
// what the service told by itself.
func (c *chat) countMembers(members int, asked im.Moment) {
	if asked = asked.OrNow(); members > 0 && asked >= max(c.counted, c.groupAsked) {
		c.group, c.counted = withMembers(c.group, members), asked
	}
}

// add takes messages in, from whichever source, and keeps the preview.
func (c *chat) add(messages []*model.Message) model.Changes {
	changes := c.timeline.Add(messages...)
	c.observe(changes)
	c.count(messages)
	return changes
}

// count tells messages to the badge, also those that the timeline had already: the badge forgets what the
// service counts for it.
func (c *chat) count(messages []*model.Message) {
	for _, m := range messages {
		c.saw(c.joined(m))
	}
}

// saw tells the badge of a message, unless only its preview is known: that does not tell whether it counts.
func (c *chat) saw(m *model.Message) {
	if !m.Partial {
		c.unread.Saw(m)
	}
}

// news returns those of the messages that were not held whole before, each once: a push may come twice.
func (c *chat) news(messages []*model.Message) []*model.Message {
	var news []*model.Message
	seen := make(map[model.Key]struct{}, len(messages))
	for _, m := range messages {
		if _, twice := seen[m.Key()]; twice && m.Random != 0 {
			continue
		}
		seen[m.Key()] = struct{}{}
		if held := c.joined(m); held == m || held.Partial {
			news = append(news, m)
		}
	}
	return news
}

// joined returns the message as the timeline holds it: a copy of the past may not know of its recall.
func (c *chat) joined(m *model.Message) *model.Message {
	held := c.timeline.ByKey(m.Key())
	if c.id.Kind() == model.KindGroup && !m.OnlineOnly {
		held = c.timeline.BySequence(m.Sequence)
	}
	if held == nil {
		return m
	}
	return held
}

// recount tells the badge what is held of a range.
func (c *chat) recount(r model.Range) {
	held, unknown := c.timeline.Held(r.From, r.To)
	for _, m := range held {
		c.saw(m)
	}
	end := r.To
	for _, gap := range unknown {
		c.unread.Cover(gap.To+1, end)
		end = gap.From - 1
	}
	c.unread.Cover(r.From, end)
}

// observe draws the conclusions from what an operation did to the timeline.
func (c *chat) observe(changes model.Changes) {
	for _, m := range changes.Added {
		c.receipts.Identify(m.Key(), m.Sequence)
		c.see(m)
	}
	for _, m := range changes.Updated {
		c.saw(m)
		c.see(m)
	}
}

func (c *chat) see(m *model.Message) {
	c.prefer(m)
	switch {
	case m.Recalled:
		c.unmention(m.Position())
	case (m.MentionAll || len(m.Mentions) > 0) && m.Counts(c.self) && m.MentionsUser(c.self):
		c.mention(m.Position())
	}
}

// prefer makes a message the preview if it is the newest that wants to be one.
func (c *chat) prefer(m *model.Message) {
	if m.NoLastMessage || m.OnlineOnly || m.State != model.Sent {
		return
	}
	if c.last == nil || m.Position() > c.last.Position() || m.Position() == c.last.Position() && m.Sequence >= c.last.Sequence {
		c.last = m
	}
}

// newestShown returns the position of the newest message that a picture of the conversation holds.
func (c *chat) newestShown() int64 {
	if last := c.timeline.Last(); last != nil {
		return last.Position()
	}
	return 0
}

// pictureOf builds the immutable picture of a conversation.
func (s *Session) pictureOf(c *chat) *Conversation {
	badge := c.unread.Badge()
	picture := &Conversation{
		ID: c.id, Name: c.name, Group: c.group,
		Unread: badge.Count, UnreadPending: !badge.Pending.Empty(),
		Read: c.unread.Read(), Last: c.last, Draft: c.draft, Pinned: c.pinned, Muted: c.muted,
		Messages: s.shown(c), Loading: c.history.loading && !c.history.quiet, Complete: c.complete(), LoadError: c.history.failure,
		Receipts: c.receipts.Snapshot(), NoReceipts: s.noReceipts(c), Members: c.members.known, Readers: c.readers.shown,
		Divider: c.divider, DividerUnread: c.dividerUnread,
	}
	if c.group != nil {
		picture.LastSequence = c.timeline.Newest()
		picture.RoleKnown = !c.group.SelfUnknown
		picture.Role = s.options.Roles.Of(s.me.User, c.group.SelfRole, c.group.SelfCustom)
	}
	picture.Mention, picture.Mentioned = c.firstMention()
	picture.Answering = c.answeredBy()
	picture.MutedUntil = s.mutedUntil(c)
	if c.left {
		picture.Left, picture.Unread, picture.UnreadPending, picture.Mentioned = true, 0, false, false
	}
	return picture
}

// complete says whether everything that exists is held.
func (c *chat) complete() bool { return !c.older() && len(c.timeline.Gaps()) == 0 }

// shown returns the messages to show: while the service can fill gaps, those after the newest gap only, so
// that what is read in one piece is one piece.
func (s *Session) shown(c *chat) []*model.Message {
	messages := c.timeline.Snapshot()
	if s.connection.Phase != Online || c.left {
		return messages
	}
	gaps := c.timeline.Gaps()
	if len(gaps) == 0 {
		return messages
	}
	end := gaps[0].To
	if end >= c.newestShown() {
		// The newest messages themselves are being fetched; what is there is shown meanwhile.
		return messages
	}
	return messages[tailStart(messages, end):]
}

// tailStart returns the index of the first message after the position.
func tailStart(messages []*model.Message, position int64) int {
	for i := len(messages) - 1; i >= 0; i-- {
		if m := messages[i]; m.State == model.Sent && m.Position() <= position {
			return i + 1
		}
	}
	return 0
}

// mention notes that the message at the position mentions the user.
func (c *chat) mention(positions ...int64) {
	for _, position := range positions {
		if i, found := slices.BinarySearch(c.mentions, position); !found && position > c.unread.Read() {
			c.mentions = slices.Insert(slices.Clone(c.mentions), i, position)
		}
	}
}

// unmention takes a mention back whose message was recalled.
func (c *chat) unmention(position int64) {
	if i, found := slices.BinarySearch(c.mentions, position); found {
		c.mentions = slices.Delete(slices.Clone(c.mentions), i, i+1)
	}
}

// firstMention returns the first unread message that mentions the user, and forgets those that were read.
func (c *chat) firstMention() (int64, bool) {
	i, _ := slices.BinarySearch(c.mentions, c.unread.Read()+1)
	c.mentions = c.mentions[i:]
	if len(c.mentions) == 0 {
		return 0, false
	}
	return c.mentions[0], true
}

// roster is what is known of a group's members. The map is shared with pictures, so it is copied for a change.
type roster struct {
	known map[string]model.Member
	// looked is when questions about one member left: what pages that were asked for before say of them is older.
	looked map[string]im.Moment
	// fetched is when the pages were last asked for; stale asks for them again.
	fetched  time.Time
	fetching bool
	stale    bool
	// asking is set while the user's own membership is asked for, again when it must be asked for once more.
	asking, again bool
	// awaited is the end of a mute of the user that is waited for.
	awaited int64
}

func (r *roster) put(members []model.Member) {
	known := maps.Clone(r.known)
	if known == nil {
		known = make(map[string]model.Member, len(members))
	}
	for _, member := range members {
		known[member.User] = member
	}
	r.known = known
}
