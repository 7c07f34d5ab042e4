package session_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/model"
	"reddot/session"
)

// approver is the owner of a group that wants approval, on a device that can decide.
func approver(service *service, name string) *device {
	if service.groups["g"] == nil {
		service.group("g", model.Public, "anchor", "guide").info.Join = model.JoinApproval
	}
	d := service.device("anchor", name)
	d.capabilities.Applications = true
	return d
}

func (s *service) applied(user string) model.GroupNotice {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.apply(s.groups["g"], user, "let me in")
}

// notify lets the service tell a user something.
func (s *service) notify(user string, e im.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tellUser(user, e)
}

func TestAnApplicationIsNoticedCountedAndDecided(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		r := start(t, approver(service, "term"), memory(t))
		r.of(t, "g")
		notice := service.applied("dave")
		synctest.Wait()
		require.Equal(t, []model.GroupNotice{notice}, r.View().GroupNotices)
		require.Equal(t, 1, r.View().Applications)

		waiting, err := r.Applications(t.Context())
		require.NoError(t, err)
		require.NoError(t, r.Decide(t.Context(), waiting[0], true, "welcome"))
		require.Zero(t, r.View().Applications)
		require.True(t, r.View().GroupNotices[0].Handled)
		require.Equal(t, 3, r.of(t, "g").Group.Members)

		err = r.Decide(t.Context(), waiting[0], true, "")
		require.Equal(t, 10024, im.CodeOf(err), "twice is once too often")
	})
}

// TestWhatAnotherAdministratorDecidedWaitsNoMore.
func TestWhatAnotherAdministratorDecidedWaitsNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		term, mini := start(t, approver(service, "term"), memory(t)), start(t, approver(service, "mini"), memory(t))
		term.of(t, "g")
		for _, user := range []string{"dave", "eve", "finn"} {
			service.applied(user)
		}
		synctest.Wait()
		waiting, err := mini.Applications(t.Context())
		require.NoError(t, err)
		require.NoError(t, mini.Decide(t.Context(), waiting[0], false, ""))
		synctest.Wait()
		require.Equal(t, 3, term.View().Applications, "the service tells nobody of a refusal")
		time.Sleep(time.Minute + time.Second)
		synctest.Wait()
		require.Equal(t, 2, term.View().Applications, "it is asked again while something waits")
		require.True(t, term.View().GroupNotices[0].Handled)
		require.False(t, term.View().GroupNotices[1].Handled)

		require.NoError(t, mini.Decide(t.Context(), waiting[1], true, ""))
		service.sayTo(im.Outgoing{
			Conversation: model.GroupConversation("g"), Random: 77, ClientTime: time.Now().Unix(),
			Elements: []model.Element{model.Tip{Kind: model.TipJoined, Users: []string{"eve"}}},
		}, "eve", nil)
		synctest.Wait()
		require.Equal(t, 1, term.View().Applications, "whoever came in waits no more")

		require.NoError(t, mini.Decide(t.Context(), waiting[2], false, ""))
		time.Sleep(time.Minute + time.Second)
		asked := service.asked("term applications")
		time.Sleep(time.Hour)
		require.Equal(t, asked, service.asked("term applications"), "nothing waits, nothing is asked")
	})
}

// TestAnAnswerFromBeforeANoticeSaysNothingOfIt: the list was on its way when the application came.
func TestAnAnswerFromBeforeANoticeSaysNothingOfIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		d := approver(service, "term")
		kept := memory(t)
		r := run(t, session.Options{Client: slowApplications{d}, Store: kept, Journal: kept, Device: d.name}, d)
		time.Sleep(time.Second / 2) // the answer to the question of the login is on its way
		service.applied("dave")
		time.Sleep(time.Second)
		require.False(t, r.View().GroupNotices[0].Handled)
		time.Sleep(time.Second)
		require.False(t, r.View().GroupNotices[0].Handled)
		require.Equal(t, 1, r.View().Applications, "the question was asked once more")
	})
}

// slowApplications answers a second after it looked.
type slowApplications struct{ *device }

func (s slowApplications) Applications(ctx context.Context) ([]model.Application, error) {
	applications, err := s.device.Applications(ctx)
	time.Sleep(time.Second)
	return applications, err
}

func TestNoticesSurviveARestartAndComeOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "client.db")
		service := newService()
		d := approver(service, "term")
		kept := openStore(t, path)
		r := start(t, d, kept)
		r.of(t, "g")
		first := service.applied("dave")
		dissolved := model.GroupNotice{ID: "dissolved-1", Kind: model.NoticeDissolved, GroupID: "old", GroupName: "旧群", Operator: "guide", Time: 7}
		service.notify("anchor", im.Noticed{Notice: dissolved})
		service.notify("anchor", im.Noticed{Notice: dissolved})
		synctest.Wait()
		require.Equal(t, []model.GroupNotice{first, dissolved}, r.View().GroupNotices)
		r.DismissNotice("dissolved-1")
		synctest.Wait()
		require.Equal(t, []model.GroupNotice{first}, r.View().GroupNotices)
		r.stop()
		require.NoError(t, kept.Close())

		again := start(t, approver(service, "term"), openStore(t, path))
		synctest.Wait()
		require.Equal(t, []model.GroupNotice{first}, again.View().GroupNotices)
		service.notify("anchor", im.Noticed{Notice: dissolved})
		service.notify("anchor", im.Noticed{Notice: first})
		synctest.Wait()
		require.Equal(t, []model.GroupNotice{first}, again.View().GroupNotices, "what was dismissed stays dismissed")

		again.DismissNotice()
		synctest.Wait()
		require.Empty(t, again.View().GroupNotices)
	})
}

func TestNoticesAreBoundedAndFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("g", model.Public, "anchor")
		r := start(t, service.device("anchor", "term"), memory(t))
		facts := r.Follow(t.Context())
		r.of(t, "g")
		for i := range session.GroupNotices + 5 {
			service.notify("anchor", im.Noticed{Notice: model.GroupNotice{ID: fmt.Sprint(i), Kind: model.NoticeCustom, GroupID: "g", Text: "maintenance"}})
		}
		synctest.Wait()
		notices := r.View().GroupNotices
		require.Len(t, notices, session.GroupNotices)
		require.Equal(t, fmt.Sprint(session.GroupNotices+4), notices[len(notices)-1].ID, "the newest is last")
		for fact := range facts {
			if fact.Kind == session.FactGroupNotice {
				require.Equal(t, "custom", fact.Text)
				require.Equal(t, "maintenance", fact.Notice.Text)
				require.Equal(t, "name of g", fact.Name)
				break
			}
		}
	})
}
