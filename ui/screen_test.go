package ui

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"reddot/model"
	"reddot/session"
)

func TestNothingIsReadWithoutTheTerminalsFocus(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.press("enter")
	require.True(t, u.session.looking().Focused, "a terminal that reports no focus counts as focused")
	u.send(tea.BlurMsg{})
	require.False(t, u.session.looking().Focused)
	u.send(tea.FocusMsg{})
	require.True(t, u.session.looking().Focused)
}

func TestWhatIsCoveredIsNotRead(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.press("enter")
	require.True(t, u.session.looking().AtBottom)
	u.press("f1")
	require.False(t, u.session.looking().AtBottom)
	u.press("esc")
	require.True(t, u.session.looking().AtBottom)
	u.resize(39, 24)
	require.False(t, u.session.looking().AtBottom, "too small a window shows nothing")
	u.resize(80, 24)
	require.True(t, u.session.looking().AtBottom)
}

func TestTheSessionIsToldOnlyOfChanges(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.press("enter")
	told := len(u.session.looks)
	u.types("库存还有 6 件")
	u.see(arrive(u.model.view, groupID("live"), "zhou", "在吗"))
	require.Len(t, u.session.looks, told)
}

func TestEscAlwaysGoesBack(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.press("enter", "up")
	require.Equal(t, focusMessages, u.model.focus)
	u.press("esc")
	require.Equal(t, focusInput, u.model.focus)
	u.press("ctrl+k", "esc")
	require.Equal(t, focusInput, u.model.focus)
	u.press("f1", "esc")
	require.Equal(t, focusInput, u.model.focus)
	u.press("esc")
	require.Equal(t, focusList, u.model.focus)
	require.Equal(t, groupID("live"), u.session.looking().Conversation, "the group is still open")
	u.press("esc")
	require.Empty(t, u.session.looking().Conversation)
	u.press("esc")
	require.Contains(t, u.frame(), "选一个群")
}

func TestNarrowWindowShowsOnePaneAndLeavingItReadsNothing(t *testing.T) {
	u := newUser(t, shop(), 50, 16)
	require.Contains(t, u.frame(), "群组 8")
	u.press("enter")
	require.NotContains(t, u.frame(), "群组 8")
	require.Contains(t, u.frame(), "要不要现在报一下库存")
	u.types("没写完")
	u.press("esc")
	require.Contains(t, u.frame(), "群组 8")
	require.Empty(t, u.session.looking().Conversation)
	require.Equal(t, "没写完", u.session.drafts[groupID("live")])
}

func TestTabGoesRoundThePanes(t *testing.T) {
	u := newUser(t, shop(), 120, 40)
	u.press("tab")
	require.Equal(t, focusList, u.model.focus, "nothing is open to go to")
	u.press("enter")
	var seen []focus
	for range 3 {
		u.press("tab")
		seen = append(seen, u.model.focus)
	}
	require.Equal(t, []focus{focusList, focusMessages, focusInput}, seen)
	u.press("shift+tab")
	require.Equal(t, focusMessages, u.model.focus)
}

func TestCursorIsHiddenWhereTypingGoesNowhere(t *testing.T) {
	u := newUser(t, shop(), 120, 40)
	require.Nil(t, u.model.View().Cursor)
	u.press("enter")
	require.NotNil(t, u.model.View().Cursor)
	u.press("up")
	require.Nil(t, u.model.View().Cursor)
	u.press("ctrl+k")
	u.types("直播")
	require.Equal(t, tea.Position{X: 12, Y: 1}, u.model.View().Cursor.Position)
}

func TestSwitcherFindsByNameAndByInitials(t *testing.T) {
	for query, want := range map[string]string{
		"直播": "live", "qxzbj": "live", "zbj": "live", "xp": "choice", "vip": "vip", "VIP": "vip", "售后": "support",
		"qdys2": "presale", "cs": "test", "supply": "supply",
	} {
		u := newUser(t, shop(), 80, 24)
		u.press("ctrl+k")
		u.types(query)
		u.press("enter")
		require.Equal(t, groupID(want), u.model.open, query)
		require.Equal(t, focusInput, u.model.focus)
	}
}

