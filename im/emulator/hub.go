package emulator

import (
	"slices"
	"sync"
)

// hub knows the logged-in connections by account number.
type hub struct {
	mu       sync.RWMutex
	byUID    [][]*connection // by account number; lists are replaced, never changed
	clients  int
	watching sync.Mutex // one call of the watchers at a time, in the order of the changes
	watchers []func(int)
}

func newHub() *hub { return &hub{} }

func (h *hub) onClients(handle func(int)) {
	h.watching.Lock()
	defer h.watching.Unlock()
	h.watchers = append(h.watchers, handle)
}

// add lets a connection get what its user gets. A connection of the same instance is a
// lost one that this one replaces; it is returned. first is whether the user had none.
func (h *hub) add(uid uint32, c *connection) (replaced *connection, first bool) {
	h.change(func() {
		for int(uid) >= len(h.byUID) {
			h.byUID = append(h.byUID, nil)
		}
		old := h.byUID[uid]
		first = len(old) == 0
		list := make([]*connection, 0, len(old)+1)
		for _, other := range old {
			if other.inst.Load() == c.inst.Load() {
				replaced = other
				continue
			}
			list = append(list, other)
		}
		h.byUID[uid] = append(list, c)
		h.clients += len(list) + 1 - len(old)
	})
	if replaced == c {
		replaced = nil
	}
	return replaced, first
}

// remove reports whether the connection still was there, and was the user's last.
func (h *hub) remove(uid uint32, c *connection) (removed, last bool) {
	h.change(func() {
		if int(uid) >= len(h.byUID) || !slices.Contains(h.byUID[uid], c) {
			return
		}
		h.byUID[uid] = slices.DeleteFunc(slices.Clone(h.byUID[uid]), func(other *connection) bool { return other == c })
		h.clients--
		removed, last = true, len(h.byUID[uid]) == 0
	})
	return removed, last
}

func (h *hub) change(apply func()) {
	h.watching.Lock()
	defer h.watching.Unlock()
	h.mu.Lock()
	before := h.clients
	apply()
	after := h.clients
	h.mu.Unlock()
	if before == after {
		return
	}
	for _, handle := range h.watchers {
		handle(after)
	}
}

// each calls visit for the connections of these users, without one instance.
func (h *hub) each(to []uint32, except int64, visit func(uint32, *connection)) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, uid := range to {
		if int(uid) >= len(h.byUID) {
			continue
		}
		for _, c := range h.byUID[uid] {
			if except == 0 || c.inst.Load() != except {
				visit(uid, c)
			}
		}
	}
}

// count visits all connections, and counts them and their users.
func (h *hub) count(visit func(*connection)) (connections, users int) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, list := range h.byUID {
		for _, c := range list {
			visit(c)
		}
		if len(list) > 0 {
			users++
		}
	}
	return h.clients, users
}

// present tells whether a user has a connection.
func (h *hub) present(uid uint32) bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return int(uid) < len(h.byUID) && len(h.byUID[uid]) > 0
}

// anybody tells whether somebody would get a push.
func (h *hub) anybody() bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.clients > 0
}

// platforms lists those on which a user is connected, once each, in the order of login.
func (h *hub) platforms(uid uint32) []int {
	var list []int
	h.each([]uint32{uid}, 0, func(_ uint32, c *connection) {
		if !slices.Contains(list, c.platform) {
			list = append(list, c.platform)
		}
	})
	return list
}
