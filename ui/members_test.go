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

// onMembers is a user who looks at the members of the live group.
func onMembers(t testing.TB, n, width, height int) *user {
	u := newUser(t, shop(), width, height)
	u.groups.members = crowd(n)
	u.press("enter", "alt+m")
	return u
}

func TestMembersShowWhatTheyAreAndHowFarTheyHaveRead(t *testing.T) {
	u := onMembers(t, 60, 120, 40)
	azhen := u.row("小助手阿珍")
	for _, said := range []string{"助手", "阿珍", "管理员", "11-20", "差 2"} {
		require.Contains(t, azhen, said)
	}
	u.press("end")
	require.Contains(t, u.row("用户 周周"), "20:51", "until when somebody may not speak")
}

func TestMembersAreFoundAndFiltered(t *testing.T) {
	u := onMembers(t, 600, 80, 24)
	list := u.model.panel().(*memberList)
	found := func(query string) int {
		u.press("/", "ctrl+u")
		u.types(query)
		u.press("enter")
		return len(list.shown)
	}
	require.Equal(t, 1, found("小助手"))
	require.Equal(t, 1, found("阿珍"), "the nick name behind a name card too")
	require.Equal(t, 1, found("linxia"))
	require.Equal(t, 1, found("user0123"))
	require.Greater(t, found("wxm"), 50, "by pinyin initials")
	require.Zero(t, found("没有这个人"))
	require.Contains(t, u.frame(), "没有符合的成员")
	u.press("esc", "r", "r", "r")
	require.Contains(t, u.frame(), "只看导购 1")
	u.press("esc")
	require.Len(t, list.shown, 600)
}

func TestOneMemberIsMutedAndTheMuteIsUndone(t *testing.T) {
	u := onMembers(t, 10, 80, 24)
	u.press("down", "down", "s", "ctrl+u", "3", "0", "ctrl+s")
	require.Equal(t, []string{"mute live lixiang 1800"}, u.groups.did)
	require.Contains(t, u.frame(), "禁言 30 分钟: 李想")
	u.press("u")
	require.Equal(t, "mute live lixiang 0", u.groups.did[1])
	u.press("u")
	require.Len(t, u.groups.did, 2)
	require.Contains(t, u.frame(), "没有可以撤销的")
}

func TestTheMenuOfAMemberKnowsTheLettersThatItShows(t *testing.T) {
	u := onMembers(t, 10, 80, 24)
	u.groups.refusals[model.ActSetAdmin] = model.OwnerOnly
	u.press("down", "down", "enter", "a")
	require.Contains(t, u.frame(), "只有群主可以")
	u.press("s", "ctrl+s")
	require.Equal(t, []string{"mute live lixiang 600"}, u.groups.did)
}

func TestARoleOfTheShopIsMarkedAndTakenBack(t *testing.T) {
	u := onMembers(t, 10, 80, 24)
	u.press("end", "b")
	require.Contains(t, u.frame(), "服务端不按它管权限")
	u.press("down", "down", "enter")
	require.Equal(t, []string{"custom live zhou map[role:guide]"}, u.groups.did)
	u.press("u")
	require.Equal(t, "custom live zhou map[role:]", u.groups.did[1])
}

func TestSomebodyMutedIsLetSpeakByTheSameKey(t *testing.T) {
	u := onMembers(t, 5, 80, 24)
	u.press("end", "s")
	require.Equal(t, []string{"mute live zhou 0"}, u.groups.did)
}

func TestSeveralAreDoneToAfterAConfirmationThatNamesThem(t *testing.T) {
	u := onMembers(t, 10, 80, 24)
	u.groups.failFor = map[string]error{"lixiang": errors.New("不能禁言导购 (10004)")}
	u.press("down", "space", "space", "s", "ctrl+s")
	require.Contains(t, u.frame(), "小助手阿珍、李想")
	require.Empty(t, u.groups.did)
	u.press("enter")
	require.Equal(t, []string{"mute live azhen 600"}, u.groups.did)
	require.Contains(t, u.frame(), "对李想没有做成: 不能禁言导购 (10004)")
	require.NotContains(t, u.frame(), "选中 2")
	u.press("u")
	require.Equal(t, []string{"mute live azhen 600", "mute live azhen 0"}, u.groups.did, "only what was done is undone")
}

