package session_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/model"
	"reddot/session"
)

// mute changes until when a user may speak, without a word to anybody.
func (s *service) mute(group, user string, until int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	members := s.groups[group].members
	for i := range members {
		if members[i].User == user {
			members[i].MutedUntil = until
		}
	}
}

// muteFor mutes a user and says so in the group.
func (s *service) muteFor(group, user string, long time.Duration) {
	until, kind := time.Now().Add(long).Unix(), model.TipMuted
	if long == 0 {
		until, kind = 0, model.TipUnmuted
	}
	s.mute(group, user, until)
	s.sayTo(im.Outgoing{
		Conversation: model.GroupConversation(group), Random: s.random.Add(1), ClientTime: time.Now().Unix(),
		Elements: []model.Element{model.Tip{Kind: kind, Operator: "anchor", Users: []string{user}}},
	}, "anchor", nil)
}

func TestAMuteIsShownWhileItLasts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "buyer")
		r := start(t, service.device("buyer", "phone"), memory(t))
		r.look("a")
		require.Zero(t, r.of(t, "a").MutedUntil)

		service.muteFor("a", "buyer", 10*time.Minute)
		until := time.Now().Add(10 * time.Minute).Unix()
		require.Equal(t, until, r.of(t, "a").MutedUntil)
		time.Sleep(10*time.Minute - 2*time.Second)
		require.Equal(t, until, r.of(t, "a").MutedUntil)
		time.Sleep(3 * time.Second)
		require.Zero(t, r.of(t, "a").MutedUntil, "it ends by itself")

		service.muteFor("a", "buyer", time.Hour)
		require.NotZero(t, r.of(t, "a").MutedUntil)
		service.muteFor("a", "buyer", 0)
		require.Zero(t, r.of(t, "a").MutedUntil, "it is ended by somebody")
	})
}

func TestAMuteIsLearnedOnOpeningAndFromARefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		members := []string{"anchor"}
		for i := range 1500 {
			members = append(members, fmt.Sprintf("user-%04d", i))
		}
		service.group("a", model.Meeting, append(members, "buyer")...)
		service.mute("a", "buyer", time.Now().Add(time.Hour).Unix())
		r := start(t, service.device("buyer", "phone"), memory(t))
		r.look("a")
		require.NotZero(t, r.of(t, "a").MutedUntil, "however many members go before the user")

		service.mute("a", "buyer", 0)
		service.muteFor("a", "buyer", 0)
		require.Zero(t, r.of(t, "a").MutedUntil)
		service.mute("a", "buyer", time.Now().Add(time.Hour).Unix())
		service.refuse = func(_ *device, request string) error {
			if request == "send" {
				return refusedWith(10017)
			}
			return nil
		}
		r.send(t, "a", "还有货吗")
		require.NotZero(t, r.of(t, "a").MutedUntil, "a refusal tells of a mute that nobody told of")
		require.Equal(t, 1, r.View().Failed)
	})
}

func TestAMemberThatWasChangedKeepsTheRoleOfTheShop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		term, kept := service.device("anchor", "term"), memory(t)
		r := run(t, session.Options{
			Client: term, Store: kept, Journal: kept, Device: "term",
			Roles: model.RoleRules{Users: map[string]model.Role{"guide": model.RoleGuide}},
		}, term)
		r.look("a")
		require.Equal(t, model.RoleGuide, r.of(t, "a").Members["guide"].BusinessRole())
		card := "导购小李"
		require.NoError(t, r.EditMember(t.Context(), "a", "guide", model.MemberEdit{NameCard: &card}))
		guide := r.of(t, "a").Members["guide"]
		require.Equal(t, card, guide.NameCard)
		require.Equal(t, model.RoleGuide, guide.BusinessRole())
	})
}
