package session_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/model"
	"reddot/session"
)

// inspect opens a group with the readers of a message on screen.
func (r *running) inspect(group string, sequence int64) {
	r.Look(session.Viewing{
		Conversation: model.GroupConversation(group), AtBottom: true, Focused: true, Readers: sequence,
	})
}

func TestReadersAreListedWholeAndLive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		members := []string{"anchor", "guide"}
		for i := range 130 {
			members = append(members, fmt.Sprintf("user-%03d", i))
		}
		service.group("a", model.Public, members...)
		service.say("a", "anchor", "who reads this")
		term := start(t, service.device("anchor", "term"), memory(t))
		guide := start(t, service.device("guide", "phone"), memory(t))
		require.NoError(t, guide.WaitSynced(t.Context()))

		term.inspect("a", 1)
		shown := term.of(t, "a").Readers
		require.Empty(t, shown.Read)
		require.Len(t, shown.Unread, 131, "all pages")
		require.False(t, shown.Loading)

		guide.look("a")
		time.Sleep(time.Second)
		require.Equal(t, []string{"guide"}, term.of(t, "a").Readers.Read)
		require.NotContains(t, term.of(t, "a").Readers.Unread, "guide")
		require.Empty(t, shown.Read, "what was handed out never changes")
	})
}

func TestNobodyAsksForReadersWhoAreNotOnScreen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		service.group("live", model.AVChatRoom, "anchor", "guide")
		service.say("a", "anchor", "x")
		service.say("live", "anchor", "x")
		term := start(t, service.device("anchor", "term"), memory(t))
		term.look("a")
		require.Nil(t, term.of(t, "a").Readers)
		require.Zero(t, service.asked("term readers"))

		term.inspect("a", 1)
		require.NotNil(t, term.of(t, "a").Readers)
		term.look("a")
		require.Nil(t, term.of(t, "a").Readers, "and it is let go of when the pane closes")

		asked := service.asked("term readers")
		term.inspect("live", 1)
		require.Nil(t, term.of(t, "live").Readers, "a kind of group without receipts")
		require.Equal(t, asked, service.asked("term readers"))
	})
}

// A shop of people who read at the same moment costs a few questions, not one each.
func TestManyReadersAtOnceAreAskedForOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		members := []string{"anchor"}
		for i := range 60 {
			members = append(members, fmt.Sprintf("user-%03d", i))
		}
		service.group("a", model.Public, members...)
		service.say("a", "anchor", "x")
		device := service.device("anchor", "term")
		term := start(t, device, memory(t))
		term.inspect("a", 1)
		term.of(t, "a")
		before := service.asked("term readers")
		for i := range 60 {
			device.events <- im.ReceiptsChanged{Receipts: []model.Receipt{
				{Conversation: model.GroupConversation("a"), Sequence: 1, ReadCount: i + 1, UnreadCount: 59 - i},
			}}
			time.Sleep(time.Millisecond)
		}
		time.Sleep(5 * time.Second)
		term.of(t, "a")
		require.LessOrEqual(t, service.asked("term readers")-before, 4, "two lists, at most twice")
	})
}

func TestReadersThatCouldNotBeAskedForAreSaidAndTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		service.say("a", "anchor", "x")
		refused := 2
		service.refuse = func(_ *device, request string) error {
			if request != "readers" || refused == 0 {
				return nil
			}
			refused--
			return &im.Error{Doing: "ask", Class: im.ClassTemporary, Cause: "busy"}
		}
		term := start(t, service.device("anchor", "term"), memory(t))
		term.inspect("a", 1)
		require.Equal(t, "busy", term.of(t, "a").Readers.Failure)
		time.Sleep(10 * time.Second)
		require.Empty(t, term.of(t, "a").Readers.Failure)
		require.Equal(t, []string{"guide"}, term.of(t, "a").Readers.Unread)
	})
}

func TestReadersAreAskedForAgainAfterAReconnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		group := service.group("a", model.Public, "anchor", "guide")
		service.say("a", "anchor", "x")
		device := service.device("anchor", "term")
		term := start(t, device, memory(t))
		term.inspect("a", 1)
		require.Empty(t, term.of(t, "a").Readers.Read)
		device.drop()
		term.of(t, "a")
		service.mu.Lock()
		group.readBy[1] = map[string]bool{"guide": true}
		service.mu.Unlock()
		device.reconnect()
		time.Sleep(time.Second)
		require.Equal(t, []string{"guide"}, term.of(t, "a").Readers.Read)
	})
}

func TestAReaderWhoLeftTheGroupStillHasAName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		group := service.group("a", model.Public, "anchor", "guide", "gone")
		service.say("a", "anchor", "x")
		device := service.device("anchor", "term")
		term := start(t, device, memory(t))
		service.mu.Lock()
		everybody := group.members
		group.members = slices.Clone(everybody[:2])
		service.mu.Unlock()
		term.look("a")
		require.NotContains(t, term.of(t, "a").Members, "gone")
		service.mu.Lock()
		group.members = everybody
		service.mu.Unlock()
		term.inspect("a", 1)
		require.Equal(t, "nick of gone", term.of(t, "a").Members["gone"].Name)
	})
}

// A count that could not be asked for is asked for again: no event will bring it.
func TestReceiptsThatCouldNotBeAskedForAreAskedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		group := service.group("a", model.Public, "anchor", "guide")
		service.say("a", "anchor", "x")
		group.readBy[1] = map[string]bool{"guide": true}
		refused := 3
		service.refuse = func(_ *device, request string) error {
			if request != "ask_receipts" || refused == 0 {
				return nil
			}
			refused--
			return &im.Error{Doing: "ask", Class: im.ClassTemporary, Cause: "busy"}
		}
		term := start(t, service.device("anchor", "term"), memory(t))
		term.look("a")
		require.Zero(t, term.of(t, "a").Receipts[1].ReadCount)
		time.Sleep(10 * time.Second)
		require.Equal(t, 1, term.of(t, "a").Receipts[1].ReadCount)
	})
}
