package core_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"reddot/im/emulator/core"
)

// shop is a world that random acts change. Acts that the rules refuse count, too.
type shop struct {
	t       *rapid.T
	c       *core.Core
	tester  *testing.T
	randoms uint32
	keys    []core.MessageID // of C2C messages
}

var shopGroups = []string{"work", "public", "meeting", "live"}

func (s *shop) user() string {
	return rapid.SampledFrom([]string{"alice", "bob", "carol", "dave"}).Draw(s.t, "user")
}

func (s *shop) by() core.Actor {
	return core.Actor{User: s.user(), Admin: rapid.Bool().Draw(s.t, "admin")}
}

func (s *shop) group() string { return rapid.SampledFrom(shopGroups).Draw(s.t, "group") }

func (s *shop) conversation() core.ConversationID {
	if rapid.Bool().Draw(s.t, "of two") {
		return core.ConversationID{Peer: s.user()}
	}
	return core.ConversationID{Group: s.group()}
}

// message is a recent one, if there is one.
func (s *shop) message() core.MessageID {
	if len(s.keys) > 0 && rapid.Bool().Draw(s.t, "between two") {
		return rapid.SampledFrom(s.keys).Draw(s.t, "message")
	}
	return core.MessageID{Group: s.group(), Seq: rapid.Uint32Range(1, 6).Draw(s.t, "seq")}
}

func (s *shop) acts() map[string]func() error {
	ctx := s.tester.Context()
	return map[string]func() error{
		"say": func() error {
			s.randoms++
			by := s.by()
			send := core.GroupSend{Group: s.group(), From: by.User, Random: s.randoms, Body: body("text"), NeedReceipt: rapid.Bool().Draw(s.t, "receipt"), Extensible: true}
			if rapid.Bool().Draw(s.t, "mention") {
				send.Mentions = []core.Mention{{User: s.user()}}
			}
			_, err := s.c.SendGroup(ctx, by, send)
			return err
		},
		"whisper": func() error {
			s.randoms++
			from, to := s.user(), s.user()
			sent, err := s.c.SendC2C(ctx, core.Actor{User: from}, core.C2CSend{From: from, To: to, Seq: s.randoms, Random: s.randoms, Body: body("text"), Extensible: true})
			if err == nil {
				key := (&core.Message{Seq: s.randoms, Random: s.randoms, Time: sent.Time}).MsgKey()
				s.keys = append(s.keys, core.MessageID{From: from, To: to, Key: key})
			}
			return err
		},
		"read": func() error { return s.c.MarkGroupRead(ctx, core.Actor{User: s.user()}, s.group(), 2) },
		"join": func() error {
			_, err := s.c.Apply(ctx, core.Actor{User: s.user()}, s.group(), "let me in")
			return err
		},
		"invite": func() error {
			_, err := s.c.AddMembers(ctx, s.by(), s.group(), []core.NewMember{{User: s.user()}}, false)
			return err
		},
		"leave": func() error { return s.c.Quit(ctx, core.Actor{User: s.user()}, s.group()) },
		"ban":   func() error { return s.c.Ban(ctx, s.by(), "live", []string{s.user()}, 3600, "spam") },
		"pin": func() error {
			return s.c.PinConversations(ctx, core.Actor{User: s.user()}, []core.ConversationID{s.conversation()}, true)
		},
		"hide": func() error {
			return s.c.DeleteConversations(ctx, core.Actor{User: s.user()}, []core.ConversationID{s.conversation()}, false)
		},
		"status": func() error {
			return s.c.SetStatus(ctx, s.user(), rapid.SampledFrom([]string{"", "busy"}).Draw(s.t, "status"))
		},
		"watch":    func() error { return s.c.Watch(ctx, s.user(), []string{s.user(), s.user()}) },
		"unwatch":  func() error { return s.c.Unwatch(ctx, s.user(), []string{s.user()}) },
		"dissolve": func() error { return s.c.DestroyGroup(ctx, s.by(), s.group()) },
		"silence": func() error {
			seconds := rapid.SampledFrom([]int64{0, 60, core.SilenceForever}).Draw(s.t, "seconds")
			return s.c.SetSilence(ctx, s.user(), &seconds, nil)
		},
		"befriend": func() error {
			how := core.Adding{Both: rapid.Bool().Draw(s.t, "both"), Force: rapid.Bool().Draw(s.t, "force")}
			_, err := s.c.AddFriends(ctx, admin, s.user(), []core.NewFriend{{User: s.user(), Remark: "r", Wording: "w", Classes: []string{"同事"}}}, how)
			return err
		},
		"part": func() error {
			_, err := s.c.DeleteFriends(ctx, admin, s.user(), []string{s.user()}, true)
			return err
		},
		"block": func() error {
			_, err := s.c.Block(ctx, admin, s.user(), []string{s.user()})
			return err
		},
		"file": func() error {
			_, _, err := s.c.CreateFolder(ctx, s.user(), rapid.SampledFrom([]string{"店铺", "家"}).Draw(s.t, "folder"), []core.ConversationID{s.conversation()})
			return err
		},
		"mark": func() error {
			_, err := s.c.MarkConversations(ctx, s.user(), []core.Mark{{Conv: s.conversation(), Set: []int{rapid.IntRange(0, 63).Draw(s.t, "mark")}}})
			return err
		},
		"extend": func() error {
			_, err := s.c.ChangeExtensions(ctx, s.by(), s.message(), core.ExtensionSet, []core.Extension{{Key: "vote", Value: s.user()}})
			return err
		},
		"trim": func() error { return s.c.TrimHistory(ctx, s.group(), 3) },
		"delete the account": func() error {
			if rapid.IntRange(0, 3).Draw(s.t, "spared") > 0 {
				return nil
			}
			return s.c.DeleteAccount(ctx, admin, "dave")
		},
	}
}

// TestAFixtureIsTheSameAfterwards: whatever people did, exported, imported and exported again it is the same text.
func TestAFixtureIsTheSameAfterwards(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp("", "fixture")
		require.NoError(rt, err)
		defer os.RemoveAll(dir)
		from, to := filepath.Join(dir, "from.db"), filepath.Join(dir, "to.db")
		c, err := core.Open(core.Options{Path: from, AskInvited: rapid.Bool().Draw(rt, "consent")})
		require.NoError(rt, err)
		require.NoError(rt, c.ImportAccounts(t.Context(), []core.NewAccount{{ID: "alice"}, {ID: "bob"}, {ID: "carol"}, {ID: "dave"}}))
		confirm := []core.ProfileItem{{Tag: "Tag_Profile_IM_AllowType", Value: []byte(`"AllowType_Type_NeedConfirm"`)}}
		require.NoError(rt, c.SetProfile(t.Context(), admin, "carol", confirm))
		for i, kind := range []string{"Work", "Public", "Meeting", "AVChatRoom"} {
			_, err := c.CreateGroup(t.Context(), admin, core.NewGroup{ID: shopGroups[i], Type: kind, Name: "shop", Owner: "alice", ApplyJoin: "NeedPermission"})
			require.NoError(rt, err)
		}
		s := shop{t: rt, c: c, tester: t}
		acts := map[string]func(*rapid.T){}
		for name, act := range s.acts() {
			acts[name] = func(*rapid.T) {
				var refusal *core.Error
				if err := act(); !errors.As(err, &refusal) {
					require.NoError(rt, err)
				}
			}
		}
		rt.Repeat(acts)
		require.NoError(rt, c.Close())
		fixture := export(t, from)
		require.NoError(rt, core.Import(t.Context(), to, strings.NewReader(fixture)))
		require.Equal(rt, fixture, export(t, to))
	})
}
