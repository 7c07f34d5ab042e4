package ui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/model"
	"reddot/session"
)

// opened returns a user in an open conversation.
func opened(t *testing.T, c *session.Conversation, width, height int) *user {
	u := newUser(t, pictureOf(c), width, height)
	u.press("enter")
	require.Equal(t, c.ID, u.model.open)
	return u
}

func TestMessagesThatArriveWhileScrolledUpDoNotMoveTheView(t *testing.T) {
	u := opened(t, longGroup("a", 100), 80, 24)
	u.press("pgup")
	require.False(t, u.session.looking().AtBottom)
	before := messageRows(u)
	for i := range 3 {
		u.see(arrive(u.model.view, u.model.open, "linxia", fmt.Sprint("新的 ", i)))
	}
	require.Equal(t, before, messageRows(u))
	require.Contains(t, u.frame(), "↓ 3 条新消息 [End]")

	u.press("end")
	require.Contains(t, u.frame(), "新的 2")
	require.NotContains(t, u.frame(), "[End]")
	require.True(t, u.session.looking().AtBottom)
}

// messageRows returns the rows of messages without the line that says what is below.
func messageRows(u *user) []string {
	u.t.Helper()
	g := u.model.geometry()
	cv := u.model.canvas(g)
	rows := u.model.chat.render(cv)
	return append([]string{}, rows[:len(rows)-1]...)
}

func TestPageUpAtTheTopLoadsOlderMessagesAndTheViewStaysStill(t *testing.T) {
	all := longGroup("a", 100)
	older := *all
	older.Messages = all.Messages[60:]
	older.Complete = false
	u := opened(t, &older, 80, 24)
	for range 10 {
		u.press("pgup")
	}
	require.NotEmpty(t, u.session.older)
	require.Contains(t, u.frame(), "PgUp 加载更早的消息")
	top := messageRows(u)[3:]

	u.see(with(u.model.view, all.ID, func(c *session.Conversation) { c.Messages, c.Complete = all.Messages, true }))
	require.Equal(t, top, messageRows(u)[3:], "what was in view stands where it stood")
	u.press("pgup")
	require.Contains(t, u.frame(), "第 58 条")
	asked := len(u.session.older)
	for range 20 {
		u.press("pgup")
	}
	require.Contains(t, u.frame(), "会话从这里开始")
	require.Len(t, u.session.older, asked, "nothing is older")
}

func TestOlderMessagesAreNotAskedForTwice(t *testing.T) {
	c := longGroup("a", 40)
	c.Complete, c.Loading = false, true
	u := opened(t, c, 80, 24)
	for range 5 {
		u.press("pgup")
	}
	require.Empty(t, u.session.older)
	require.Contains(t, u.frame(), "正在加载更早的消息")
}

func TestLoadingThatFailedSaysWhyAndCanBeTriedAgain(t *testing.T) {
	c := longGroup("a", 40)
	c.Complete, c.LoadError = false, "请求超时"
	u := opened(t, c, 80, 24)
	u.press("pgup", "pgup", "pgup", "pgup", "pgup", "pgup")
	require.Contains(t, u.frame(), "没能加载: 请求超时 · PgUp 再试")
	require.NotEmpty(t, u.session.older)
}

func TestDividerStandsBeforeTheFirstNewMessageAndCanBeJumpedTo(t *testing.T) {
	c := longGroup("a", 100)
	c.Divider, c.DividerUnread = 40, 60
	u := opened(t, c, 80, 24)
	require.NotContains(t, u.frame(), "60 条新消息", "the newest messages are shown first")
	u.press("alt+u")
	rows := messageRows(u)
	require.Contains(t, rows[1], "60 条新消息")
	require.Contains(t, strings.Join(rows, "\n"), "第 41 条")
	require.NotContains(t, strings.Join(rows, "\n"), "第 40 条")
}

