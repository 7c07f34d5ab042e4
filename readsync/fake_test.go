package readsync_test

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"reddot/im"
	"reddot/model"
)

const (
	anchor = "anchor"
	shop   = model.ConversationID("GROUP@TGS#shop")
	guide  = model.ConversationID("C2Cguide-li")
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	errLost    = &im.Error{Doing: "call", Class: im.ClassUnreachable, Cause: "no answer"}
	errBusy    = &im.Error{Doing: "call", Class: im.ClassTemporary, Code: 10002, Cause: "the service is busy"}
	errRefused = &im.Error{Doing: "send receipts", Class: im.ClassRefused, Code: 10060, Cause: "too many members for receipts"}
)

// fate is what becomes of one call: its error, and whether the service acted nevertheless.
type fate struct {
	err   error
	acted bool
}

// service is a chat service of one user with several devices.
type service struct {
	mu       sync.Mutex
	messages map[model.ConversationID][]*model.Message
	read     map[model.ConversationID]int64
	receipts map[model.ConversationID]map[uint32]int
	notes    []*model.Message
	devices  []*device
	calls    []string
	// decide, if set, says what becomes of a call.
	decide func(call string) fate
}

func newService() *service {
	return &service{
		messages: map[model.ConversationID][]*model.Message{},
		read:     map[model.ConversationID]int64{},
		receipts: map[model.ConversationID]map[uint32]int{},
	}
}

// say stores messages of a customer that ask for receipts.
func (s *service) say(id model.ConversationID, count int) {
	for range count {
		s.mu.Lock()
		sequence := int64(len(s.messages[id]) + 1)
		message := &model.Message{
			Conversation: id, Sequence: sequence, Sender: "guide-li", Random: uint32(sequence),
			ClientTime: time.Now().Unix(), ServerTime: time.Now().Unix(), NeedReceipt: true,
			Elements: []model.Element{model.Text{Text: "有货吗"}},
		}
		s.messages[id] = append(s.messages[id], message)
		devices := slices.Clone(s.devices)
		s.mu.Unlock()
		for _, device := range devices {
			device.push(func() { device.received(message) })
		}
	}
}

// call enters a call in the books; an error ends it.
func (s *service) call(name string, act func()) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, name)
	var end fate
	if s.decide != nil {
		end = s.decide(name)
	}
	if end.err == nil || end.acted {
		act()
	}
	return end.err
}

// count returns how many calls of a name were made.
func (s *service) count(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(slices.DeleteFunc(slices.Clone(s.calls), func(call string) bool { return call != name }))
}

func (s *service) madeCalls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// receiptsOf returns the random numbers of the messages of a conversation that have a receipt.
func (s *service) receiptsOf(id model.ConversationID) []uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.receipts[id]))
}

// client is the connection of one life of a device.
type client struct {
	im.Client
	device *device
	dead   func() bool
	can    im.Capabilities
}

func everything() im.Capabilities {
	return im.Capabilities{
		Push: true, MarkRead: true, Receipts: true, SelfNotes: true, History: true, ReceiptBatch: 30, HistoryPage: 20,
	}
}

func (c *client) Self() string                  { return anchor }
func (c *client) Capabilities() im.Capabilities { return c.can }

func (c *client) call(name string, act func()) error {
	if c.dead() || !c.device.online.Load() {
		return errLost
	}
	return c.device.service.call(name, act)
}

func (c *client) MarkRead(_ context.Context, id model.ConversationID, position int64) error {
	s := c.device.service
	var moved bool
	err := c.call("mark_read", func() {
		moved = position > s.read[id]
		s.read[id] = max(s.read[id], position)
	})
	if moved {
		c.device.tellOthers(func(other *device) { other.serviceRead(id, position) })
	}
	return err
}

func (c *client) Send(_ context.Context, out im.Outgoing) (*im.SendResult, error) {
	s := c.device.service
	message := &model.Message{
		Conversation: out.Conversation, Sender: anchor, Random: out.Random, ClientTime: out.ClientTime, Sequence: out.Sequence,
		ServerTime: time.Now().Unix(), Elements: out.Elements, NoUnread: out.NoUnread, NoLastMessage: out.NoLastMessage,
	}
	fresh := false
	err := c.call("note", func() {
		fresh = !slices.ContainsFunc(s.notes, func(old *model.Message) bool { return old.Key() == message.Key() })
		if fresh {
			s.notes = append(s.notes, message)
		}
	})
	if fresh {
		c.device.tellOthers(func(other *device) { other.note(message) })
	}
	return &im.SendResult{ServerTime: message.ServerTime}, err
}

func (c *client) SendReceipts(_ context.Context, group string, sequences []int64) error {
	if len(sequences) > c.can.ReceiptBatch {
		return &im.Error{Doing: "send receipts", Class: im.ClassUsage, Cause: "too many"}
	}
	return c.receipts(model.GroupConversation(group), slices.Values(sequences))
}

func (c *client) SendC2CReceipts(_ context.Context, messages []*model.Message) error {
	return c.receipts(messages[0].Conversation, func(yield func(int64) bool) {
		for _, message := range messages {
			if !yield(int64(message.Random)) {
				return
			}
		}
	})
}

func (c *client) receipts(id model.ConversationID, numbers func(func(int64) bool)) error {
	s := c.device.service
	return c.call("receipts", func() {
		for number := range numbers {
			if s.receipts[id] == nil {
				s.receipts[id] = map[uint32]int{}
			}
			s.receipts[id][uint32(number)]++
		}
	})
}

func (c *client) History(_ context.Context, request im.HistoryRequest) (*im.HistoryPage, error) {
	s := c.device.service
	var page im.HistoryPage
	err := c.call("history", func() {
		all := s.messages[request.Conversation]
		if request.Conversation == model.C2CConversation(anchor) {
			all = s.notes
		}
		end := len(all)
		switch {
		case request.Cursor != "":
			end, _ = strconv.Atoi(request.Cursor)
		case request.Before > 0:
			end = min(end, int(request.Before))
		}
		start := max(0, end-request.Limit)
		page.Messages = slices.Clone(all[start:end])
		page.Next, page.Cursor, page.Complete = int64(start), strconv.Itoa(start), start == 0
	})
	return &page, err
}

// bubble runs a test with its own clock; when it returns, all devices have ended.
func bubble(t *testing.T, test func(*testing.T, *service)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		defer func() {
			for _, device := range s.devices {
				device.end()
			}
		}()
		test(t, s)
	})
}

// settle lets everything happen that takes less than the time.
func settle(within time.Duration) {
	time.Sleep(within)
	synctest.Wait()
}

func requireEverywhere(t require.TestingT, position int64, id model.ConversationID, devices ...*device) {
	for _, device := range devices {
		require.Equal(t, position, device.position(id), "on %s", device.name)
	}
}
