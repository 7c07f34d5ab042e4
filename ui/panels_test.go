package ui

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/model"
	"reddot/session"
)

func TestACreatedGroupOpensAndItsMembersAreReportedOn(t *testing.T) {
	u := newUser(t, crew(), 80, 24)
	u.groups.results = []model.AddResult{{User: "azhen", Outcome: model.Added}, {User: "leo", Outcome: model.OverGroupLimit}}
	u.press("enter")
	u.types("/new 备货群")
	u.press("enter", "tab", "tab", "tab")
	u.types("azhen:role=guide leo")
	u.press("ctrl+s")
	require.Equal(t, model.NewGroup{
		Type: model.Work, Name: "备货群",
		Members: []model.NewMember{{User: "azhen", Custom: map[string]string{"role": "guide"}}, {User: "leo"}},
	}, u.groups.created)
	require.Contains(t, u.row("Leo"), "对方加的群到上限了")
	u.see(pictureOf(append(u.model.view.Conversations, quietGroup("made", "备货群", self, "", noon, 0))...))
	require.Equal(t, groupID("made"), u.model.open)
	require.Contains(t, u.row("Leo"), "对方加的群到上限了", "the report stays over the group that opened")
	u.press("enter")
	require.Contains(t, u.frame(), "备货群   好友群")
}

func TestAGroupWhoseAnswerWasLostIsTriedAgainWithItsID(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.groups.err = errors.New("connection lost")
	u.press("alt+c")
	u.types("备货群")
	u.press("ctrl+s")
	require.Contains(t, u.frame(), "! 建群没有做成: connection lost")
	u.groups.err = nil
	u.press("ctrl+s")
	require.Equal(t, "made", u.groups.created.ID)
}

func TestAWrongGroupIDIsRefusedBeforeItIsSent(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	for id, said := range map[string]string{"群一": "ASCII", "@TGS#1A": "不能以 @TGS# 开头", "live-2": ""} {
		require.Contains(t, u.model.wrongGroupID(model.Public, id), said, id)
	}
	require.Contains(t, u.model.wrongGroupID(model.Community, "shop"), "@TGS#_")
	require.Empty(t, u.model.wrongGroupID(model.Community, "@TGS#_shop"))
}

func TestFindingShowsWhetherOneIsInAndJoinsWithAMessage(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	out := model.Group{ID: "vip2", Name: "VIP 二群", Type: model.Public, Members: 30, SelfRole: model.NotMember}
	u.groups.found, u.groups.join = []model.Group{out, liveGroup()}, model.AwaitsApproval
	u.press("alt+s")
	u.types("群")
	u.press("enter")
	require.Contains(t, u.row("VIP 二群"), "不在群里")
	require.Contains(t, u.row("七夕直播间   公开群"), "你在群里")
	u.press("enter")
	u.types("我是小雨")
	u.press("ctrl+s")
	require.Contains(t, u.groups.did, "join vip2 我是小雨")
	require.Contains(t, u.row("VIP 二群   "), "等待审批")
	require.Contains(t, u.frame(), "已申请加入“VIP 二群”")
	u.press("esc", "alt+t")
	require.Contains(t, u.frame(), "已申请加入“VIP 二群”", "what is applied for stands among the notices")
}

func TestChoosingAFoundGroupThatOneIsInOpensIt(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.groups.found = []model.Group{liveGroup()}
	u.press("alt+s")
	u.types("live")
	u.press("enter", "enter")
	require.Equal(t, groupID("live"), u.model.open)
	require.Nil(t, u.model.panel())
}

func TestAFreeGroupIsJoinedAndOpensAndAWorkGroupSaysWhoCould(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	meeting := model.Group{ID: "meet", Name: "晨会", Type: model.Meeting, SelfRole: model.NotMember}
	work := model.Group{ID: "work", Name: "内部群", Type: model.Work, SelfRole: model.NotMember}
	u.groups.found, u.groups.join = []model.Group{meeting, work}, model.Joined
	u.press("alt+s")
	u.types("x")
	u.press("enter", "down", "enter")
	require.Contains(t, u.frame(), "好友群不能申请")
	u.press("up", "enter")
	require.Equal(t, "join meet ", u.groups.did[len(u.groups.did)-1])
	u.see(pictureOf(append(u.model.view.Conversations, quietGroup("meet", "晨会", self, "", noon, 0))...))
	require.Equal(t, groupID("meet"), u.model.open)
}

