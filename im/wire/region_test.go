package wire

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestServersOfARegion(t *testing.T) {
	require.Equal(t, []string{"https://console.tim.qq.com", "https://adminapi.my-imcloud.com"}, RESTServers("cn"))
	require.Equal(t, []string{"wss://1400000000w4s.my-imcloud.com", "wss://wsssgp.im.qcloud.com", "wss://wsssgp.my-imcloud.com"},
		PushServers("sgp", 1400000000))
	require.Empty(t, RESTServers("moon"))
	require.Empty(t, PushServers("moon", 1))
}

func TestEveryRegionHasServersForBothWays(t *testing.T) {
	require.Equal(t, []string{"cn", "sgp", "kr", "jp", "de", "us", "idn", "ind"}, Regions())
	for _, region := range Regions() {
		servers := append(RESTServers(region), PushServers(region, 7)...)
		require.GreaterOrEqual(t, len(servers), 5, region)
		for _, server := range servers {
			parsed, err := url.Parse(server)
			require.NoError(t, err)
			require.Contains(t, []string{"https", "wss"}, parsed.Scheme)
			require.NotContains(t, server, "*")
		}
	}
}