func TestDividerBeyondTheLoadedMessagesIsLoaded(t *testing.T) {
	all := longGroup("a", 200)
	all.Divider, all.DividerUnread = 40, 160
	loaded := func(from int, loading bool) func(*session.Conversation) {
		return func(c *session.Conversation) {
			c.Messages, c.Complete, c.Loading = all.Messages[from:], false, loading
		}
	}
	u := opened(t, all, 80, 24)
	u.see(with(u.model.view, all.ID, loaded(150, false)))
	u.press("alt+u")
	require.Len(t, u.session.older, 1)
	u.see(with(u.model.view, all.ID, loaded(150, true)))
	u.see(with(u.model.view, all.ID, loaded(100, false)))
	require.Len(t, u.session.older, 2, "it is still not there")
	u.see(with(u.model.view, all.ID, loaded(20, false)))
	require.Contains(t, u.frame(), "160 条新消息")
	require.Contains(t, u.frame(), "第 41 条")
	u.see(with(u.model.view, all.ID, loaded(10, false)))
	require.Len(t, u.session.older, 2)
}

func TestOwnMessagesShowHowFarTheyCame(t *testing.T) {
	w := &writer{id: groupID("a")}
	w.say(self, at(0, 20, 1), "一")
	w.say(self, at(0, 20, 2), "二")
	w.say(self, at(0, 20, 3), "三").NeedReceipt = false
	w.say(self, at(0, 20, 4), "四").State = model.Sending
	failed := w.say(self, at(0, 20, 5), "五")
	failed.State, failed.Failure = model.Failed, "你被禁言了"
	c := w.group("群", model.Work, 30)
	c.Receipts = map[int64]model.Receipt{1: {ReadCount: 5, UnreadCount: 24}, 2: {ReadCount: 29}}
	u := opened(t, c, 100, 30)
	require.Regexp(t, `一 +5/29 已读`, u.row("一 "))
	require.Regexp(t, `二 +29/29 全部已读`, u.row("二 "))
	require.Regexp(t, `三 +✓`, u.row("三 "))
	require.Regexp(t, `四 +…`, u.row("四 "))
	require.Contains(t, u.frame(), "✗ 未发出: 你被禁言了")
	require.Contains(t, u.frame(), "[Alt+r] 重发")

	u.press("alt+r")
	require.Equal(t, []model.Key{failed.Key()}, u.session.retried)
}

func TestFailedMessageCanBeRetriedOrDiscarded(t *testing.T) {
	w := &writer{id: groupID("a")}
	failed := w.say(self, at(0, 20, 5), "羊毛大衣还有 6 件")
	failed.State, failed.Failure, failed.Sequence = model.Failed, "网络断开", 0
	w.say("zhou", at(0, 20, 4), "在吗")
	w.messages[0], w.messages[1] = w.messages[1], w.messages[0]
	u := opened(t, w.group("群", model.Work, 30), 80, 24)
	u.press("shift+tab")
	require.Contains(t, u.frame(), "[r] 重发 [d] 丢弃", "the failed message is selected")
	u.press("r")
	require.Equal(t, []model.Key{failed.Key()}, u.session.retried)
	require.Equal(t, focusInput, u.model.focus)
	u.press("up", "d")
	require.Equal(t, []model.Key{failed.Key()}, u.session.dropped)
	u.press("up", "k", "r", "d")
	require.Len(t, u.session.retried, 1, "what was sent cannot be retried")
}

func TestConversationOfTwoSaysReadOrUnread(t *testing.T) {
	w := &writer{id: model.C2CConversation("linxia")}
	w.say("linxia", at(0, 20, 1), "在吗")
	w.say(self, at(0, 20, 2), "在的").PeerRead = true
	w.say(self, at(0, 20, 3), "您说")
	c := w.group("林夏", "", 0)
	c.Group, c.RoleKnown = nil, false
	u := opened(t, c, 80, 24)
	require.Regexp(t, `在的 +已读`, u.frame())
	require.Regexp(t, `您说 +未读`, u.frame())
	require.NotContains(t, u.frame(), "用户", "roles belong to groups")
}

