package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"

	"reddot/model"
	"reddot/session"
)

func TestMovingInTheListReadsNothingOpeningDoes(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.press("down", "j", "up", "k", "j")
	require.Empty(t, u.session.looking().Conversation)

	u.press("enter")
	require.Equal(t, session.Viewing{Conversation: groupID("support"), AtBottom: true, Focused: true}, u.session.looking())
}

func TestLettersInTheListAreNeverSentNorTyped(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.types("你好 hello")
	u.press("enter")
	require.Empty(t, u.session.sent)
	require.Empty(t, u.model.input.text)
}

func TestWhoWaitsStandsFirst(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.frame()
	require.Equal(t, []model.ConversationID{
		groupID("live"), groupID("support"), groupID("choice"), groupID("presale"), // unread, the newest first
		groupID("shifts"), groupID("supply"), groupID("vip"), groupID("test"), // read or muted
	}, order(u))
}

func order(u *user) (ids []model.ConversationID) {
	u.model.list.sync()
	for _, c := range u.model.list.order {
		ids = append(ids, c.ID)
	}
	return ids
}

func TestGroupsDoNotJumpUnderTheCursor(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.press("down", "down")
	before := order(u)
	u.see(arrive(u.model.view, groupID("test"), "zhou", "在吗"))
	require.Equal(t, before, order(u))
	require.Contains(t, u.row("测试群"), " 1 20:41", "the badge itself is live")

	u.press("enter")
	require.Equal(t, groupID("choice"), u.session.looking().Conversation)
	require.Equal(t, groupID("test"), order(u)[0], "the order follows once the list is left")
}

func TestOrderFollowsAgainWhenNobodyMovesInTheList(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.press("down")
	u.see(arrive(u.model.view, groupID("test"), "zhou", "在吗"))
	for range holdMinutes {
		u.model.handle(minuteMsg(noon.Add(time.Minute)))
	}
	require.Equal(t, groupID("test"), order(u)[0])
	u.press("enter")
	require.Equal(t, groupID("support"), u.model.open, "the cursor stays on its group")
}

func TestCursorStaysAtTheTopUntilItIsMoved(t *testing.T) {
	u := newUser(t, pictureOf(), 80, 24)
	require.Contains(t, u.frame(), "还没有群")
	u.see(shop())
	u.see(arrive(u.model.view, groupID("test"), "zhou", "在吗"))
	u.press("enter")
	require.Equal(t, groupID("test"), u.model.open)
}

// reads shows a picture in which the open group is read, as the session does.
func (u *user) reads() {
	u.see(with(u.model.view, u.model.open, func(c *session.Conversation) { c.Unread, c.Mentioned = 0, false }))
}

func TestSteppingVisitsEveryGroupOnceThoughBadgesChange(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	visited := map[model.ConversationID]bool{}
	for i := range 8 {
		u.press("alt+down")
		u.reads()
		u.see(arrive(u.model.view, groupID("choice"), "zhou", fmt.Sprint("插一句 ", i)))
		require.False(t, visited[u.model.open], "%s was opened twice", u.model.open)
		visited[u.model.open] = true
	}
	first := u.model.open
	u.press("alt+down")
	require.NotEqual(t, first, u.model.open, "it goes round")
	u.press("alt+up")
	require.Equal(t, first, u.model.open)
}

func TestSteppingDoesNotBounceBetweenTwoBusyGroups(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	var opened []model.ConversationID
	for range 3 {
		u.press("alt+down")
		u.reads()
		for _, busy := range []string{"live", "support"} {
			u.see(arrive(u.model.view, groupID(busy), "zhou", "在吗"))
		}
		opened = append(opened, u.model.open)
	}
	require.Equal(t, []model.ConversationID{groupID("live"), groupID("support"), groupID("choice")}, opened)
}

func TestNextUnreadSkipsWhatIsReadAndSaysWhenNothingIsLeft(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	var opened []model.ConversationID
	for range 5 {
		u.press("alt+a")
		u.reads()
		opened = append(opened, u.model.open)
	}
	require.Equal(t, []model.ConversationID{
		groupID("live"), groupID("support"), groupID("choice"), groupID("presale"), groupID("vip"),
	}, opened, "muted groups come last")
	u.press("alt+a")
	require.Contains(t, u.frame(), "没有未读了")
}

