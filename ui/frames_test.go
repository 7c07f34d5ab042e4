package ui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"
	"github.com/stretchr/testify/require"

	"reddot/model"
	"reddot/session"
)

// scenes are situations that the whole screen is compared in, at three sizes.
var scenes = []struct {
	name string
	view func() *session.View
	does func(*user)
}{
	{"start", shop, func(*user) {}},
	{"empty", func() *session.View { return pictureOf() }, func(*user) {}},
	{"chat", shop, func(u *user) {
		u.press("enter")
		u.types("库存还有 6 件,想要的扣 1")
	}},
	{"several-lines", shop, func(u *user) {
		u.press("enter")
		u.types("第一行")
		u.press("shift+enter")
		u.types("第二行很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长,还没完")
	}},
	{"trouble", troubledShop, func(u *user) { u.press("enter") }},
	{"emoji", emojiShop, func(u *user) { u.press("enter") }},
	{"scrolled", func() *session.View { return pictureOf(longGroup("a", 100)) }, func(u *user) {
		u.press("enter", "pgup")
		u.see(arrive(u.model.view, groupID("a"), "zhou", "新的"))
	}},
	{"selected", shop, func(u *user) { u.press("enter", "up", "up") }},
	{"switcher", shop, func(u *user) {
		u.press("ctrl+k")
		u.types("sh")
	}},
	{"side", readShop, func(u *user) {
		u.press("enter")
		if u.width < threePanes {
			u.press("alt+i")
		}
	}},
	{"mention", crew, func(u *user) {
		u.press("enter")
		u.types("好的 @")
	}},
	{"help", shop, func(u *user) { u.press("f1") }},
}

func TestFrames(t *testing.T) {
	for _, scene := range scenes {
		for _, size := range [][2]int{{40, 10}, {80, 24}, {120, 40}} {
			for _, language := range []string{"zh", "en"} {
				t.Run(fmt.Sprintf("%s-%s-%dx%d", scene.name, language, size[0], size[1]), func(t *testing.T) {
					u := newUser(t, scene.view(), size[0], size[1], func(o *Options) { o.Language = language })
					scene.does(u)
					golden.RequireEqual(t, u.golden())
				})
			}
		}
	}
}

func TestFrameTooSmall(t *testing.T) {
	u := newUser(t, shop(), 39, 9)
	require.Contains(t, u.frame(), "窗口太小(39×9), 至少要 40×10")
	u.resize(12, 3)
	u.frame()
	u.resize(1, 1)
	u.frame()
}

// The layout is the same in every theme, and without colours there are none.
func TestFrameWithoutColours(t *testing.T) {
	for _, scene := range scenes {
		colourful := newUser(t, scene.view(), 80, 24)
		plain := newUser(t, scene.view(), 80, 24, func(o *Options) { o.Theme = ThemePlain })
		scene.does(colourful)
		scene.does(plain)
		require.Equal(t, colourful.golden(), plain.golden(), scene.name)
		require.False(t, strings.Contains(plain.model.View().Content, "8;2;"), scene.name)
	}
}

// Terminals that draw ambiguous characters in two columns get lines that nobody doubts.
func TestFrameOnAmbiguousWideTerminals(t *testing.T) {
	u := newUser(t, shop(), 80, 24, func(o *Options) { o.AmbiguousWidth = 2 })
	u.press("enter")
	u.types("有“货”吗…")
	golden.RequireEqual(t, u.golden())
	for y, row := range strings.Split(u.model.View().Content, "\n") {
		require.LessOrEqual(t, u.model.look.Width(row), 78, "row %d", y)
	}
}

// troubledShop is offline, with messages that were not sent, names that are too long and no receipts.
func troubledShop() *session.View {
	w := &writer{id: groupID("live")}
	w.say("azhen", at(0, 20, 31), "今晚的链接已经挂好")
	waiting := w.say(self, at(0, 20, 32), "第三件还有货,要的扣 1")
	waiting.State, waiting.Sequence = model.Sending, 0
	failed := w.say(self, at(0, 20, 33), "https://example.com/a/very/long/address/that/does/not/fit/into/any/row?of=a&narrow=pane")
	failed.State, failed.Sequence, failed.Failure = model.Failed, 0, "你在这个群里被禁言了, 请联系群主"
	c := w.group("一个名字长得任何一栏都放不下的超级无敌七夕直播间(第二百三十七期)", model.AVChatRoom, 23_456)
	c.NoReceipts = session.ReceiptsGroupType
	c.Unread, c.Mentioned = 240, true
	c.Complete, c.LoadError = false, "服务器没有回答"
	c.Members = map[string]model.Member{"azhen": {User: "azhen", NameCard: "名字也特别特别特别特别特别长的助手阿珍", Role: model.Admin}}
	view := pictureOf(c)
	view.Self.Name = "名字很长的主播小雨小雨小雨"
	view.Connection = session.Connection{Phase: session.Offline, Since: at(0, 20, 35)}
	view.Outgoing, view.Failed = 1, 1
	return view
}

// emojiShop is full of characters that terminals disagree about.
func emojiShop() *session.View {
	w := &writer{id: groupID("emoji")}
	for i, said := range []string{
		"👍🏽👍🏿 好看", "👨‍👩‍👧‍👦 一家都买了", "❤️☀️ 1️⃣2️⃣3️⃣", "🇨🇳🇭🇰 包邮", "e\u0301 a\u0300", "한국어 ภาษาไทย हिन्दी", "ｆｕｌｌ　ｗｉｄｔｈ，。！", "→ ① ★ ※ — “引号” …",
	} {
		sender := "linxia"
		if i%3 == 2 {
			sender = self
		}
		w.say(sender, at(0, 20, 30+i), said)
	}
	c := w.group("👨‍👩‍👧‍👦 VIP ❤️ 会员群", model.Work, 12)
	c.Members = map[string]model.Member{"linxia": {User: "linxia", NameCard: "林夏🌸👍🏽"}}
	return pictureOf(c)
}
