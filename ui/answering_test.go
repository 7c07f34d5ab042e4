package ui

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/model"
	"reddot/session"
)

func TestNoDoubleAnswerWithoutAskingAgain(t *testing.T) {
	by := func(user, device string) *session.View {
		return with(shop(), groupID("live"), func(c *session.Conversation) {
			c.Answering = &model.Answering{Conversation: c.ID, User: user, Device: device, Since: 1}
		})
	}
	u := newUser(t, by("azhen", "desk"), 80, 24)
	u.press("enter")
	require.Contains(t, u.frame(), "阿珍 正在 desk 上回复")
	u.types("有的")
	u.press("enter")
	require.Empty(t, u.session.sent)
	require.Equal(t, "有的", u.model.input.text, "nothing is lost")
	require.Contains(t, u.frame(), "再按一次 Enter 仍然发送")
	u.press("enter")
	require.Len(t, u.session.sent, 1)

	u.types("还有")
	u.press("enter")
	u.see(by(self, "mini"))
	require.Contains(t, u.frame(), "正在 mini 上回复")
	u.press("enter")
	require.Len(t, u.session.sent, 1, "another one's answer asks again")
	u.see(shop())
	u.press("enter")
	require.Len(t, u.session.sent, 2, "once theirs is there, nothing is asked")
}

func TestWhoMayNotSpeakSeesItAtTheInput(t *testing.T) {
	muted := func(until int64) *session.View {
		return with(shop(), groupID("live"), func(c *session.Conversation) { c.MutedUntil = until })
	}
	u := newUser(t, muted(noon.Add(15*time.Minute).Unix()), 80, 24)
	u.press("enter")
	require.Contains(t, u.frame(), "! 你被禁言到 20:56")
	u.types("有的")
	u.press("enter")
	require.Empty(t, u.session.sent)
	require.Equal(t, "有的", u.model.input.text, "nothing is lost")
	u.press("enter")
	require.Len(t, u.session.sent, 1, "the service has the last word")
	u.see(muted(noon.Add(30 * time.Hour).Unix()))
	require.Contains(t, u.frame(), "你被禁言到 11-25 02:41")
	u.see(shop())
	require.NotContains(t, u.frame(), "禁言")

	u.see(with(shop(), groupID("live"), func(c *session.Conversation) {
		group := *c.Group
		group.AllMuted, group.SelfRole = true, model.Ordinary
		c.Group = &group
	}))
	require.Contains(t, u.frame(), "全员禁言中")
}
