package emulator

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im/wire"
)

func chanceOf(values ...float64) func() float64 {
	return func() float64 {
		next := values[0]
		values = append(values[1:], next)
		return next
	}
}

func TestFaultRulesMatchByCommandUserAndDirection(t *testing.T) {
	send := wire.FaultRule{ServCmd: wire.CmdSendMsg, Action: wire.FaultDrop}
	bob := wire.FaultRule{UserID: "bob", Action: wire.FaultDrop}
	push := wire.FaultRule{Direction: wire.FaultPush, Action: wire.FaultDrop}
	tests := []struct {
		rule                     wire.FaultRule
		command, user, direction string
		hit                      bool
	}{
		{send, wire.CmdSendMsg, "ann", wire.FaultRequest, true},
		{send, wire.CmdSendMsg, "ann", wire.FaultReply, true},
		{send, wire.CmdSendGroupMsg, "ann", wire.FaultRequest, false},
		{bob, wire.CmdSendMsg, "bob", wire.FaultReply, true},
		{bob, wire.CmdPush, "bob", wire.FaultPush, true},
		{bob, wire.CmdPush, "bobby", wire.FaultPush, false},
		{push, wire.CmdPush, "ann", wire.FaultPush, true},
		{push, wire.CmdSendMsg, "ann", wire.FaultReply, false},
		{wire.FaultRule{Action: wire.FaultDrop}, "anything.at_all", "", wire.FaultPush, true},
		{wire.FaultRule{Action: wire.FaultError, ErrorCode: 1}, wire.CmdPush, "ann", wire.FaultPush, false},
		{wire.FaultRule{Action: wire.FaultDrop}, wire.CmdSetFaults, "admin", wire.FaultRequest, false},
		{wire.FaultRule{Action: wire.FaultDrop}, wire.CmdGetFaults, "admin", wire.FaultReply, false},
	}
	for _, test := range tests {
		f := NewFaults()
		require.NoError(t, f.Set([]wire.FaultRule{test.rule}))
		require.Equal(t, test.hit, f.Decide(test.command, test.user, test.direction).Drop, "%+v", test)
		require.Equal(t, test.hit, f.List()[0].Hits == 1, "%+v", test)
	}
}

func TestFaultRulesAddUp(t *testing.T) {
	f := NewFaults()
	require.NoError(t, f.Set([]wire.FaultRule{
		{Action: wire.FaultDelay, DelayMs: 30},
		{Action: wire.FaultDelay, DelayMs: 12},
		{Action: wire.FaultDuplicate},
		{Action: wire.FaultReorder},
		{Action: wire.FaultDisconnect},
		{Action: wire.FaultError, ErrorCode: 10017, ErrorInfo: "muted"},
		{Action: wire.FaultError, ErrorCode: 10023},
	}))
	require.Equal(t, Verdict{
		Delay: 42 * time.Millisecond, Duplicate: true, Reorder: true, Disconnect: true,
		Error: &wire.Result{ActionStatus: "FAIL", ErrorCode: 10017, ErrorInfo: "muted"},
	}, f.Decide(wire.CmdSendMsg, "ann", wire.FaultRequest))
}

func TestFaultRulesEndAfterTheirCount(t *testing.T) {
	f := NewFaults()
	require.NoError(t, f.Set([]wire.FaultRule{{ID: "twice", Action: wire.FaultDrop, Count: 2}}))
	for _, want := range []bool{true, true, false, false} {
		require.Equal(t, want, f.Decide(wire.CmdPush, "ann", wire.FaultPush).Drop)
	}
	require.Equal(t, 2, f.List()[0].Hits)

	require.NoError(t, f.Set([]wire.FaultRule{{ID: "again", Action: wire.FaultDrop, Count: 1, Hits: 9}}))
	require.Zero(t, f.List()[0].Hits, "new rules begin at 0")
	require.NoError(t, f.Set(nil))
	require.Empty(t, f.List())
	require.Equal(t, Verdict{}, f.Decide(wire.CmdPush, "ann", wire.FaultPush))
}

func TestFaultRulesActByProbability(t *testing.T) {
	never, half := 0.0, 0.5
	f := NewFaults()
	f.chance = chanceOf(0.1, 0.1, 0.9, 0.9)
	require.NoError(t, f.Set([]wire.FaultRule{
		{Action: wire.FaultDrop, Probability: &half},
		{Action: wire.FaultDisconnect, Probability: &never},
	}))
	require.Equal(t, Verdict{Drop: true}, f.Decide(wire.CmdPush, "ann", wire.FaultPush))
	require.Equal(t, Verdict{}, f.Decide(wire.CmdPush, "ann", wire.FaultPush))
}

func TestWrongFaultRulesAreRefusedAndChangeNothing(t *testing.T) {
	tooMuch := 1.5
	f := NewFaults()
	require.NoError(t, f.Set([]wire.FaultRule{{ID: "kept", Action: wire.FaultDrop}}))
	for name, rules := range map[string][]wire.FaultRule{
		"no action":          {{}},
		"unknown action":     {{Action: "explode"}},
		"unknown direction":  {{Action: wire.FaultDrop, Direction: "sideways"}},
		"error without code": {{Action: wire.FaultError}},
		"error on a push":    {{Action: wire.FaultError, ErrorCode: 1, Direction: wire.FaultPush}},
		"negative delay":     {{Action: wire.FaultDelay, DelayMs: -1}},
		"endless delay":      {{Action: wire.FaultDelay, DelayMs: 600_000}},
		"probability":        {{Action: wire.FaultDrop, Probability: &tooMuch}},
		"count":              {{Action: wire.FaultDrop, Count: -1}},
		"too many":           make([]wire.FaultRule, maxFaultRules+1),
	} {
		err := f.Set(rules)
		var refusal *wire.Error
		require.ErrorAs(t, err, &refusal, name)
		require.Equal(t, 10004, refusal.Code, name)
	}
	require.Equal(t, "kept", f.List()[0].ID)
}
