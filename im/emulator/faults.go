package emulator

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"reddot/im/wire"
)

// Limits that keep a mistyped rule from stopping the server for good.
const (
	maxFaultRules = 100
	maxFaultDelay = time.Minute
)

// Verdict is what the fault rules do to one request, reply or push. The zero Verdict does nothing.
type Verdict struct {
	Drop       bool          // do not handle the request, do not send the reply or push
	Delay      time.Duration // wait before anything else
	Duplicate  bool          // handle or send twice
	Reorder    bool          // send after the next one of the same connection
	Disconnect bool          // close the connection
	Error      *wire.Result  // answer with this; as a request, without handling it
}

// Faults are the rules by which the server misbehaves on purpose. Every rule that matches acts, so several can add up.
// Without rules a decision costs one atomic load.
type Faults struct {
	active atomic.Bool
	mu     sync.Mutex
	rules  []faultRule
	chance func() float64 // 0 up to, but not including, 1
}

// faultRule is a rule with everything filled in; its Probability points to probability and never changes.
type faultRule struct {
	wire.FaultRule
	probability float64
}

// NewFaults returns an engine without rules.
func NewFaults() *Faults { return &Faults{chance: rand.Float64} }

// Set replaces all rules and resets their hits. A wrong rule changes nothing; the error is a *wire.Error with 10004.
func (f *Faults) Set(rules []wire.FaultRule) error {
	if len(rules) > maxFaultRules {
		return badFault("at most %d rules, %d were given", maxFaultRules, len(rules))
	}
	next := make([]faultRule, len(rules))
	for i, rule := range rules {
		if err := checkFault(rule); err != nil {
			return err
		}
		if rule.ID == "" {
			rule.ID = strconv.Itoa(i + 1)
		}
		rule.Hits = 0
		next[i] = faultRule{FaultRule: rule, probability: 1}
		if rule.Probability != nil {
			next[i].probability = *rule.Probability
		}
		next[i].Probability = &next[i].probability
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rules = next
	f.active.Store(len(next) > 0)
	return nil
}

// List returns the rules with their hits so far.
func (f *Faults) List() []wire.FaultRule {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := make([]wire.FaultRule, len(f.rules))
	for i, rule := range f.rules {
		list[i] = rule.FaultRule
	}
	return list
}

// Decide tells what happens to one request, reply or push (direction: wire.FaultRequest, wire.FaultReply,
// wire.FaultPush) of a command, and counts the hits. The user is that of the connection, for a push its receiver. The
// commands that steer this server are never hit.
func (f *Faults) Decide(servCmd, userID, direction string) Verdict {
	if !f.active.Load() || strings.HasPrefix(servCmd, "emulator.") {
		return Verdict{}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	var v Verdict
	for i := range f.rules {
		rule := &f.rules[i]
		if rule.matches(servCmd, userID, direction) && f.chance() < rule.probability {
			rule.Hits++
			v.add(rule.FaultRule)
		}
	}
	return v
}

func (r *faultRule) matches(servCmd, userID, direction string) bool {
	switch {
	case r.Count > 0 && r.Hits >= r.Count:
		return false
	case r.ServCmd != "" && r.ServCmd != servCmd, r.UserID != "" && r.UserID != userID:
		return false
	case r.Direction != "" && r.Direction != direction:
		return false
	}
	// Nobody waits for an answer to a push.
	return r.Action != wire.FaultError || direction != wire.FaultPush
}

func (v *Verdict) add(rule wire.FaultRule) {
	switch rule.Action {
	case wire.FaultDrop:
		v.Drop = true
	case wire.FaultDelay:
		v.Delay += time.Duration(rule.DelayMs) * time.Millisecond
	case wire.FaultDuplicate:
		v.Duplicate = true
	case wire.FaultReorder:
		v.Reorder = true
	case wire.FaultDisconnect:
		v.Disconnect = true
	case wire.FaultError:
		if v.Error == nil {
			result := wire.Fail(rule.ErrorCode, rule.ErrorInfo)
			v.Error = &result
		}
	}
}

func checkFault(rule wire.FaultRule) error {
	switch rule.Direction {
	case "", wire.FaultRequest, wire.FaultReply, wire.FaultPush:
	default:
		return badFault("rule %q: direction %q is none of request, reply, push", rule.ID, rule.Direction)
	}
	switch rule.Action {
	case wire.FaultDrop, wire.FaultDelay, wire.FaultDuplicate, wire.FaultReorder, wire.FaultDisconnect:
	case wire.FaultError:
		if rule.ErrorCode == 0 {
			return badFault("rule %q: action error needs an ErrorCode", rule.ID)
		}
		if rule.Direction == wire.FaultPush {
			return badFault("rule %q: a push cannot be answered with an error", rule.ID)
		}
	default:
		return badFault("rule %q: action %q is none of drop, delay, duplicate, reorder, error, disconnect", rule.ID, rule.Action)
	}
	if delay := int64(rule.DelayMs); delay < 0 || delay > maxFaultDelay.Milliseconds() {
		return badFault("rule %q: DelayMs %d is not between 0 and %d", rule.ID, rule.DelayMs, maxFaultDelay.Milliseconds())
	}
	if p := rule.Probability; p != nil && !(*p >= 0 && *p <= 1) {
		return badFault("rule %q: Probability %v is not between 0 and 1", rule.ID, *p)
	}
	if rule.Count < 0 {
		return badFault("rule %q: Count is negative", rule.ID)
	}
	return nil
}

func badFault(format string, args ...any) error {
	return &wire.Error{Code: wire.CodeGroupParam, Info: fmt.Sprintf(format, args...)}
}
