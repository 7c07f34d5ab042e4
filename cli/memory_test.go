package cli

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMemoryIsGivenBackOnceAfterABurst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var heap atomic.Uint64
		var given atomic.Int32
		ctx, cancel := context.WithCancel(t.Context())
		go giveBack(ctx, heap.Load, func() { given.Add(1) })
		allocate := func(each uint64, looks int) {
			for range looks {
				heap.Add(each)
				time.Sleep(burstLook)
				synctest.Wait()
			}
		}

		allocate(quietBytes/10, 20)
		require.Zero(t, given.Load(), "there is little to give back")
		allocate(burstBytes, 20)
		require.Zero(t, given.Load(), "the burst goes on")
		allocate(0, 10)
		require.EqualValues(t, 1, given.Load())
		allocate(burstBytes, 1)
		allocate(quietBytes/2, 20)
		require.EqualValues(t, 2, given.Load(), "the next burst")
		cancel()
		synctest.Wait()
	})
}
