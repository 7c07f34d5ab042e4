package core_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"reddot/im/emulator/core"
)

// plainGroup counts unread messages the slow way: one list, walked every time.
type plainGroup struct {
	messages []plainMessage
	read     map[string]int
}

type plainMessage struct {
	from    string
	counted bool
}

func (g *plainGroup) unread(user string) int {
	n := 0
	for i := g.read[user]; i < len(g.messages); i++ {
		if g.messages[i].counted && g.messages[i].from != user {
			n++
		}
	}
	return n
}

// TestUnreadIsWhatAWalkOverTheMessagesCounts does random things to a group, restarts
// included, and compares with counting by hand.
func TestUnreadIsWhatAWalkOverTheMessagesCounts(t *testing.T) {
	users := []string{"alice", "bob", "carol"}
	runs := 0
	rapid.Check(t, func(rt *rapid.T) {
		path := core.Memory
		if runs++; runs%20 == 0 { // the disk is slow, so only now and then
			path = filepath.Join(t.TempDir(), "server.db")
		}
		c, err := core.Open(core.Options{Path: path})
		require.NoError(t, err)
		defer func() { require.NoError(t, c.Close()) }()
		require.NoError(t, c.ImportAccounts(t.Context(), []core.NewAccount{{ID: "alice"}, {ID: "bob"}, {ID: "carol"}}))
		id := room(t, c, core.Public)
		plain := &plainGroup{read: map[string]int{}}
		user := rapid.SampledFrom(users)
		rt.Repeat(map[string]func(*rapid.T){
			"send": func(rt *rapid.T) {
				from, quiet := user.Draw(rt, "from"), rapid.Bool().Draw(rt, "quiet")
				sent := say(t, c, id, from, "x", func(s *core.GroupSend) { s.NoUnread = quiet })
				plain.messages = append(plain.messages, plainMessage{from: from, counted: !quiet})
				require.EqualValues(rt, len(plain.messages), sent.Seq)
			},
			"send online only": func(rt *rapid.T) {
				say(t, c, id, user.Draw(rt, "from"), "x", func(s *core.GroupSend) { s.OnlineOnly = true })
			},
			"read": func(rt *rapid.T) {
				reader, to := user.Draw(rt, "reader"), rapid.IntRange(0, len(plain.messages)+2).Draw(rt, "to")
				require.NoError(rt, c.MarkGroupRead(t.Context(), core.Actor{User: reader}, id, uint32(to)))
				plain.read[reader] = max(plain.read[reader], min(to, len(plain.messages)))
			},
			"recall": func(rt *rapid.T) {
				if len(plain.messages) == 0 {
					rt.Skip("nothing to recall")
				}
				seq := rapid.IntRange(1, len(plain.messages)).Draw(rt, "seq")
				_, err := c.RecallGroup(t.Context(), admin, id, []uint32{uint32(seq)}, "")
				require.NoError(rt, err)
				plain.messages[seq-1].counted = false
			},
			"set unread": func(rt *rapid.T) {
				who, n := user.Draw(rt, "who"), rapid.IntRange(0, 5).Draw(rt, "n")
				require.NoError(rt, c.SetUnread(t.Context(), id, who, n))
				m, err := c.Member(id, who)
				require.NoError(rt, err)
				plain.read[who] = 0
				all := plain.unread(who)
				plain.read[who] = int(m.Read)
				require.Equal(rt, min(n, all), plain.unread(who))
			},
			"restart": func(rt *rapid.T) {
				if path == core.Memory {
					rt.Skip("memory forgets")
				}
				require.NoError(rt, c.Close())
				c, err = core.Open(core.Options{Path: path})
				require.NoError(rt, err)
			},
			"": func(rt *rapid.T) {
				for _, who := range users {
					require.Equal(rt, plain.unread(who), unread(t, c, id, who), "%s of %+v", who, plain)
				}
			},
		})
	})
}

