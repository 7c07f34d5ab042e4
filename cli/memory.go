package cli

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	// idleLook is how often it is looked whether there was a burst, burstLook whether it is over. An idle screen sleeps.
	idleLook  = 4 * time.Second
	burstLook = 500 * time.Millisecond
	// quietBytes is the most that is allocated during burstLook while nothing much happens, burstBytes the least that makes
	// giving back worth its work.
	quietBytes = 256 << 10
	burstBytes = 8 << 20
)

// giveBackMemory lets the system have again what a start or a burst of messages needed and left behind, as soon as it is
// quiet. The runtime alone would keep it, for the next burst; a screen stays open all day and mostly waits.
func giveBackMemory(ctx context.Context) { giveBack(ctx, allocated, debug.FreeOSMemory) }

// allocated is how much was ever put on the heap, in bytes.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

func giveBack(ctx context.Context, allocated func() uint64, free func()) {
	timer := time.NewTimer(idleLook)
	defer timer.Stop()
	var last, given uint64
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		now := allocated()
		if now-last < quietBytes && now-given > burstBytes {
			free()
			given = now
		}
		last = now
		if now-given > burstBytes {
			timer.Reset(burstLook)
		} else {
			timer.Reset(idleLook)
		}
	}
}
