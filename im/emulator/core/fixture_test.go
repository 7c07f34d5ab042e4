package core_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im/emulator/core"
)

// lively makes a database with something of everything that a fixture carries.
func lively(t *testing.T, path string) {
	t.Helper()
	ctx := t.Context()
	c, err := core.Open(core.Options{Path: path, AskInvited: true, Files: func(body []byte) []string {
		if bytes.Contains(body, []byte("file coat")) {
			return []string{"coat"}
		}
		return nil
	}})
	require.NoError(t, err)
	defer func() { require.NoError(t, c.Close()) }()
	require.NoError(t, c.ImportAccounts(ctx, []core.NewAccount{{ID: "administrator"}, {ID: "alice", Nick: "爱丽丝 <&>"}, {ID: "bob"}, {ID: "carol"}, {ID: "gone"}}))
	alice, bob := core.Actor{User: "alice", Inst: 7}, core.Actor{User: "bob"}
	require.NoError(t, c.SetProfile(ctx, alice, "alice", []core.ProfileItem{{Tag: "Tag_Profile_IM_Gender", Value: []byte(`"Gender_Type_Female"`)}}))
	room := room(t, c, core.Public)
	_, err = c.AddMembers(ctx, admin, room, []core.NewMember{{User: "gone"}}, false) // leaves a tip
	require.NoError(t, err)
	first := say(t, c, room, "alice", "eins", func(s *core.GroupSend) { s.NeedReceipt = true })
	say(t, c, room, "gone", "@bob", func(s *core.GroupSend) { s.Mentions = []core.Mention{{User: "bob"}} })
	quiet := say(t, c, room, "bob", "quiet", func(s *core.GroupSend) { s.NoUnread, s.NoLast, s.Cloud = true, true, "cloud" })
	wrong := say(t, c, room, "alice", "wrong")
	say(t, c, room, "alice", "for bob", func(s *core.GroupSend) { s.Directed = []string{"bob"} })
	_, err = c.RecallGroup(ctx, alice, room, []uint32{wrong.Seq}, "typo")
	require.NoError(t, err)
	_, err = c.EditGroup(ctx, admin, room, quiet.Seq, core.Edit{Body: body("edited"), Version: -1})
	require.NoError(t, err)
	require.NoError(t, c.SendReceipts(ctx, bob, room, []uint32{first.Seq}))
	require.NoError(t, c.MarkGroupRead(ctx, bob, room, first.Seq))
	require.NoError(t, c.PinConversations(ctx, bob, []core.ConversationID{{Group: room}}, true))

	trimmed, err := c.CreateGroup(ctx, admin, core.NewGroup{
		ID: "trimmed", Type: "Work", Name: "trimmed", Owner: "bob", Members: []core.NewMember{{User: "alice", Card: "card", Custom: []core.KV{{Key: "k", Value: "v"}}}},
		Custom: []core.KV{{Key: "shop", Value: "1"}},
	})
	require.NoError(t, err)
	for range 8 {
		say(t, c, trimmed.ID, "bob", "text")
	}
	require.NoError(t, c.TrimHistory(ctx, trimmed.ID, 3))
	_, err = c.CreateGroup(ctx, admin, core.NewGroup{ID: "live", Type: "AVChatRoom", Name: "live", Owner: "alice"})
	require.NoError(t, err)
	say(t, c, "live", "alice", "kept by nobody")

	for i := range uint32(4) {
		_, err = c.SendC2C(ctx, alice, core.C2CSend{From: "alice", To: "bob", Seq: 10 + i, Random: i, Body: body("hi"), NeedReceipt: true, NoLast: i == 3})
		require.NoError(t, err)
	}
	_, err = c.SendC2C(ctx, alice, core.C2CSend{From: "alice", To: "alice", Seq: 1, Random: 99, Body: body("note")})
	require.NoError(t, err)
	_, err = c.SendC2C(ctx, bob, core.C2CSend{From: "bob", To: "carol", Seq: 1, Random: 5, Body: body("hidden")})
	require.NoError(t, err)
	require.NoError(t, c.MarkC2CRead(ctx, bob, "alice", c.Now()))
	require.NoError(t, c.DeleteConversations(ctx, core.Actor{User: "carol"}, []core.ConversationID{{Peer: "bob"}}, false))
	require.NoError(t, c.DeleteAccount(ctx, admin, "gone"))

	require.NoError(t, c.EraseGroup(ctx, bob, room, []uint32{first.Seq}))
	require.NoError(t, c.ClearGroup(ctx, alice, trimmed.ID))
	sent, err := c.SendC2C(ctx, alice, core.C2CSend{From: "alice", To: "carol", Seq: 3, Random: 6, Body: body("erased")})
	require.NoError(t, err)
	require.NoError(t, c.EraseC2C(ctx, alice, "carol", []string{(&core.Message{Seq: 3, Random: 6, Time: sent.Time}).MsgKey()}))
	require.NoError(t, c.ClearC2C(ctx, core.Actor{User: "carol"}, "alice"))
	require.NoError(t, c.SetC2CFlag(ctx, alice, []string{"bob"}, core.Discard))
	_, _, err = c.ChangeAttributes(ctx, alice, room, core.AttributesSet, []core.KV{{Key: "seat", Value: "alice"}}, nil)
	require.NoError(t, err)
	_, err = c.UpdateCounters(ctx, bob, room, core.CounterSet, []core.Counter{{Key: "likes", Value: 3}})
	require.NoError(t, err)
	require.NoError(t, c.AddFile(ctx, "alice", "coat"))
	_, err = c.SendC2C(ctx, alice, core.C2CSend{From: "alice", To: "bob", Seq: 30, Random: 30, Body: body("file coat")})
	require.NoError(t, err)
	say(t, c, room, "alice", "file coat")
	livelier(t, c, room)
}

