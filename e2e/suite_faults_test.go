package e2e

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im/wire"
)

// TestSuiteUnderServerFaults repeats the suite while the server misbehaves towards the laptop.
func TestSuiteUnderServerFaults(t *testing.T) {
	faults := map[string]wire.FaultRule{
		"error":             {Action: wire.FaultError, ErrorCode: wire.CodeGroupInternal, ErrorInfo: "busy", Direction: wire.FaultRequest, Count: 3},
		"error afterwards":  {Action: wire.FaultError, ErrorCode: 60008, ErrorInfo: "time-out", Direction: wire.FaultReply, Count: 2},
		"throttled":         {Action: wire.FaultError, ErrorCode: 60007, ErrorInfo: "too often", Direction: wire.FaultRequest, Count: 2},
		"too often":         {Action: wire.FaultError, ErrorCode: 10006, ErrorInfo: "too often", Direction: wire.FaultRequest, Count: 2},
		"delay":             {Action: wire.FaultDelay, DelayMs: 300, Count: 6},
		"duplicate":         {Action: wire.FaultDuplicate},
		"disconnect before": {Action: wire.FaultDisconnect, Direction: wire.FaultRequest, Count: 2},
		"disconnect after":  {Action: wire.FaultDisconnect, Direction: wire.FaultReply, Count: 2},
		"reorder":           {Action: wire.FaultReorder, Count: 4},
		"lost answer":       {Action: wire.FaultDrop, Direction: wire.FaultReply, Count: 1},
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			overAll(t, func(t *testing.T, p *play) {
				p.disturb = func() { p.misbehave(fault) }
				p.calm = func() { p.ask("emulator/set_faults", `{"Rules":[]}`) }
				p.run()
			})
		})
	}
}

// misbehave sets a fault on everything that the laptop calls.
func (p *play) misbehave(fault wire.FaultRule) {
	p.t.Helper()
	var rules []wire.FaultRule
	for _, command := range p.way.commands {
		rule := fault
		rule.ServCmd, rule.UserID = command, p.way.caller
		if fault.Action == wire.FaultDrop && command != wire.CmdSendGroupMsg && command != wire.CmdSendMsg {
			continue // each costs a time-out; a lost message is what people notice
		}
		rules = append(rules, rule)
	}
	text, err := json.Marshal(map[string]any{"Rules": rules})
	require.NoError(p.t, err)
	p.ask("emulator/set_faults", string(text))
}
