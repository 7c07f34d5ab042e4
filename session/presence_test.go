package session_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/model"
	"reddot/session"
)

// lateDevice holds answers back that the service has already given, while late is set, questions while slow is, and its session
// while busy is.
type lateDevice struct {
	*device
	late, slow, busy chan struct{}
}

func (d *lateDevice) Capabilities() im.Capabilities {
	if d.busy != nil {
		<-d.busy
	}
	return d.device.Capabilities()
}

func (d *lateDevice) Applications(ctx context.Context) ([]model.Application, error) {
	applications, err := d.device.Applications(ctx)
	d.wait()
	return applications, err
}

func (d *lateDevice) Sync(ctx context.Context) (*im.Snapshot, error) {
	if d.slow != nil {
		<-d.slow
	}
	snapshot, err := d.device.Sync(ctx)
	d.wait()
	return snapshot, err
}

func (d *lateDevice) FindGroups(ctx context.Context, ids []string) ([]model.Group, error) {
	groups, err := d.device.FindGroups(ctx, ids)
	d.wait()
	return groups, err
}

func (d *lateDevice) Members(ctx context.Context, groupID string, offset, limit int) (*im.MemberPage, error) {
	page, err := d.device.Members(ctx, groupID, offset, limit)
	d.wait()
	return page, err
}

func (d *lateDevice) History(ctx context.Context, request im.HistoryRequest) (*im.HistoryPage, error) {
	page, err := d.device.History(ctx, request)
	d.wait()
	return page, err
}

func (d *lateDevice) wait() {
	if d.late != nil {
		<-d.late
	}
}

func startLate(t *testing.T, service *service) (*running, *lateDevice) {
	late := &lateDevice{device: service.device("anchor", "term")}
	kept := memory(t)
	r := run(t, session.Options{Client: late, Store: kept, Journal: kept, Device: "term", Language: model.English}, late.device)
	synctest.Wait()
	late.late = make(chan struct{})
	return r, late
}

func TestALateAnswerBringsNoGroupBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		r, late := startLate(t, service)
		late.events <- im.GroupChanged{GroupID: "b"} // has it ask for everything
		synctest.Wait()
		late.events <- im.GroupChanged{GroupID: "a", Gone: true, Reason: im.GoneDissolved}
		synctest.Wait()
		require.Nil(t, r.View().ByID["GROUPa"])
		close(late.late)
		synctest.Wait()
		require.Nil(t, r.View().ByID["GROUPa"], "the answer is older than the group's end")

		late.events <- im.GroupChanged{GroupID: "b"}
		synctest.Wait()
		require.NotNil(t, r.View().ByID["GROUPa"], "an answer to a later question counts")
	})
}

func TestALateAnswerTakesNoNewGroupAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		r, late := startLate(t, service)
		late.events <- im.GroupChanged{GroupID: "b"}
		synctest.Wait()
		group := service.group("a", model.Public, "anchor", "guide").info
		late.events <- im.GroupChanged{GroupID: "a", Group: &group}
		synctest.Wait()
		close(late.late)
		synctest.Wait()
		require.NotNil(t, r.View().ByID["GROUPa"], "the answer is older than the group")
	})
}

func TestALookAtAGroupThatEndedMeanwhileShowsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		r, late := startLate(t, service)
		name := "新名字"
		edited := make(chan error)
		go func() { edited <- r.EditGroup(t.Context(), "a", model.GroupEdit{Name: &name}) }()
		synctest.Wait()
		late.events <- im.GroupChanged{GroupID: "a", Gone: true, Reason: im.GoneDissolved}
		synctest.Wait()
		close(late.late)
		require.NoError(t, <-edited)
		synctest.Wait()
		require.False(t, slices.ContainsFunc(r.View().Conversations, func(c *session.Conversation) bool { return c.ID == "GROUPa" }))
	})
}

// TestALateAnswerChangesNothingThatIsNewer: what the service told by itself, or answered to a later question, stands.
func TestALateAnswerChangesNothingThatIsNewer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		g := service.group("a", model.Public, "anchor", "guide")
		r, late := startLate(t, service)
		late.events <- im.GroupChanged{GroupID: "b"}
		synctest.Wait()
		late.events <- im.MembersChanged{GroupID: "a", Members: 3}
		synctest.Wait()
		close(late.late)
		synctest.Wait()
		require.Equal(t, 3, r.of(t, "a").Group.Members, "somebody came after the question")

		late.late = make(chan struct{})
		late.events <- im.GroupChanged{GroupID: "b"}
		synctest.Wait()
		renamed := g.info
		renamed.Name, renamed.Muted = "新名字", true
		late.events <- im.GroupChanged{GroupID: "a", Group: &renamed, Asked: im.Now()}
		synctest.Wait()
		close(late.late)
		synctest.Wait()
		require.Equal(t, "新名字", r.of(t, "a").Name)
		require.True(t, r.of(t, "a").Muted)
	})
}

