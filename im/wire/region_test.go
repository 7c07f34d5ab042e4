package wire

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEveryRegionHasAServerAndAStandby(t *testing.T) {
	require.Equal(t, []string{"cn", "sgp", "kr", "jp", "de", "us", "idn", "ind"}, Regions())
	require.Equal(t, []string{"https://console.tim.qq.com", "https://adminapi.my-imcloud.com"}, RESTServers("cn"))
	for _, region := range Regions() {
		require.Len(t, RESTServers(region), 2, region)
	}
	require.Empty(t, RESTServers("moon"))
}
