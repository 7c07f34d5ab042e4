package emulator

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"reddot/im/wire"
)

// LoginPolicy says on which platforms a user may be logged in at once (rest-api.md section
// 8.3). With one that is set, LoginsPerPlatform 0 means one login on each.
type LoginPolicy string

// The policies. PolicyAny is no policy: any number of logins anywhere.
const (
	PolicyAny    LoginPolicy = ""
	PolicySingle LoginPolicy = "single" // one platform
	PolicyDual   LoginPolicy = "dual"   // one besides Web
	PolicyTriple LoginPolicy = "triple" // one mobile and one desktop besides Web
	PolicyMulti  LoginPolicy = "multi"  // all platforms
)

// Check reports a name that is no policy.
func (p LoginPolicy) Check() error {
	if slices.Contains([]LoginPolicy{PolicyAny, PolicySingle, PolicyDual, PolicyTriple, PolicyMulti}, p) {
		return nil
	}
	return fmt.Errorf("%q is no login policy; it is single, dual, triple or multi", string(p))
}

// excludes tells whether two different platforms cannot be logged in at once.
func (p LoginPolicy) excludes(one, other int) bool {
	switch p {
	case PolicySingle:
		return true
	case PolicyDual:
		return one != wire.PlatformWeb && other != wire.PlatformWeb
	case PolicyTriple:
		return isDesktop(one) && isDesktop(other) || isMobile(one) && isMobile(other)
	}
	return false
}

func isDesktop(platform int) bool {
	return platform == wire.PlatformWindows || platform == wire.PlatformMac
}

func isMobile(platform int) bool {
	return platform == wire.PlatformAndroid || platform == wire.PlatformIOS || platform == wire.PlatformIPad
}

// makeRoom ends those logins of a user that the policy does not allow beside a new one,
// and names their platforms. The new connection is among the logins.
func (s *Server) makeRoom(uid uint32, c *connection) (kicked []string) {
	most, policy := s.options.LoginsPerPlatform, s.options.LoginPolicy
	if most <= 0 && policy != PolicyAny {
		most = 1
	}
	if most <= 0 {
		return nil
	}
	var same, excluded []*connection // in the order of login
	s.hub.each([]uint32{uid}, 0, func(_ uint32, other *connection) {
		switch {
		case other == c:
		case other.platform == c.platform:
			same = append(same, other)
		case policy.excludes(c.platform, other.platform):
			excluded = append(excluded, other)
		}
	})
	for _, other := range same[:max(len(same)+1-most, 0)] {
		other.displace(wire.KickMultipleAccount)
		kicked = append(kicked, optPlatform(other.platform))
	}
	for _, other := range excluded {
		other.displace(wire.KickMultipleDevice)
		kicked = append(kicked, optPlatform(other.platform))
	}
	return kicked
}

// displacedPatience is how long a client may take to log out that was displaced.
const displacedPatience = 5 * time.Second

// displace tells the client that another login took its place. The connection stays for a
// while: a Web SDK whose connection is cut first logs in again, which would displace the
// newer login.
func (c *connection) displace(kind int) {
	frame, err := c.kickFrame(kind)
	if err != nil {
		c.end()
		return
	}
	c.server.displaced.add(c.inst.Load())
	c.leave(stateReplaced)
	c.out.reply(frame)
	c.after(displacedPatience, func() {
		if _, in := c.who(); !in {
			c.end()
		}
	})
}

// maxDisplaced bounds how many instances are remembered that may not come back by ticket.
const maxDisplaced = 10_000

// displacedLogins are the instances that a newer login took the place of.
type displacedLogins struct {
	mu    sync.Mutex
	insts map[int64]struct{}
}

func (d *displacedLogins) add(inst int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.insts == nil || len(d.insts) >= maxDisplaced {
		d.insts = map[int64]struct{}{}
	}
	d.insts[inst] = struct{}{}
}

func (d *displacedLogins) has(inst int64) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, known := d.insts[inst]
	return known
}

// errDisplaced answers a displaced instance that comes back; a new signature logs it in.
var errDisplaced = &wire.Error{Code: wire.CodeWebKicked, Info: "another login took the place of this one"}
