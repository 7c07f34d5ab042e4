package emulator

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// metrics are counted where things happen, by single atomic additions, and put into words
// only when somebody asks.
type metrics struct {
	sends   latency      // durable sends, from their request to their acknowledgement
	rate    meter        // of the same
	pushes  atomic.Int64 // events queued for connections
	cutOff  atomic.Int64 // connections that did not take their pushes
	calls   atomic.Int64 // over REST
	started time.Time
}

// sent counts a send that began at start.
func (m *metrics) sent(start time.Time) {
	now := time.Now()
	m.sends.add(now.Sub(start))
	m.rate.add(now)
}

// metricsHandler answers GET /metrics.
func (s *Server) metricsHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		_, _ = io.WriteString(w, s.exposition())
	})
}

// exposition puts the metrics into Prometheus' text format. Its library would cost every start of the program, also of a
// screen without a server, a fifth of the time.
func (s *Server) exposition() string {
	stats := s.stats()
	var e exposition
	e.metric("connections", "gauge", "Logged-in long connections.").value("", int64(stats.Connections))
	e.metric("users_online", "gauge", "Users with at least one of them.").value("", int64(stats.UsersOnline))
	e.metric("accounts", "gauge", "Accounts.").value("", int64(stats.Accounts))
	e.metric("groups", "gauge", "Groups.").value("", int64(stats.Groups))
	e.metric("messages_stored", "gauge", "Messages that are kept, of groups and between two.").value("", stats.MessagesStored)
	e.metric("queue_length", "gauge", "What waits, by queue.").
		value(`{queue="writer"}`, int64(stats.Queues.Writer)).
		value(`{queue="commits"}`, int64(stats.Queues.Commits)).
		value(`{queue="pushes"}`, int64(stats.Queues.Pushes)).
		value(`{queue="webhook"}`, int64(stats.Queues.Webhook))
	e.metric("pushes_total", "counter", "Events queued for connections.").value("", stats.Pushes)
	e.metric("connections_cut_off_total", "counter", "Connections that did not take their pushes.").value("", stats.CutOff)
	e.metric("rest_calls_total", "counter", "Calls over REST.").value("", stats.RestCalls)
	e.metric("send_seconds", "histogram", "Durable sends, from request to acknowledgement.").histogram(&s.metrics.sends)
	if w := stats.Webhook; w != nil {
		e.metric("webhook_events_total", "counter", "Events for the app's server, by outcome.").
			value(`{outcome="asked"}`, w.Asked).
			value(`{outcome="unanswered"}`, w.Unanswered).
			value(`{outcome="delivered"}`, w.Delivered).
			value(`{outcome="failed"}`, w.Failed).
			value(`{outcome="dropped"}`, w.Dropped)
	}
	return e.text.String()
}

// exposition is a page in the making: metrics one after the other, each with its values.
type exposition struct {
	text strings.Builder
	name string // of the metric whose values follow
}

// metric begins a metric of a type of Prometheus'.
func (e *exposition) metric(name, kind, help string) *exposition {
	e.name = "reddot_" + name
	fmt.Fprintf(&e.text, "# HELP %s %s\n# TYPE %s %s\n", e.name, help, e.name, kind)
	return e
}

// value adds one value; labels are "" or written as in the format.
func (e *exposition) value(labels string, value int64) *exposition {
	fmt.Fprintf(&e.text, "%s%s %d\n", e.name, labels, value)
	return e
}

// histogram has every fourth bound, each about twice the one before, up to about a minute. The counts of its buckets
// include those below.
func (e *exposition) histogram(l *latency) {
	counts, total := l.snapshot()
	sum := int64(0)
	for i, n := range counts {
		sum += n
		if end := upperEnd(i); i%4 == 3 && end >= 25*time.Microsecond && end < 2*time.Minute {
			fmt.Fprintf(&e.text, "%s_bucket{le=%q} %d\n", e.name, fmt.Sprint(end.Seconds()), sum)
		}
	}
	fmt.Fprintf(&e.text, "%s_bucket{le=\"+Inf\"} %d\n", e.name, total)
	fmt.Fprintf(&e.text, "%s_sum %v\n", e.name, time.Duration(l.sum.Load()).Seconds())
	fmt.Fprintf(&e.text, "%s_count %d\n", e.name, total)
}
