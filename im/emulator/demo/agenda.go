package demo

import (
	"context"
	"slices"
	"time"
)

// agenda holds what is to be done, in order of time. It belongs to one goroutine.
type agenda struct{ items []item }

type item struct {
	at time.Time
	do func(context.Context)
}

// add plans an act; acts of the same time happen in the order of planning.
func (a *agenda) add(at time.Time, do func(context.Context)) {
	i := len(a.items)
	for i > 0 && a.items[i-1].at.After(at) {
		i--
	}
	a.items = slices.Insert(a.items, i, item{at, do})
}

// next is when the first act is due.
func (a *agenda) next() (at time.Time, planned bool) {
	if len(a.items) == 0 {
		return time.Time{}, false
	}
	return a.items[0].at, true
}

// doDue does everything that is due; acts may plan further ones.
func (a *agenda) doDue(ctx context.Context, now time.Time) {
	for len(a.items) > 0 && !a.items[0].at.After(now) {
		first := a.items[0]
		a.items = a.items[1:]
		first.do(ctx)
	}
}
