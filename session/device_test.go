package session_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"reddot/im"
	"reddot/model"
)

// device is one connection of one user; it implements im.Client.
type device struct {
	service *service
	user    string
	name    string
	events  chan im.Event
	online  bool
	closed  bool
	killed  atomic.Bool
	// since is the number of C2C messages that the last Sync covered.
	since        map[[2]string]int
	capabilities im.Capabilities
	// undated leaves the sender's clock out of group history, as the REST API does.
	undated bool
	// uncounted tells no unread counts.
	uncounted bool
	// deaf keeps pushes away.
	deaf bool
}

var errOffline = &im.Error{Doing: "ask", Class: im.ClassUnreachable, Cause: "no connection"}

// push delivers an event if the device is online.
func (d *device) push(e im.Event) {
	if d.online && !d.deaf && !d.killed.Load() {
		d.events <- e
	}
}

// drop cuts the connection; connect brings it back.
func (d *device) drop() {
	d.service.mu.Lock()
	defer d.service.mu.Unlock()
	d.events <- im.Disconnected{Reason: errOffline, Retry: time.Second}
	d.online = false
}

func (d *device) isOnline() bool {
	d.service.mu.Lock()
	defer d.service.mu.Unlock()
	return d.online
}

func (d *device) reconnect() {
	d.service.mu.Lock()
	defer d.service.mu.Unlock()
	d.online = true
	d.events <- im.Connected{Resumed: true}
}

// behind brings the connection back to a service whose clock turns out to be behind ours.
func (d *device) behind(offset time.Duration) {
	d.service.mu.Lock()
	defer d.service.mu.Unlock()
	d.online = true
	d.events <- im.Connected{Resumed: true, ClockOffset: -offset}
}

// begin checks whether a request gets through; the caller must call the returned function at the end.
func (d *device) begin(request string) (func(error) error, error) {
	s := d.service
	s.mu.Lock()
	if s.refuse != nil {
		if err := s.refuse(d, request); err != nil {
			s.mu.Unlock()
			return nil, err
		}
	}
	if !d.online || d.killed.Load() {
		s.mu.Unlock()
		return nil, errOffline
	}
	s.requests = append(s.requests, d.name+" "+request)
	return func(err error) error {
		defer s.mu.Unlock()
		if err == nil && s.lose != nil {
			return s.lose(d, request)
		}
		return err
	}, nil
}

// readUpTo returns the read position that the service has.
func (s *service) readUpTo(group, user string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.groups[group].read[user]
}

// messagesOf returns what the service has of a group.
func (s *service) messagesOf(group string) []*model.Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.groups[group].messages)
}

// asked returns how often a device made a request.
func (s *service) asked(request string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, r := range s.requests {
		if r == request {
			n++
		}
	}
	return n
}

func (d *device) Self() string                  { return d.user }
func (d *device) Capabilities() im.Capabilities { return d.capabilities }
func (d *device) Events() <-chan im.Event       { return d.events }

func (d *device) Connect(context.Context) error {
	s := d.service
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.killed.Load() {
		return errOffline
	}
	if s.refuse != nil {
		if err := s.refuse(d, "connect"); err != nil {
			return err
		}
	}
	d.online = true
	d.events <- im.Connected{Latency: time.Millisecond}
	return nil
}

func (d *device) Close() error {
	d.service.mu.Lock()
	defer d.service.mu.Unlock()
	d.online = false
	if !d.closed {
		d.closed = true
		close(d.events)
	}
	return nil
}