// livelier is what people keep of each other, and what waits.
func livelier(t *testing.T, c *core.Core, room string) {
	t.Helper()
	ctx := t.Context()
	alice, forever := core.Actor{User: "alice"}, int64(core.SilenceForever)
	_, err := c.AddFriends(ctx, admin, "alice", []core.NewFriend{{User: "bob", Remark: "店长", Classes: []string{"同事"}}}, core.Adding{Both: true, Force: true})
	require.NoError(t, err)
	_, err = c.Block(ctx, admin, "alice", []string{"carol"})
	require.NoError(t, err)
	require.NoError(t, c.SetStatus(ctx, "bob", "busy"))
	require.NoError(t, c.Watch(ctx, "alice", []string{"bob", "carol"}))
	require.NoError(t, c.SetSilence(ctx, "carol", &forever, nil))
	_, _, err = c.CreateFolder(ctx, "alice", "店铺", []core.ConversationID{{Group: room}})
	require.NoError(t, err)
	_, err = c.MarkConversations(ctx, "alice", []core.Mark{{Conv: core.ConversationID{Peer: "bob"}, Set: []int{0, 63}}})
	require.NoError(t, err)
	vote := say(t, c, room, "alice", "vote", func(s *core.GroupSend) { s.Extensible = true })
	_, err = c.ChangeExtensions(ctx, alice, core.MessageID{Group: room, Seq: vote.Seq}, core.ExtensionSet, []core.Extension{{Key: "vote", Value: "yes"}})
	require.NoError(t, err)
	_, err = c.Apply(ctx, core.Actor{User: "bob"}, "live", "")
	require.NoError(t, err)
	require.NoError(t, c.Ban(ctx, alice, "live", []string{"bob"}, 3600, "spam"))
	private, err := c.CreateGroup(ctx, admin, core.NewGroup{ID: "private", Type: "Public", Name: "private", Owner: "alice", ApplyJoin: core.NeedPermission})
	require.NoError(t, err)
	waiting, err := c.Apply(ctx, core.Actor{User: "bob"}, private.ID, "let me in")
	require.NoError(t, err)
	require.True(t, waiting)
	_, err = c.AddMembers(ctx, alice, private.ID, []core.NewMember{{User: "carol"}}, false)
	require.NoError(t, err)
}

func export(t *testing.T, path string) string {
	t.Helper()
	var text bytes.Buffer
	require.NoError(t, core.Export(t.Context(), path, &text))
	return text.String()
}

// seen is what users see of a database: lists, histories, members.
func seen(t *testing.T, path string) map[string]any {
	t.Helper()
	ctx := context.Background()
	c, err := core.Open(core.Options{Path: path})
	require.NoError(t, err)
	defer func() { require.NoError(t, c.Close()) }()
	all := map[string]any{}
	for _, g := range c.Groups() {
		all["group "+g.ID] = g
		members, _, err := c.Members(admin, g.ID, 0, 100)
		require.NoError(t, err)
		all["members "+g.ID] = members
		attributes, changes, err := c.Attributes(ctx, admin, g.ID)
		require.NoError(t, err)
		counters, err := c.Counters(ctx, admin, g.ID, nil)
		require.NoError(t, err)
		all["values "+g.ID] = []any{attributes, changes, counters}
		if g.Type.KeepsHistory() {
			page, err := c.GroupHistory(ctx, admin, g.ID, 0, 100)
			require.NoError(t, err)
			all["history "+g.ID] = page
		}
	}
	for _, user := range []string{"alice", "bob", "carol"} {
		account, known := c.Account(user)
		require.True(t, known)
		list, _, err := c.Conversations(ctx, user, 0)
		require.NoError(t, err)
		unread, err := c.C2CUnread(ctx, user)
		require.NoError(t, err)
		coat, err := c.MaySee(ctx, account.UID, "coat")
		require.NoError(t, err)
		relations, err := c.Relations(user)
		require.NoError(t, err)
		contacts, folders, _, err := c.Contacts(ctx, user, 0)
		require.NoError(t, err)
		queued, err := c.Queued(ctx, user, 0, c.LastQueued())
		require.NoError(t, err)
		silenced, _, err := c.Silenced(user)
		require.NoError(t, err)
		_, banned := c.Apply(ctx, core.Actor{User: user}, "live", "")
		all[user] = []any{
			account, list, unread, coat, c.C2CFlags(user), relations, contacts, folders, queued, silenced > 0, c.Status(account.UID),
			c.Watchers(account.UID), banned != nil,
		}
		for _, g := range c.Groups() {
			if _, err := c.Member(g.ID, user); err == nil && g.Type.KeepsHistory() {
				page, err := c.GroupHistory(ctx, core.Actor{User: user}, g.ID, 0, 100)
				require.NoError(t, err)
				all[user+" in "+g.ID] = page
			}
		}
		for _, peer := range []string{"alice", "bob", "carol"} {
			page, err := c.C2CHistory(ctx, core.Actor{User: user}, core.C2CQuery{Peer: peer, N: 100})
			require.NoError(t, err)
			all[user+" and "+peer] = page
		}
	}
	return all
}

