package push

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/im/wire"
	"reddot/model"
)

func TestLoginSpeaksTheProtocol(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		done := make(chan error, 1)
		go func() { done <- client.Connect(t.Context()) }()

		c := server.accept()
		require.Equal(t, "/binfo", c.path)
		require.Equal(t, "1400000001", c.query.Get("sdkappid"))
		require.Len(t, c.query.Get("instanceid"), 32)
		require.Equal(t, "7", c.query.Get("platform"))
		require.Equal(t, sdkVersion, c.query.Get("sdkversion"))
		require.Empty(t, c.query.Get("compress"), "compression to the same machine only costs time")

		login := c.expect(wire.CmdLogin)
		require.Equal(t, "alice", login.Head["identifier"])
		require.Equal(t, "sig-1", login.Head["usersig"])
		require.NotContains(t, login.Head, "a2")
		require.EqualValues(t, 0, login.Head["cs"])
		require.Equal(t, "v4", login.Head["ver"])
		require.EqualValues(t, 1400000001, login.Head["sdkappid"])
		time.Sleep(30 * time.Millisecond)
		c.reply(login, `{"ErrorCode":0,"A2Key":"a2-alice","TinyId":"144115200000001","HelloInterval":25,"InstId":5000,
			"TimeStamp":946684860}`)

		require.NoError(t, <-done)
		connected := nextOf[im.Connected](t, client)
		require.False(t, connected.Resumed)
		require.Equal(t, 30*time.Millisecond, connected.Latency)
		require.InDelta(t, 60, connected.ClockOffset.Seconds(), 1, "the service is a minute ahead")

		alive := c.next()
		require.Equal(t, wire.CmdAlive, alive.command())
		require.Equal(t, "a2-alice", alive.Head["a2"])
		require.Equal(t, "144115200000001", alive.Head["tinyid"])
		require.EqualValues(t, 5000, alive.Head["status_instid"])
		require.NotContains(t, alive.Head, "usersig")
		require.Equal(t, login.sequence()+1, alive.sequence())
		c.reply(alive, `{}`)
		c.expect(wire.CmdHello)
		require.Equal(t, 25*time.Second+30*time.Millisecond, time.Since(start2000()))
	})
}

// start2000 is when the clock of a synctest bubble starts.
func start2000() time.Time { return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) }

func TestConnectFailures(t *testing.T) {
	refusals := []struct {
		name, answer string
		class        im.Class
		code         int
	}{
		{"signature of another key", `{"ErrorCode":70009,"ErrorInfo":"check failed"}`, im.ClassPermission, 70009},
		{"expired signature", `{"ErrorCode":70001,"ErrorInfo":"expired"}`, im.ClassPermission, 70001},
		{"inner failure", `{"ErrorCode":70169}`, im.ClassTemporary, 70169},
		{"no ticket in the answer", `{"ErrorCode":0,"TinyId":"1"}`, im.ClassTemporary, 0},
		{"wrong type", `{"ErrorCode":0,"TinyId":7,"A2Key":[]}`, im.ClassTemporary, 0},
		{"nonsense", `[]`, im.ClassTemporary, 0},
	}
	for _, test := range refusals {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := newFakeServer(t)
				client := server.client()
				done := make(chan error, 1)
				go func() { done <- client.Connect(t.Context()) }()
				c := server.accept()
				c.reply(c.next(), test.answer)
				err := <-done
				var coded *im.Error
				require.ErrorAs(t, err, &coded)
				require.Equal(t, test.class, coded.Class)
				require.Equal(t, test.code, coded.Code)
				require.NotContains(t, err.Error(), "sig-1")
			})
		})
	}

	t.Run("no answer within five seconds", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			server := newFakeServer(t)
			client := server.client()
			err := client.Connect(t.Context())
			require.Equal(t, im.ClassUnreachable, im.ClassOf(err))
			require.Equal(t, 5*time.Second, time.Since(start2000()))
		})
	})
	t.Run("nobody listens, then somebody does", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			server := newFakeServer(t)
			server.refuse(true)
			client := server.client()
			err := client.Connect(t.Context())
			require.Equal(t, im.ClassUnreachable, im.ClassOf(err))
			require.Contains(t, err.Error(), "connection refused")
			server.refuse(false)
			server.connect(client)
		})
	})
	for name, change := range map[string]func(*Options){
		"http address":     func(o *Options) { o.URLs = At("http://127.0.0.1:7400") },
		"no address":       func(o *Options) { o.URLs = nil },
		"no host":          func(o *Options) { o.URLs = At("ws://") },
		"no user":          func(o *Options) { o.User = "" },
		"unreadable":       func(o *Options) { o.URLs = At("ws://[::1") },
		"no app id at all": func(o *Options) { o.AppID = 0 },
	} {
		t.Run(name, func(t *testing.T) {
			options := Options{URLs: At("ws://127.0.0.1:1"), AppID: 1, User: "a", UserSig: wire.NewSecret("s")}
			change(&options)
			client := New(options)
			require.Equal(t, im.ClassUsage, im.ClassOf(client.Connect(t.Context())))
		})
	}
}

