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

// lateDevice holds answers back that the service has already given, while late is set.
type lateDevice struct {
	*device
	late chan struct{}
}

func (d *lateDevice) Sync(ctx context.Context) (*im.Snapshot, error) {
	snapshot, err := d.device.Sync(ctx)
	d.wait()
	return snapshot, err
}

func (d *lateDevice) FindGroups(ctx context.Context, ids []string) ([]model.Group, error) {
	groups, err := d.device.FindGroups(ctx, ids)
	d.wait()
	return groups, err
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
