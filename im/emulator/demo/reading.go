package demo

import (
	"context"
	"slices"
	"time"

	"reddot/im/emulator/core"
)

const (
	// maxReaders bounds how many members are about to read a group.
	maxReaders = 40
	// maxWanted bounds the messages that one reader sends receipts for; the service takes no more at once.
	maxWanted = 50
	// readingPace is the mean time until somebody reads.
	readingPace = 20 * time.Second
	// latestReading bounds it.
	latestReading = 2 * time.Minute
)

// planReading has some members read what a person wrote, one after the other.
func (p *People) planReading(r *room, m *core.Message) {
	if m.NeedReceipt {
		r.wanted = append(r.wanted, m.Seq)
		r.wanted = r.wanted[max(0, len(r.wanted)-maxWanted):]
	}
	order := p.rng.Perm(len(r.members))
	for _, i := range order {
		user := r.members[i].Person.ID
		if len(r.reading) >= maxReaders {
			return
		}
		if p.real[user] || r.reading[user] || !chance(p.rng, 65) {
			continue
		}
		r.reading[user] = true
		wait := time.Duration(p.rng.ExpFloat64() * float64(readingPace))
		p.agenda.add(time.Now().Add(min(time.Second+wait, latestReading)), func(ctx context.Context) {
			delete(r.reading, user)
			p.read(ctx, r, user)
		})
	}
}

// read moves a member's read position to the newest message and sends the receipts that are due. What is refused, for
// somebody who was removed, is left.
func (p *People) read(ctx context.Context, r *room, user string) {
	g, err := p.core.Group(r.id)
	if err != nil || p.real[user] {
		return
	}
	by := core.Actor{User: user, Inst: instance}
	if err := p.core.MarkGroupRead(ctx, by, r.id, g.NextSeq-1); err != nil {
		return
	}
	due := slices.DeleteFunc(slices.Clone(r.wanted), func(seq uint32) bool { return seq <= r.readers[user] })
	if len(due) == 0 {
		return
	}
	if err := p.core.SendReceipts(ctx, by, r.id, due); err == nil {
		r.readers[user] = due[len(due)-1]
	}
}