func TestRemovingAsksAndUndoInvitesAgain(t *testing.T) {
	u := onMembers(t, 10, 80, 24)
	u.press("down", "down", "d")
	require.Contains(t, u.frame(), "移出 1 人?")
	u.press("enter")
	require.Empty(t, u.groups.did)
	u.press("d", "up", "enter")
	require.Equal(t, []string{"remove live [lixiang]"}, u.groups.did)
	u.press("u")
	require.Equal(t, []model.NewMember{{User: "lixiang", Custom: map[string]string{"role": "guide"}}}, u.groups.added)
}

func TestAdminsAreMadeAndUnmade(t *testing.T) {
	u := onMembers(t, 10, 80, 24)
	u.press("down", "a")
	require.Equal(t, []string{"role live azhen Member"}, u.groups.did)
	u.press("down", "a", "u")
	require.Equal(t, []string{"role live lixiang Admin", "role live lixiang Member"}, u.groups.did[1:])
}

func TestWhatTheRightsForbidIsSaidAndNotAsked(t *testing.T) {
	u := onMembers(t, 10, 80, 24)
	u.groups.refusals = map[model.GroupAction]model.Refusal{
		model.ActMute: model.NotForType, model.ActRemove: model.AdminsOnly, model.ActEditMember: model.AdminsOnly,
	}
	u.press("down", "s")
	require.Contains(t, u.frame(), "公开群没有这个操作")
	u.press("d")
	require.Contains(t, u.frame(), "只有群主和管理员可以")
	u.press("home", "e")
	require.IsType(t, &form{}, u.model.panel(), "everybody may change their own card")
	require.Empty(t, u.groups.did)
}

func TestNameCardIsChanged(t *testing.T) {
	u := onMembers(t, 10, 80, 24)
	u.press("down", "e", "ctrl+u")
	u.types("阿珍·售后")
	u.press("ctrl+s")
	require.Equal(t, []string{"card live azhen 阿珍·售后"}, u.groups.did)
	u.press("u")
	require.Equal(t, "card live azhen 小助手阿珍", u.groups.did[1])
	u.press("esc")
	u.types("/nick 小雨本人")
	u.press("enter")
	require.Equal(t, "card live anchor-xiaoyu 小雨本人", u.groups.did[2])
}

func TestThoseMarkedAreMentioned(t *testing.T) {
	u := onMembers(t, 60, 80, 24)
	u.press("down", "space", "space", "@")
	require.Nil(t, u.model.panel())
	require.Equal(t, "@小助手阿珍 @李想 ", u.model.input.text)
	u.types("开会")
	u.press("enter")
	require.Equal(t, []string{"azhen", "lixiang"}, u.session.sent[0].Mentions)
	u.press("alt+m", "A", "@")
	require.Contains(t, u.frame(), "还有 30 人没放进来")
}

func TestTalkingToOneAloneBeginsWithAMessage(t *testing.T) {
	u := onMembers(t, 10, 80, 24)
	u.press("down", "c")
	u.types("在吗")
	u.press("ctrl+s")
	require.Equal(t, model.C2CConversation("azhen"), u.session.sentTo[0])
}

func TestRolesAndMutesByCommand(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.press("enter")
	for command, did := range map[string]string{
		"/mute @林夏 15":   "mute live linxia 900",
		"/mute @林夏 0":    "mute live linxia 0",
		"/mute linxia":   "mute live linxia 600",
		"/role @林夏 管理员":  "role live linxia Admin",
		"/role @林夏 导购":   "custom live linxia map[role:guide]",
		"/role zhou 主播":  "custom live zhou map[role:anchor]",
		"/role @林夏 boss": "",
		"/role":          "",
	} {
		u.groups.did = nil
		u.types(command + " ")
		u.press("enter")
		if did == "" {
			require.Empty(t, u.groups.did, command)
			require.Contains(t, u.frame(), "用法: /role", command)
			continue
		}
		require.Equal(t, []string{did}, u.groups.did, command)
	}
}