func TestTheProfileIsEditedInItsPlace(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.groups.found = []model.Group{liveGroup()}
	u.press("enter", "alt+p", "down", "enter")
	u.press("ctrl+u")
	u.types("明晚七点")
	u.press("ctrl+s")
	require.Equal(t, "明晚七点", *u.groups.edit.Notification)
	require.Nil(t, u.groups.edit.Name)
	require.Contains(t, u.frame(), "已保存")
	require.IsType(t, &profile{}, u.model.panel())
}

func TestWhoMayNotIsToldWhoCould(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	g := liveGroup()
	g.Owner = "azhen"
	u.groups.found = []model.Group{g}
	u.groups.refusals = map[model.GroupAction]model.Refusal{model.ActEditGroup: model.AdminsOnly, model.ActDestroy: model.AppAdminOnly}
	u.press("enter", "alt+p", "enter")
	require.Contains(t, u.frame(), "! 只有群主 (阿珍)和管理员可以")
	require.Empty(t, u.groups.did)
	u.press("esc")
	u.types("/destroy ")
	u.press("enter")
	require.Contains(t, u.frame(), "App 管理员")
	require.Nil(t, u.model.panel())
}

func TestWithoutGroupsThePanelsSaySo(t *testing.T) {
	u := newUser(t, shop(), 80, 24, func(o *Options) { o.Groups = nil })
	u.press("enter", "alt+m")
	require.Contains(t, u.frame(), "这个连接不能管理群")
	require.Contains(t, u.frame(), "只是已知的", "what is known is shown all the same")
	u.press("esc")
	u.types("/leave ")
	u.press("enter")
	require.Contains(t, u.frame(), "这个连接不能管理群")
}

func TestAnOwnerIsOfferedToHandOverBeforeLeaving(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.groups.members = crowd(6)
	u.groups.refusals[model.ActQuit] = model.OwnerMustHandOver
	u.press("enter")
	u.types("/leave ")
	u.press("enter")
	require.Contains(t, u.frame(), "先把群转让给别人")
	u.press("enter")
	require.Contains(t, u.frame(), "把“七夕直播间”转让给谁")
	require.NotContains(t, u.frame(), "小雨  ", "only others can be chosen")
	u.press("enter")
	require.Contains(t, u.frame(), "小助手阿珍会成为群主")
	u.press("enter")
	require.Empty(t, u.groups.did, "the answer that does nothing is chosen first")
	u.press("enter", "up", "enter")
	require.Equal(t, []string{"hand over live azhen"}, u.groups.did)
	require.Contains(t, u.frame(), "群主现在是小助手阿珍")
}

func TestLeavingAsksAndDestroyingWantsTheName(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.press("enter")
	u.types("/leave ")
	u.press("enter", "enter")
	require.Empty(t, u.groups.did)
	u.types("/leave ")
	u.press("enter", "up", "enter")
	require.Equal(t, []string{"quit live"}, u.groups.did)
	u.types("/destroy ")
	u.press("enter")
	u.types("七夕")
	u.press("ctrl+s")
	require.Len(t, u.groups.did, 1)
	u.types("直播间")
	u.press("ctrl+s")
	require.Equal(t, "destroy live", u.groups.did[1])
	require.Contains(t, u.frame(), "已解散“七夕直播间”")
}

func TestApplicationsAreDecidedWithAText(t *testing.T) {
	u := newUser(t, told(), 80, 24)
	require.Contains(t, u.frame(), "通知 2", "the head of the list counts what waits")
	u.press("alt+t", "down", "d")
	require.Contains(t, u.frame(), "aning 申请加入“七夕直播间”")
	u.press("shift+tab")
	u.types("人满了")
	u.press("ctrl+s")
	require.Equal(t, []string{"decide aning false 人满了"}, u.groups.did)
	u.press("a", "enter")
	require.Equal(t, "decide anchor-xiaoyu true ", u.groups.did[1])
	u.press("esc")
	require.NotContains(t, u.frame(), "通知 ", "what was decided does not wait")
	u.press("alt+t", "down", "x")
	require.Equal(t, "dismiss [2]", u.groups.did[2])
}

func TestARefusalOfTheServiceIsToldAndNothingIsLost(t *testing.T) {
	u := newUser(t, told(), 80, 24)
	u.groups.err = errors.New("已经有人处理了 (10024)")
	u.press("alt+t", "down", "a", "shift+tab")
	u.types("欢迎")
	u.press("ctrl+s")
	require.Contains(t, u.frame(), "! 答复没有做成: 已经有人处理了 (10024)")
	require.Equal(t, "欢迎", u.model.panel().(*form).field("reply").value())
	u.groups.err = context.DeadlineExceeded
	u.press("ctrl+s")
	require.Contains(t, u.frame(), "服务器一直没有回答")
}