func TestReasonForNoReceiptsIsSaid(t *testing.T) {
	c := longGroup("a", 3)
	c.NoReceipts = session.ReceiptsTooManyMembers
	u := opened(t, c, 80, 24)
	require.Contains(t, u.frame(), "不支持回执: 超过 200 人的群没有已读回执")
}

func TestEveryKindOfMessageHasAFace(t *testing.T) {
	w := &writer{id: groupID("a")}
	w.add("zhou", at(0, 20, 0), model.Media{Kind: model.Image, Width: 1080, Height: 1920, Bytes: 230 << 10})
	w.add("zhou", at(0, 20, 0), model.Media{Kind: model.Sound, Seconds: 72})
	w.add("zhou", at(0, 20, 0), model.Media{Kind: model.File, Name: "尺码表.xlsx", Bytes: 2 << 20})
	w.add("zhou", at(0, 20, 0), model.Media{Kind: model.Video, Seconds: 15})
	w.add("zhou", at(0, 20, 0), model.Location{Description: "杭州仓", Latitude: 30.25, Longitude: 120.17})
	w.add("zhou", at(0, 20, 0), model.Face{Index: 12})
	w.add("zhou", at(0, 20, 0), model.Custom{Description: "[订单] 羊毛大衣 ×1", Data: `{}`})
	w.add("zhou", at(0, 20, 0), model.Custom{Data: `{"order":{"id":7,"state":"paid"},"a":1,"b":2,"c":3}`})
	w.add("zhou", at(0, 20, 0), model.Unknown{Type: "TIMRelayElem", Raw: "{}"})
	w.say("zhou", at(0, 20, 0), "没用").Recalled = true
	w.add("", at(0, 20, 0), model.Tip{Kind: model.TipProfileChanged, Operator: "azhen", Changed: map[string]string{"name": "新群名"}})
	w.add("", at(0, 20, 0), model.Tip{Kind: model.TipJoined, Users: []string{"a", "b", "c", "d"}, Names: map[string]string{"a": "甲"}})
	w.add("", at(0, 20, 0), model.Notice{Text: "申请已通过"})
	frame := opened(t, w.group("群", model.Work, 30), 120, 60).frame()
	for _, want := range []string{
		"[图片] 1080×1920 230 KB", "[语音] 1:12", "[文件] 尺码表.xlsx 2.0 MB", "[视频] 0:15",
		"[位置] 杭州仓 (30.2500, 120.1700)", "[表情 12]", "[订单] 羊毛大衣 ×1", "[自定义消息]", `"state": "paid"`,
		"[未知消息 TIMRelayElem]", "周周 撤回了一条消息", "阿珍 把群名改为“新群名”", "甲、b、c 等 4 人 加入了群",
		"系统通知: 申请已通过",
	} {
		require.Contains(t, frame, want)
	}
	require.NotContains(t, frame, "没用")
}

func TestTimeAndNameOncePerMinuteAndSpeaker(t *testing.T) {
	w := &writer{id: groupID("a")}
	w.say("zhou", at(0, 20, 1), "一")
	w.say("zhou", at(0, 20, 1), "二")
	w.say("zhou", at(0, 20, 2), "三")
	w.say("linxia", at(0, 20, 2), "四")
	frame := opened(t, w.group("群", model.Work, 30), 80, 24).frame()
	require.Equal(t, 1, strings.Count(frame, "20:01"))
	require.Equal(t, 2, strings.Count(frame, "20:02  用户"))
}

func TestSelectedMessageStaysInView(t *testing.T) {
	u := opened(t, longGroup("a", 100), 80, 24)
	u.press("up")
	for range 60 {
		u.press("k")
	}
	require.Contains(t, u.frame(), "第 40 条")
	for range 30 {
		u.press("j")
	}
	require.Contains(t, u.frame(), "第 70 条")
	u.press("G")
	require.Contains(t, u.frame(), "第 100 条")
	u.press("j")
	require.Equal(t, focusInput, u.model.focus, "past the last message is the input")
}

