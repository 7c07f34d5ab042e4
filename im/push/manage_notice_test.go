package push

import (
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/im/wire"
	"reddot/model"
)

// TestPushedNotices: every notice of the service says what it is about, and changes the groups where it should.
func TestPushedNotices(t *testing.T) {
	application := &model.Application{
		GroupID: "@TGS#priv", Applicant: "dave", Message: "let me in", Time: 1795397418, Key: 1795397418, Authentication: "auth1",
	}
	invitation := *application
	invitation.Applicant, invitation.By = "alice", "dave"
	gone := func(reason string) im.Event {
		return im.GroupChanged{GroupID: "@TGS#priv", Gone: true, Reason: reason}
	}
	changed := im.GroupChanged{GroupID: "@TGS#priv"}
	tests := map[string]struct {
		number      int
		kind        model.GroupNoticeKind
		change      im.Event
		application *model.Application
	}{
		"applied":      {1, model.NoticeApplied, nil, application},
		"accepted":     {2, model.NoticeAccepted, changed, nil},
		"rejected":     {3, model.NoticeRejected, nil, nil},
		"removed":      {4, model.NoticeRemoved, gone(im.GoneRemoved), nil},
		"dissolved":    {5, model.NoticeDissolved, gone(im.GoneDissolved), nil},
		"created":      {6, 0, changed, nil},
		"invited":      {7, model.NoticeInvited, changed, nil},
		"left":         {8, model.NoticeLeft, gone(im.GoneLeft), nil},
		"made admin":   {9, model.NoticeMadeAdmin, changed, nil},
		"unmade admin": {10, model.NoticeUnmadeAdmin, changed, nil},
		"invitation":   {12, model.NoticeInvitation, nil, &invitation},
		"read sync":    {15, 0, nil, nil},
		"flag sync":    {20, 0, changed, nil},
		"banned":       {21, model.NoticeRemoved, gone(im.GoneRemoved), nil},
		"custom":       {255, model.NoticeCustom, nil, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var want []im.Event
			if test.change != nil {
				want = append(want, test.change)
			}
			if test.kind != 0 {
				want = append(want, im.Noticed{Notice: model.GroupNotice{
					ID: fmt.Sprintf("@TGS#priv/%d/1795397418/123/456/dave", test.number), Kind: test.kind, GroupID: "@TGS#priv",
					Operator: "dave", Text: "let me in", Time: 1795397418, Application: test.application,
				}})
			}
			require.Equal(t, want, decodePush(t, notice(test.number)))
		})
	}
}

// TestNoticesThatWaitedForTheLogin: what the service kept for an absent user comes with the first Sync, under the same name as
// live, so that whoever hears both knows it again.
func TestNoticesThatWaitedForTheLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		c := server.connect(client)
		c.script(map[string][]string{
			wire.CmdGetMsg: {`{"Cookie":"c1","SyncFlag":2,"MsgList":[],"C2CPairUnreadCount":[],"EventArray":[` +
				notice(1) + `,{"Event":3,"GroupMsgArray":[]},` + notice(5) + `]}`},
			wire.CmdJoinedGroupList: {groupsOf()},
			wire.CmdPageGet:         {pageOf()},
		})
		_, err := client.Sync(t.Context())
		require.NoError(t, err)
		live := decodePush(t, notice(1))[0].(im.Noticed).Notice
		require.Equal(t, live, nextOf[im.Noticed](t, client).Notice)
		require.Equal(t, model.NoticeDissolved, nextOf[im.Noticed](t, client).Notice.Kind)
	})
}

// TestDamagedNoticesCostOnlyThemselves: what waited for the login comes from a stranger too.
func TestDamagedNoticesCostOnlyThemselves(t *testing.T) {
	for _, events := range []string{``, `null`, `{}`, `[`, `[null,7,"x",{}]`, `[{"Event":5,"GroupTips":[{"MsgBody":{"ReportType":1}}]}]`} {
		client := New(Options{User: "alice"})
		client.tellWaiting([]byte(events))
		require.Empty(t, client.Events(), events)
		require.NoError(t, client.Close())
	}
	client := New(Options{User: "alice"})
	defer client.Close()
	client.tellWaiting([]byte(`[{"Event":5,"GroupTips":"x"},` + notice(5) + `]`))
	require.Equal(t, model.NoticeDissolved, nextEvent(t, client).(im.Noticed).Notice.Kind)
}