// TestAnOlderListTakesNoGroupAway: a list from before the user came in again says nothing of that, a later one does.
func TestAnOlderListTakesNoGroupAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		group := service.group("a", model.Public, "anchor", "guide").info
		r, late := startLate(t, service)
		older := im.Now()
		late.events <- im.GroupChanged{GroupID: "a", Group: &group, Asked: im.Now()}
		late.events <- im.GroupChanged{GroupID: "a", Gone: true, Asked: older}
		late.events <- im.MembersChanged{GroupID: "a", Members: 7, Asked: older}
		synctest.Wait()
		require.NotNil(t, r.View().ByID["GROUPa"])
		require.Equal(t, 2, r.of(t, "a").Group.Members)

		later := im.Now()
		synctest.Wait()
		late.events <- im.GroupChanged{GroupID: "a", Gone: true, Asked: later}
		synctest.Wait()
		require.Nil(t, r.View().ByID["GROUPa"])
	})
}

// TestWhatWasToldBeforeAnAnswerIsAppliedBeforeIt: however busy the session is, an answer does not overtake what came before it.
func TestWhatWasToldBeforeAnAnswerIsAppliedBeforeIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		g := service.group("a", model.Public, "anchor", "guide")
		r, late := startLate(t, service)
		late.late = nil
		for i := range 20 { // which of two things that are there a session takes first is left to chance
			late.slow = make(chan struct{})
			late.events <- im.GroupChanged{GroupID: "b"}
			synctest.Wait()
			late.busy = make(chan struct{})
			late.events <- im.MembersChanged{GroupID: "a", Members: 3 + i}
			synctest.Wait()
			late.events <- im.ReadMoved{Conversation: "GROUPa"}
			g.messages = append(g.messages, &model.Message{
				Conversation: "GROUPa", Sender: "guide", Sequence: g.info.NextSequence, Random: uint32(g.info.NextSequence), ServerTime: 1,
			})
			g.info.NextSequence++
			close(late.slow)
			synctest.Wait()
			close(late.busy)
			synctest.Wait()
			late.busy = nil
			require.Equal(t, 1, r.of(t, "a").Unread, "nobody has read the message that came after the reading")
		}
	})
}

// TestALateAnswerNamesNoApplicationThatWasDecided: the question left before the decision.
func TestALateAnswerNamesNoApplicationThatWasDecided(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		g := service.group("a", model.Public, "anchor", "guide")
		r, late := startLate(t, service)
		held := late.late
		service.mu.Lock()
		waiting := *service.apply(g, "buyer", "让我进").Application
		service.mu.Unlock()
		listed := make(chan error)
		go func() {
			_, err := r.Applications(t.Context())
			listed <- err
		}()
		synctest.Wait()
		late.late = nil
		require.NoError(t, r.Decide(t.Context(), waiting, true, ""))
		synctest.Wait()
		require.Zero(t, r.View().Applications)
		close(held)
		require.NoError(t, <-listed)
		synctest.Wait()
		require.Zero(t, r.View().Applications)
	})
}

// TestALatePageOfMembersChangesNobodyBack: names that were told and members that were looked up since the question left stand.
func TestALatePageOfMembersChangesNobodyBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		g := service.group("a", model.Public, "anchor", "guide")
		r, late := startLate(t, service)
		r.look("a")
		synctest.Wait()
		held := late.late
		late.late = nil
		late.events <- im.ProfileChanged{Profile: model.Profile{User: "anchor", Name: "新主播"}}
		synctest.Wait()
		service.mu.Lock()
		g.members = slices.Clone(g.members) // the page that is under way stays as it was
		service.mu.Unlock()
		card := "小王"
		require.NoError(t, r.EditMember(t.Context(), "a", "guide", model.MemberEdit{NameCard: &card}))
		require.Equal(t, card, r.of(t, "a").Members["guide"].NameCard)
		close(held)
		synctest.Wait()
		require.Equal(t, card, r.of(t, "a").Members["guide"].NameCard)
		require.Equal(t, "新主播", r.of(t, "a").Members["anchor"].Name)
		require.Equal(t, "新主播", r.View().Self.Name)
	})
}

// TestAPageOfTheLastConnectionTellsNoRecallOfThisOne: what was recalled while the connection was lost is found all the same.
func TestAPageOfTheLastConnectionTellsNoRecallOfThisOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		g := service.group("a", model.Public, "anchor", "guide")
		service.say("a", "guide", "说错了")
		service.say("a", "guide", "晚上好")
		r, late := startLate(t, service)
		r.look("a")
		synctest.Wait()
		late.events <- im.Disconnected{}
		synctest.Wait()
		service.mu.Lock()
		recalled := *g.messages[0]
		recalled.Recalled = true
		g.messages = []*model.Message{&recalled, g.messages[1]}
		service.mu.Unlock()
		late.events <- im.Connected{Resumed: true}
		synctest.Wait()
		close(late.late)
		synctest.Wait()
		require.True(t, r.of(t, "a").Messages[0].Recalled)
	})
}
