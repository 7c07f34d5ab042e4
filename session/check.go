package session

import (
	"math/rand/v2"
	"time"
)

// checkEvery is how often, at least, the service's list is held against what is known, on a connection that pushes: nobody
// notices by itself that a push was lost while the connection lived (push-protocol, section 6.1). It costs a few requests.
const checkEvery = 5 * time.Minute

// checkLater sets when the next check is due, at another moment for every client.
func (s *Session) checkLater() { s.check.Reset(checkEvery + rand.N(checkEvery/5)) }

// checkNow asks for what a push may not have brought. A client that polls does that all the time.
func (s *Session) checkNow() {
	if s.connection.Phase == Online && s.client.Capabilities().Push {
		s.sync()
	}
	s.checkLater()
}
