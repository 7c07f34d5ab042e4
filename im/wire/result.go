package wire

import "fmt"

// Values of [Result.ActionStatus].
const (
	StatusOK        = "OK"
	StatusFail      = "FAIL"
	StatusSomeError = "SomeError" // batchsendmsg only
)

// Result is the trailer of every reply. Success is ErrorCode 0; ErrorInfo is meant for a person and never tested.
type Result struct {
	ActionStatus string `json:"ActionStatus"`
	ErrorCode    int    `json:"ErrorCode"`
	ErrorInfo    string `json:"ErrorInfo"`
}

// OK is the trailer of a success.
func OK() Result { return Result{ActionStatus: StatusOK} }

// Fail is the trailer of a refusal.
func Fail(code int, info string) Result {
	return Result{ActionStatus: StatusFail, ErrorCode: code, ErrorInfo: info}
}

// Err returns nil for a success and an [*Error] otherwise.
func (r Result) Err() error {
	if r.ErrorCode == 0 {
		return nil
	}
	return &Error{Code: r.ErrorCode, Info: r.ErrorInfo}
}

// DisplayResult is the trailer of the profile, recentcontact and sns services.
type DisplayResult struct {
	Result
	ErrorDisplay string `json:"ErrorDisplay"`
}

// Error is a refusal by the service. Info is the service's own text.
type Error struct {
	Code int
	Info string
}

// Error implements error.
func (e *Error) Error() string {
	if e.Info != "" {
		return fmt.Sprintf("refused with %d: %s", e.Code, e.Info)
	}
	if code, ok := Lookup(e.Code); ok {
		return fmt.Sprintf("refused with %d: %s", e.Code, code.CauseEN)
	}
	return fmt.Sprintf("refused with %d", e.Code)
}

// Empty is the request or reply without fields of its own.
type Empty struct{}

// Reply is the reply that is only a trailer.
type Reply struct{ Result }
