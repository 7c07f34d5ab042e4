package model

import "slices"

// Range is an inclusive range of positions; the zero Range is empty.
type Range struct{ From, To int64 }

// Empty says whether the range holds no position.
func (r Range) Empty() bool { return r.From > r.To || r == Range{} }

// Ranges is a set of positions, kept as disjoint, non-adjacent ranges in ascending order. The zero value is
// empty. Extending the newest range costs O(1).
type Ranges struct{ list []Range }

// Add puts the positions from..to into the set.
func (s *Ranges) Add(from, to int64) {
	if from > to {
		return
	}
	if n := len(s.list); n == 0 || from > s.list[n-1].To+1 {
		s.list = append(s.list, Range{from, to})
		return
	} else if last := &s.list[n-1]; from >= last.From {
		last.To = max(last.To, to)
		return
	}
	first, _ := slices.BinarySearchFunc(s.list, from, func(r Range, from int64) int {
		if r.To+1 < from {
			return -1
		}
		return 1
	})
	merged := Range{from, to}
	end := first
	for end < len(s.list) && s.list[end].From <= to+1 {
		merged.From = min(merged.From, s.list[end].From)
		merged.To = max(merged.To, s.list[end].To)
		end++
	}
	s.list = slices.Replace(s.list, first, end, merged)
}

// Contains says whether the position is in the set.
func (s *Ranges) Contains(position int64) bool {
	i := s.after(position)
	return i < len(s.list) && s.list[i].From <= position
}

// Covers says whether all of from..to is in the set; an empty range is covered.
func (s *Ranges) Covers(from, to int64) bool {
	if from > to {
		return true
	}
	i := s.after(from)
	return i < len(s.list) && s.list[i].From <= from && to <= s.list[i].To
}

// Gaps returns the parts of from..to that are not in the set, in ascending order.
func (s *Ranges) Gaps(from, to int64) []Range {
	var gaps []Range
	for i := s.after(from); from <= to; i++ {
		if i == len(s.list) || s.list[i].From > to {
			return append(gaps, Range{from, to})
		}
		if s.list[i].From > from {
			gaps = append(gaps, Range{from, s.list[i].From - 1})
		}
		from = s.list[i].To + 1
	}
	return gaps
}

// LastGap returns the newest of Gaps(from, to), the zero Range if there is none.
func (s *Ranges) LastGap(from, to int64) Range {
	for i := len(s.list) - 1; i >= 0 && from <= to; i-- {
		r := s.list[i]
		if r.From > to {
			continue
		}
		if r.To < to {
			return Range{max(from, r.To+1), to}
		}
		to = r.From - 1
	}
	if from > to {
		return Range{}
	}
	return Range{from, to}
}

// DropBelow removes all positions below the given one.
func (s *Ranges) DropBelow(position int64) {
	i := s.after(position)
	s.list = slices.Delete(s.list, 0, i)
	if len(s.list) > 0 {
		s.list[0].From = max(s.list[0].From, position)
	}
}

// after returns the index of the first range that ends at or after the position.
func (s *Ranges) after(position int64) int {
	if n := len(s.list); n > 0 && s.list[n-1].From <= position {
		if position <= s.list[n-1].To {
			return n - 1
		}
		return n
	}
	i, _ := slices.BinarySearchFunc(s.list, position, func(r Range, position int64) int {
		if r.To < position {
			return -1
		}
		return 1
	})
	return i
}