func (d *device) Sync(context.Context) (*im.Snapshot, error) {
	end, err := d.begin("sync")
	if err != nil {
		return nil, err
	}
	snapshot := &im.Snapshot{Time: time.Now(), Asked: im.Now()}
	for _, g := range d.service.groups {
		if g.has(d.user) && !g.unlisted {
			row := g.row(d.user)
			if d.uncounted {
				row.Unread, row.Uncounted = 0, true
			}
			snapshot.Conversations = append(snapshot.Conversations, row)
		}
	}
	for pair, messages := range d.service.c2c {
		if pair[0] != d.user && pair[1] != d.user {
			continue
		}
		other := pair[0]
		if other == d.user {
			other = pair[1]
		}
		from, known := d.since[pair]
		d.since[pair] = len(messages)
		if !known && len(d.since) > 0 {
			from = len(messages)
		}
		for _, m := range messages[from:] {
			snapshot.Messages = append(snapshot.Messages, d.seen(m, other))
		}
		snapshot.Conversations = append(snapshot.Conversations, im.Conversation{
			ID: model.C2CConversation(other), Name: other, Last: preview(d.seen(messages[len(messages)-1], other)),
			Unread: d.unreadFrom(other, messages), Read: d.service.c2cRead[[2]string{d.user, other}],
		})
	}
	return snapshot, end(nil)
}

func (d *device) unreadFrom(other string, messages []*model.Message) int {
	n := 0
	for _, m := range messages {
		if m.Sender == other && m.ServerTime > d.service.c2cRead[[2]string{d.user, other}] {
			n++
		}
	}
	return n
}

// preview is what a conversation list tells of its newest message.
func preview(m *model.Message) *model.Message {
	partial := *m
	partial.Partial, partial.ClientTime, partial.NeedReceipt, partial.Mentions, partial.NoUnread = true, 0, false, nil, false
	return &partial
}

func (g *fakeGroup) row(user string) im.Conversation {
	info := g.info
	info.SelfRead = g.read[user]
	if i := slices.IndexFunc(g.members, func(m model.Member) bool { return m.User == user }); i >= 0 {
		info.SelfRole = g.members[i].Role
	}
	row := im.Conversation{
		ID: model.GroupConversation(info.ID), Name: info.Name, Group: &info,
		Unread: g.unread(user), Read: g.read[user], Next: info.NextSequence,
	}
	if !info.Type.KeepsUnread() {
		row.Unread, row.Read = 0, 0
	}
	if len(g.messages) > 0 {
		row.Last = preview(g.messages[len(g.messages)-1])
	}
	return row
}

func (d *device) Members(_ context.Context, groupID string, offset, limit int) (*im.MemberPage, error) {
	end, err := d.begin("members")
	if err != nil {
		return nil, err
	}
	g := d.service.groups[groupID]
	last := min(offset+limit, len(g.members))
	page := &im.MemberPage{Members: g.members[offset:last], Total: len(g.members)}
	if last < len(g.members) {
		page.Next = last
	}
	return page, end(nil)
}

func (d *device) Profiles(_ context.Context, users []string) ([]model.Profile, error) {
	end, err := d.begin("profiles")
	if err != nil {
		return nil, err
	}
	var profiles []model.Profile
	for _, user := range users {
		profiles = append(profiles, model.Profile{User: user, Name: "nick of " + user})
	}
	return profiles, end(nil)
}

func (d *device) History(_ context.Context, request im.HistoryRequest) (*im.HistoryPage, error) {
	end, err := d.begin("history")
	if err != nil {
		return nil, err
	}
	if request.Conversation.Kind() == model.KindC2C {
		return d.historyC2C(request), end(nil)
	}
	g := d.service.groups[request.Conversation.Target()]
	if g == nil {
		return nil, end(errors.New("no such group"))
	}
	before := request.Before
	if before == 0 {
		before = g.info.NextSequence
	}
	messages := slices.DeleteFunc(slices.Clone(g.messages), func(m *model.Message) bool { return m.Sequence > before })
	page := &im.HistoryPage{Messages: messages, Complete: true}
	if len(messages) > request.Limit {
		page.Messages = messages[len(messages)-request.Limit:]
		page.Complete = false
		page.Next = page.Messages[0].Sequence - 1
	}
	if d.undated {
		page.Messages = withoutClientTime(page.Messages)
	}
	return page, end(nil)
}

func withoutClientTime(messages []*model.Message) []*model.Message {
	var undated []*model.Message
	for _, m := range messages {
		copied := *m
		copied.ClientTime = 0
		undated = append(undated, &copied)
	}
	return undated
}