func TestAnAnswerThatComesAfterItsPanelWasClosedIsToldInTheStatusLine(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.press("alt+c")
	u.types("备货群")
	_, cmd := u.model.Update(keyNamed("ctrl+s"))
	require.Contains(t, u.frame(), "… 建群", "what is being done shows")
	u.press("esc", "esc")
	require.Nil(t, u.model.panel())
	u.run(cmd)
	require.Contains(t, u.frame(), "已建群“备货群”")
	require.Nil(t, u.model.panel(), "the user has gone on: nothing opens under their hands")
}

func TestNothingIsReadBehindAPanel(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.press("enter")
	require.True(t, u.session.looking().AtBottom)
	u.press("alt+p")
	require.False(t, u.session.looking().AtBottom)
	u.press("esc")
	require.True(t, u.session.looking().AtBottom)
}

func TestANewAnnouncementIsPinnedUntilItIsPutAway(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.press("enter")
	require.NotContains(t, u.frame(), "新公告", "what was known before is not new")
	u.see(announced(u.model.view, "明晚加一场"))
	require.Contains(t, u.frame(), "新公告: 明晚加一场")
	u.press("alt+down")
	require.NotContains(t, u.frame(), "新公告")
	u.press("alt+up")
	require.Contains(t, u.frame(), "新公告: 明晚加一场")
	u.press("alt+x")
	require.NotContains(t, u.frame(), "新公告")
	u.see(arrive(u.model.view, groupID("live"), "zhou", "好的"))
	require.NotContains(t, u.frame(), "新公告")
	u.see(announced(u.model.view, "改到后天"))
	require.Contains(t, u.frame(), "新公告: 改到后天")
}

func TestOnlyGroupsWhereACustomerWaitsAreListed(t *testing.T) {
	u := newUser(t, shop(), 120, 40)
	u.press("w")
	frame := u.frame()
	require.Contains(t, frame, "等回复 3")
	listed := func() (names []string) {
		u.frame()
		for _, c := range u.model.list.order {
			names = append(names, c.Name)
		}
		return names
	}
	require.Equal(t, []string{"售后三群", "秋冬预售 2 群", "VIP 会员群"}, listed())
	u.see(arrive(u.model.view, groupID("support"), "lixiang", "马上查"))
	require.Equal(t, []string{"秋冬预售 2 群", "VIP 会员群"}, listed(), "a colleague has answered")
	u.press("ctrl+k")
	u.types("cs")
	require.Contains(t, u.frame(), "测试群", "the switcher finds every group")
	u.press("esc", "w")
	require.Contains(t, u.frame(), "测试群")
}

func TestARoleOfMoreThanThirtyIsMentionedAsFarAsTheServiceAllows(t *testing.T) {
	u := newUser(t, with(shop(), groupID("live"), func(c *session.Conversation) {
		members := map[string]model.Member{}
		for i, member := range crowd(40) {
			if i > 0 {
				member.Custom = map[string]string{"role": "guide"}
			}
			members[member.User] = member
		}
		c.Members = members
	}), 80, 24)
	u.press("enter")
	u.types("@导购")
	require.Contains(t, u.row("导购 × 39"), "导购 × 39")
	u.press("tab")
	require.Contains(t, u.frame(), "一条最多 @ 30 人, 还有 9 人没放进来")
	u.types("开会")
	u.press("enter")
	require.Len(t, u.session.sent[0].Mentions, 30)
}

func TestNamesOfGroupsAndPeopleReachPanelsClean(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	evil := "\x1b]0;x\x07\x1b[31m坏\u202e名"
	u.groups.members = []model.Member{{User: "evil", Name: evil, NameCard: evil, Role: model.Ordinary}}
	u.groups.found = []model.Group{{ID: "live", Name: evil, Introduction: evil, Notification: evil, Owner: "evil"}}
	u.groups.err = errors.New(evil)
	u.press("enter", "alt+m")
	u.groups.err = nil
	for _, keys := range [][]string{{"alt+m"}, {"alt+p"}, {"alt+s", "a", "enter"}} {
		u.press("esc", "esc", "esc")
		u.press(keys...)
		content := u.model.View().Content
		require.False(t, slices.ContainsFunc([]rune(content), func(r rune) bool { return r == '\u202e' || r == '\a' }), keys)
		u.frame()
	}
}
