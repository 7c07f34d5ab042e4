package ui

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
	"github.com/stretchr/testify/require"

	"reddot/session"
)

// fullLog returns a log as a session leaves it, an error of hostile text among it.
func fullLog() *Log {
	log := &Log{}
	add := func(second int, r LogRecord) {
		r.Time = at(0, 20, 40).Add(time.Duration(second) * 1234 * time.Millisecond)
		log.add(r)
	}
	add(0, LogRecord{Message: "Logged in", Command: "im_open_status.wslogin", Took: 12 * time.Millisecond, Part: "push", Rest: "offset=0s"})
	for i := range 30 {
		add(i+1, LogRecord{
			Level: slog.LevelDebug, Message: "Call", Command: "group_open_http_svc.group_msg_get", Request: fmt.Sprint(99272266 + i),
			Took: time.Duration(i*i) * 111 * time.Microsecond, Part: "push",
		})
	}
	add(31, LogRecord{
		Level: slog.LevelWarn, Message: "Call failed", Command: "group_open_http_svc.send_group_msg", Request: "99272300", Code: 10017,
		Took: 40 * time.Millisecond, Error: "发送到 GROUP@TGS#1: 你在这个群里被禁言了 \x1b[2Jboo (10017); 请联系群主", Part: "push",
	})
	add(32, LogRecord{Level: slog.LevelError, Message: "Local store", Error: "disk full", Part: "session"})
	return log
}

// tested returns a shop whose log of read sync holds every kind of record.
func tested() *session.View {
	v := shop()
	note := session.SyncRecord{
		Direction: session.SyncReceived, Conversation: groupID("choice"), Name: "选品讨论", Position: 88, Device: "mini",
		Delay: 3 * time.Millisecond, At: at(0, 20, 40),
	}
	add := func(change func(*session.SyncRecord)) {
		r := note
		r.At = at(0, 20, 40).Add(time.Duration(len(v.Sync)) * time.Second)
		change(&r)
		v.Sync = append(v.Sync, r)
	}
	v.Sync = nil
	add(func(*session.SyncRecord) {})
	add(func(r *session.SyncRecord) { r.Ignored = session.IgnoredDuplicate })
	add(func(r *session.SyncRecord) { r.Direction, r.Device = session.SyncSent, "term-9f2c" })
	add(func(r *session.SyncRecord) {
		r.Direction, r.Kind, r.Device, r.Failure = session.SyncSent, session.SyncService, "term-9f2c", "服务繁忙 (10002)"
	})
	add(func(r *session.SyncRecord) {
		r.Conversation, r.Name, r.Position, r.Device, r.Ignored = "", "", 0, "", session.IgnoredDamaged
		r.Detail = "damaged sync note: seq is missing \x1b]0;boo\a"
	})
	return v
}

func withLog(log *Log, language string) func(*Options) {
	return func(o *Options) { o.Log, o.Language = log, language }
}

func TestLogFrames(t *testing.T) {
	for _, size := range [][2]int{{40, 10}, {80, 24}, {120, 40}} {
		for _, language := range []string{"zh", "en"} {
			name := fmt.Sprintf("%s-%dx%d", language, size[0], size[1])
			t.Run("log-"+name, func(t *testing.T) {
				u := newUser(t, tested(), size[0], size[1], withLog(fullLog(), language))
				u.press("alt+l", "up")
				golden.RequireEqual(t, u.golden())
			})
			t.Run("sync-"+name, func(t *testing.T) {
				u := newUser(t, tested(), size[0], size[1], withLog(fullLog(), language))
				u.press("alt+l", "tab")
				golden.RequireEqual(t, u.golden())
			})
		}
	}
}

func TestLogPaneComesAndGoesByOneKeyFromAnywhere(t *testing.T) {
	u := newUser(t, shop(), 120, 40, withLog(fullLog(), "zh"))
	u.press("enter")
	u.types("写到一半")
	u.press("alt+l")
	require.NotEmpty(t, u.row("disk full"))
	require.Zero(t, u.session.looking().Readers)
	u.press("alt+l")
	require.Empty(t, u.row("disk full"))
	require.NotEmpty(t, u.row("写到一半"), "nothing typed is lost")
	u.press("alt+l", "esc")
	require.Empty(t, u.row("disk full"))
}

func TestLogPaneFiltersByLevel(t *testing.T) {
	u := newUser(t, shop(), 120, 40, withLog(fullLog(), "zh"))
	u.press("alt+l")
	require.NotEmpty(t, u.row("group_msg_get"))
	u.press("right")
	require.Empty(t, u.row("group_msg_get"))
	require.NotEmpty(t, u.row("wslogin"))
	require.NotEmpty(t, u.row("信息 起"))
	u.press("right", "right", "right")
	require.Empty(t, u.row("send_group_msg"))
	require.NotEmpty(t, u.row("disk full"))
	u.press("left", "left", "left")
	require.NotEmpty(t, u.row("group_msg_get"))
}

