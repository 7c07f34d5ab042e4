package push

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/im/wire"
)

// sign makes a signature that begins now, by the clock of the test.
func sign(t *testing.T, life time.Duration) wire.Secret {
	t.Helper()
	signature, err := wire.GenerateUserSig(1400000001, wire.NewSecret("key"), "alice", life)
	require.NoError(t, err)
	return wire.NewSecret(signature)
}

// TestExpiredSignatureIsReplaced refuses a request with a code that means the login is over: with a fresh signature
// the request is answered after all.
func TestExpiredSignatureIsReplaced(t *testing.T) {
	for _, code := range []string{"70001", "20002"} {
		t.Run(code, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := newFakeServer(t)
				client := server.client(func(o *Options) {
					o.Renew = func(context.Context) (wire.Secret, error) { return wire.NewSecret("sig-2"), nil }
				})
				c := server.connect(client)
				done := make(chan error, 1)
				go func() { done <- client.MarkRead(t.Context(), "GROUPg", 5) }()
				c.reply(c.expect(wire.CmdMsgReadReport), `{"ErrorCode":`+code+`}`)
				require.True(t, nextOf[im.SignatureExpiring](t, client).Expired)
				nextOf[im.Disconnected](t, client)
				c = server.accept()
				login := c.login()
				require.Equal(t, "sig-2", login.Head["usersig"])
				c.reply(c.expect(wire.CmdMsgReadReport), `{"ErrorCode":0}`)
				require.NoError(t, <-done)
				nextOf[im.Connected](t, client)
			})
		})
	}
}

func TestExpiredSignatureWithoutAnother(t *testing.T) {
	for name, renew := range map[string]func(context.Context) (wire.Secret, error){
		"no way to renew": nil,
		"the same again":  func(context.Context) (wire.Secret, error) { return wire.NewSecret("sig-1"), nil },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := newFakeServer(t)
				client := server.client(func(o *Options) { o.Renew = renew })
				c := server.connect(client)
				done := make(chan error, 1)
				go func() { done <- client.MarkRead(t.Context(), "GROUPg", 5) }()
				c.reply(c.expect(wire.CmdMsgReadReport), `{"ErrorCode":70001}`)
				require.True(t, nextOf[im.SignatureExpiring](t, client).Expired)
				nextOf[im.Disconnected](t, client)
				require.Equal(t, im.KickedBySignature, nextOf[im.Kicked](t, client).Reason)
				var coded *im.Error
				require.ErrorAs(t, <-done, &coded)
				require.Equal(t, im.ClassPermission, coded.Class)
				require.Equal(t, wire.CodeSigExpired, coded.Code)
				require.NotEmpty(t, coded.Remedy)
			})
		})
	}
}

// TestASourceOfSignaturesThatFailsIsAskedAgain: a backend that cannot be reached for a moment must not end the login, and what
// was asked meanwhile waits.
func TestASourceOfSignaturesThatFailsIsAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		tries := 0
		client := server.client(func(o *Options) {
			o.Renew = func(context.Context) (wire.Secret, error) {
				if tries++; tries < 3 {
					return wire.Secret{}, errors.New("backend down")
				}
				return wire.NewSecret("sig-2"), nil
			}
		})
		c := server.connect(client)
		done := make(chan error, 1)
		go func() { done <- client.MarkRead(t.Context(), "GROUPg", 5) }()
		c.reply(c.expect(wire.CmdMsgReadReport), `{"ErrorCode":70001}`)
		require.True(t, nextOf[im.SignatureExpiring](t, client).Expired)
		nextOf[im.Disconnected](t, client)
		for range 2 {
			lost := nextOf[im.Disconnected](t, client)
			require.Positive(t, lost.Retry)
			require.ErrorContains(t, lost.Reason, "backend down")
		}
		c = server.accept()
		require.Equal(t, "sig-2", c.login().Head["usersig"])
		c.reply(c.expect(wire.CmdMsgReadReport), `{"ErrorCode":0}`)
		require.NoError(t, <-done)
		require.Equal(t, 3, tries)
	})
}

