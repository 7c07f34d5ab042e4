package ui

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/model"
)

func TestBytesOfAFieldAreCountedWhileTyping(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.press("alt+c")
	u.types("七夕直播间")
	require.Contains(t, u.row("名称"), "15/30 字节")
	u.types("一二三四五六")
	require.Contains(t, u.row("名称"), "33/30 字节")
	u.press("ctrl+s")
	require.Contains(t, u.frame(), "有 33 字节, 最多 30 字节")
	require.Empty(t, u.groups.did, "nothing is sent that will be refused")
	u.press("backspace")
	require.NotContains(t, u.frame(), "有 33 字节", "the complaint goes as soon as the text changes")
}

func TestEscAsksBeforeItDropsWhatWasTyped(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.press("alt+c")
	u.press("esc")
	require.NotContains(t, u.frame(), "建群", "nothing typed, nothing asked")
	u.press("alt+c")
	u.types("新群")
	u.press("esc")
	require.Contains(t, u.frame(), "再按一次 Esc 丢弃")
	u.types("二")
	require.Contains(t, u.row("名称"), "新群二", "any other key goes on")
	require.NotContains(t, u.frame(), "再按一次 Esc 丢弃")
	u.press("esc", "esc")
	require.Nil(t, u.model.panel())
}

func TestAFormIsNotLostBySteppingToAnotherGroup(t *testing.T) {
	u := newUser(t, shop(), 120, 40)
	u.press("enter", "alt+c")
	u.types("新群")
	u.press("alt+down", "alt+a", "ctrl+k")
	require.Contains(t, u.row("名称"), "新群")
	require.Contains(t, u.frame(), "再按一次 Esc 丢弃")
}

func TestTheCaretStandsBehindChineseInAForm(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.press("alt+c")
	before := u.model.View().Cursor
	u.types("你好abc")
	after := u.model.View().Cursor
	require.Equal(t, before.X+7, after.X)
	require.Equal(t, before.Y, after.Y)
	u.press("left", "left", "left", "left")
	require.Equal(t, before.X+2, u.model.View().Cursor.X)
}

func TestKeysGoThroughTheFieldsAndChooseValues(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.press("alt+c", "shift+tab")
	require.Contains(t, u.row("类型"), "< 好友群 >")
	u.press("right", "space")
	require.Contains(t, u.row("类型"), "< 会议群 >")
	u.press("left")
	require.Contains(t, u.row("类型"), "< 公开群 >")
	u.press("down", "enter", "tab", "up", "up")
	f := u.model.panel().(*form)
	require.Equal(t, "name", f.focused().name)
	u.press("tab")
	u.types("第一行")
	u.press("ctrl+j")
	u.types("第二行")
	u.press("up", "down")
	require.Equal(t, "第一行\n第二行", f.field("intro").value(), "arrows move inside a text of several rows")
	require.Equal(t, "intro", f.focused().name)
}

func TestPeopleAreCompletedInAField(t *testing.T) {
	u := newUser(t, crew(), 80, 24)
	u.press("enter")
	u.types("/invite")
	u.press("enter")
	u.types("lx")
	require.Contains(t, u.frame(), "导购 李想")
	u.press("down", "tab")
	u.types("az")
	u.press("enter")
	f := u.model.panel().(*form)
	require.Equal(t, "linxia azhen", f.field("members").value())
	require.Contains(t, u.row("林夏、阿珍"), "林夏、阿珍", "ids are shown by name")
	u.types("@wang")
	u.press("esc")
	require.Same(t, f, u.model.panel(), "Esc closes the list first")
}

func TestANameThatOnlyOneHasStandsForTheID(t *testing.T) {
	u := newUser(t, crew(), 80, 24)
	u.press("enter")
	u.types("/invite 李想 @王芳 周周")
	u.press("enter")
	require.Equal(t, []model.NewMember{{User: "lixiang"}, {User: "wangfang"}, {User: "周周"}}, u.groups.added, "two are called 周周")
}

func TestASlashInTheListBeginsACommand(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.press("/")
	require.Equal(t, groupID("live"), u.model.open)
	u.types("info ")
	u.press("enter")
	require.IsType(t, &profile{}, u.model.panel())
}

func TestUserIDsAreReadWithTheirFields(t *testing.T) {
	require.Equal(t, []model.NewMember{
		{User: "li", Custom: map[string]string{"role": "guide", "shop": "2"}}, {User: "wang"}, {User: "zhao"},
	}, membersOf("li:role=guide,shop=2 @wang、wang\nzhao,"))
	require.Empty(t, membersOf(" ,;、 "))
}

func TestALongFormScrollsToTheFieldInHand(t *testing.T) {
	u := newUser(t, shop(), 40, 10)
	u.press("alt+c")
	for range 12 {
		u.press("tab")
		u.frame()
	}
	require.Contains(t, u.frame(), "[ 创建 ]")
	u.types(strings.Repeat("x", 3))
	for range 12 {
		u.press("shift+tab")
	}
	require.Contains(t, u.frame(), "类型")
}

func TestPasteGoesIntoTheFieldAsOneLine(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.press("alt+c")
	u.model.paste("两行\n名字")
	require.Equal(t, "两行 名字", u.model.panel().(*form).field("name").value())
}
