package emulator

import (
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im/wire"
)

func TestPoliciesSayWhichPlatformsExcludeEachOther(t *testing.T) {
	all := []int{wire.PlatformWindows, wire.PlatformAndroid, wire.PlatformIOS, wire.PlatformMac, wire.PlatformWeb, wire.PlatformIPad}
	type pair struct{ one, other int }
	excluded := map[LoginPolicy]map[pair]bool{
		PolicyAny: {}, PolicyMulti: {}, PolicySingle: {}, PolicyDual: {},
		PolicyTriple: {
			{wire.PlatformWindows, wire.PlatformMac}: true, {wire.PlatformAndroid, wire.PlatformIOS}: true,
			{wire.PlatformAndroid, wire.PlatformIPad}: true, {wire.PlatformIOS, wire.PlatformIPad}: true,
		},
	}
	for policy, pairs := range excluded {
		require.NoError(t, policy.Check())
		for _, one := range all {
			for _, other := range all {
				want := pairs[pair{one, other}] || pairs[pair{other, one}] || policy == PolicySingle ||
					policy == PolicyDual && one != wire.PlatformWeb && other != wire.PlatformWeb
				if one != other {
					require.Equal(t, want, policy.excludes(one, other), "%s: %d and %d", policy, one, other)
				}
			}
		}
	}
	require.ErrorContains(t, LoginPolicy("quadruple").Check(), "single, dual, triple or multi")
}

func TestWhoWasDisplacedComesBackBySignatureAlone(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.LoginPolicy = PolicySingle })
	w.shop()
	old, head := w.ticketOf("ann")
	w.login("ann", wire.PlatformAndroid)
	command, _, _ := old.next()
	for command != wire.CmdForceOffline {
		command, _, _ = old.next()
	}
	old.ask("im_open_status.wslogout", `{"wslogout_type":1}`)
	again := w.dial(wire.PlatformWeb)
	require.EqualValues(t, wire.CodeWebKicked, again.ask("im_open_status.wslogin", `{"State":"Online"}`, head)["ErrorCode"])
	w.login("ann", wire.PlatformWeb)
}
