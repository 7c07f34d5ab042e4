package push

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/im/wire"
)

func TestHostsOfARegion(t *testing.T) {
	for _, test := range []struct {
		region string
		appID  int64
		want   []string
	}{
		{"", 1400000000, []string{
			"wss://1400000000w4c.my-imcloud.com", "wss://wss.im.qcloud.com", "wss://wssv6.im.qcloud.com", "wss://wss.tim.qq.com",
			"wss://wss.im.tencent.cn",
		}},
		{"", 20_000_001, []string{
			"wss://20000001w4s.my-imcloud.com", "wss://wsssgp.im.qcloud.com", "wss://wsssgpv6.im.qcloud.com", "wss://wsssgp.my-imcloud.com",
		}},
		{"", 1_750_000_001, []string{
			"wss://1750000001w4i.my-imcloud.com", "wss://wssind.my-imcloud.com", "wss://wssindv6.im.qcloud.com", "wss://wssind.im.qcloud.com",
		}},
		{"kr", 1400000000, []string{
			"wss://1400000000w4k.my-imcloud.com", "wss://wsskr.im.qcloud.com", "wss://wsskrv6.im.qcloud.com", "wss://wsskr.my-imcloud.com",
		}},
		{"moon", 1, nil},
	} {
		require.Equal(t, test.want, Hosts(test.region, test.appID))
	}
	for _, region := range wire.Regions() {
		require.NotEmpty(t, Hosts(region, 1), region)
	}
	for id, region := range map[int64]string{
		30_000_000: "kr", 39_999_999: "kr", 1_739_999_999: "kr", 40_000_000: "de", 1_760_000_000: "jp", 70_000_000: "us",
		1_780_000_000: "idn", 90_000_000: "cn", 1_719_999_999: "cn", 1_790_000_000: "cn",
	} {
		require.Equal(t, region, regionOf(id), id)
	}
}

// network is a set of hosts, of which some answer, some refuse and some are silent.
type network struct {
	server *fakeServer
	mu     sync.Mutex
	down   map[string]error
	silent map[string]bool
	asked  []string
}

func (n *network) dial(ctx context.Context, kind, address string) (net.Conn, error) {
	host, _, _ := net.SplitHostPort(address)
	n.mu.Lock()
	n.asked = append(n.asked, host)
	err, silent := n.down[host], n.silent[host]
	n.mu.Unlock()
	switch {
	case err != nil:
		return nil, err
	case silent:
		<-n.server.done // transports do not tell a dial that nobody waits for it any more
		return nil, net.ErrClosed
	}
	return n.server.dial(ctx, kind, address)
}

func (n *network) took() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	asked := n.asked
	n.asked = nil
	return asked
}

func (n *network) set(host string, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.down[host] = err
}

func newNetwork(t *testing.T) (*network, *Client) {
	n := &network{server: newFakeServer(t), down: map[string]error{}, silent: map[string]bool{}}
	client := n.server.client(func(o *Options) {
		o.URLs = At("ws://first", "ws://second", "ws://third")
		o.HTTPClient = &http.Client{Transport: &http.Transport{DialContext: n.dial, DisableKeepAlives: true}}
	})
	return n, client
}

var errDown = &net.DNSError{Err: "no such host", Name: "first", IsNotFound: true}

func TestTheNextHostIsTriedWhenOneFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, client := newNetwork(t)
		n.down["first"] = errDown
		n.silent["second"] = true
		c := n.server.connect(client)
		require.Equal(t, []string{"first", "second", "third"}, n.took())
		require.Equal(t, hostPatience, time.Since(start2000()))

		c.drop()
		nextOf[im.Disconnected](t, client)
		c = n.server.accept()
		require.Equal(t, []string{"third"}, n.took(), "the host that was reached last comes first")
		c.login()
		nextOf[im.Connected](t, client)
		n.set("third", errDown)
		n.set("first", nil)
		time.Sleep(2 * time.Second)
		c.drop()
		nextOf[im.Disconnected](t, client)
		n.server.accept().login()
		require.Equal(t, []string{"third", "first"}, n.took())
	})
}

func TestAHostThatTakesNoLoginGivesWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, client := newNetwork(t)
		require.Equal(t, im.ClassUnreachable, im.ClassOf(client.Connect(t.Context())), "it never answers the login")
		n.server.accept()
		n.server.connect(client)
		require.Equal(t, []string{"first", "second"}, n.took())
	})
}

func TestNoHostCanBeReached(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, client := newNetwork(t)
		for _, host := range []string{"first", "second", "third"} {
			n.down[host] = errDown
		}
		err := client.Connect(t.Context())
		require.Equal(t, im.ClassUnreachable, im.ClassOf(err))
		require.ErrorContains(t, err, "no such host")
		require.ErrorContains(t, err, "ws://third (the last of 3 hosts)")
		require.ErrorContains(t, err, "HTTPS_PROXY")
		require.Equal(t, []string{"first", "second", "third"}, n.took())
	})
}

// TestAServiceThatMovesIsFollowed asks for the address before each attempt.
func TestAServiceThatMovesIsFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, _ := newNetwork(t)
		var mu sync.Mutex
		where := "ws://first"
		client := n.server.client(func(o *Options) {
			o.HTTPClient = &http.Client{Transport: &http.Transport{DialContext: n.dial, DisableKeepAlives: true}}
			o.URLs = func(context.Context) ([]string, error) {
				mu.Lock()
				defer mu.Unlock()
				if where == "" {
					return nil, errors.New("the port is taken")
				}
				return []string{where}, nil
			}
		})
		c := n.server.connect(client)
		move := func(to string) {
			mu.Lock()
			defer mu.Unlock()
			where = to
		}
		move("")
		c.drop()
		nextOf[im.Disconnected](t, client)
		lost := nextOf[im.Disconnected](t, client)
		require.ErrorContains(t, lost.Reason, "the port is taken")
		require.Equal(t, im.ClassUnreachable, im.ClassOf(lost.Reason))
		move("ws://elsewhere")
		n.server.accept().login()
		require.Equal(t, []string{"first", "elsewhere"}, n.took())
	})
}
