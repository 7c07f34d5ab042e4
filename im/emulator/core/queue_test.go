package core_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im/emulator/core"
)

func people(t *testing.T, path string) *core.Core {
	t.Helper()
	c, err := core.Open(core.Options{Path: path})
	require.NoError(t, err)
	require.NoError(t, c.ImportAccounts(t.Context(), []core.NewAccount{{ID: "alice"}, {ID: "bob"}, {ID: "carol"}, {ID: "dave"}}))
	return c
}

// news is what a device gets that has everything up to after.
func news(t *testing.T, c *core.Core, user string, after int64) (notices []int, mentions []uint32, keys []core.QueuedKey) {
	t.Helper()
	_, err := c.SendC2C(t.Context(), core.Actor{User: "dave"}, core.C2CSend{From: "dave", To: "dave", Body: body("what came before is told")})
	require.NoError(t, err)
	list, err := c.Queued(t.Context(), user, after, c.LastQueued())
	require.NoError(t, err)
	for _, q := range list {
		if q.Notice != nil {
			notices = append(notices, q.Notice.Type)
			keys = append(keys, core.QueuedKey{ClientSeq: q.Notice.ClientSeq, Random: q.Notice.Random})
		}
		if q.Mention != nil {
			mentions = append(mentions, q.Mention.Seq)
			keys = append(keys, core.QueuedKey{ClientSeq: q.Mention.ClientSeq, Random: q.Mention.Random})
		}
	}
	return notices, mentions, keys
}

func TestNewsWaitForEveryDeviceAndSurviveARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "server.db")
	c := people(t, path)
	g := room(t, c, core.Public)
	waiting, err := c.Apply(t.Context(), core.Actor{User: "dave"}, g, "please")
	require.NoError(t, err)
	require.True(t, waiting)
	sent := say(t, c, g, "alice", "@bob", func(s *core.GroupSend) { s.Mentions = []core.Mention{{User: "bob"}} })
	say(t, c, g, "alice", "@bob now", func(s *core.GroupSend) { s.Mentions, s.OnlineOnly = []core.Mention{{User: "bob"}}, true })
	require.NoError(t, c.Close())

	c = people(t, path)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	notices, mentions, _ := news(t, c, "alice", 0)
	require.Equal(t, []int{core.NoticeApplied}, notices, "the founder is not told of the own group")
	require.Empty(t, mentions)
	for range 2 { // each device of bob
		notices, mentions, _ = news(t, c, "bob", 0)
		require.Equal(t, []int{core.NoticeInvited}, notices)
		require.Equal(t, []uint32{sent.Seq}, mentions)
	}
	notices, mentions, _ = news(t, c, "bob", c.LastQueued())
	require.Empty(t, notices)
	require.Empty(t, mentions)
}

func TestNewsThatBecameUntrueOrWereDeletedWaitNoLonger(t *testing.T) {
	c := people(t, core.Memory)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	g := room(t, c, core.Public)
	alice, bob := core.Actor{User: "alice"}, core.Actor{User: "bob"}
	sent := say(t, c, g, "alice", "@bob", func(s *core.GroupSend) { s.Mentions = []core.Mention{{User: "bob"}} })
	notices, mentions, keys := news(t, c, "bob", 0)
	require.Equal(t, []int{core.NoticeInvited}, notices)
	require.Equal(t, []uint32{sent.Seq}, mentions)

	require.NoError(t, c.MarkGroupRead(t.Context(), bob, g, sent.Seq))
	_, mentions, _ = news(t, c, "bob", 0)
	require.Empty(t, mentions, "it is read")
	require.NoError(t, c.DropQueued(t.Context(), "bob", keys))
	notices, _, _ = news(t, c, "bob", 0)
	require.Empty(t, notices, "bob deleted it")

	require.NoError(t, c.DestroyGroup(t.Context(), alice, g))
	notices, _, _ = news(t, c, "carol", 0)
	require.Equal(t, []int{core.NoticeDissolved}, notices, "nobody is invited to what is gone")
	_, err := c.CreateGroup(t.Context(), alice, core.NewGroup{ID: g, Type: "Public", Name: "again", Owner: "alice", Members: []core.NewMember{{User: "carol"}}})
	require.NoError(t, err)
	notices, _, _ = news(t, c, "carol", 0)
	require.Equal(t, []int{core.NoticeInvited}, notices, "a client that hears of the end now would drop the group")
}

func TestOnlyTheNewestWaitForWhoStaysAway(t *testing.T) {
	c := people(t, core.Memory)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	g := room(t, c, core.Public)
	var last core.Sent
	for range 350 {
		last = say(t, c, g, "alice", "@all", func(s *core.GroupSend) { s.Mentions = []core.Mention{{All: true}} })
	}
	_, mentions, _ := news(t, c, "bob", 0)
	require.Len(t, mentions, 100)
	require.Equal(t, last.Seq, mentions[99])
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
