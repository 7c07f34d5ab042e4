package cli

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheRESTServerOfALongConnection(t *testing.T) {
	for _, test := range [][3]string{
		{"wss://1400000000w4c.my-imcloud.com", "cn", "https://console.tim.qq.com"},
		{"wss://wss.im.qcloud.com", "", "https://console.tim.qq.com"},
		{"wss://wsskr.im.qcloud.com", "", "https://adminapikr.im.qcloud.com"},
		{"ws://im.example:7400", "", "http://im.example:7400"},
		{"wss://im.example", "", "https://im.example"},
	} {
		require.Equal(t, test[2], restServer(test[0], test[1], 1400000000), test[0])
	}
}
