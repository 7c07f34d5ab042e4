package session_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/model"
	"reddot/session"
)

// TestDevicesConvergeWhateverFails lets two devices of one user and one of another read, write and lose their
// connections and answers at random. Once everything works again all agree with the service, and nothing is lost
// or doubled.
func TestDevicesConvergeWhateverFails(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { converge(t, rand.New(rand.NewPCG(seed, 0))) })
		})
	}
}

type storm struct {
	random  *rand.Rand
	service *service
	groups  []string
	devices []*running
	said    map[string]int
}

func converge(t *testing.T, random *rand.Rand) {
	s := &storm{random: random, service: newService(), groups: []string{"a", "b"}, said: map[string]int{}}
	s.service.group("a", model.Public, "anchor", "guide")
	s.service.group("b", model.Meeting, "anchor", "guide")
	for _, d := range [][2]string{{"anchor", "term"}, {"anchor", "mini"}, {"guide", "phone"}} {
		r := start(t, s.service.device(d[0], d[1]), memory(t))
		require.NoError(t, r.WaitSynced(t.Context()))
		s.devices = append(s.devices, r)
	}
	s.service.rule(s.fault(8), s.fault(8))
	for range 60 {
		s.step(t)
	}
	s.service.rule(nil, nil)
	for _, r := range s.devices {
		r.Look(session.Viewing{})
		if !r.device.isOnline() {
			r.device.reconnect()
		}
	}
	time.Sleep(20 * time.Minute)
	s.check(t)
}

// fault refuses one request in n for a while; the generator is guarded by the service's lock.
func (s *storm) fault(n int) func(*device, string) error {
	faults := rand.New(rand.NewPCG(s.random.Uint64(), 1))
	return func(*device, string) error {
		if faults.IntN(n) == 0 {
			return &im.Error{Doing: "ask", Class: im.ClassTemporary, Cause: "fault"}
		}
		return nil
	}
}

func (s *storm) step(t *testing.T) {
	r := s.devices[s.random.IntN(len(s.devices))]
	group := s.groups[s.random.IntN(len(s.groups))]
	switch s.random.IntN(8) {
	case 0, 1:
		text := fmt.Sprintf("%s-%d", r.device.name, len(s.said))
		if _, err := r.Send(t.Context(), model.GroupConversation(group), draft(text)); err == nil {
			s.said[text]++
		}
	case 2:
		r.look(group)
	case 3:
		r.Look(session.Viewing{})
	case 4:
		if r.device.isOnline() {
			r.device.drop()
		} else {
			r.device.reconnect()
		}
	case 5:
		time.Sleep(time.Duration(s.random.IntN(3000)) * time.Millisecond)
	case 6:
		for i := range s.random.IntN(40) {
			s.service.say(group, "guide", fmt.Sprint("flood ", i))
		}
	case 7:
		// A recall that is missed offline is learned when its page is fetched again, no earlier.
		if n := len(s.service.messagesOf(group)); n > 0 && s.devices[0].device.isOnline() && s.devices[1].device.isOnline() {
			s.service.recall(group, int64(1+s.random.IntN(n)))
		}
	}
	if s.random.IntN(2) == 0 {
		synctest.Wait()
	}
}

func (s *storm) check(t *testing.T) {
	stored := map[string]int{}
	for _, group := range s.groups {
		for _, m := range s.service.messagesOf(group) {
			if text := m.Elements[0].(model.Text).Text; s.said[text] > 0 {
				stored[text]++
			}
		}
	}
	require.Equal(t, s.said, stored, "every message is on the service exactly once")
	term, mini := s.devices[0], s.devices[1]
	for _, group := range s.groups {
		one, other := term.of(t, group), mini.of(t, group)
		require.Equal(t, one.Read, other.Read, "read position of %s", group)
		require.False(t, one.UnreadPending || other.UnreadPending)
		require.Equal(t, min(one.Unread, model.CertainUnread), min(other.Unread, model.CertainUnread), "unread of %s", group)
		s.checkUnread(t, one)
		term.look(group)
		s.checkShown(t, term, group)
	}
	for _, r := range s.devices {
		require.Zero(t, r.View().Outgoing+r.View().Failed)
	}
}

// checkUnread counts by hand what the badge must show.
func (s *storm) checkUnread(t *testing.T, c *session.Conversation) {
	n := 0
	for _, m := range s.service.messagesOf(c.Group.ID) {
		if m.Sequence > c.Read && m.Counts("anchor") {
			n++
		}
	}
	if n < model.CertainUnread {
		require.Equal(t, n, c.Unread)
	} else {
		require.GreaterOrEqual(t, c.Unread, model.CertainUnread)
	}
}

// checkShown pages back to the beginning and compares with what the service has.
func (s *storm) checkShown(t *testing.T, r *running, group string) {
	for range 20 {
		if r.of(t, group).Complete {
			break
		}
		r.LoadOlder(model.GroupConversation(group))
	}
	c := r.of(t, group)
	all := s.service.messagesOf(group)
	require.True(t, slices.EqualFunc(all, c.Messages, func(a, b *model.Message) bool { return a.Key() == b.Key() && a.Sequence == b.Sequence }),
		"%s shows %d messages of %d", group, len(c.Messages), len(all))
}
