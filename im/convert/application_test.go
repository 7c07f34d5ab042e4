package convert_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im/convert"
	"reddot/im/wire"
)

func TestTheTimeOfAnApplicationIsInSecondsWhateverUnitItsKeyHas(t *testing.T) {
	for _, key := range []int64{1795397415, 1795397415_123, 1795397415_123456} {
		application := convert.Application(&wire.Pendency{GroupID: "g", FromAccount: "dave", Time: wire.Int(key)})
		require.EqualValues(t, 1795397415, application.Time)
		require.Equal(t, key, application.Key, "the key names the request to the service as it is")
	}
}