func TestAFixtureCarriesEverythingThatUsersSee(t *testing.T) {
	from, to := t.TempDir()+"/server.db", t.TempDir()+"/server.db"
	lively(t, from)
	fixture := export(t, from)
	for _, part := range []string{
		`"relations":`, `"watches":`, `"folder":`, `"contact":`, `"extensions":`, `"ban":`, `"application":`, `"invitation":`, `"notice":`,
		`"status":"busy"`, `"silentC2C":`, `"marks":[0,63]`,
	} {
		require.Contains(t, fixture, part)
	}
	require.NoError(t, core.Import(t.Context(), to, strings.NewReader(fixture)))
	require.Equal(t, fixture, export(t, to))
	require.Equal(t, seen(t, from), seen(t, to))
	require.ErrorIs(t, core.Import(t.Context(), to, strings.NewReader(fixture)), core.ErrNotEmpty)
}

const handWritten = `{"reddot":"data","version":1}
{"account":{"id":"anchor","nick":"主播"}}
{"account":{"id":"guide"}}
{"group":{"id":"shop","type":"Public","name":"店铺","owner":"anchor"}}
{"member":{"group":"shop","user":"anchor"}}
{"member":{"group":"shop","user":"guide"}}

{"message":{"group":"shop","from":"guide","time":1700000000,"body":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"在吗"}}]}}
{"message":{"group":"shop","from":"guide","time":1700000060,"body":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"？"}}]}}
{"message":{"from":"guide","to":"anchor","time":1700000070,"body":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"私聊"}}]}}
{"position":{"user":"anchor","group":"shop","read":1}}
`

func TestAFixtureMayBeWrittenByHand(t *testing.T) {
	path := t.TempDir() + "/server.db"
	require.NoError(t, core.Import(t.Context(), path, strings.NewReader(handWritten)))
	c, err := core.Open(core.Options{Path: path})
	require.NoError(t, err)
	defer func() { require.NoError(t, c.Close()) }()
	require.Equal(t, 1, unread(t, c, "shop", "anchor"))
	require.EqualValues(t, 3, say(t, c, "shop", "anchor", "在").Seq)
	list, _, err := c.Conversations(t.Context(), "anchor", 0)
	require.NoError(t, err)
	require.Len(t, list, 2)
	for _, row := range list {
		require.NotNil(t, row.Last)
		require.Equal(t, 1, row.Unread)
	}
}

func TestAWrongFixtureChangesNothingAndNamesTheLine(t *testing.T) {
	for name, test := range map[string]struct{ old, new, says string }{
		"no header":        {`{"reddot":"data","version":1}`, `{"account":{"id":"x"}}`, "line 1: this is no fixture"},
		"newer":            {`"version":1`, `"version":2`, "line 1: the fixture has version 2"},
		"no JSON":          {`{"account":{"id":"guide"}}`, `{"account":{"id":"guide"}`, "line 3"},
		"unknown field":    {`{"account":{"id":"guide"}}`, `{"account":{"name":"guide"}}`, "line 3"},
		"unknown user":     {`"user":"guide"`, `"user":"nobody"`, `line 6: account "nobody"`},
		"unknown type":     {`"type":"Public"`, `"type":"Huge"`, "line 4"},
		"gap":              {`"from":"guide","time":1700000060`, `"seq":3,"from":"guide","time":1700000060`, "line 9"},
		"no body":          {`[{"MsgType":"TIMTextElem","MsgContent":{"Text":"？"}}]`, `"？"`, "line 9"},
		"no member":        {`{"position":{"user":"anchor","group":"shop"`, `{"position":{"user":"guide","group":"nowhere"`, "line 11"},
		"nothing known":    {`{"account":{"id":"guide"}}`, `{}`, "line 3"},
		"end without rows": {`"owner":"anchor"`, `"owner":"anchor","first":1,"last":9`, "end at 2"},
	} {
		t.Run(name, func(t *testing.T) {
			path := t.TempDir() + "/server.db"
			text := strings.Replace(handWritten, test.old, test.new, 1)
			require.NotEqual(t, handWritten, text)
			require.ErrorContains(t, core.Import(t.Context(), path, strings.NewReader(text)), test.says)
			require.NoError(t, core.Import(t.Context(), path, strings.NewReader(handWritten)))
		})
	}
}
