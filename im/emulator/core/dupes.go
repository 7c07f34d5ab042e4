package core

// dupeSeconds is how long a repeated send is recognised.
const dupeSeconds = 300

// dupeKey identifies a send: in groups by sender, group and Random, in C2C also by the
// sender's sequence.
type dupeKey struct {
	conv   int64 // group number, or minus the pair number
	sender uint32
	random uint32
	seq    uint32 // C2C only
}

// dupe is what the first send was answered.
type dupe struct {
	seq  uint32
	time int64
}

// dupes remembers the sends of the last dupeSeconds.
type dupes struct {
	known map[dupeKey]dupe
	queue []dupeKey // in order of time
}

func (d *dupes) add(keys map[dupeKey]dupe, now int64) {
	if d.known == nil {
		d.known = map[dupeKey]dupe{}
	}
	for key, first := range keys {
		d.known[key] = first
		d.queue = append(d.queue, key)
	}
	for len(d.queue) > 0 {
		oldest := d.queue[0]
		if first, held := d.known[oldest]; held && now-first.time <= dupeSeconds {
			return
		}
		delete(d.known, oldest)
		d.queue = d.queue[1:]
	}
}

// find looks for a send that was not more than dupeSeconds ago, in this commit too.
func (t *txn) find(key dupeKey) (dupe, bool) {
	first, held := t.keys[key]
	if !held {
		first, held = t.c.recentKeys.known[key]
	}
	return first, held && t.time-first.time <= dupeSeconds
}

func (t *txn) remember(key dupeKey, first dupe) {
	if t.keys == nil {
		t.keys = map[dupeKey]dupe{}
	}
	t.keys[key] = first
}