func TestSwitcherPrefersTheNameAsItIsWritten(t *testing.T) {
	groups := []*session.Conversation{
		quietGroup("a", "bench0010", "zhou", "在吗", at(0, 12, 2), 5),
		quietGroup("b", "bench00010", "zhou", "在吗", at(0, 12, 1), 5),
		quietGroup("c", "bench0001", "zhou", "在吗", at(0, 12, 0), 0),
	}
	u := newUser(t, pictureOf(groups...), 80, 24)
	u.press("ctrl+k")
	u.types("bench0001")
	u.press("enter")
	require.Equal(t, groupID("c"), u.model.open)
}

func TestSwitcherSaysWhenNothingMatches(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.press("ctrl+k")
	u.types("没有这个")
	require.Contains(t, u.frame(), "没有叫“没有这个”的群")
	u.press("enter")
	require.Empty(t, u.model.open)
	u.press("ctrl+u")
	require.Contains(t, u.frame(), "售后三群")
}

func TestStatusLineTellsOfSyncAndTrouble(t *testing.T) {
	u := newUser(t, shop(), 120, 40)
	status := func() string { u.frame(); return ansi.Strip(u.model.status.row) }
	require.Contains(t, status(), "↑ 七夕直播间 #4308 4 ms")
	require.Contains(t, status(), "● 已连接 10 ms")

	change := func(f func(*session.View)) {
		next := *u.model.view
		f(&next)
		u.see(&next)
	}
	change(func(v *session.View) { v.Outgoing, v.Failed = 3, 1 })
	require.Contains(t, status(), "待发 3  未发出 1")
	change(func(v *session.View) {
		v.Connection = session.Connection{Phase: session.Offline, Since: at(0, 20, 35)}
	})
	require.Contains(t, status(), "20:35 起离线 · [Ctrl+R] 立即重连 · 内容来自本地")
	change(func(v *session.View) {
		v.Notices = []session.Notice{{Code: session.NoticeStoreShared, Level: session.NoticeInfo}}
	})
	require.Contains(t, status(), "20:35 起离线", "what nothing can be done about waits")
	u.press("ctrl+r")
	require.Equal(t, 1, u.session.redials)
	change(func(v *session.View) {
		v.Notices = []session.Notice{{Code: session.NoticeSignatureOver, Level: session.NoticeError}}
	})
	require.Contains(t, status(), "登录签名已过期")
	change(func(v *session.View) {
		v.Notices = []session.Notice{{Code: session.NoticeKicked, Level: session.NoticeError, Text: "被管理员登出"}}
		v.Connection = session.Connection{Phase: session.LoggedOut, Reason: "被管理员登出"}
	})
	require.Contains(t, status(), "已下线 · [Ctrl+R] 重新登录 · 被管理员登出")
	change(func(v *session.View) { v.Connection = session.Connection{Phase: session.Connecting} })
	require.NotContains(t, status(), "被管理员登出", "once somebody tries again")
}

func TestGroupThatIsGoneIsLeftAndItsTextKept(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.press("enter")
	u.types("写到一半")
	view := shop()
	delete(view.ByID, groupID("live"))
	view.Conversations = view.Conversations[1:]
	u.see(view)
	require.Empty(t, u.session.looking().Conversation)
	require.Contains(t, u.frame(), "“七夕直播间”已解散或你已离开 · [Ctrl+Y] 取回文字")
	require.Equal(t, "写到一半", u.session.drafts[groupID("live")])
	u.press("enter", "ctrl+y")
	require.Equal(t, "写到一半", u.model.input.text)

	for reason, says := range map[session.GoneReason]string{
		session.GoneDissolved: "“七夕直播间”已解散", session.GoneRemoved: "你被移出了“七夕直播间”", session.GoneLeft: "你已退出“七夕直播间”",
	} {
		u := newUser(t, shop(), 80, 24)
		u.press("enter")
		view.Gone = session.Gone{Conversation: groupID("live"), Reason: reason}
		u.see(view)
		require.Contains(t, u.frame(), says)
		require.NotContains(t, u.frame(), "Ctrl+Y", "nothing was being typed")
	}
}

