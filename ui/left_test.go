package ui

import (
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/model"
	"reddot/session"
)

// withFailed is the shop with a message in the live group that was not sent; left says that the user is in it no more.
func withFailed(left bool) (*session.View, *model.Message) {
	failed := &model.Message{
		Conversation: groupID("live"), Sender: self, Random: 7, ClientTime: noon.Unix(), State: model.Failed, Failure: "你被移出了",
		Elements: []model.Element{model.Text{Text: "M 码还有 6 件"}},
	}
	v := with(shop(), groupID("live"), func(c *session.Conversation) {
		c.Messages = append(c.Messages[:len(c.Messages):len(c.Messages)], failed)
		c.Left = left
	})
	v.Failed = 1
	if left {
		v.Gone = session.Gone{Conversation: groupID("live"), Reason: session.GoneRemoved}
	}
	return v, failed
}

func TestAGroupThatWentStaysForWhatWasNotSent(t *testing.T) {
	v, failed := withFailed(false)
	u := newUser(t, v, 80, 24)
	u.press("enter", "alt+m")
	v, _ = withFailed(true)
	u.see(v)
	require.Nil(t, u.model.panel(), "its panels close")
	require.Contains(t, u.frame(), "你被移出了“七夕直播间”")
	require.Contains(t, u.frame(), "你已不在这个群里")
	require.Contains(t, u.frame(), "M 码还有 6 件")
	u.press("shift+tab", "d")
	require.Equal(t, []model.Key{failed.Key()}, u.session.dropped)
	require.Contains(t, u.frame(), "[Ctrl+Y] 取回文字")
	u.press("esc", "down", "enter", "ctrl+y")
	require.Equal(t, "M 码还有 6 件", u.model.input.text, "the text can go somewhere else")
}

func TestTheKeyForWhatFailedGoesWhereItIs(t *testing.T) {
	v, failed := withFailed(false)
	u := newUser(t, v, 80, 24)
	u.press("down", "enter")
	require.NotEqual(t, groupID("live"), u.model.open)
	u.press("alt+r")
	require.Equal(t, groupID("live"), u.model.open)
	require.Equal(t, failed.Key(), u.model.chat.selected)
	require.Empty(t, u.session.retried, "what was not on screen is not sent by the way")
	u.press("r")
	require.Equal(t, []model.Key{failed.Key()}, u.session.retried)
}

func TestOfflineAGroupThatWasNeverLoadedSaysSo(t *testing.T) {
	empty := func(phase session.Phase) *session.View {
		v := with(shop(), groupID("live"), func(c *session.Conversation) { c.Messages, c.Complete = nil, false })
		v.Connection = session.Connection{Phase: phase, Since: noon}
		return v
	}
	u := newUser(t, empty(session.Offline), 80, 24)
	u.press("enter")
	require.Contains(t, u.frame(), "还没有存到本地")
	require.Contains(t, u.frame(), "连上后会自动加载")
	u.see(empty(session.Online))
	require.Contains(t, u.frame(), "正在加载")
}
