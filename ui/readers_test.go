package ui

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/model"
	"reddot/session"
)

// readShop is the shop with the readers of the newest own message, 5 of 47.
func readShop() *session.View {
	return with(shop(), groupID("live"), func(c *session.Conversation) {
		c.Members = maps.Clone(c.Members)
		c.Readers = &session.Readers{Sequence: 4303, Read: []string{"zhou", "linxia", "aning", "lixiang", "azhen"}}
		c.Members["aning"] = model.Member{User: "aning", Name: "阿宁"}
		for i := range 42 {
			user := fmt.Sprintf("u%02d", i)
			c.Members[user] = model.Member{User: user, Name: fmt.Sprintf("小满 %02d", i)}
			c.Readers.Unread = append(c.Readers.Unread, user)
		}
	})
}

func TestWhoHasReadIsListedByRoleAndWhoHasNotBelow(t *testing.T) {
	u := newUser(t, readShop(), 120, 40)
	u.press("enter")
	require.Equal(t, int64(4303), u.session.looking().Readers)
	frame := u.frame()
	var order []int
	for _, s := range []string{"已读 5 / 47", "✓ 助手 阿珍", "✓ 导购 李想", "✓ 用户 林夏", "未读 42", "[Alt+n] @他们", "· 用户 小满 00", "…还有"} {
		at := strings.Index(frame, s)
		require.GreaterOrEqual(t, at, 0, s)
		order = append(order, at)
	}
	require.IsIncreasing(t, order[:4])
	require.IsIncreasing(t, order[4:])
}

func TestReadersAreOnlyAskedForWhileTheyAreOnScreen(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.press("enter")
	require.Zero(t, u.session.looking().Readers, "two panes have no room for them")
	u.press("alt+i")
	require.Equal(t, int64(4303), u.session.looking().Readers)
	u.press("f1")
	require.Zero(t, u.session.looking().Readers)
	u.press("esc", "alt+i")
	require.Zero(t, u.session.looking().Readers)
}

func TestWhyThereIsNoListOfReaders(t *testing.T) {
	tests := map[string]struct {
		change func(*session.Conversation)
		says   string
	}{
		"refused":     {func(c *session.Conversation) { c.Readers = &session.Readers{Sequence: 4303, Failure: "服务繁忙"} }, "名单没查到: 服务繁忙"},
		"group type":  {func(c *session.Conversation) { c.NoReceipts = session.ReceiptsGroupType }, "这种群没有已读回执"},
		"too many":    {func(c *session.Conversation) { c.NoReceipts = session.ReceiptsTooManyMembers }, "超过 200 人的群"},
		"not asked":   {func(c *session.Conversation) { ownMessage(c).NeedReceipt = false }, "这条消息没有要回执"},
		"not sent":    {func(c *session.Conversation) { ownMessage(c).State = model.Failed }, "还没有发出"},
		"nothing own": {func(c *session.Conversation) { c.Messages = c.Messages[:2] }, "还没有自己的消息"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			u := newUser(t, with(shop(), groupID("live"), test.change), 120, 40)
			u.press("enter")
			require.Contains(t, u.frame(), test.says)
		})
	}
}

// ownMessage replaces the own message of the shop by a copy that may be changed.
func ownMessage(c *session.Conversation) *model.Message {
	own := *c.Messages[2]
	c.Messages[2] = &own
	return &own
}

func TestListOfReadersOutlivesAFailure(t *testing.T) {
	view := with(readShop(), groupID("live"), func(c *session.Conversation) {
		failed := *c.Readers
		failed.Failure = "服务繁忙"
		c.Readers = &failed
	})
	u := newUser(t, view, 120, 40)
	u.press("enter")
	require.Contains(t, u.frame(), "✓ 助手 阿珍")
	require.Contains(t, u.row("已读 5 / 47"), "!")
}

func TestOneKeyMentionsThoseWhoHaveNotRead(t *testing.T) {
	u := newUser(t, readShop(), 120, 40)
	u.press("enter", "up", "n")
	require.Equal(t, focusInput, u.model.focus)
	require.True(t, strings.HasPrefix(u.model.input.text, "@小满 00 @小满 01 "), u.model.input.text)
	require.Equal(t, mostMentions, strings.Count(u.model.input.text, "@"))
	require.Contains(t, u.frame(), "一条最多 @ 30 人, 还有 12 人没读")
	u.types("看一下")
	u.press("enter")
	require.Len(t, u.session.sent[0].Mentions, mostMentions)
	require.Equal(t, "u00", u.session.sent[0].Mentions[0])
}

func TestTheKeyAsksFirstWhereThePaneIsHidden(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.press("enter", "alt+n")
	require.Empty(t, u.model.input.text)
	require.Equal(t, int64(4303), u.session.looking().Readers)
	u.see(readShop())
	require.Contains(t, u.model.input.text, "@小满 00 ")
	require.Zero(t, u.session.looking().Readers, "the answer is all that was wanted")

	u = newUser(t, with(shop(), groupID("live"), func(c *session.Conversation) { c.NoReceipts = session.ReceiptsTooManyMembers }), 80, 24)
	u.press("enter", "alt+n")
	require.Contains(t, u.frame(), "超过 200 人的群没有已读回执")
}

func TestHintsTellWhatTheSelectedMessageIsGoodFor(t *testing.T) {
	u := newUser(t, readShop(), 80, 24)
	u.press("enter", "up")
	require.Contains(t, u.frame(), "    ↑↓ 选择")
	for range 5 {
		u.press("up")
	}
	require.Contains(t, u.frame(), "n @没读的人 · ↑↓ 选择")
	u = newUser(t, troubledShop(), 80, 24)
	u.press("enter", "up")
	require.Contains(t, u.frame(), "r 重发 · d 丢弃 · ↑↓ 选择")
}