// TestExpiredWhileAway finds at the reconnect that ticket and signature are both over.
func TestExpiredWhileAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client(func(o *Options) {
			o.Renew = func(context.Context) (wire.Secret, error) { return wire.NewSecret("sig-2"), nil }
		})
		server.connect(client).drop()
		nextOf[im.Disconnected](t, client)
		c := server.accept()
		for range 2 {
			c.reply(c.next(), `{"ErrorCode":70001}`)
		}
		require.True(t, nextOf[im.SignatureExpiring](t, client).Expired)
		nextOf[im.Disconnected](t, client)
		require.Equal(t, "sig-2", server.accept().login().Head["usersig"])
		nextOf[im.Connected](t, client)
	})
}

func TestWarningBeforeTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client(func(o *Options) { o.UserSig = sign(t, 1000*time.Second) })
		c := server.connect(client)
		go func() {
			for frame := range c.frames {
				c.reply(frame, `{}`)
			}
		}()
		expires := start2000().Add(1000 * time.Second)
		warning := nextOf[im.SignatureExpiring](t, client)
		require.Equal(t, 900*time.Second, time.Since(start2000()))
		require.False(t, warning.Expired)
		require.True(t, warning.Expires.Equal(expires))
		require.True(t, nextOf[im.SignatureExpiring](t, client).Expired)
		require.Equal(t, 1000*time.Second, time.Since(start2000()))
	})
}

func TestRenewedBeforeTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		tries := 0
		client := server.client(func(o *Options) {
			o.UserSig = sign(t, 1000*time.Second)
			o.Renew = func(context.Context) (wire.Secret, error) {
				if tries++; tries == 1 {
					return wire.Secret{}, errors.New("keyring locked")
				}
				return sign(t, time.Hour), nil
			}
		})
		c := server.connect(client)
		go func() {
			for frame := range c.frames {
				c.reply(frame, `{}`)
			}
		}()
		require.False(t, nextOf[im.SignatureExpiring](t, client).Expired, "the first try to renew failed")
		require.ErrorIs(t, nextOf[im.Disconnected](t, client).Reason, errSignatureRenewed)
		require.Equal(t, 960*time.Second, time.Since(start2000()))
		login := server.accept().login()
		require.NotEqual(t, "", login.Head["usersig"])
		require.NotContains(t, login.Head, "a2")
		nextOf[im.Connected](t, client)
	})
}

// TestAnExpiredSignatureIsStillReplaced: the service may not have noticed yet, and a person may put a new one in place.
func TestAnExpiredSignatureIsStillReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		var asked atomic.Int32
		var fresh atomic.Pointer[wire.Secret]
		old := sign(t, 1000*time.Second)
		fresh.Store(&old)
		client := server.client(func(o *Options) {
			o.UserSig = old
			o.Renew = func(context.Context) (wire.Secret, error) { asked.Add(1); return *fresh.Load(), nil }
		})
		c := server.connect(client)
		go func() {
			for frame := range c.frames {
				c.reply(frame, `{}`)
			}
		}()
		require.False(t, nextOf[im.SignatureExpiring](t, client).Expired)
		require.True(t, nextOf[im.SignatureExpiring](t, client).Expired)
		time.Sleep(24 * time.Hour)
		require.Less(t, asked.Load(), int32(100), "a source that has nothing new is asked ever more rarely")
		renewed := sign(t, time.Hour)
		fresh.Store(&renewed)
		require.ErrorIs(t, nextOf[im.Disconnected](t, client).Reason, errSignatureRenewed)
	})
}

// TestSignatureIsFetchedToBegin starts with nothing but a way to get a signature.
func TestSignatureIsFetchedToBegin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client(func(o *Options) {
			o.UserSig = wire.Secret{}
			o.Renew = func(context.Context) (wire.Secret, error) { return wire.NewSecret("sig-9"), nil }
		})
		done := make(chan error, 1)
		go func() { done <- client.Connect(t.Context()) }()
		require.Equal(t, "sig-9", server.accept().login().Head["usersig"])
		require.NoError(t, <-done)
	})
	t.Run("none", func(t *testing.T) {
		client := New(Options{URLs: At("ws://127.0.0.1:1"), AppID: 1, User: "alice", Language: "en"})
		require.Equal(t, im.ClassPermission, im.ClassOf(client.Connect(t.Context())))
	})
}