func (d *device) historyC2C(request im.HistoryRequest) *im.HistoryPage {
	other := request.Conversation.Target()
	var messages []*model.Message
	for _, m := range d.service.c2c[pairOf(d.user, other)] {
		messages = append(messages, d.seen(m, other))
	}
	if request.Cursor != "" {
		held, _ := strconv.Atoi(request.Cursor)
		messages = messages[:held]
	}
	page := &im.HistoryPage{Messages: messages, Complete: true}
	if len(messages) > request.Limit {
		older := len(messages) - request.Limit
		page.Messages, page.Complete, page.Cursor = messages[older:], false, strconv.Itoa(older)
	}
	return page
}

func (d *device) Send(_ context.Context, out im.Outgoing) (*im.SendResult, error) {
	end, err := d.begin("send")
	if err != nil {
		return nil, err
	}
	m := d.service.store(out, d.user, d)
	if err := end(nil); err != nil {
		return nil, err
	}
	return &im.SendResult{Sequence: m.Sequence, ServerTime: m.ServerTime}, nil
}

func (d *device) MarkRead(_ context.Context, id model.ConversationID, position int64) error {
	end, err := d.begin("mark_read")
	if err != nil {
		return err
	}
	if g := d.service.groups[id.Target()]; g != nil {
		g.read[d.user] = max(g.read[d.user], position)
	} else {
		d.service.c2cRead[[2]string{d.user, id.Target()}] = position
	}
	for _, other := range d.service.devices {
		if other != d && other.user == d.user {
			other.push(im.ReadMoved{Conversation: id, Position: position})
		}
	}
	return end(nil)
}

func (d *device) SendReceipts(_ context.Context, groupID string, sequences []int64) error {
	end, err := d.begin("receipts")
	if err != nil {
		return err
	}
	g := d.service.groups[groupID]
	for _, sequence := range sequences {
		if g.readBy[sequence] == nil {
			g.readBy[sequence] = map[string]bool{}
		}
		g.readBy[sequence][d.user] = true
		m := g.messages[sequence-1]
		for _, author := range d.service.devices {
			if author.user == m.Sender {
				author.push(im.ReceiptsChanged{Receipts: []model.Receipt{g.receipt(m)}})
			}
		}
	}
	return end(nil)
}

func (g *fakeGroup) receipt(m *model.Message) model.Receipt {
	read := len(g.readBy[m.Sequence])
	return model.Receipt{
		Conversation: m.Conversation, Sequence: m.Sequence, Key: m.Key(), ReadCount: read, UnreadCount: len(g.members) - 1 - read,
	}
}

func (d *device) SendC2CReceipts(context.Context, []*model.Message) error {
	end, err := d.begin("c2c_receipts")
	if err != nil {
		return err
	}
	return end(nil)
}

func (d *device) Receipts(_ context.Context, groupID string, sequences []int64) ([]model.Receipt, error) {
	end, err := d.begin("ask_receipts")
	if err != nil {
		return nil, err
	}
	g := d.service.groups[groupID]
	var receipts []model.Receipt
	for _, sequence := range sequences {
		receipts = append(receipts, g.receipt(g.messages[sequence-1]))
	}
	return receipts, end(nil)
}

func (d *device) ReceiptMembers(_ context.Context, request im.ReceiptMembersRequest) (*im.ReceiptMembersPage, error) {
	end, err := d.begin("readers")
	if err != nil {
		return nil, err
	}
	g := d.service.groups[request.GroupID]
	var users []string
	for _, member := range g.members {
		if member.User != d.user && g.readBy[request.Sequence][member.User] == request.Read {
			users = append(users, member.User)
		}
	}
	from, _ := strconv.Atoi(request.Cursor)
	to := min(from+request.Limit, len(users))
	page := &im.ReceiptMembersPage{Users: users[from:to]}
	if to < len(users) {
		page.Cursor = strconv.Itoa(to)
	}
	return page, end(nil)
}
