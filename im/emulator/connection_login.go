package emulator

import "reddot/im/emulator/core"

// login is who speaks on a connection; the zero login is nobody.
type login struct {
	account core.Account
	ticket  ticket
}

// who is the user of the connection, if one is logged in.
func (c *connection) who() (login, bool) {
	l := c.login.Load()
	if l == nil {
		return login{}, false
	}
	return *l, true
}

// user is the id of who is logged in, "" for nobody.
func (c *connection) user() string {
	if l := c.login.Load(); l != nil {
		return l.account.ID
	}
	return ""
}

// uid is the number of who is logged in, or whose requests were resent before the login; 0
// for nobody.
func (c *connection) uid() uint32 {
	if l := c.login.Load(); l != nil {
		return l.account.UID
	}
	return c.returning.Load()
}

// enter logs a user in on this connection.
func (c *connection) enter(l login, inst int64) {
	c.leave(stateLogout)
	c.inst.Store(inst)
	c.returning.Store(0)
	c.login.Store(&l)
	lost, first := c.server.hub.add(l.account.UID, c)
	if lost != nil {
		lost.end()
	}
	if first {
		c.server.tellStatus(l.account, inst)
	}
	c.queuedBefore.Store(c.server.core.LastQueued())
	if now, known := c.server.core.Account(l.account.ID); !known || now.UID != l.account.UID {
		c.end() // everything was forgotten meanwhile
		return
	}
	c.server.hooks.state(c.actor(l), stateLogin, c.server.makeRoom(l.account.UID, c)...)
	if first {
		c.server.hooks.roomsState(c.actor(l), causeRecovered)
	}
}

// actor is who acts on this connection, for the app's server.
func (c *connection) actor(l login) core.Actor {
	return core.Actor{User: l.account.ID, Inst: c.inst.Load(), Platform: optPlatform(c.platform), IP: c.ip}
}

// leave logs the user out; the connection stays. Whose place another connection has taken
// leaves without a word.
func (c *connection) leave(how string) {
	old := c.login.Swap(nil)
	if old == nil {
		return
	}
	removed, last := c.server.hub.remove(old.account.UID, c)
	if !removed || how == stateReplaced {
		return
	}
	c.server.hooks.state(c.actor(*old), how)
	if last {
		c.server.hooks.roomsState(c.actor(*old), causeInterrupted)
		c.server.went(old.account, how)
	}
}