func TestMouse(t *testing.T) {
	click := func(x, y int) tea.Msg { return tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft} }
	u := newUser(t, shop(), 80, 24, func(o *Options) { o.Mouse = true })
	u.frame()
	u.send(click(5, 5))
	require.Equal(t, groupID("support"), u.model.open)
	u.frame()
	u.send(click(40, 22))
	require.Equal(t, focusInput, u.model.focus)
	u.send(click(5, 3))
	require.Equal(t, groupID("live"), u.model.open)
	u.frame()
	u.send(tea.MouseWheelMsg{X: 40, Y: 10, Button: tea.MouseWheelUp})
	require.False(t, u.session.looking().AtBottom)
	for range 20 {
		u.send(tea.MouseWheelMsg{X: 40, Y: 10, Button: tea.MouseWheelDown})
	}
	require.True(t, u.session.looking().AtBottom)
	u.frame()
	u.send(click(40, 10))
	require.Equal(t, focusMessages, u.model.focus)
	require.Equal(t, tea.MouseModeCellMotion, u.model.View().MouseMode)
}

func TestSidePaneCanBeHiddenAndCalled(t *testing.T) {
	u := newUser(t, shop(), 120, 40)
	u.press("enter")
	require.Contains(t, u.frame(), "已读同步")
	u.press("alt+i")
	require.NotContains(t, u.frame(), "已读同步")
	u.resize(80, 24)
	u.press("alt+i")
	require.Contains(t, u.frame(), "已读同步")
	u.press("esc")
	require.NotContains(t, u.frame(), "已读同步")
}

func TestTitleOfTheWindowCountsWhoWaits(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	require.Equal(t, "(99+) 红点", u.model.View().WindowTitle)
	u.see(pictureOf())
	require.Equal(t, "红点", u.model.View().WindowTitle)
}

func TestEmojiAreShownAsSentOnceTheTerminalConfirmsClusters(t *testing.T) {
	u := newUser(t, shop(), 120, 40)
	require.NotContains(t, u.model.View().Content, "👨‍👩‍👧")
	u.send(tea.ModeReportMsg{Mode: ansi.ModeUnicodeCore, Value: ansi.ModeSet})
	require.Contains(t, u.model.View().Content, "👨‍👩‍👧")
}

// Most terminals that know the mode answer that it is off, and have it on from then on: the painter switches it.
func TestEmojiAreShownAsSentWhereTheModeIsOnlySwitchedOff(t *testing.T) {
	u := newUser(t, shop(), 120, 40)
	u.send(tea.ModeReportMsg{Mode: ansi.ModeUnicodeCore, Value: ansi.ModeReset})
	require.Contains(t, u.model.View().Content, "👨‍👩‍👧")
	unknown := newUser(t, shop(), 120, 40)
	unknown.send(tea.ModeReportMsg{Mode: ansi.ModeUnicodeCore, Value: ansi.ModeNotRecognized})
	require.NotContains(t, unknown.model.View().Content, "👨‍👩‍👧")
}

