package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// command types a command into the input and runs it.
func (w *terminal) command(line string) {
	w.t.Helper()
	w.text(line + " ")
	w.awaitText(strings.Fields(line)[0])
	w.keys("Enter")
}

// awaitGone waits until the screen does not show a text any more.
func (w *terminal) awaitGone(text string) {
	w.t.Helper()
	w.await("no "+text, func(screen string) bool { return !strings.Contains(screen, text) })
}

func TestAGroupIsMadeOnTheScreenAndOpensForItsMembers(t *testing.T) {
	s := shop(t, 1)
	owner := s.open("owner", 80, 24, s.client("anchor", "laptop")...)
	member := s.open("member", 80, 24, s.client("buyer", "phone")...)
	owner.awaitText("直播间")
	member.awaitText("直播间")
	owner.keys("M-c")
	owner.awaitText("建群")
	owner.text("双十一备货群")
	owner.awaitText("18/30")
	owner.keys("Tab", "Tab", "Tab")
	owner.text("buyer nobody")
	owner.keys("C-s")
	owner.awaitText("没有这些用户: nobody")
	owner.keys("C-w", "C-s")
	owner.awaitText("已建群“双十一备货群”")
	owner.awaitText("好友群 · 2 人")
	owner.text("先对一下库存")
	owner.keys("Enter")
	member.awaitDot("双十一备货群", "1")
}

func TestAnApplicationGoesFromOneScreenToTheOtherAndBack(t *testing.T) {
	s := shop(t, 1)
	s.rest("group_open_http_svc/create_group",
		`{"Owner_Account":"anchor","Type":"Public","GroupId":"vip","Name":"VIP 群","ApplyJoinOption":"NeedPermission"}`)
	owner := s.open("owner", 120, 40, s.client("anchor", "laptop")...)
	buyer := s.open("buyer", 80, 24, s.client("buyer", "phone")...)
	owner.awaitText("VIP 群")
	buyer.awaitText("直播间")
	buyer.keys("s")
	buyer.awaitText("找群、加群")
	buyer.text("reddot://group/vip")
	buyer.keys("Enter")
	buyer.awaitText("不在群里")
	buyer.keys("Enter")
	buyer.awaitText("申请理由")
	buyer.text("我是老顾客")
	buyer.keys("C-s")
	buyer.awaitText("等待审批")
	owner.awaitText("通知 1")
	owner.keys("t")
	owner.awaitText("我是老顾客")
	owner.keys("a")
	owner.awaitText("附言")
	owner.keys("Enter")
	owner.awaitText("已同意")
	owner.awaitGone("通知 1")
	buyer.keys("Escape")
	buyer.await("the group in the list", func(screen string) bool { return strings.Contains(screen, "VIP 群") })
}

func TestANewAnnouncementReachesTheOtherScreenAndGoesByKey(t *testing.T) {
	s := shop(t, 1)
	owner := s.open("owner", 80, 24, s.client("anchor", "laptop")...)
	buyer := s.open("buyer", 80, 24, s.client("buyer", "phone")...)
	owner.awaitText("直播间")
	buyer.awaitText("直播间")
	buyer.enterGroup()
	owner.enterGroup()
	owner.command("/info")
	owner.awaitText("全员禁言")
	owner.keys("Down", "Enter")
	owner.awaitText("0/300")
	owner.text("明晚七点加一场")
	owner.keys("C-s")
	owner.awaitText("已保存")
	owner.awaitText("明晚七点加一场")
	buyer.awaitText("新公告: 明晚七点加一场")
	buyer.keys("M-x")
	buyer.awaitGone("新公告")
	buyer.keys("M-p")
	buyer.awaitText("全员禁言")
	buyer.keys("Enter")
	buyer.awaitText("只有群主")
}