func TestTheListOfMembersCostsWhatIsVisible(t *testing.T) {
	u := onMembers(t, 6000, 120, 40)
	list := u.model.panel().(*memberList)
	u.frame()
	few := testing.AllocsPerRun(20, func() { u.model.View() })
	list.take(memberRows(crowd(60)), true)
	u.frame()
	many := testing.AllocsPerRun(20, func() { u.model.View() })
	require.InDelta(t, many, few, many/5, "6,000 members are drawn at the price of 60")
}

// A key goes through a list of so many members, or a letter into its search, and the frame is painted.
func BenchmarkMembers(b *testing.B) {
	for _, n := range []int{60, 6000} {
		for _, does := range []string{"move", "page", "search", "mark"} {
			b.Run(fmt.Sprintf("%s-%d", does, n), func(b *testing.B) {
				u := onMembers(b, n, 120, 40)
				keys := map[string][]tea.KeyPressMsg{
					"move": {keyNamed("down")}, "page": {keyNamed("pgdown"), keyNamed("pgup")},
					"search": {keyNamed("w"), keyNamed("x"), keyNamed("m"), keyNamed("ctrl+u")}, "mark": {keyNamed("space")},
				}[does]
				if does == "search" {
					u.press("/")
				}
				frame := benchScreen(b, u)
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					u.model.Update(keys[i%len(keys)])
					frame()
				}
			})
		}
	}
}

func TestPeopleAreFoundByIDsInCapitals(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.groups.members = append(crowd(5), model.Member{User: "VIP-Zhang", Name: "张姐", Role: model.Ordinary})
	u.press("enter", "alt+m", "/")
	u.types("vip-z")
	require.Equal(t, "VIP-Zhang", u.model.panel().(*memberList).current().User)

	d := newDirectory(with(shop(), groupID("live"), func(c *session.Conversation) {
		c.Members = map[string]model.Member{"VIP-Zhang": {User: "VIP-Zhang", Name: "张姐"}}
	}), nil)
	require.Equal(t, "VIP-Zhang", d.search("vip-z")[0].user)
}

func TestUndoGoesOnBehindARefusalAndTellsWhoIsLeft(t *testing.T) {
	u := onMembers(t, 10, 80, 24)
	u.press("down", "space", "space", "space", "s", "ctrl+s", "enter")
	require.Len(t, u.groups.did, 3)
	u.groups.failFor = map[string]error{"lixiang": errors.New("不能改导购 (10004)")}
	u.press("u")
	require.Equal(t, []string{"mute live azhen 0", "mute live user0007 0"}, u.groups.did[3:], "a refusal stops nothing")
	require.Contains(t, u.frame(), "对李想没有做成: 不能改导购")
	u.groups.failFor = nil
	u.press("u")
	require.Equal(t, []string{"mute live lixiang 0"}, u.groups.did[5:], "whoever is left can be tried again")
}

func TestWhoCannotBeInvitedAgainIsNamed(t *testing.T) {
	u := onMembers(t, 10, 80, 24)
	u.press("down", "space", "space", "d", "up", "enter")
	require.Equal(t, []string{"remove live [azhen lixiang]"}, u.groups.did)
	u.groups.results = []model.AddResult{{User: "azhen", Outcome: model.Added}, {User: "lixiang", Outcome: model.OverGroupLimit}}
	u.press("u")
	require.Contains(t, u.frame(), "对李想没有做成: 对方加的群到上限了")
	u.press("u")
	require.Equal(t, "add live 1", u.groups.did[2])
}

func TestUnmutingIsUndoneForTheTimeThatWasLeft(t *testing.T) {
	u := onMembers(t, 5, 80, 24)
	u.press("end", "s", "u")
	require.Equal(t, []string{"mute live zhou 0", "mute live zhou 600"}, u.groups.did)
}

func TestNobodyMutesOrRemovesTheOwnerOrThemselvesByMarkingAll(t *testing.T) {
	u := onMembers(t, 5, 80, 24)
	u.press("s")
	require.Contains(t, u.frame(), "不能对群主或自己这样做")
	u.press("enter")
	require.Regexp(t, `移出群 +不能对群主或自己这样做`, u.frame())
	u.press("esc", "A", "d", "up", "enter")
	require.Equal(t, []string{"remove live [azhen lixiang linxia zhou]"}, u.groups.did)
}
