package emulator

import "reddot/im/wire"

// makeRoom ends the oldest logins of a user on a connection's platform, as many as there are
// too many by the policy, and names their platforms. The connection is among the logins.
func (s *Server) makeRoom(uid uint32, c *connection) (kicked []string) {
	most := s.options.LoginsPerPlatform
	if most <= 0 {
		return nil
	}
	var others []*connection // in the order of login
	s.hub.each([]uint32{uid}, 0, func(_ uint32, other *connection) {
		if other != c && other.platform == c.platform {
			others = append(others, other)
		}
	})
	for _, other := range others[:max(len(others)+1-most, 0)] {
		other.kick(wire.KickMultipleAccount)
		kicked = append(kicked, optPlatform(other.platform))
	}
	return kicked
}
