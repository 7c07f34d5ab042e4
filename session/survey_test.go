package session_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/model"
	"reddot/session"
)

// notesPage is the one page of history that every start asks for: the notes that came meanwhile.
const notesPage = 1

// mention lets a user mention another one in a group.
func (s *service) mention(groupID, user, mentioned string) {
	s.sayTo(im.Outgoing{
		Conversation: model.GroupConversation(groupID), Random: s.random.Add(1), ClientTime: time.Now().Unix(),
		Elements: []model.Element{model.Text{Text: "@" + mentioned}}, NeedReceipt: true, Mentions: []string{mentioned},
	}, user, nil)
}

func TestAMentionFromBeforeTheStartIsSeenInTheList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		for _, group := range []string{"a", "b", "read"} {
			service.group(group, model.Public, "anchor", "guide")
			service.sayMany(group, "guide", 3)
		}
		service.mention("a", "guide", "anchor")
		service.say("a", "guide", "and another one")
		service.groups["read"].read["anchor"] = 3
		term := start(t, service.device("anchor", "term"), memory(t))
		term.Look(session.Viewing{Focused: true})
		require.True(t, term.of(t, "a").Mentioned)
		require.Equal(t, int64(4), term.of(t, "a").Mention)
		require.Equal(t, 5, term.of(t, "a").Unread, "looking for mentions reads nothing")
		require.False(t, term.of(t, "b").Mentioned)
		require.Equal(t, notesPage+2, service.asked("term history"), "one page of each group with unread messages")
		require.Zero(t, service.readUpTo("a", "anchor"))

		term.look("a")
		term.of(t, "a")
		require.Equal(t, notesPage+2, service.asked("term history"), "what was fetched is not fetched again")
	})
}

func TestWithoutAListNobodyLooksForMentions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		service.mention("a", "guide", "anchor")
		term := start(t, service.device("anchor", "term"), memory(t))
		require.NoError(t, term.WaitSynced(t.Context()))
		require.Equal(t, 1, term.of(t, "a").Unread)
		require.Equal(t, notesPage, service.asked("term history"))
	})
}

func TestMentionsAreLookedForAgainAfterAReconnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		device := service.device("anchor", "term")
		term := start(t, device, memory(t))
		term.Look(session.Viewing{Focused: true})
		term.of(t, "a")
		device.drop()
		term.of(t, "a")
		service.mention("a", "guide", "anchor")
		service.say("a", "guide", "x")
		device.reconnect()
		require.True(t, term.of(t, "a").Mentioned)
	})
}
