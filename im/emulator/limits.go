package emulator

import (
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// Edition is the plan that a server resembles.
type Edition string

// The editions. Without one nothing is limited.
const (
	EditionTrial      Edition = "trial"
	EditionPro        Edition = "pro"
	EditionUltimate   Edition = "ultimate"
	EditionEnterprise Edition = "enterprise"
)

// editionRules are what an edition allows (rest-api.md section 8.1). Nobody could confirm how
// many members an enterprise group may have; how many groups a user may join is that of the
// international plans of about the same rank. How many recent conversations there are is in section 6.1.
var editionRules = map[Edition]core.Plan{
	"":                {},
	EditionTrial:      {NoReceipts: true, MaxMembers: 20, MaxAccounts: 100, MaxGroups: 100, MaxJoined: 50, MaxRecent: 100},
	EditionPro:        {NoReceipts: true, MaxMembers: 200, MaxJoined: 1000, MaxRecent: 100},
	EditionUltimate:   {MaxMembers: 2000, MaxJoined: 3000, MaxRecent: 500},
	EditionEnterprise: {MaxJoined: 5000, MaxRecent: 3000},
}

// Check says which editions there are, if this is none of them.
func (e Edition) Check() error {
	_, err := e.plan()
	return err
}

// HoldsDemo is whether the demo shop, with a group of some hundred members, fits the edition.
func (e Edition) HoldsDemo() bool { return e != EditionTrial && e != EditionPro }

func (e Edition) plan() (core.Plan, error) {
	plan, known := editionRules[e]
	if !known {
		return plan, fmt.Errorf("edition %q is unknown; it is trial, pro, ultimate or enterprise", string(e))
	}
	return plan, nil
}

// Calls a second, by command, messages a second into one group (rest-api.md section 1.5) and
// broadcasts a second into all live rooms.
const (
	callsPerSecond      = 200
	bulkCallsPer        = 100
	messagesPerSecond   = 40
	broadcastsPerSecond = 1
)

var bulkCommands = map[string]bool{wire.CmdMultiAccountImport: true, cmdAccountDelete: true, wire.CmdAccountCheck: true}

// limits are the rate caps of the cloud. Nil limits allow everything.
type limits struct {
	now    func() time.Time
	mu     sync.Mutex
	calls  map[string]*rate.Limiter // by command
	groups map[string]*groupRate
}

// groupRate counts the messages of a group in one second, by priority.
type groupRate struct {
	second int64
	sent   [lowestPriority + 1]int
}

// lowestPriority is the number of the priority that is dropped first; the highest is 1.
const lowestPriority = 4

func newLimits(now func() time.Time) *limits {
	return &limits{now: now, calls: map[string]*rate.Limiter{}, groups: map[string]*groupRate{}}
}

// call tells whether a command may be called now, once more.
func (l *limits) call(command string) bool {
	if l == nil || restService(command) == "emulator" {
		return true
	}
	most := callsPerSecond
	if bulkCommands[command] {
		most = bulkCallsPer
	}
	return l.allow(command, most)
}

// broadcast tells whether all live rooms may be told something now.
func (l *limits) broadcast() bool { return l == nil || l.allow("a broadcast", broadcastsPerSecond) }

func (l *limits) allow(what string, most int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	limiter, known := l.calls[what]
	if !known {
		limiter = rate.NewLimiter(rate.Limit(most), most)
		l.calls[what] = limiter
	}
	return limiter.AllowN(l.now(), 1)
}

// maxLimitedGroups bounds the memory; a group that is forgotten only begins a new second.
const maxLimitedGroups = 10_000

// message tells whether a message may be sent into a group now. Nothing waits here that could
// be overtaken, so each priority has what its own and the higher ones leave of the cap: what
// matters least is dropped first and never takes the place of what matters more.
func (l *limits) message(group string, priority int) bool {
	if l == nil {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	second := l.now().Unix()
	r := l.groups[group]
	if r == nil || r.second != second {
		if r == nil && len(l.groups) >= maxLimitedGroups {
			clear(l.groups)
		}
		r = &groupRate{second: second}
		l.groups[group] = r
	}
	priority = min(max(priority, 1), lowestPriority)
	sent := 0
	for _, n := range r.sent[:priority+1] {
		sent += n
	}
	if sent >= messagesPerSecond {
		return false
	}
	r.sent[priority]++
	return true
}

func errTooManyMessages(group string) error {
	return &wire.Error{Code: wire.CodeGroupRate, Info: fmt.Sprintf("more than %d messages a second into group %s", messagesPerSecond, group)}
}
