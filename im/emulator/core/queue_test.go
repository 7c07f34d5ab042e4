package core_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im/emulator/core"
)

func absent(t *testing.T, path string) *core.Core {
	t.Helper()
	c, err := core.Open(core.Options{Path: path, Present: func(uint32) bool { return false }})
	require.NoError(t, err)
	require.NoError(t, c.ImportAccounts(t.Context(), []core.NewAccount{{ID: "alice"}, {ID: "bob"}, {ID: "carol"}, {ID: "dave"}}))
	return c
}

func taken(t *testing.T, c *core.Core, user string) (notices []int, mentions []uint32) {
	t.Helper()
	list, err := c.TakeQueued(t.Context(), user)
	require.NoError(t, err)
	for _, q := range list {
		if q.Notice != nil {
			notices = append(notices, q.Notice.Type)
		}
		if q.Mention != nil {
			mentions = append(mentions, q.Mention.Seq)
		}
	}
	return notices, mentions
}

func TestWhatTheAbsentMissedWaitsOnceAndSurvivesARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "server.db")
	c := absent(t, path)
	g := room(t, c, core.Public)
	waiting, err := c.Apply(t.Context(), core.Actor{User: "dave"}, g, "please")
	require.NoError(t, err)
	require.True(t, waiting)
	sent := say(t, c, g, "alice", "@bob", func(s *core.GroupSend) { s.Mentions = []core.Mention{{User: "bob"}} })
	say(t, c, g, "alice", "@bob now", func(s *core.GroupSend) { s.Mentions, s.OnlineOnly = []core.Mention{{User: "bob"}}, true })
	require.NoError(t, c.Close())

	c = absent(t, path)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	notices, mentions := taken(t, c, "alice")
	require.Equal(t, []int{core.NoticeApplied}, notices, "the founder is not told of the own group")
	require.Empty(t, mentions)
	notices, mentions = taken(t, c, "bob")
	require.Equal(t, []int{core.NoticeInvited}, notices)
	require.Equal(t, []uint32{sent.Seq}, mentions)
	notices, mentions = taken(t, c, "bob")
	require.Empty(t, notices)
	require.Empty(t, mentions)
}

func TestOnlyTheNewestWaitForWhoStaysAway(t *testing.T) {
	c := absent(t, core.Memory)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	g := room(t, c, core.Public)
	var last core.Sent
	for range 350 {
		last = say(t, c, g, "alice", "@all", func(s *core.GroupSend) { s.Mentions = []core.Mention{{All: true}} })
	}
	_, mentions := taken(t, c, "bob")
	require.Len(t, mentions, 100)
	require.Equal(t, last.Seq, mentions[99])
}

func TestWhoIsPresentHasNothingQueued(t *testing.T) {
	c, err := core.Open(core.Options{Path: core.Memory, Present: func(uint32) bool { return true }})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	require.NoError(t, c.ImportAccounts(t.Context(), []core.NewAccount{{ID: "alice"}, {ID: "bob"}, {ID: "carol"}}))
	room(t, c, core.Public)
	notices, _ := taken(t, c, "bob")
	require.Empty(t, notices)
}

func TestApplicationsAreDecidedOnceByWhoMay(t *testing.T) {
	c := open(t, core.Memory)
	require.NoError(t, c.ImportAccounts(t.Context(), []core.NewAccount{{ID: "dave"}}))
	g := room(t, c, core.Public)
	for _, remark := range []string{"first", "second"} {
		_, err := c.Apply(t.Context(), core.Actor{User: "dave"}, g, remark)
		require.NoError(t, err)
	}
	list, err := c.Applications(t.Context(), "alice")
	require.NoError(t, err)
	require.Len(t, list, 1, "a new application takes the place of the old one")
	require.Equal(t, "second", list[0].Remark)
	others, err := c.Applications(t.Context(), "bob")
	require.NoError(t, err)
	require.Empty(t, others)

	decision := core.Decision{Group: g, User: "dave", Key: list[0].Key, Auth: list[0].Auth, Accept: true}
	wrong := decision
	wrong.Auth = "guessed"
	for _, test := range []struct {
		by   string
		what core.Decision
		code int
	}{
		{"bob", decision, core.CodeNoPermission},
		{"alice", wrong, core.CodeAlreadyHandled},
		{"alice", decision, 0},
		{"alice", decision, core.CodeAlreadyHandled},
	} {
		err := c.Decide(t.Context(), core.Actor{User: test.by}, test.what)
		if test.code == 0 {
			require.NoError(t, err)
			continue
		}
		require.Equal(t, test.code, core.AsError(err).Code)
	}
	_, err = c.Member(g, "dave")
	require.NoError(t, err)
}

func TestInvitationsThatNeedPermissionWaitForAnAdmin(t *testing.T) {
	c := open(t, core.Memory)
	require.NoError(t, c.ImportAccounts(t.Context(), []core.NewAccount{{ID: "dave"}}))
	g := room(t, c, core.Public)
	option := core.NeedPermission
	require.NoError(t, c.ModifyGroup(t.Context(), admin, g, core.GroupChange{InviteJoin: &option}))
	results, err := c.AddMembers(t.Context(), core.Actor{User: "bob"}, g, []core.NewMember{{User: "dave"}}, false)
	require.NoError(t, err)
	require.Equal(t, []core.AddResult{{User: "dave", Result: core.AddWaiting}}, results)
	list, err := c.Applications(t.Context(), "alice")
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, "bob", list[0].Inviter)
	require.NoError(t, c.Decide(t.Context(), core.Actor{User: "alice"}, core.Decision{
		Group: g, User: "dave", Inviter: "bob", Auth: list[0].Auth, Accept: true,
	}))
	_, err = c.Member(g, "dave")
	require.NoError(t, err)
}

func TestABanKeepsOutOfALiveRoomForItsTime(t *testing.T) {
	c := open(t, core.Memory)
	live, err := c.CreateGroup(t.Context(), core.Actor{User: "alice"}, core.NewGroup{Type: "AVChatRoom", Name: "live", Owner: "alice"})
	require.NoError(t, err)
	bob := core.Actor{User: "bob"}
	for range 2 { // joining again is how clients come back
		_, err = c.Apply(t.Context(), bob, live.ID, "")
		require.NoError(t, err)
	}
	require.Equal(t, core.CodeNoPermission, core.AsError(c.Ban(t.Context(), bob, live.ID, []string{"alice"}, 60, "")).Code)
	require.NoError(t, c.Ban(t.Context(), core.Actor{User: "alice"}, live.ID, []string{"bob"}, 60, "spam"))
	_, err = c.Apply(t.Context(), bob, live.ID, "")
	require.Equal(t, core.CodeNoPermission, core.AsError(err).Code)
	_, err = c.Apply(t.Context(), core.Actor{User: "carol"}, live.ID, "")
	require.NoError(t, err)
}
