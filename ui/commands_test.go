package ui

import (
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/model"
)

func TestCommandsAreOfferedCompletedAndRun(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.press("enter")
	u.types("/mem")
	require.Contains(t, u.row("/members"), "群成员")
	u.press("tab")
	require.Equal(t, "/members ", u.model.input.text)
	require.Contains(t, u.frame(), "/members [找谁]", "the hint says what may follow")
	u.press("enter")
	require.IsType(t, &memberList{}, u.model.panel())
	require.Empty(t, u.session.sent)
	u.press("esc", "ctrl+y")
	require.Equal(t, "/members ", u.model.input.text, "a command can be brought back")
}

func TestTextThatOnlyLooksLikeACommandIsSentAtTheSecondEnter(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.press("enter")
	u.types("/usr/bin 在哪")
	u.press("enter")
	require.Empty(t, u.session.sent)
	require.Contains(t, u.frame(), "没有 /usr/bin 这个命令")
	require.Equal(t, "/usr/bin 在哪", u.model.input.text)
	u.press("enter")
	require.Equal(t, "/usr/bin 在哪", u.session.sent[0].Elements[0].(model.Text).Text)
	u.types("//new 怎么用")
	u.press("enter")
	require.Equal(t, "/new 怎么用", u.session.sent[1].Elements[0].(model.Text).Text)
	u.types("/usr/bin")
	u.press("enter")
	u.types("x")
	u.press("enter")
	require.Len(t, u.session.sent, 2, "another text is asked about again")
}

func TestTheChineseSlashBeginsACommandToo(t *testing.T) {
	for _, sign := range []string{"／", "、"} {
		u := newUser(t, shop(), 80, 24)
		u.press("enter")
		u.types(sign + "inf")
		require.Contains(t, u.row("/info"), "群资料", sign)
		u.press("tab", "enter")
		require.IsType(t, &profile{}, u.model.panel(), sign)
	}
	u := newUser(t, shop(), 80, 24)
	u.press("enter")
	u.types("、")
	require.False(t, u.model.completion.on, "a text may begin so")
	u.types("还有谁")
	u.press("enter")
	require.Len(t, u.session.sent, 1)
}

func TestEveryCommandOfTheTableDoesSomething(t *testing.T) {
	for i := range commandTable {
		u := newUser(t, shop(), 80, 24)
		u.press("enter")
		before := u.frame()
		u.types("/" + commandTable[i].name + " ")
		u.press("enter")
		require.NotEqual(t, before, u.frame(), commandTable[i].name)
		require.Empty(t, u.session.sent, commandTable[i].name)
	}
}