func TestBadges(t *testing.T) {
	view := shop()
	for name, want := range map[string]string{
		"七夕直播间":    " 12 20:41",
		"售后三群":     " @3 20:39",
		"秋冬预售 2 群": " 99+ 19:58",
		"VIP 会员群":  " ·6  昨天",
		"导购排班":     " 18:10",
		"测试群":      " 11-11",
	} {
		u := newUser(t, view, 80, 24)
		require.Contains(t, u.row(name), want)
	}
}

func TestUnreadBelowTheEdgeIsSaid(t *testing.T) {
	groups := make([]*session.Conversation, 40)
	for i := range groups {
		groups[i] = quietGroup(fmt.Sprint(i), fmt.Sprintf("群 %02d", i), "zhou", "在吗", at(0, 12, i), 1)
	}
	u := newUser(t, pictureOf(groups...), 80, 24)
	require.Contains(t, u.row("群组 40"), "↓未读")
	u.press("end")
	require.Contains(t, u.row("群组 40"), "↑未读")
}

func TestDraftsShowInTheListExceptOfTheOpenGroup(t *testing.T) {
	u := newUser(t, shop(), 120, 40)
	require.Contains(t, u.frame(), "草稿: 周六我可以")
	u.press("ctrl+k")
	u.types("dgpb")
	u.press("enter")
	require.Equal(t, "周六我可以,但要晚到半小时", u.model.input.text)
	require.NotContains(t, u.frame(), "草稿: ")
}

func TestMessageInAnotherGroupChangesOnlyItsRows(t *testing.T) {
	u := newUser(t, shop(), 120, 40)
	u.press("down", "enter")
	before := strings.Split(u.model.View().Content, "\n")
	u.see(arrive(u.model.view, groupID("live"), "zhou", "在吗"))
	after := strings.Split(u.model.View().Content, "\n")
	require.Len(t, after, len(before))
	var changed []string
	for y := range after {
		if after[y] != before[y] {
			changed = append(changed, ansi.Strip(after[y]))
		}
	}
	require.Len(t, changed, 3)
	require.Contains(t, changed[0], "未读 138")
	require.Contains(t, changed[1], "七夕直播间")
	require.Contains(t, changed[2], "在吗")
}

// A message that was not sent is what the user looks for: the list says where it is.
func TestListTellsOfOwnMessagesThatAreNotSent(t *testing.T) {
	unsent := func(state model.SendState) *session.View {
		return with(shop(), groupID("test"), func(c *session.Conversation) {
			w := &writer{id: c.ID, sequence: c.LastSequence}
			m := w.say(self, noon, "库存报一下")
			m.State, m.Sequence, m.ServerTime = state, 0, 0
			c.Messages = append(c.Messages, m)
		})
	}
	u := newUser(t, unsent(model.Sending), 80, 24)
	require.Contains(t, u.frame(), "… 你: 库存报一下")
	require.Contains(t, u.row("测试群"), "20:41", "and it is the newest there")
	u.see(unsent(model.Failed))
	require.Contains(t, u.frame(), "✗ 你: 库存报一下")
	require.Contains(t, u.row("测试群"), "✗ 20:41", "also where the list shows no previews")
}

func TestEmptyListSaysWhy(t *testing.T) {
	for phase, says := range map[session.Phase]string{
		session.Connecting: "正在连接", session.Online: "还没有群", session.Offline: "本地还没有内容", session.LoggedOut: "本地还没有内容",
	} {
		view := pictureOf()
		view.Connection.Phase = phase
		require.Contains(t, newUser(t, view, 80, 24).frame(), says)
	}
	view := pictureOf()
	view.Connection.Phase, view.Connection.Reason = session.LoggedOut, "获取群列表: UserSig 校验失败，通常是用了其他应用的密钥 (70009); 核对 app_id \x1b[31m和密钥"
	frame := newUser(t, view, 80, 24).frame()
	require.Contains(t, frame, "本地还没有内容")
	require.Contains(t, frame, "app_id 和密钥", "the status line has no room for the remedy")
}

func TestANewGroupStandsOnTopBeforeAnythingIsSaidInIt(t *testing.T) {
	v := shop()
	made := &session.Conversation{ID: groupID("made"), Name: "新品", Group: &model.Group{ID: "made", Name: "新品", CreatedAt: noon.Unix()}, Complete: true}
	v.Conversations = append(v.Conversations, made)
	v.ByID[made.ID] = made
	u := newUser(t, v, 80, 24)
	u.frame()
	for _, c := range u.model.list.order {
		if c.ID == made.ID {
			return
		}
		require.True(t, waits(c), "only where somebody waits goes before: %s", c.Name)
	}
	t.Fatal("the group is not in the list")
}