// TestLogPaneFollowsTheNewestLine until somebody looks at another one.
func TestLogPaneFollowsTheNewestLine(t *testing.T) {
	log := fullLog()
	u := newUser(t, shop(), 120, 40, withLog(log, "zh"))
	u.press("alt+l")
	grow := func(message string) {
		log.add(LogRecord{Time: noon, Message: message})
		u.send(logMsg{u.model.panel().(*logPane)})
	}
	grow("the newest one")
	require.NotEmpty(t, u.row("the newest one"))
	u.press("home")
	grow("newer still")
	require.Empty(t, u.row("newer still"), "the line that is looked at stays")
	require.NotEmpty(t, u.row("wslogin"))
	u.press("end")
	require.NotEmpty(t, u.row("newer still"))
	u.frame()
	u.send(tea.MouseWheelMsg{X: 60, Y: 10, Button: tea.MouseWheelUp})
	grow("the last one")
	for range 50 {
		u.send(tea.MouseWheelMsg{X: 60, Y: 10, Button: tea.MouseWheelUp})
	}
	require.NotEmpty(t, u.row("wslogin"), "the wheel scrolls")
}

// TestLogPaneTellsAllOfTheChosenLine, without what a hostile service put into it.
func TestLogPaneTellsAllOfTheChosenLine(t *testing.T) {
	u := newUser(t, tested(), 80, 24, withLog(fullLog(), "zh"))
	u.press("alt+l", "up")
	frame := u.frame()
	for _, fact := range []string{"group_open_http_svc.send_group_msg", "99272300", "码 10017", "40ms", "请联系群主"} {
		require.Contains(t, frame, fact)
	}
	require.NotContains(t, u.model.View().Content, "\x1b[2J")
	u.press("tab")
	frame = u.frame()
	require.Contains(t, frame, "通知损坏")
	require.Contains(t, frame, "seq is missing")
	require.NotContains(t, u.model.View().Content, "\x1b]0")
}

func TestLogPaneWithoutALog(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.press("alt+l")
	require.NotEmpty(t, u.row("这里没有日志"))
	u.press("tab")
	require.NotEmpty(t, u.row("#4308"))
}

// TestTheLogWakesTheScreenOnlyWhileItIsShown: a log that fills behind the screen paints nothing.
func TestTheLogWakesTheScreenOnlyWhileItIsShown(t *testing.T) {
	log := &Log{}
	u := newUser(t, shop(), 80, 24, withLog(log, "zh"))
	wait := u.model.openLog()
	require.NotNil(t, wait)
	slog.New(log.Handler(slog.DiscardHandler)).Warn("x", "error", errors.New("y"))
	msg := wait().(logMsg)
	require.NotNil(t, u.model.logChanged(msg))
	u.model.closePanel(msg.pane)
	require.Nil(t, u.model.logChanged(msg))
}

func TestStatusLineTellsOfTheClockTheNextTryAndTheAge(t *testing.T) {
	u := newUser(t, shop(), 120, 40)
	status := func() string { u.frame(); return ansi.Strip(u.model.status.row) }
	connection := func(c session.Connection) {
		next := *u.model.view
		next.Connection = c
		u.see(&next)
	}
	for offset, want := range map[time.Duration]string{
		3 * time.Second: "服务器时钟快 3 秒", -61 * time.Minute: "服务器时钟慢 61 分钟", 8 * time.Hour: "服务器时钟快 8 小时", 5 * time.Minute: "服务器时钟快 5 分钟",
	} {
		connection(session.Connection{Phase: session.Online, Latency: time.Millisecond, ClockOffset: offset})
		require.Contains(t, status(), want)
	}
	connection(session.Connection{Phase: session.Online, ClockOffset: 1500 * time.Millisecond})
	require.NotContains(t, status(), "时钟")

	connection(session.Connection{Phase: session.Offline, Since: at(0, 20, 35), Wait: 30 * time.Second, Retry: at(0, 20, 36).Add(5 * time.Second)})
	require.Contains(t, status(), "20:35 起离线 · 20:36:12 再试 · [Ctrl+R] 立即重连")
	connection(session.Connection{Phase: session.Offline, Since: at(0, 20, 35), Wait: 2 * time.Second, Retry: at(0, 20, 36)})
	require.NotContains(t, status(), "再试", "what is too short to act upon is not told")
	connection(session.Connection{Phase: session.LoggedOut, Since: at(0, 20, 36), Reason: "同一帐号在别处登录"})
	require.Contains(t, status(), "20:36 已下线 · [Ctrl+R] 重新登录 · 同一帐号在别处登录")

	polled := session.Connection{Phase: session.Online, Latency: 40 * time.Millisecond, Fetched: noon.Add(-4 * time.Second)}
	connection(polled)
	require.Contains(t, status(), "● 已连接 刚更新")
	u.send(ageMsg(noon.Add(20 * time.Second)))
	require.Contains(t, status(), "● 已连接 20 秒前更新")
	polled.Fetched, polled.Live = noon, true
	connection(polled)
	require.Contains(t, status(), "● 已连接 40 ms", "what comes by itself has no age")
	require.False(t, strings.Contains(status(), "更新"))
}

// TestAgeIsToldByOneTimer: many pictures in a row must not start a timer each.
func TestAgeIsToldByOneTimer(t *testing.T) {
	u := newUser(t, shop(), 120, 40)
	require.Nil(t, u.model.ageSoon(), "nothing grows old on a connection that is told of everything")
	u.model.view.Connection.Fetched = noon
	require.NotNil(t, u.model.ageSoon())
	require.Nil(t, u.model.ageSoon())
	require.NotNil(t, u.model.aged(noon))
}
