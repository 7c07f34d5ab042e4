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

// liveGroup is the whole profile of the live group, as the service tells it.
func liveGroup() model.Group {
	return model.Group{
		ID: "live", Name: "七夕直播间", Type: model.Public, Owner: self, Introduction: "小雨直播间的老朋友群",
		Notification: "今晚八点半开播", Members: 48, MaxMembers: 2000, SelfRole: model.Owner,
		Join: model.JoinApproval, Invite: model.JoinFree, CreatedAt: at(30, 9, 0).Unix(),
	}
}

// told is the shop with notices about groups.
func told() *session.View {
	v := *shop()
	v.GroupNotices = []model.GroupNotice{
		{ID: "1", Kind: model.NoticeDissolved, GroupID: "old", GroupName: "旧群", Operator: "azhen", Time: at(2, 10, 0).Unix()},
		{
			ID: "2", Kind: model.NoticeApplied, GroupID: "live", GroupName: "七夕直播间", Operator: "aning", Time: at(0, 20, 30).Unix(),
			Application: &model.Application{GroupID: "live", GroupName: "七夕直播间", Applicant: "aning", Message: "我是老顾客阿宁"},
		},
		{
			ID: "3", Kind: model.NoticeInvitation, GroupID: "vip2", GroupName: "VIP 二群", Operator: "lixiang", Time: at(0, 20, 35).Unix(),
			Application: &model.Application{GroupID: "vip2", GroupName: "VIP 二群", Applicant: self, By: "lixiang"},
		},
	}
	return &v
}

// panelScenes are panels in the situations that a user meets them in.
var panelScenes = []struct {
	name string
	view func() *session.View
	does func(*user)
}{
	{"commands", shop, func(u *user) {
		u.press("enter")
		u.types("/m")
	}},
	{"create", crew, func(u *user) {
		u.press("enter", "alt+c")
		u.types("双十一备货群")
		u.press("shift+tab", "right", "tab", "tab", "tab", "tab")
		u.types("azhen l")
	}},
	{"create-wrong", crew, func(u *user) {
		u.groups.unknown = []string{"nobody"}
		u.press("alt+c")
		u.types("备货")
		u.press("tab", "tab", "tab")
		u.types("azhen nobody")
		u.press("ctrl+s")
	}},
	{"results", crew, func(u *user) {
		u.groups.results = []model.AddResult{
			{User: "azhen", Outcome: model.Added},
			{User: "lixiang", Outcome: model.AlreadyMember},
			{User: "wangfang", Outcome: model.OverGroupLimit},
			{User: "leo", Outcome: model.AwaitsConsent},
			{User: "zhou", Outcome: model.AddRefused, Reason: "对方拒绝被拉进群"},
		}
		u.press("enter")
		u.types("/invite azhen lixiang wangfang leo zhou")
		u.press("enter")
	}},
	{"find", shop, func(u *user) {
		in, out := liveGroup(), model.Group{
			ID: "@TGS#2ABC", Name: "七夕福利群", Type: model.Public, Members: 730, Introduction: "每天十点发券", Owner: "azhen", SelfRole: model.NotMember,
		}
		u.groups.found = []model.Group{out, in}
		u.press("alt+s")
		u.types("七夕")
		u.press("enter")
	}},
	{"profile", shop, func(u *user) {
		u.groups.found = []model.Group{liveGroup()}
		u.groups.refusals[model.ActQuit] = model.OwnerMustHandOver
		u.press("enter", "alt+p", "down")
	}},
	{"profile-guest", shop, func(u *user) {
		g := liveGroup()
		g.Owner = "azhen"
		u.groups.found = []model.Group{g}
		u.groups.refusals = map[model.GroupAction]model.Refusal{
			model.ActEditGroup: model.AdminsOnly, model.ActDestroy: model.OwnerOnly, model.ActHandOver: model.OwnerOnly,
		}
		u.press("enter", "alt+p", "enter")
	}},
	{"members", shop, func(u *user) {
		u.groups.members = crowd(60)
		u.press("enter", "alt+m", "down", "space", "space", "down")
	}},
	{"members-search", shop, func(u *user) {
		u.groups.members = crowd(60)
		u.press("enter", "alt+m", "/")
		u.types("lxm")
	}},
	{"member-menu", shop, func(u *user) {
		u.groups.members = crowd(60)
		u.groups.refusals[model.ActSetAdmin] = model.OwnerOnly
		u.press("enter", "alt+m", "down", "down", "enter")
	}},
	{"remove", shop, func(u *user) {
		u.groups.members = crowd(60)
		u.press("enter", "alt+m", "down", "down", "down", "space", "space", "d")
	}},
	{"leave", shop, func(u *user) {
		u.groups.refusals[model.ActQuit] = model.OwnerMustHandOver
		u.press("enter")
		u.types("/leave ")
		u.press("enter")
	}},
	{"destroy", shop, func(u *user) {
		u.press("enter")
		u.types("/destroy ")
		u.press("enter")
		u.types("七夕")
		u.press("enter", "enter")
	}},
	{"notices", told, func(u *user) { u.press("alt+t") }},
	{"custom", shop, func(u *user) {
		u.press("enter")
		u.types("/custom ")
		u.press("enter")
		u.types(`{"order":}`)
		u.press("ctrl+s")
	}},
	{"waiting", shop, func(u *user) { u.press("enter", "alt+w") }},
	{"announcement", shop, func(u *user) {
		u.press("enter")
		u.see(announced(u.model.view, "明晚加一场, 七点半开始, 老朋友记得来领券"))
	}},
}

// announced returns a view in which the live group has another announcement.
func announced(v *session.View, said string) *session.View {
	return with(v, groupID("live"), func(c *session.Conversation) {
		group := *c.Group
		group.Notification = said
		c.Group = &group
	})
}

func TestPanelFrames(t *testing.T) {
	for _, scene := range panelScenes {
		for _, size := range [][2]int{{80, 24}, {120, 40}} {
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

// Terminals that draw ambiguous characters in two columns, and those without colours, get the same panels.
func TestPanelsOnOtherTerminals(t *testing.T) {
	for _, scene := range panelScenes {
		wide := newUser(t, scene.view(), 80, 24, func(o *Options) { o.AmbiguousWidth = 2 })
		scene.does(wide)
		for y, row := range strings.Split(wide.model.View().Content, "\n") {
			require.LessOrEqual(t, wide.model.look.Width(row), 78, "%s, row %d", scene.name, y)
		}
		colourful := newUser(t, scene.view(), 80, 24)
		plain := newUser(t, scene.view(), 80, 24, func(o *Options) { o.Theme = ThemePlain })
		scene.does(colourful)
		scene.does(plain)
		require.Equal(t, colourful.golden(), plain.golden(), scene.name)
	}
}

// Every panel fits the smallest screen too.
func TestPanelsFitTheSmallestScreen(t *testing.T) {
	for _, scene := range panelScenes {
		u := newUser(t, scene.view(), leastWide, leastHigh)
		scene.does(u)
		u.frame()
		u.resize(59, 20)
		u.frame()
	}
}
