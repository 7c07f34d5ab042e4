//go:build soak

package e2e

import (
	"fmt"
	"sync"
)

// soakMessage is a message as its sender knows it.
type soakMessage struct {
	from    string
	random  uint32
	receipt bool
}

// soakTruth is what the service has acknowledged about one group.
type soakTruth struct {
	mu       sync.Mutex
	last     uint32
	checked  uint32                 // what came until here is checked and forgotten
	messages map[uint32]soakMessage // after checked
	reads    map[string]uint32      // read positions
	readers  map[uint32]map[string]bool
}

func (t *soakTruth) sent(seq uint32, m soakMessage) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if other, taken := t.messages[seq]; taken {
		return fmt.Errorf("sequence %d was given to %+v and to %+v", seq, other, m)
	}
	t.messages[seq] = m
	t.last = max(t.last, seq)
	return nil
}

func (t *soakTruth) read(user string, seq uint32) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.reads[user] = max(t.reads[user], seq)
}

func (t *soakTruth) confirmed(user string, seqs []uint32) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, seq := range seqs {
		if t.readers[seq] == nil {
			t.readers[seq] = map[string]bool{}
		}
		t.readers[seq][user] = true
	}
}

// forget keeps the soak's own memory small.
func (t *soakTruth) forget() {
	t.checked = t.last
	clear(t.messages)
	clear(t.readers)
}

// soakView is what one device knows of a group, from pushes and answers alone.
type soakView struct {
	low       uint32            // all up to here are known
	beyond    map[uint32]bool   // known after a gap, which own messages and pulls fill
	pushed    uint32            // the newest that was pushed
	unread    map[uint32]bool   // messages of others that count, after read
	read      uint32            //
	readPush  uint32            // the newest read position that was pushed
	readers   map[uint32]uint32 // how many have read, as pushed
	receivers []uint32          // messages of others that want a receipt, the newest few
}

func newSoakView() *soakView {
	return &soakView{beyond: map[uint32]bool{}, unread: map[uint32]bool{}, readers: map[uint32]uint32{}}
}

// know takes a message in, by whichever way it came, once.
func (v *soakView) know(seq uint32, counts, wantsReceipt bool) error {
	if seq <= v.low || v.beyond[seq] {
		return fmt.Errorf("message %d came twice", seq)
	}
	v.beyond[seq] = true
	for v.beyond[v.low+1] {
		v.low++
		delete(v.beyond, v.low)
	}
	if counts && seq > v.read {
		v.unread[seq] = true
	}
	if wantsReceipt {
		v.receivers = append(v.receivers, seq)
		if len(v.receivers) > 20 {
			v.receivers = v.receivers[1:]
		}
	}
	return nil
}

// newest is the newest message known.
func (v *soakView) newest() uint32 {
	newest := v.low
	for seq := range v.beyond {
		newest = max(newest, seq)
	}
	return newest
}

func (v *soakView) moveRead(seq uint32) {
	v.read = max(v.read, seq)
	for at := range v.unread {
		if at <= v.read {
			delete(v.unread, at)
		}
	}
}
