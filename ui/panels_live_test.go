package ui

import (
	"errors"
	"fmt"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/require"

	"reddot/model"
	"reddot/session"
)

// watch shows a newer picture and lets the open panels ask about it.
func (u *user) watch(view *session.View) {
	u.session.view = view
	u.model.setView(view)
	u.run(u.model.panelsSee())
}

// changed returns a view in which the live group is another one.
func changed(v *session.View, change func(*model.Group)) *session.View {
	return with(v, groupID("live"), func(c *session.Conversation) {
		group := *c.Group
		change(&group)
		c.Group = &group
	})
}

func TestAnOpenProfileFollowsWhatOthersChange(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.groups.found = []model.Group{liveGroup()}
	u.press("enter", "alt+p")
	u.watch(changed(u.model.view, func(g *model.Group) { g.Notification, g.Members = "改到后天", 49 }))
	require.Contains(t, u.row("公告"), "改到后天")
	require.Contains(t, u.row("人数  "), "49 人, 最多 2000 人")
}

func TestTheListOfMembersFollowsWhoComesAndGoes(t *testing.T) {
	u := onMembers(t, 10, 80, 24)
	u.press("down", "down")
	u.groups.members = crowd(11)
	u.watch(changed(u.model.view, func(g *model.Group) { g.Members = 49 }))
	require.Contains(t, u.frame(), "成员 11")
	require.Equal(t, "lixiang", u.model.panel().(*memberList).current().User, "the cursor stays on the member")
	asked := u.model.questions.next
	u.watch(arrive(u.model.view, groupID("live"), "zhou", "好"))
	require.Equal(t, asked, u.model.questions.next, "a message asks for nothing")
}

func TestWhoWaitsIsKnownInGroupsThatWereNeverOpened(t *testing.T) {
	v := shop()
	for i, c := range v.Conversations {
		unopened := *c
		unopened.Members = nil
		v.Conversations[i], v.ByID[c.ID] = &unopened, &unopened
	}
	u := newUser(t, v, 120, 40)
	u.groups.members = crowd(10)
	u.press("w")
	require.Contains(t, u.frame(), "等回复 3")
	require.Contains(t, u.frame(), "只看顾客在等回复的群: 3 个")
	u.groups.members = nil
	u.press("w", "w")
	require.Contains(t, u.frame(), "等回复 3", "nobody is asked twice")

	offline := newUser(t, v, 120, 40, func(o *Options) { o.Roles.Users = map[string]model.Role{"azhen": model.RoleAssistant} })
	offline.groups.err = errors.New("没有连接")
	offline.press("w")
	names := []string{}
	for _, c := range offline.model.list.order {
		names = append(names, c.Name)
	}
	require.Contains(t, names, "导购排班", "whoever is not known may be a customer")
	require.NotContains(t, names, "选品讨论", "the configuration knows 阿珍")
	require.Contains(t, offline.frame(), "没有连接")
}

func TestPeopleOfGroupsThatWereNeverOpenedAreOfferedToo(t *testing.T) {
	v := shop()
	for i, c := range v.Conversations {
		unopened := *c
		unopened.Members = nil
		v.Conversations[i], v.ByID[c.ID] = &unopened, &unopened
	}
	u := newUser(t, v, 80, 24)
	u.groups.members = crowd(10)
	u.press("alt+c", "tab", "tab", "tab")
	u.types("lx")
	require.Contains(t, u.frame(), "导购 李想")
	u.groups.members = nil
	u.press("esc", "esc", "esc", "alt+c", "tab", "tab", "tab")
	u.types("lx")
	require.Contains(t, u.frame(), "导购 李想", "they are not asked for again")
}

func TestWhatWasNotGotOfflineIsAskedForAgain(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.groups.err = errors.New("没有连接")
	u.press("enter", "alt+m")
	require.Contains(t, u.frame(), "只是已知的")
	gone := *u.model.view
	gone.Connection.Phase = session.Offline
	u.watch(&gone)
	u.groups.err, u.groups.members = nil, crowd(30)
	u.watch(shop())
	require.Contains(t, u.frame(), "成员 30")
	require.NotContains(t, u.frame(), "只是已知的")
}