func TestVeryLongMessageCanBeReadToItsEnd(t *testing.T) {
	w := &writer{id: groupID("a")}
	w.say("zhou", at(0, 20, 1), "开头"+strings.Repeat("很长的话", 400)+"中间"+strings.Repeat("很长的话", 400)+"结尾")
	u := opened(t, w.group("群", model.Work, 30), 80, 24)
	require.Contains(t, u.frame(), "结尾")
	seen := map[string]bool{}
	for range 20 {
		for _, word := range []string{"开头", "中间"} {
			seen[word] = seen[word] || strings.Contains(u.frame(), word)
		}
		u.press("pgup")
	}
	require.Len(t, seen, 2)
	require.True(t, seen["开头"] && seen["中间"])
}

func TestTextFromOthersIsShownHarmless(t *testing.T) {
	evil := "\x1b[2J\x1b]0;owned\x07\u202etxt.exe\u0085" + "a" + strings.Repeat("\u0301", 64<<10)
	w := &writer{id: groupID("a")}
	w.say("zhou", at(0, 20, 1), evil)
	w.add("zhou", at(0, 20, 1), model.Custom{Description: evil})
	w.add("zhou", at(0, 20, 1), model.Custom{Data: evil})
	w.add("zhou", at(0, 20, 1), model.Unknown{Type: evil})
	w.add("zhou", at(0, 20, 1), model.Media{Kind: model.File, Name: evil})
	w.add("", at(0, 20, 1), model.Tip{Kind: model.TipJoined, Users: []string{evil}, Names: map[string]string{evil: evil}})
	failed := w.say(self, at(0, 20, 1), evil)
	failed.State, failed.Failure = model.Failed, evil
	c := w.group("群"+evil, model.GroupType(evil), 30)
	c.Group.Notification, c.LoadError = evil, evil
	c.Members = map[string]model.Member{"zhou": {User: evil, NameCard: evil}}
	view := pictureOf(c)
	view.Self.Name, view.Self.Device = evil, evil
	view.Connection = session.Connection{Phase: session.LoggedOut, Reason: evil}
	view.Notices = nil
	view.Sync = []session.SyncRecord{{Conversation: c.ID, Name: evil, Device: evil, Direction: session.SyncReceived}}
	for _, size := range [][2]int{{40, 10}, {80, 24}, {120, 40}} {
		u := newUser(t, view, size[0], size[1])
		requireHarmless(t, u)
		u.press("enter")
		requireHarmless(t, u)
		view.Notices = []session.Notice{{Code: "new", Text: evil}}
		u.see(view)
		requireHarmless(t, u)
	}
}

func requireHarmless(t *testing.T, u *user) {
	t.Helper()
	u.frame()
	content := u.model.View().Content
	require.NotContains(t, content, "\x1b]")
	require.NotContains(t, content, "\x1b[2J")
	require.NotContains(t, content, "\u202e")
	require.NotContains(t, content, "\u0085")
	require.Less(t, strings.Count(content, "\u0301"), 200)
}

// Far up, the hours of a day say little: the row below says which day they are of.
func TestScrolledUpSaysWhichDay(t *testing.T) {
	w := &writer{id: groupID("a")}
	for day := 3; day >= 0; day-- {
		for i := range 30 {
			w.say("linxia", at(day, 9, i), "在吗")
		}
	}
	u := newUser(t, pictureOf(w.group("群 a", model.Work, 12)), 80, 24)
	u.press("enter", "pgup")
	require.Contains(t, u.row("↓ 回到最新 [End]"), "    ↓ 回到最新", "today needs no word")
	u.press("pgup", "pgup", "pgup", "pgup")
	require.Contains(t, u.frame(), "昨天 · ↓ 回到最新 [End]")
	u.press("home", "pgdown")
	require.Contains(t, u.frame(), "11 月 20 日 · ↓ 回到最新 [End]")
}