// TestUnansweredRequestIsSentAgain cuts the connection between a request and its answer: the caller gets exactly one
// answer, and the repetition is the same request.
func TestUnansweredRequestIsSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		first := server.connect(client)
		type outcome struct {
			result *im.SendResult
			err    error
		}
		outcomes := make(chan outcome, 2)
		go func() {
			result, err := client.Send(t.Context(), im.Outgoing{
				Conversation: "GROUPg", Random: 7, ClientTime: 9, Sequence: 3, Elements: []model.Element{model.Text{Text: "在吗"}},
			})
			outcomes <- outcome{result, err}
		}()
		before := first.expect(wire.CmdSendGroupMsg)
		first.drop()
		second := server.accept()
		second.login()
		after := second.expect(wire.CmdSendGroupMsg)
		require.Equal(t, before.sequence(), after.sequence())
		require.Equal(t, string(before.Body), string(after.Body))
		second.reply(after, `{"ErrorCode":0,"MsgTime":100,"MsgSeq":12}`)
		second.reply(after, `{"ErrorCode":0,"MsgTime":100,"MsgSeq":13}`)
		only := <-outcomes
		require.NoError(t, only.err)
		require.Equal(t, &im.SendResult{Sequence: 12, ServerTime: 100}, only.result)
		synctest.Wait()
		require.Empty(t, outcomes)
	})
}

func TestRequestWaitsForConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		first := server.connect(client)
		server.refuse(true)
		first.drop()
		nextOf[im.Disconnected](t, client)
		done := make(chan error, 1)
		go func() { done <- client.MarkRead(t.Context(), "GROUPg", 5) }()
		time.Sleep(5 * time.Second)
		server.refuse(false)
		second := server.accept()
		second.login()
		second.reply(second.expect(wire.CmdMsgReadReport), `{"ErrorCode":0}`)
		require.NoError(t, <-done)
	})
}

func TestRequestTimeouts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		c := server.connect(client)
		go func() {
			for frame := range c.frames {
				if frame.command() == wire.CmdAlive {
					c.reply(frame, `{}`)
				}
			}
		}()
		start := time.Now()
		err := client.MarkRead(t.Context(), "GROUPg", 5)
		require.Equal(t, im.ClassTemporary, im.ClassOf(err))
		require.Equal(t, requestTimeout, time.Since(start))

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start = time.Now()
		err = client.MarkRead(ctx, "GROUPg", 5)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, time.Second, time.Since(start))
		require.Empty(t, client.pending)

		server.refuse(true)
		c.drop()
		err = client.MarkRead(t.Context(), "GROUPg", 5)
		require.Equal(t, im.ClassUnreachable, im.ClassOf(err))
	})
}

func TestHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		c := server.connect(client)
		quiet := time.Now()
		time.Sleep(4 * time.Second)
		c.push(`{"EventArray":[]}`) // any frame postpones the heartbeat
		beat := c.next()
		require.Equal(t, wire.CmdAlive, beat.command())
		require.Equal(t, 14*time.Second, time.Since(quiet))
		time.Sleep(20 * time.Millisecond)
		c.reply(beat, `{}`)
		require.Equal(t, 20*time.Millisecond, nextEvent(t, client).(im.Latency).RoundTrip)

		require.Equal(t, wire.CmdAlive, c.next().command())
		silent := time.Now()
		lost := nextOf[im.Disconnected](t, client)
		require.ErrorIs(t, lost.Reason, errSilent)
		require.Equal(t, heartbeatPatience, time.Since(silent))
		server.accept().login()
		nextOf[im.Connected](t, client)
	})
}

