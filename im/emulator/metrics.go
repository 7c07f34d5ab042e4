package emulator

import (
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
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

// collector makes the metrics of a server into those of Prometheus at every scrape.
type collector struct{ server *Server }

var (
	metricConnections = gauge("connections", "Logged-in long connections.")
	metricUsers       = gauge("users_online", "Users with at least one of them.")
	metricAccounts    = gauge("accounts", "Accounts.")
	metricGroups      = gauge("groups", "Groups.")
	metricMessages    = gauge("messages_stored", "Messages that are kept, of groups and between two.")
	metricSends       = prometheus.NewDesc("reddot_send_seconds", "Durable sends, from request to acknowledgement.", nil, nil)
	metricQueue       = prometheus.NewDesc("reddot_queue_length", "What waits, by queue.", []string{"queue"}, nil)
	metricPushes      = counter("pushes_total", "Events queued for connections.")
	metricCutOff      = counter("connections_cut_off_total", "Connections that did not take their pushes.")
	metricCalls       = counter("rest_calls_total", "Calls over REST.")
	metricWebhook     = prometheus.NewDesc("reddot_webhook_events_total", "Events for the app's server, by outcome.", []string{"outcome"}, nil)
)

func gauge(name, help string) *prometheus.Desc {
	return prometheus.NewDesc("reddot_"+name, help, nil, nil)
}

func counter(name, help string) *prometheus.Desc {
	return prometheus.NewDesc("reddot_"+name, help, nil, nil)
}

// Describe implements prometheus.Collector. Nothing is described, which makes it an
// unchecked one: the webhook's metrics are there only if there is a webhook.
func (collector) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (c collector) Collect(out chan<- prometheus.Metric) {
	stats := c.server.stats()
	gauges := func(desc *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
	}
	counters := func(desc *prometheus.Desc, value int64, labels ...string) {
		out <- prometheus.MustNewConstMetric(desc, prometheus.CounterValue, float64(value), labels...)
	}
	gauges(metricConnections, float64(stats.Connections))
	gauges(metricUsers, float64(stats.UsersOnline))
	gauges(metricAccounts, float64(stats.Accounts))
	gauges(metricGroups, float64(stats.Groups))
	gauges(metricMessages, float64(stats.MessagesStored))
	gauges(metricQueue, float64(stats.Queues.Writer), "writer")
	gauges(metricQueue, float64(stats.Queues.Commits), "commits")
	gauges(metricQueue, float64(stats.Queues.Pushes), "pushes")
	gauges(metricQueue, float64(stats.Queues.Webhook), "webhook")
	counters(metricPushes, stats.Pushes)
	counters(metricCutOff, stats.CutOff)
	counters(metricCalls, stats.RestCalls)
	out <- c.server.metrics.sends.histogram(metricSends)
	if w := stats.Webhook; w != nil {
		counters(metricWebhook, w.Asked, "asked")
		counters(metricWebhook, w.Unanswered, "unanswered")
		counters(metricWebhook, w.Delivered, "delivered")
		counters(metricWebhook, w.Failed, "failed")
		counters(metricWebhook, w.Dropped, "dropped")
	}
}

// histogram has every fourth bound, each about twice the one before, up to about a minute.
func (l *latency) histogram(desc *prometheus.Desc) prometheus.Metric {
	counts, total := l.snapshot()
	bounds, sum := map[float64]uint64{}, uint64(0)
	for i, n := range counts {
		sum += uint64(n)
		if end := upperEnd(i); i%4 == 3 && end >= 25*time.Microsecond && end < 2*time.Minute {
			bounds[end.Seconds()] = sum
		}
	}
	return prometheus.MustNewConstHistogram(desc, uint64(total), time.Duration(l.sum.Load()).Seconds(), bounds)
}

// metricsHandler answers GET /metrics.
func (s *Server) metricsHandler() http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collector{s})
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}