func TestAMemberIsMutedGivenACardRemovedAndBroughtBack(t *testing.T) {
	s := shop(t, 1)
	owner := s.open("owner", 120, 40, s.client("anchor", "laptop")...)
	owner.awaitText("直播间")
	owner.enterGroup()
	owner.command("/mute buyer 15")
	owner.awaitText("禁言 15 分钟: 林夏")
	_, stderr, code := s.run(append([]string{"send", "live", "还能说话吗"}, s.client("buyer", "phone")...)...)
	require.NotZero(t, code)
	require.Contains(t, stderr, "10017")
	owner.command("/members 林夏")
	owner.awaitText("加入")
	owner.awaitText("林夏")
	owner.keys("s")
	owner.awaitText("解除禁言: 林夏")
	owner.keys("e")
	owner.awaitText("0/50")
	owner.text("老顾客林夏")
	owner.keys("C-s")
	owner.awaitGone("/50") // the list's preview has the new name before the form is closed
	owner.awaitText("老顾客林夏")
	owner.keys("d")
	owner.awaitText("移出 1 人?")
	owner.keys("Up", "Enter")
	owner.awaitText("已移出")
	owner.keys("u")
	owner.awaitText("已撤销移出")
	owner.awaitText("1 人")
}

func TestLeavingHandingOverAndDissolvingOnTheScreen(t *testing.T) {
	s := shop(t, 1)
	owner := s.open("owner", 80, 24, s.client("anchor", "laptop")...)
	buyer := s.open("buyer", 80, 24, s.client("buyer", "phone")...)
	owner.awaitText("直播间")
	buyer.awaitText("直播间")
	owner.enterGroup()
	buyer.enterGroup()
	owner.command("/leave")
	owner.awaitText("先把群转让给别人")
	owner.keys("Enter")
	owner.awaitText("林夏")
	owner.keys("Down", "Enter")
	owner.awaitText("林夏会成为群主")
	owner.keys("Up", "Enter")
	owner.awaitText("群主现在是林夏")
	owner.command("/destroy")
	owner.awaitText("只有群主")
	buyer.awaitText("把群转让给")
	buyer.awaitText("你是主播")
	buyer.command("/destroy")
	buyer.awaitText("输入群名")
	buyer.text("直播间")
	buyer.keys("C-s")
	buyer.awaitText("还没有群")
	owner.awaitText("“直播间”已解散")
}

func TestTheFilterShowsWhoWaitsAndACustomMessageIsChecked(t *testing.T) {
	s := shop(t, 2)
	window := s.open("waiting", 80, 24, s.client("anchor", "laptop")...)
	window.awaitText("直播间")
	window.keys("w")
	window.awaitText("等回复 1")
	window.enterGroup()
	window.command("/custom")
	window.awaitText("CloudCustom")
	window.text(`{"order":}`)
	window.keys("C-s")
	window.awaitText("不是 JSON: 第 1 行第 10 个字")
	window.keys("BSpace")
	window.text(`42}`)
	window.keys("C-s")
	window.awaitGone("CloudCustom")
	window.awaitText("0/1")
	window.keys("Escape")
	window.awaitText("等回复 0")
}

func TestTheRealCursorFollowsChineseInAFormAndAResize(t *testing.T) {
	s := shop(t, 1)
	window := s.open("form", 80, 24, s.client("anchor", "laptop")...)
	window.awaitText("直播间")
	window.keys("M-c")
	window.awaitText("建群")
	before, row, shown := window.cursor()
	require.True(t, shown)
	window.text("你好abc")
	window.awaitText("9/30")
	window.await("the cursor behind the name", func(string) bool {
		column, now, shown := window.cursor()
		return shown && column == before+7 && now == row
	})
	window.resize(120, 40)
	window.await("the form beside the list", func(screen string) bool {
		column, _, shown := window.cursor()
		return shown && strings.Contains(screen, "│") && strings.Contains(screen, "9/30") && column == before+7+33
	})
	window.keys("Escape")
	window.awaitText("再按一次 Esc 丢弃")
	window.keys("Escape")
	window.awaitGone("9/30")
}
