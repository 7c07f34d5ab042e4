package e2e

import (
	"context"
	"strings"
	"testing"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/session"
)

// TestSuiteOverABadNetwork repeats the suite while the network between laptop and server is bad.
func TestSuiteOverABadNetwork(t *testing.T) {
	networks := map[string]struct {
		toxics string
		// cuts is set where nothing gets through: then the trouble lasts until the laptop has noticed it.
		cuts bool
	}{
		"latency":    {toxics: `{"type":"latency","attributes":{"latency":80,"jitter":60}}`},
		"bandwidth":  {toxics: `{"type":"bandwidth","attributes":{"rate":20}}`},
		"slicer":     {toxics: `{"type":"slicer","attributes":{"average_size":7,"size_variation":3,"delay":50}}`},
		"reset_peer": {toxics: `{"type":"reset_peer","attributes":{"timeout":20}}`, cuts: true},
		"timeout":    {toxics: `{"type":"timeout","attributes":{"timeout":0}}`, cuts: true},
		"limit_data": {toxics: `{"type":"limit_data","attributes":{"bytes":300}}`, cuts: true},
		"half open":  {toxics: `{"type":"timeout","stream":"upstream","attributes":{"timeout":0}}`, cuts: true},
	}
	for name, network := range networks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			overAll(t, func(_ *testing.T, p *play) {
				line := p.throughProxy()
				p.disturb = func() { line.add(network.toxics) }
				if network.cuts {
					p.settle = func() {
						p.laptop.await("the trouble", func(v *session.View) bool { return v.Connection.Phase == session.Offline })
					}
				}
				p.calm = line.clear
				p.run()
			})
		})
	}
}

// line is a network line between a client and the server.
type line struct {
	t     *testing.T
	proxy *toxiproxy.Proxy
	names []string
}

// throughProxy lets the laptop connect over a line of its own.
func (p *play) throughProxy() *line {
	p.t.Helper()
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	l := &line{t: p.t, proxy: toxiproxy.NewProxy(server, p.t.Name(), "127.0.0.1:0", p.address)}
	require.NoError(p.t, l.proxy.Start())
	p.t.Cleanup(l.proxy.Stop)
	p.connect = func() im.Client { return p.way.connect(p.service, l.proxy.Listen, "alice", "laptop") }
	return l
}

func (l *line) add(toxic string) {
	l.t.Helper()
	added, err := l.proxy.Toxics.AddToxicJson(strings.NewReader(toxic))
	require.NoError(l.t, err, toxic)
	l.names = append(l.names, added.Name)
}

func (l *line) clear() {
	l.t.Helper()
	for _, name := range l.names {
		require.NoError(l.t, l.proxy.Toxics.RemoveToxic(context.Background(), name))
	}
	l.names = nil
}
