package push

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/im/wire"
)

func TestKicks(t *testing.T) {
	push := func(kind string) func(*fakeConn) {
		return func(c *fakeConn) {
			c.write(`{"head":{"servcmd":"im_open_status.stat_forceoffline","seq":1},"body":{"ErrorCode":0,
				"EventArray":[{"Event":10,"C2cNotifyMsgArray":[{"KickoutMsgNotify":{"KickType":` + kind + `,"NewInstInfo":{}}}]}]}}`)
		}
	}
	for name, test := range map[string]struct {
		act  func(*fakeConn)
		want im.KickReason
	}{
		"with a word about who it was": {func(c *fakeConn) {
			c.push(`{"EventArray":[{"C2cNotifyMsgArray":[{"KickoutMsgNotify":{"KickType":1,
				"NewInstInfo":{"Platform":"Android","InstId":5001,"Odd":{"deep":1}}}}]}]}`)
		}, im.KickedByLogin},
		"with a word of another kind": {func(c *fakeConn) {
			c.push(`{"EventArray":[{"C2cNotifyMsgArray":[{"KickoutMsgNotify":{"KickType":1,"NewInstInfo":"Android"}}]}]}`)
		}, im.KickedByLogin},
		"same platform": {push("1"), im.KickedByLogin},
		"device policy": {push("2"), im.KickedByDevicePolicy},
		"server side":   {push("3"), im.KickedByAdmin},
		"unknown":       {push("99"), im.KickedByAdmin},
		"in a hello":    {func(c *fakeConn) { c.reply(c.expect(wire.CmdHello), `{"ErrorCode":1002,"KickType":1}`) }, im.KickedByLogin},
		"inside a push": {func(c *fakeConn) {
			c.push(`{"EventArray":[{"C2cNotifyMsgArray":[{"KickoutMsgNotify":{"KickType":2}}]}]}`)
		}, im.KickedByDevicePolicy},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := newFakeServer(t)
				client := server.client()
				c := server.connect(client)
				test.act(c)
				kicked := nextOf[im.Kicked](t, client)
				require.Equal(t, test.want, kicked.Reason)
				if name == "with a word about who it was" {
					require.Equal(t, "InstId=5001, Platform=Android", kicked.By)
				}
				require.Equal(t, im.ClassPermission, im.ClassOf(client.MarkRead(t.Context(), "GROUPg", 1)))
				time.Sleep(time.Hour)
				require.Empty(t, server.accepted, "no reconnect after a kick")
			})
		})
	}
}

func TestKickFailsWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		c := server.connect(client)
		waiting := make(chan error, 1)
		go func() { waiting <- client.MarkRead(t.Context(), "GROUPg", 1) }()
		c.expect(wire.CmdMsgReadReport)
		c.push(`{"EventArray":[{"C2cNotifyMsgArray":[{"KickoutMsgNotify":{"KickType":1}}]}]}`)
		require.Equal(t, im.ClassPermission, im.ClassOf(<-waiting))
	})
}

// TestAfterAKickAPersonMayLogInAgain connects again with a fresh signature, because the kick may have ended the old one, and
// sends what waited.
func TestAfterAKickAPersonMayLogInAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client(func(o *Options) {
			o.Renew = func(context.Context) (wire.Secret, error) { return wire.NewSecret("sig-2"), nil }
		})
		c := server.connect(client)
		c.push(`{"EventArray":[{"C2cNotifyMsgArray":[{"KickoutMsgNotify":{"KickType":3}}]}]}`)
		nextOf[im.Kicked](t, client)

		done := make(chan error, 1)
		go func() { done <- client.Connect(t.Context()) }()
		c = server.accept()
		login := c.login()
		require.Equal(t, "sig-2", login.Head["usersig"])
		require.NotContains(t, login.Head, "a2", "the ticket ended with the login")
		require.NoError(t, <-done)
		require.True(t, nextOf[im.Connected](t, client).Resumed)
		read := make(chan error, 1)
		go func() { read <- client.MarkRead(t.Context(), "GROUPg", 1) }()
		c.reply(c.expect(wire.CmdMsgReadReport), `{"ErrorCode":0}`)
		require.NoError(t, <-read)
	})
}

// TestADisplacedLoginDoesNotComeBackByItself is away when another login takes its place: a login with the signature would
// end that one.
func TestADisplacedLoginDoesNotComeBackByItself(t *testing.T) {
	for _, code := range []string{"91101", "1002"} {
		t.Run(code, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := newFakeServer(t)
				client := server.client()
				server.connect(client).drop()
				nextOf[im.Disconnected](t, client)
				c := server.accept()
				c.reply(c.next(), `{"ErrorCode":`+code+`,"ErrorInfo":"another login took the place"}`)
				require.Equal(t, im.KickedByLogin, nextOf[im.Kicked](t, client).Reason)
				time.Sleep(time.Hour)
				require.Empty(t, server.accepted)
			})
		})
	}
}

func TestKickOtherLogsInAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		c := server.connect(client)
		c.write(`{"head":{"servcmd":"StatSvc.KickOther","seq":1},"body":{}}`)
		nextOf[im.Disconnected](t, client)
		require.Equal(t, "sig-1", server.accept().login().Head["usersig"])
		nextOf[im.Connected](t, client)
	})
}
