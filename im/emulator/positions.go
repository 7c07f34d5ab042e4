package emulator

import "sync"

// maxPositions bounds how many instances are remembered; forgetting one only means that a
// pull brings messages again, which clients recognise.
const maxPositions = 10_000

// positions remembers up to which C2C message each instance has got everything.
type positions struct {
	mu sync.Mutex
	at map[int64]int64
}

func (p *positions) advance(inst, position int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.at == nil || len(p.at) >= maxPositions {
		p.at = map[int64]int64{}
	}
	p.at[inst] = max(p.at[inst], position)
}

func (p *positions) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at = nil
}

func (p *positions) of(inst int64) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.at[inst]
}
