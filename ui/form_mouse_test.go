package ui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/require"

	"reddot/model"
)

// clickOn clicks on the first appearance of a text on the screen, some columns into it.
func (u *user) clickOn(what string, columns int) {
	u.t.Helper()
	for y, row := range strings.Split(u.frame(), "\n") {
		if before, _, found := strings.Cut(row, what); found {
			u.clickAt(u.model.look.Width(before)+columns, y)
			return
		}
	}
	u.t.Fatalf("%q is not on the screen", what)
}

func (u *user) clickAt(x, y int) {
	asked := len(u.model.questions.waiting)
	_, cmd := u.model.Update(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
	if len(u.model.questions.waiting) > asked {
		u.run(cmd)
	}
}

func onForm(t *testing.T, width, height int) (*user, *form) {
	u := newUser(t, crew(), width, height, func(o *Options) { o.Mouse = true })
	u.press("enter", "alt+c")
	return u, u.model.panel().(*form)
}

func TestAFormIsFilledInWithTheMouse(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		u, f := onForm(t, size[0], size[1])
		u.types("夏日上新")
		u.clickOn("上新", 0)
		u.types("的")
		require.Equal(t, "夏日的上新", f.field("name").value(), "the caret goes where the click was")

		u.clickOn("好友群", 0)
		require.Equal(t, "Work", f.field("type").value(), "the first click only goes there")
		u.clickOn("< 好友群", 2)
		u.clickOn("< 公开群", 2)
		require.Equal(t, "Meeting", f.field("type").value())
		u.clickOn("< 会议群", 0)
		require.Equal(t, "Public", f.field("type").value())

		u.clickOn("简介", 0)
		require.Equal(t, "intro", f.focused().name, "a click on the name of a field goes to it")
		u.types("第一行")
		u.press("ctrl+j")
		u.types("第二行")
		u.clickOn("第一行", 2)
		u.types("|")
		require.Equal(t, "第|一行\n第二行", f.field("intro").value())

		u.clickOn("[ 创建 ]", 3)
		require.Equal(t, []string{"create 夏日的上新"}, u.groups.did)
	}
}

func TestSomebodyOfferedIsChosenByAClick(t *testing.T) {
	u, f := onForm(t, 80, 24)
	u.clickOn("  成员", 2)
	u.types("lx")
	u.clickOn("导购 李想", 1)
	require.Equal(t, "lixiang", f.field("members").value())
}

func TestTheWheelGoesThroughAForm(t *testing.T) {
	u, f := onForm(t, 80, 24)
	u.send(tea.MouseWheelMsg{X: 40, Y: 10, Button: tea.MouseWheelDown})
	require.Equal(t, "intro", f.focused().name)
	u.send(tea.MouseWheelMsg{X: 40, Y: 10, Button: tea.MouseWheelUp})
	u.send(tea.MouseWheelMsg{X: 40, Y: 10, Button: tea.MouseWheelUp})
	require.Equal(t, "type", f.focused().name)
	u.send(tea.MouseWheelMsg{X: 40, Y: 10, Button: tea.MouseWheelUp})
	require.Equal(t, "type", f.focused().name, "a turn of the wheel moves, and changes no value")
	require.Equal(t, "Work", f.field("type").value())
}

func TestALineOfAProfileAndOfNoticesIsClicked(t *testing.T) {
	u := newUser(t, shop(), 120, 40, func(o *Options) { o.Mouse = true })
	u.press("enter", "alt+p")
	u.clickOn("简介", 0)
	u.clickOn("简介", 0)
	require.IsType(t, &form{}, u.model.panel(), "a second click changes the line")
	u.press("esc", "esc")

	v := shop()
	v.GroupNotices = []model.GroupNotice{
		{ID: "1", Kind: model.NoticeDissolved, GroupID: "old", GroupName: "旧群", Operator: "azhen", Time: noon.Unix() - 60, Text: "再见"},
		{ID: "2", Kind: model.NoticeMadeAdmin, GroupID: "live", GroupName: "七夕直播间", Operator: "azhen", Time: noon.Unix()},
	}
	u.see(v)
	u.press("alt+t")
	u.clickOn("“旧群”", 0)
	require.Equal(t, 1, u.model.panel().(*noticeList).pages.cursor)
}

func TestAClickPutsTheCaretIntoTheInput(t *testing.T) {
	u := newUser(t, shop(), 80, 24, func(o *Options) { o.Mouse = true })
	u.press("enter")
	u.types("库存还有六件")
	u.clickOn("还有六件", 0)
	u.types("|")
	require.Equal(t, "库存|还有六件", u.model.input.text)
}