func TestPanelsOfAGroupGoWithIt(t *testing.T) {
	u := onMembers(t, 10, 80, 24)
	without := func() *session.View {
		v := pictureOf(shop().Conversations[1:]...)
		v.Gone = session.Gone{Conversation: groupID("live"), Reason: session.GoneDissolved}
		return v
	}
	u.watch(without())
	require.Nil(t, u.model.panel())
	require.Contains(t, u.frame(), "“七夕直播间”已解散")

	u = newUser(t, shop(), 80, 24)
	u.press("enter", "alt+c")
	u.types("新群")
	u.watch(without())
	require.Equal(t, "新群", u.model.panel().(*form).field("name").value(), "what was typed stays")
}

func TestWhatWasAppliedForWaitsUntilItIsAnswered(t *testing.T) {
	out := model.Group{ID: "vip2", Name: "VIP 二群", Type: model.Public, SelfRole: model.NotMember}
	apply := func() *user {
		u := newUser(t, told(), 80, 24)
		u.groups.found, u.groups.join = []model.Group{out}, model.AwaitsApproval
		u.press("alt+s", "v", "enter", "enter", "ctrl+s")
		require.True(t, u.model.applied.has("vip2"))
		return u
	}
	u := apply()
	u.see(pictureOf(append(shop().Conversations, quietGroup("vip2", "VIP 二群", self, "", noon, 0))...))
	require.False(t, u.model.applied.has("vip2"))

	u = apply()
	answered := *u.model.view
	answered.GroupNotices = append(answered.GroupNotices, model.GroupNotice{ID: "9", Kind: model.NoticeRejected, GroupID: "vip2"})
	u.see(&answered)
	require.False(t, u.model.applied.has("vip2"))
}

func TestManyAreDoneToStepByStep(t *testing.T) {
	u := onMembers(t, 50, 80, 24)
	u.press("A", "s", "ctrl+s")
	_, cmd := u.model.Update(keyNamed("enter"))
	require.Contains(t, u.frame(), "禁言 10 分钟 0/49")
	first, _ := cmd().(answerMsg)
	_, cmd = u.model.Update(first)
	require.Contains(t, u.frame(), "禁言 10 分钟 20/49")
	u.run(cmd)
	require.Len(t, u.groups.did, 49, "all but the owner")
	require.Contains(t, u.frame(), "等 49 人")
}

func TestWhatIsDoneToManyIsStopped(t *testing.T) {
	u := onMembers(t, 50, 120, 24)
	u.press("A", "s", "ctrl+s")
	_, cmd := u.model.Update(keyNamed("enter"))
	require.Contains(t, u.frame(), "Esc 停下")
	u.press("esc")
	require.IsType(t, &memberList{}, u.model.panel())
	u.run(cmd)
	require.Len(t, u.groups.did, 20, "the step that is under way ends")
	require.Contains(t, u.frame(), "停下了, 还有 29 人没做")
	require.Contains(t, u.frame(), "选中 29", "and can be gone on with")
	u.press("u")
	require.Len(t, u.groups.did, 40, "what was done can be undone")
}

func TestClicksAndTheWheelMoveInPanels(t *testing.T) {
	u := newUser(t, shop(), 120, 40, func(o *Options) { o.Mouse = true })
	u.groups.members = crowd(100)
	u.press("enter", "alt+m")
	list := u.model.panel().(*memberList)
	click := func(x, y int) {
		u.frame()
		u.send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
	}
	click(60, 1+panelHead+1+2)
	require.Equal(t, "lixiang", list.current().User)
	u.send(tea.MouseWheelMsg{X: 60, Y: 10, Button: tea.MouseWheelDown})
	require.Equal(t, 3, list.pages.cursor)
	click(60, 1+panelHead+1+2)
	click(60, 1+panelHead+1+2)
	require.IsType(t, &menu{}, u.model.panel(), "a second click does what Enter does")
	click(60, 1+panelHead)
	require.Equal(t, groupID("live"), u.model.open)
	require.Nil(t, u.model.panel(), "the first line mentions")
	u.press("alt+m")
	click(5, 7)
	require.Nil(t, u.model.panel(), "a click on the list of groups leaves")
	require.NotEqual(t, groupID("live"), u.model.open)
}

func TestAFormIsNotLostByAClick(t *testing.T) {
	u := newUser(t, shop(), 120, 40, func(o *Options) { o.Mouse = true })
	u.press("enter", "alt+c")
	u.types("新群")
	u.send(tea.MouseClickMsg{X: 5, Y: 8, Button: tea.MouseLeft})
	require.Contains(t, u.row("名称"), "新群")
	require.Contains(t, u.frame(), "再按一次 Esc 丢弃")
}

