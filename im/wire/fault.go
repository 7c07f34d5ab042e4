package wire

// Values of [FaultRule.Direction].
const (
	FaultRequest = "request" // before handling
	FaultReply   = "reply"   // after handling
	FaultPush    = "push"
)

// Values of [FaultRule.Action].
const (
	FaultDrop       = "drop"
	FaultDelay      = "delay"
	FaultDuplicate  = "duplicate"
	FaultReorder    = "reorder"
	FaultError      = "error"
	FaultDisconnect = "disconnect"
)

// FaultRule makes the embedded server misbehave. Empty match fields match everything.
type FaultRule struct {
	ID          string   `json:"Id"`
	ServCmd     string   `json:"ServCmd"`   // exact; pushes: im_open_push.msg_push
	UserID      string   `json:"UserId"`    // user of the connection; of a push its receiver
	Direction   string   `json:"Direction"` // request, reply, push
	Action      string   `json:"Action"`
	DelayMs     int      `json:"DelayMs"`
	ErrorCode   int      `json:"ErrorCode"`
	ErrorInfo   string   `json:"ErrorInfo"`
	Probability *float64 `json:"Probability,omitempty"` // 0 to 1, absent is 1
	Count       int      `json:"Count"`                 // the most hits, 0 is no limit
	Hits        int      `json:"Hits"`                  // how often it acted, in get_faults
}

// SetFaultsRequest is emulator.set_faults. It replaces all rules and resets their hits.
type SetFaultsRequest struct {
	Rules List[FaultRule] `json:"Rules"`
}

// GetFaultsReply answers emulator.get_faults.
type GetFaultsReply struct {
	Result
	Rules List[FaultRule] `json:"Rules"`
}
