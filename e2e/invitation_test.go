package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/model"
	"reddot/session"
)

// invitedTo returns the invitation to a group that waits for the user.
func invitedTo(v *session.View, group string) *model.GroupNotice {
	for _, n := range v.GroupNotices {
		if n.Kind == model.NoticeInvitation && n.GroupID == group && !n.Handled {
			return &n
		}
	}
	return nil
}

// TestWhomOneInvitesDecides: bob invites carol, who is there, and dave, who comes later; one agrees and one does not.
func TestWhomOneInvitesDecides(t *testing.T) {
	s := newServiceWith(t, service{consent: true})
	s.rest("im_open_login_svc/multiaccount_import", `{"AccountList":[{"UserID":"carol","Nick":"Carol"},{"UserID":"dave","Nick":"Dave"}]}`)
	bob, carol := s.live("bob", "phone"), s.live("carol", "phone")
	for _, d := range []*live{bob, carol} {
		require.NoError(t, d.WaitSynced(t.Context()))
	}
	ctx := t.Context()
	results, err := bob.AddMembers(ctx, "shop", []model.NewMember{{User: "carol"}, {User: "dave"}, {User: "alice"}})
	require.NoError(t, err)
	require.Equal(t, []model.AddResult{
		{User: "carol", Outcome: model.AwaitsConsent}, {User: "dave", Outcome: model.AwaitsConsent}, {User: "alice", Outcome: model.AlreadyMember},
	}, results)
	view := carol.await("the invitation", noticed(model.NoticeInvitation))
	require.True(t, hasNot("shop")(view))
	invitation := invitedTo(view, "shop")
	require.Equal(t, model.Application{
		GroupID: "shop", GroupName: "秋装", Applicant: "carol", By: "bob", Time: invitation.Time,
		Key: invitation.Application.Key, Authentication: invitation.Application.Authentication,
	}, *invitation.Application)
	s.stop()
	s.start() // an invitation outlives the server
	require.NoError(t, carol.WaitSynced(ctx))
	carol.decideOnceBack(*invitation.Application)
	carol.await("the group", has("shop"))
	require.Nil(t, invitedTo(carol.View(), "shop"))
	bob.await("that carol accepts", noticed(model.NoticeInviteAccepted))
	bob.await("who came", is("shop", func(g *model.Group) bool { return g.Members == 3 }))
	require.Equal(t, 10024, im.CodeOf(carol.Decide(ctx, *invitation.Application, false, "")))

	dave := s.live("dave", "phone")
	view = dave.await("the invitation that waited", noticed(model.NoticeInvitation))
	require.NoError(t, dave.Decide(ctx, *invitedTo(view, "shop").Application, false, "下次吧"))
	require.Nil(t, invitedTo(dave.View(), "shop"))
	view = bob.await("that dave declines", noticed(model.NoticeInviteRefused))
	declined := view.GroupNotices[len(view.GroupNotices)-1]
	require.Equal(t, []string{"dave", "下次吧"}, []string{declined.Operator, declined.Text})
	require.True(t, hasNot("shop")(dave.View()))
}

// decideOnceBack agrees as soon as the connection is back.
func (d *live) decideOnceBack(application model.Application) {
	d.t.Helper()
	d.await("the connection", func(v *session.View) bool { return v.Connection.Phase == session.Online })
	require.NoError(d.t, d.Decide(d.t.Context(), application, true, ""))
}