func TestPanelsOpenOverEachOtherAndCloseByTheirOwnKey(t *testing.T) {
	u := onMembers(t, 10, 80, 24)
	u.press("alt+p")
	require.IsType(t, &profile{}, u.model.panel())
	require.Equal(t, "live", u.model.panel().(*profile).group.ID, "of the group that is shown")
	u.press("alt+p")
	require.IsType(t, &memberList{}, u.model.panel())
	u.press("alt+c")
	u.types("新群")
	u.press("alt+t")
	require.IsType(t, &form{}, u.model.panel(), "what was typed is not covered")
	u.press("esc", "esc", "alt+m")
	require.Nil(t, u.model.panel())
}

func TestAGroupThatComesLateDoesNotOpenUnderTheHands(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.press("alt+c")
	u.types("备货群")
	u.press("ctrl+s")
	require.Equal(t, groupID("made"), u.model.toOpen)
	u.press("enter")
	u.types("好的")
	u.see(pictureOf(append(u.model.view.Conversations, quietGroup("made", "备货群", self, "", noon, 0))...))
	require.Equal(t, groupID("live"), u.model.open)
	require.Equal(t, "好的", u.model.input.text)
}

func TestASearchThatIsRefusedStillFindsOnesOwnGroups(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.groups.err = errors.New("长连接只能按 ID 查找")
	u.press("alt+s")
	u.types("会员")
	u.press("enter")
	require.Contains(t, u.row("VIP 会员群"), "你在群里")
	require.Contains(t, u.frame(), "只找了你在的群: 长连接只能按 ID 查找")
	u.press("ctrl+u")
	u.types("没有的")
	u.press("enter")
	require.Contains(t, u.frame(), "! 查找没有做成: 长连接只能按 ID 查找")
}

func TestOnesOwnAnnouncementIsNotNews(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.groups.found = []model.Group{liveGroup()}
	u.press("enter", "alt+p", "down", "enter", "ctrl+u")
	u.types("明晚七点")
	u.press("ctrl+s", "esc")
	u.see(announced(u.model.view, "明晚七点"))
	require.NotContains(t, u.frame(), "新公告")
}

func TestPeopleAreNamedInNoticesWhereverTheyAreKnown(t *testing.T) {
	v := told()
	v.GroupNotices[2].Application.By, v.GroupNotices[2].GroupID = "lixiang", "unknown"
	u := newUser(t, v, 80, 24)
	u.press("alt+t")
	require.Contains(t, u.frame(), "李想 邀请你加入“VIP 二群”")
}

func TestARequestThatComesIsToldWithItsKey(t *testing.T) {
	u := newUser(t, shop(), 120, 40)
	asks := *shop()
	asks.GroupNotices = told().GroupNotices[1:2]
	u.press("enter")
	u.see(&asks)
	require.Contains(t, u.frame(), "aning 申请加入“七夕直播间” · [Alt+t] 答复")
	u.types("好")
	require.NotContains(t, u.frame(), "[Alt+t]")
	u.see(arrive(&asks, groupID("live"), "zhou", "在"))
	require.NotContains(t, u.frame(), "[Alt+t]", "once")

	later := newUser(t, told(), 120, 40)
	require.NotContains(t, later.frame(), "[Alt+t]", "what was there at the start is only counted")
}

func TestApplicationsAreCountedOnceHoweverTheyAreKnown(t *testing.T) {
	for applications, want := range map[int]int{0: 2, 1: 2, 3: 4} {
		v := told()
		v.Applications = applications
		u := newUser(t, v, 80, 24)
		require.Equal(t, want, u.model.toDecide(), fmt.Sprint(applications))
	}
}

func TestAnOpenListOfNoticesFollowsWhatOthersDecide(t *testing.T) {
	for name, listed := range map[string][]model.Application{"by notice": nil, "by list": {*told().GroupNotices[1].Application}} {
		t.Run(name, func(t *testing.T) {
			u := newUser(t, told(), 80, 24)
			u.groups.applications = listed
			u.press("alt+t")
			require.Contains(t, u.row("aning 申请加入"), "●")
			v := *told()
			v.GroupNotices[1].Handled = true
			u.see(&v)
			require.NotContains(t, u.row("aning 申请加入"), "●", "as many notices as before, one of them handled")
			require.Contains(t, u.frame(), "已处理")
		})
	}
}
