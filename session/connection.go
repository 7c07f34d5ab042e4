package session

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"reddot/im"
)

const (
	firstRetry = time.Second
	lastRetry  = 30 * time.Second
	// syncTimeout bounds one answer of the service to Sync.
	syncTimeout = 30 * time.Second
)

// link is how the session stands with the service.
type link struct {
	// offset is the service's clock minus ours.
	offset time.Duration
	// lost is since when there is no connection, the zero time while there is one.
	lost time.Time
	// attempt counts the failed first logins; retry waits for the next one.
	attempt int
	retry   context.CancelFunc
	// refused is why the service will not have us.
	refused error
	// syncing is set while the service's view is being asked for, again when it must be asked for once more.
	syncing, again bool
	// synced is set once a Sync of this session was applied.
	synced bool
}

// trouble is the newest reason for being offline.
type trouble struct{ err error }

// connect logs in for the first time. After a first success the client reconnects by itself.
func (s *Session) connect() {
	s.phase(Connecting, nil)
	s.spawn(func(ctx context.Context) func() {
		err := s.client.Connect(ctx)
		return func() { s.loggedIn(err) }
	})
}

func (s *Session) loggedIn(err error) {
	if err == nil || s.ctx.Err() != nil {
		return
	}
	switch im.ClassOf(err) {
	case im.ClassTemporary, im.ClassUnreachable:
		s.retryLater(err)
	default:
		s.link.refused = err
		s.phase(LoggedOut, err)
	}
}

// retryLater tries the first login again after a while.
func (s *Session) retryLater(err error) {
	delay := backoff(s.link.attempt)
	s.link.attempt++
	s.phase(Offline, err)
	s.nextTry(delay)
	var wait context.Context
	wait, s.link.retry = context.WithCancel(s.ctx)
	s.spawn(func(ctx context.Context) func() {
		sleep(wait, delay)
		if ctx.Err() != nil {
			return nil
		}
		return s.connect
	})
}

// ReconnectNow cuts a waiting reconnect short, and tries again what was refused: a person may have set it right.
func (s *Session) ReconnectNow() {
	s.inbox.put(func() {
		if s.connection.Phase == LoggedOut {
			s.link.refused = nil
			s.connect()
			return
		}
		if s.link.retry != nil {
			s.link.retry()
		}
		if client, ok := s.client.(interface{ ReconnectNow() }); ok {
			client.ReconnectNow()
		}
	})
}

func (s *Session) connected(e im.Connected) {
	s.link.offset, s.link.attempt = e.ClockOffset, 0
	s.phase(Online, nil)
	s.connection.Latency = e.Latency
	s.connection.Retry, s.connection.Wait = time.Time{}, 0
	s.connection.ClockOffset = e.ClockOffset
	for _, over := range []NoticeCode{NoticeKicked, NoticeSignatureSoon, NoticeSignatureOver} {
		s.notice(over, NoticeError, "")
	}
	for _, c := range s.order {
		c.renew()
		s.touch(c)
		s.readersChanged(c, 0)
	}
	s.reads.engine.Online()
	s.flushOutbox()
	s.fetchOwnProfile()
	s.sync()
	s.catchUp()
	s.askApplications()
	s.settleRegistry()
}

func (s *Session) disconnected(e im.Disconnected) {
	if s.connection.Phase == LoggedOut {
		return
	}
	s.reads.engine.Offline()
	s.stopCatchingUp()
	if e.Retry < 0 {
		s.link.refused = e.Reason
		s.phase(LoggedOut, e.Reason)
	} else {
		s.phase(Offline, e.Reason)
		s.nextTry(e.Retry)
	}
	for _, c := range s.order {
		s.touch(c)
	}
}

func (s *Session) kicked(e im.Kicked) {
	s.reads.engine.Offline()
	s.stopCatchingUp()
	text := s.kickText(e.Reason)
	if e.By != "" {
		text += " (" + e.By + ")"
	}
	s.link.refused = &im.Error{Doing: s.options.Language.Pick("保持登录", "stay logged in"), Class: im.ClassPermission, Cause: text}
	s.phase(LoggedOut, s.link.refused)
	s.connection.Reason = text
	s.notice(NoticeKicked, NoticeError, text)
}

func (s *Session) kickText(reason im.KickReason) string {
	chinese, english := "被服务器登出", "logged out by the service"
	switch reason {
	case im.KickedByLogin:
		chinese, english = "同一帐号在别处登录", "the account logged in elsewhere"
	case im.KickedByDevicePolicy:
		chinese, english = "登录设备数超出限制", "too many devices for this account"
	case im.KickedByAdmin:
		chinese, english = "被管理员登出", "logged out by an administrator"
	case im.KickedBySignature:
		chinese, english = "签名已失效", "the signature is no longer valid"
	}
	return s.options.Language.Pick(chinese, english)
}

func (s *Session) signatureExpiring(e im.SignatureExpiring) {
	when := e.Expires.Format(time.RFC3339)
	if e.Expired {
		s.notice(NoticeSignatureSoon, NoticeWarning, "")
		s.notice(NoticeSignatureOver, NoticeError, when)
		return
	}
	s.notice(NoticeSignatureOver, NoticeError, "")
	s.notice(NoticeSignatureSoon, NoticeWarning, when)
}

// nextTry says when the next attempt is due.
func (s *Session) nextTry(wait time.Duration) {
	s.connection.Wait, s.connection.Retry = wait, time.Now().Add(wait)
}

// phase changes the state of the connection and tells followers.
func (s *Session) phase(phase Phase, reason error) {
	now := time.Now()
	s.connection.Phase, s.connection.Since, s.connection.Reason = phase, now, ""
	s.connection.NextFetch, s.connection.Live = time.Time{}, false
	switch phase {
	case Online:
		s.link.lost = time.Time{}
	case Offline:
		if s.link.lost.IsZero() {
			s.link.lost = now
		}
		s.connection.Since = s.link.lost
	}
	if reason != nil {
		s.trouble.Store(&trouble{reason})
		s.connection.Reason = reason.Error()
	}
	s.pictured = false
	s.followers.tell(Fact{Kind: FactConnection, At: now, Text: phase.String()})
}

// String returns the word for a phase in facts.
func (p Phase) String() string {
	switch p {
	case Connecting:
		return "connecting"
	case Online:
		return "online"
	case Offline:
		return "offline"
	case LoggedOut:
		return "logged_out"
	default:
		return fmt.Sprintf("Phase(%d)", int(p))
	}
}

// backoff returns the delay before the next attempt: doubling, with jitter so that many clients do not
// come back at the same moment.
func backoff(attempt int) time.Duration {
	delay := min(firstRetry<<min(attempt, 10), lastRetry)
	return delay/2 + rand.N(delay/2+1)
}

// sleep waits for the delay or the end of the context.
func sleep(ctx context.Context, delay time.Duration) {
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