func TestGroupTypesKeepDifferentThings(t *testing.T) {
	tests := []struct {
		kind                     core.GroupType
		unread, history, receipt bool
		tipSeq                   uint32 // taken by an invitation
	}{
		{core.Private, true, true, true, 1},
		{core.Public, true, true, true, 1},
		{core.ChatRoom, false, true, true, 0},
		{core.Community, true, true, false, 0},
		{core.AVChatRoom, false, false, false, 1}, // numbered, though not stored
	}
	for _, test := range tests {
		t.Run(string(test.kind), func(t *testing.T) {
			c := open(t, core.Memory)
			var id string
			if test.kind == core.AVChatRoom {
				g, err := c.CreateGroup(t.Context(), admin, core.NewGroup{Type: "AVChatRoom", Name: "live", Owner: "alice"})
				require.NoError(t, err)
				id = g.ID
				_, err = c.Apply(t.Context(), core.Actor{User: "bob"}, id, "")
				require.NoError(t, err)
			} else {
				id = room(t, c, test.kind)
				require.NoError(t, c.ImportAccounts(t.Context(), []core.NewAccount{{ID: "dave"}}))
				_, err := c.AddMembers(t.Context(), core.Actor{User: "alice"}, id, []core.NewMember{{User: "dave"}}, false)
				require.NoError(t, err)
			}
			sent := say(t, c, id, "alice", "x", func(s *core.GroupSend) { s.NeedReceipt = true })
			require.Equal(t, test.tipSeq+1, sent.Seq)
			want := 0
			if test.unread {
				want = int(sent.Seq)
			}
			require.Equal(t, want, unread(t, c, id, "bob"))
			_, err := c.GroupHistory(t.Context(), core.Actor{User: "bob"}, id, 0, 10)
			if test.history {
				require.NoError(t, err)
			} else {
				require.Equal(t, core.CodeNoRoaming, core.AsError(err).Code)
			}
			if test.receipt {
				require.Zero(t, sent.ReceiptCode)
			} else {
				require.NotZero(t, sent.ReceiptCode)
			}
		})
	}
}

func TestWhoIsInvitedHasTheInvitationUnread(t *testing.T) {
	c := open(t, core.Memory)
	id := room(t, c, core.Public)
	for range 3 {
		say(t, c, id, "alice", "before")
	}
	require.NoError(t, c.ImportAccounts(t.Context(), []core.NewAccount{{ID: "dave"}, {ID: "eve"}, {ID: "fred"}}))
	_, err := c.AddMembers(t.Context(), core.Actor{User: "alice"}, id, []core.NewMember{{User: "dave"}}, false)
	require.NoError(t, err)
	require.Equal(t, 1, unread(t, c, id, "dave"), "the tip, not what came before")
	require.Equal(t, 4, unread(t, c, id, "bob"))
	require.Equal(t, 0, unread(t, c, id, "alice"), "the own tip does not count")
	_, err = c.AddMembers(t.Context(), admin, id, []core.NewMember{{User: "eve"}}, true)
	require.NoError(t, err)
	require.Zero(t, unread(t, c, id, "eve"), "silently")
	free := core.FreeAccess
	require.NoError(t, c.ModifyGroup(t.Context(), admin, id, core.GroupChange{ApplyJoin: &free}))
	waiting, err := c.Apply(t.Context(), core.Actor{User: "fred"}, id, "")
	require.NoError(t, err)
	require.False(t, waiting)
	require.Zero(t, unread(t, c, id, "fred"), "who joins alone made the tip")
}

func TestTrimmedHistoryIsGoneAndCountsNoMore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "server.db")
	c := open(t, path)
	id := room(t, c, core.Public)
	for i := range 50 {
		say(t, c, id, "alice", fmt.Sprint(i), func(s *core.GroupSend) { s.NoUnread = i%5 == 0 })
	}
	require.Equal(t, 40, unread(t, c, id, "bob"))
	require.NoError(t, c.TrimHistory(t.Context(), id, 10))
	require.Equal(t, 8, unread(t, c, id, "bob"))
	page, err := c.GroupHistory(t.Context(), core.Actor{User: "bob"}, id, 0, 100)
	require.NoError(t, err)
	require.Len(t, page.Messages, 10)
	require.Zero(t, page.Next)
	require.EqualValues(t, 51, say(t, c, id, "alice", "next").Seq)
	require.NoError(t, c.Close())
	again := open(t, path)
	require.Equal(t, 9, unread(t, again, id, "bob"))
	page, err = again.GroupHistory(t.Context(), core.Actor{User: "bob"}, id, 45, 100)
	require.NoError(t, err)
	require.EqualValues(t, 41, slices.MinFunc(page.Messages, func(a, b *core.Message) int { return int(a.Seq) - int(b.Seq) }).Seq)
}