func TestPushIsAcknowledged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		c := server.connect(server.client())
		c.push(`{"EventArray":[],"NeedAck":1,"SessionData":"s2"}`)
		require.Equal(t, "s2", c.expect(wire.CmdPushAck).field(t, "SessionData"))
	})
}

func TestOddFramesAreSkipped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		c := server.connect(client)
		for _, frame := range []string{
			"", "null", "no json", `{"head":{}}`, `{"body":{}}`, `[1,2]`, `{"head":{"servcmd":"x.y","seq":1},"body":{}}`, "COMPnonsense",
			`{"head":{"servcmd":"im_open_push.msg_push"},"body":{"EventArray":[{"GroupMsgArray":[{"MsgSeq":`,
			`{"head":{"servcmd":"im_open_push.msg_push"},"body":{"EventArray":[1,"2",{"GroupTips":7,"C2cNotifyMsgArray":{}},null]}}`,
		} {
			c.write(frame)
		}
		c.push(`{"EventArray":[{"Event":3,"GroupMsgArray":[{"From_Account":"bob","ToGroupId":"g","MsgSeq":1,"MsgBody":[]}]}]}`)
		require.Equal(t, model.ConversationID("GROUPg"), nextOf[im.MessagesReceived](t, client).Conversation)
	})
}

func TestCompressedFrames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client(func(o *Options) { o.URLs = At("ws://im.example.com") })
		c := server.connect(client)
		require.Equal(t, "gzip", c.query.Get("compress"))
		packed, err := wire.Compress([]byte(`{"head":{"servcmd":"im_open_push.msg_push","seq":1},"body":{"EventArray":[
			{"GroupMsgArray":[{"From_Account":"bob","ToGroupId":"g","MsgSeq":4,"MsgBody":[]}]}]}}`))
		require.NoError(t, err)
		c.write(string(packed))
		require.EqualValues(t, 4, nextOf[im.MessagesReceived](t, client).Messages[0].Sequence)
	})
}

func TestCloseLogsOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		c := server.connect(client)
		waiting := make(chan error, 1)
		go func() { waiting <- client.MarkRead(t.Context(), "GROUPg", 1) }()
		c.expect(wire.CmdMsgReadReport)
		closed := make(chan error, 1)
		go func() { closed <- client.Close() }()
		c.reply(c.expect(wire.CmdLogout), `{}`)
		require.NoError(t, <-closed)
		require.NoError(t, client.Close())
		require.ErrorIs(t, <-waiting, errClosed)
		_, open := <-client.Events()
		require.False(t, open)
		require.Error(t, client.Connect(t.Context()))
	})
}

func TestCloseWhileConnecting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		done := make(chan error, 1)
		go func() { done <- client.Connect(context.Background()) }()
		server.accept().next()
		require.NoError(t, client.Close())
		require.Error(t, <-done)
	})
}

// TestSlowReaderCostsTheConnection floods a client whose events nobody reads: what was queued stays, in order, and the
// client comes back when it has been read.
func TestSlowReaderCostsTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		client.queue.limit = 100
		c := server.connect(client)
		go func() {
			for i := 1; i <= 1000; i++ {
				c.push(`{"EventArray":[{"GroupMsgArray":[{"From_Account":"bob","ToGroupId":"g","MsgSeq":` + strconv.Itoa(i) + `,"MsgBody":[]}]}]}`)
			}
		}()
		c.ended()
		time.Sleep(time.Minute)
		require.Empty(t, server.accepted, "no reconnect before the queue is read")
		var last int64
		var lost im.Disconnected
		for lost.Reason == nil {
			switch event := nextEvent(t, client).(type) {
			case im.MessagesReceived:
				require.Equal(t, last+1, event.Messages[0].Sequence)
				last = event.Messages[0].Sequence
			case im.Disconnected:
				lost = event
			}
		}
		require.GreaterOrEqual(t, last, int64(100))
		require.True(t, errors.Is(lost.Reason, errSlowReader))
		server.accept().login()
		require.True(t, nextOf[im.Connected](t, client).Resumed)
	})
}
