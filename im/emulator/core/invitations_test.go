package core_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im/emulator/core"
)

func asking(t *testing.T, path string) *core.Core {
	t.Helper()
	c, err := core.Open(core.Options{Path: path, AskInvited: true})
	require.NoError(t, err)
	require.NoError(t, c.ImportAccounts(t.Context(), []core.NewAccount{{ID: "alice"}, {ID: "bob"}, {ID: "carol"}, {ID: "dave"}}))
	return c
}

// invitation is the newest one that waits for a user.
func invitation(t *testing.T, c *core.Core, user string) (answer core.InvitationAnswer, waiting int) {
	t.Helper()
	_, err := c.SendC2C(t.Context(), core.Actor{User: "dave"}, core.C2CSend{From: "dave", To: "dave", Body: body("what came before is told")})
	require.NoError(t, err)
	list, err := c.Queued(t.Context(), user, 0, c.LastQueued())
	require.NoError(t, err)
	for _, q := range list {
		if q.Notice != nil && q.Notice.Type == core.NoticeInvitation {
			answer = core.InvitationAnswer{Group: q.Notice.Group.ID, Inviter: q.Notice.Operator, Key: q.Notice.Key, Auth: q.Notice.Auth}
			waiting++
		}
	}
	return answer, waiting
}

func add(t *testing.T, c *core.Core, by core.Actor, g string, users ...string) []core.AddResult {
	t.Helper()
	var list []core.NewMember
	for _, user := range users {
		list = append(list, core.NewMember{User: user})
	}
	results, err := c.AddMembers(t.Context(), by, g, list, false)
	require.NoError(t, err)
	return results
}

func TestTheInvitedDecideOnceAndAfterARestartToo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "server.db")
	c := asking(t, path)
	g := room(t, c, core.Public)
	results := add(t, c, core.Actor{User: "bob"}, g, "dave", "alice", "nobody")
	require.Equal(t, []core.AddResult{{User: "dave", Result: core.AddWaiting}, {User: "alice", Result: core.AddAlready}, {User: "nobody", Result: core.AddFailed}}, results)
	_, err := c.Member(g, "dave")
	require.Error(t, err)
	require.NoError(t, c.Close())

	c = asking(t, path)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	answer, waiting := invitation(t, c, "dave")
	require.Equal(t, 1, waiting)
	wrong := answer
	wrong.Auth = "guessed"
	requireCode(t, core.CodeAlreadyHandled, c.AnswerInvitation(t.Context(), core.Actor{User: "dave"}, wrong))
	requireCode(t, core.CodeAlreadyHandled, c.AnswerInvitation(t.Context(), core.Actor{User: "carol"}, answer))

	var told []string
	defer c.Subscribe(func(e core.Event) {
		switch e := e.(type) {
		case core.Notice:
			told = append(told, fmt.Sprint("notice ", e.Type, " of ", e.Operator))
		case core.GroupMessage:
			told = append(told, "tip")
		}
	})()
	answer.Accept = true
	require.NoError(t, c.AnswerInvitation(t.Context(), core.Actor{User: "dave"}, answer))
	_, err = c.Member(g, "dave")
	require.NoError(t, err)
	requireCode(t, core.CodeAlreadyHandled, c.AnswerInvitation(t.Context(), core.Actor{User: "dave"}, answer))
	_, waiting = invitation(t, c, "dave") // also waits until everything was told
	require.Zero(t, waiting)
	require.Equal(t, []string{"notice 7 of bob", "tip", "notice 13 of dave"}, told)
}

func TestARefusalReachesTheInviterAlone(t *testing.T) {
	c := asking(t, core.Memory)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	g := room(t, c, core.Public)
	add(t, c, core.Actor{User: "bob"}, g, "dave")
	answer, _ := invitation(t, c, "dave")
	answer.Remark = "no time"
	require.NoError(t, c.AnswerInvitation(t.Context(), core.Actor{User: "dave"}, answer))
	requireCode(t, core.CodeAlreadyHandled, c.AnswerInvitation(t.Context(), core.Actor{User: "dave"}, answer))
	notices, _, _ := news(t, c, "bob", 0)
	require.Contains(t, notices, core.NoticeInviteRefused)
	notices, _, _ = news(t, c, "alice", 0)
	require.NotContains(t, notices, core.NoticeInviteRefused)
}

func TestInvitationsEndWithWhatTheyAreAbout(t *testing.T) {
	for name, end := range map[string]func(*testing.T, *core.Core, string){
		"the group is dissolved": func(t *testing.T, c *core.Core, g string) { require.NoError(t, c.DestroyGroup(t.Context(), admin, g)) },
		"the inviter is deleted": func(t *testing.T, c *core.Core, _ string) {
			require.NoError(t, c.DeleteAccount(t.Context(), admin, "bob"))
		},
		"the app admin adds them": func(t *testing.T, c *core.Core, g string) {
			require.Equal(t, core.AddDone, add(t, c, admin, g, "dave")[0].Result)
			require.NoError(t, c.Quit(t.Context(), core.Actor{User: "dave"}, g))
		},
		"a newer one takes its place": func(t *testing.T, c *core.Core, g string) { add(t, c, core.Actor{User: "bob"}, g, "dave") },
	} {
		t.Run(name, func(t *testing.T) {
			c := asking(t, core.Memory)
			t.Cleanup(func() { require.NoError(t, c.Close()) })
			g := room(t, c, core.Public)
			add(t, c, core.Actor{User: "bob"}, g, "dave")
			answer, _ := invitation(t, c, "dave")
			end(t, c, g)
			answer.Accept = true
			require.Error(t, c.AnswerInvitation(t.Context(), core.Actor{User: "dave"}, answer))
		})
	}
}

func TestOnlyTheNewestInvitationsWait(t *testing.T) {
	c := asking(t, core.Memory)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	var first core.InvitationAnswer
	for i := range 101 {
		add(t, c, core.Actor{User: "bob"}, room(t, c, core.Public), "dave")
		if i == 0 {
			first, _ = invitation(t, c, "dave")
		}
	}
	requireCode(t, core.CodeAlreadyHandled, c.AnswerInvitation(t.Context(), core.Actor{User: "dave"}, first))
	_, waiting := invitation(t, c, "dave")
	require.LessOrEqual(t, waiting, 100)
	require.Positive(t, waiting)
}

func TestWhereAdminsAdmitTheInvitedAreAskedAfterThem(t *testing.T) {
	c := asking(t, core.Memory)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	g := room(t, c, core.Public)
	option := core.NeedPermission
	require.NoError(t, c.ModifyGroup(t.Context(), core.Actor{User: "alice"}, g, core.GroupChange{InviteJoin: &option}))
	add(t, c, core.Actor{User: "bob"}, g, "dave")
	_, waiting := invitation(t, c, "dave")
	require.Zero(t, waiting)
	list, err := c.Applications(t.Context(), "alice")
	require.NoError(t, err)
	require.NoError(t, c.Decide(t.Context(), core.Actor{User: "alice"}, core.Decision{Group: g, User: "dave", Inviter: "bob", Auth: list[0].Auth, Accept: true}))
	answer, waiting := invitation(t, c, "dave")
	require.Equal(t, 1, waiting)
	require.Equal(t, "bob", answer.Inviter)
}

func requireCode(t *testing.T, code int, err error) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, code, core.AsError(err).Code)
}