// Whatever is pressed, pasted, clicked, resized or received: no panic, no row too wide, the cursor on the screen.
func TestRandomUseNeverBreaksTheScreen(t *testing.T) {
	var keys []string
	for _, entry := range keyTable {
		if entry.action != actionQuit && entry.action != actionInterrupt && entry.action != actionSuspend {
			keys = append(keys, entry.keys...)
		}
	}
	pieces := []string{"你好", "abc ", "👨‍👩‍👧", "\x1b[31m", "한국어", strings200, "@林夏 "}
	rapid.Check(t, func(rt *rapid.T) {
		u := newUser(t, shop(), rapid.IntRange(1, 160).Draw(rt, "width"), rapid.IntRange(1, 50).Draw(rt, "height"))
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			switch rapid.IntRange(0, 9).Draw(rt, "kind") {
			case 0:
				u.resize(rapid.IntRange(1, 160).Draw(rt, "width"), rapid.IntRange(1, 50).Draw(rt, "height"))
			case 1:
				u.see(randomView(rt, u.model.view))
			case 2:
				u.send(tea.PasteMsg{Content: rapid.SampledFrom(pieces).Draw(rt, "paste")})
			case 3:
				u.send(randomMouse(rt))
			case 4:
				u.send(minuteMsg(u.model.now.Add(time.Minute)))
			default:
				u.press(rapid.SampledFrom(keys).Draw(rt, "key"))
			}
			u.frame()
		}
	})
}

const strings200 = "一行很长很长的中文文字, 夹着 latin words and numbers 12345, 还有标点。一行很长很长的中文文字, 夹着 latin words。"

func randomMouse(t *rapid.T) tea.Msg {
	x, y := rapid.IntRange(0, 160).Draw(t, "x"), rapid.IntRange(0, 50).Draw(t, "y")
	if rapid.Bool().Draw(t, "wheel") {
		return tea.MouseWheelMsg{X: x, Y: y, Button: rapid.SampledFrom([]tea.MouseButton{tea.MouseWheelUp, tea.MouseWheelDown}).Draw(t, "turn")}
	}
	return tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft}
}

// randomView returns a picture in which something has happened.
func randomView(t *rapid.T, v *session.View) *session.View {
	if len(v.Conversations) < 3 {
		return shop()
	}
	c := rapid.SampledFrom(v.Conversations).Draw(t, "conversation")
	switch rapid.IntRange(0, 5).Draw(t, "happens") {
	case 0:
		next := *v
		next.Conversations = nil
		next.ByID = map[model.ConversationID]*session.Conversation{}
		for _, kept := range v.Conversations {
			if kept.ID != c.ID {
				next.Conversations, next.ByID[kept.ID] = append(next.Conversations, kept), kept
			}
		}
		return &next
	case 1:
		return with(v, c.ID, func(c *session.Conversation) { c.Messages = c.Messages[:len(c.Messages)/2] })
	case 2:
		return with(v, c.ID, func(c *session.Conversation) {
			c.Messages = append(longGroup("older", 30).Messages, c.Messages...)
			c.Loading, c.Complete = rapid.Bool().Draw(t, "loading"), rapid.Bool().Draw(t, "complete")
		})
	case 3:
		return with(v, c.ID, func(c *session.Conversation) { c.Unread, c.Name = 0, strings200 })
	default:
		return arrive(v, c.ID, rapid.SampledFrom([]string{self, "zhou", "azhen"}).Draw(t, "sender"), strings200)
	}
}

func TestTheStatusLinePrefersTheNoteOverTheServiceAboutOneReading(t *testing.T) {
	note := session.SyncRecord{Direction: session.SyncReceived, Kind: session.SyncNote, Conversation: "GROUPa", Position: 7, Device: "mini"}
	service := session.SyncRecord{Direction: session.SyncReceived, Kind: session.SyncService, Conversation: "GROUPa", Position: 7}
	later := service
	later.Position = 8
	require.Equal(t, note, syncToTell([]session.SyncRecord{note, service}))
	require.Equal(t, note, syncToTell([]session.SyncRecord{service, note}))
	require.Equal(t, later, syncToTell([]session.SyncRecord{note, service, later}))
	require.Zero(t, syncToTell(nil))
}
