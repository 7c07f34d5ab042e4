package session_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/model"
	"reddot/session"
)

// refuseToSend refuses every message with a code.
func (s *service) refuseToSend(code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = func(_ *device, request string) error {
		if request == "send" {
			return refusedWith(code)
		}
		return nil
	}
}

// removedFrom tells a device that its user was removed from a group.
func (d *device) removedFrom(group string) {
	d.service.mu.Lock()
	d.service.groups[group].drop(d.user)
	d.service.mu.Unlock()
	d.events <- im.GroupChanged{GroupID: group, Gone: true, Reason: im.GoneRemoved}
}

func TestWhatWasNotSentToAGroupThatWentCanBeReadAndDiscarded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "buyer")
		service.say("a", "anchor", "晚上好")
		service.refuseToSend(10017)
		device, kept := service.device("buyer", "phone"), memory(t)
		r := start(t, device, kept)
		r.look("a")
		r.of(t, "a")
		key := r.send(t, "a", "还有货吗")
		r.of(t, "a")
		require.Equal(t, 1, r.View().Failed)

		device.removedFrom("a")
		left := r.of(t, "a")
		require.True(t, left.Left)
		require.Equal(t, "晚上好 还有货吗✗", states(left))
		require.Equal(t, session.GoneRemoved, r.View().Gone.Reason)
		require.Equal(t, model.NotMember, left.Group.SelfRole)
		_, err := r.Send(t.Context(), left.ID, draft("有人吗"))
		require.ErrorContains(t, err, "先加入群")
		asked := service.asked("phone history")
		r.LoadOlder(left.ID)
		r.of(t, "a")
		require.Equal(t, asked, service.asked("phone history"), "the service tells nothing of it any more")
		r.stop()

		again := start(t, service.device("buyer", "later"), kept)
		again.look("a")
		left = again.of(t, "a")
		require.True(t, left.Left, "after a restart too")
		require.Equal(t, "name of a", left.Name)
		require.Equal(t, "晚上好 还有货吗✗", states(left))
		again.Discard(key)
		synctest.Wait()
		require.Empty(t, again.View().Conversations)
		require.Zero(t, again.View().Failed)
	})
}

func TestWhoComesBackSendsWhatWasLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		group := service.group("a", model.Public, "anchor", "buyer")
		service.refuseToSend(10007)
		device := service.device("buyer", "phone")
		r := start(t, device, memory(t))
		r.look("a")
		r.of(t, "a")
		key := r.send(t, "a", "还有货吗")
		r.of(t, "a")
		device.removedFrom("a")
		require.True(t, r.of(t, "a").Left)

		service.mu.Lock()
		service.refuse = nil
		service.addTo(group, []model.NewMember{{User: "buyer"}})
		service.mu.Unlock()
		require.False(t, r.of(t, "a").Left)
		r.Retry(key)
		require.Equal(t, "还有货吗", states(r.of(t, "a")))
		require.Zero(t, r.View().Failed)
	})
}
