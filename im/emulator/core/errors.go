package core

import (
	"errors"
	"fmt"
)

// Tencent's codes for what the core refuses (rest-api.md section 1.6).
const (
	CodeInternal         = 10002
	CodeBadParameter     = 10004
	CodeTooManyAccounts  = 10005
	CodeNoPermission     = 10007
	CodeOwnerCannotLeave = 10009
	CodeNoGroup          = 10010
	CodeAlreadyMember    = 10013
	CodeGroupFull        = 10014
	CodeBadGroupID       = 10015
	CodeMuted            = 10017
	CodeNoAccount        = 10019
	CodeGroupIDTaken     = 10021
	CodeAlreadyHandled   = 10024
	CodeGroupIDInUse     = 10025
	CodeNoMessage        = 10030
	CodeNotRecallable    = 10032
	CodeNoRoaming        = 10044
	CodeTooManyMentions  = 10053
	CodeGroupQuota       = 10058
	CodeJoinedQuota      = 10037
	CodeNeedsUltimate    = 10059
	CodeReceiptTooLarge  = 10060
	CodeReceiptOnline    = 10061
	CodeNoReceipt        = 10062
	CodeBadPeer          = 20003
	CodeNoC2CMessage     = 20022
	CodeAlreadyRecalled  = 20023
	CodeConflict         = 20028
	CodeBadProfile       = 40001
	CodeNoProfileTag     = 40009
	CodeSigExpired       = 70001
	CodeUnknownAccount   = 70107
	CodeAccountQuota     = 70398
	CodeBadUserID        = 70402
	CodeTooLong          = 80002
	CodeBadBody          = 90010
	CodeRequestTooLong   = 93000
)

// Error is a refusal by rule: Tencent's code and a text that names what was wrong.
type Error struct {
	Code int
	Info string
}

func (e *Error) Error() string { return fmt.Sprintf("%s (%d)", e.Info, e.Code) }

func refuse(code int, format string, args ...any) *Error {
	return &Error{Code: code, Info: fmt.Sprintf(format, args...)}
}

// AsError turns any error of this package into a refusal: rule errors stay as they are,
// anything else (a full disk, a closed server) becomes CodeInternal.
func AsError(err error) *Error {
	var refusal *Error
	if errors.As(err, &refusal) {
		return refusal
	}
	return &Error{Code: CodeInternal, Info: "the server could not store this: " + err.Error()}
}

// ErrClosed is returned by every method after Close.
var ErrClosed = errors.New("the server is shutting down")

// StoreError says why the database could not be opened and what to do about it.
type StoreError struct {
	Path   string
	Reason string
	Remedy string
	Err    error
}

func (e *StoreError) Error() string {
	text := fmt.Sprintf("open database %s: %s; %s", e.Path, e.Reason, e.Remedy)
	if e.Err != nil {
		text += fmt.Sprintf(" (%v)", e.Err)
	}
	return text
}

func (e *StoreError) Unwrap() error { return e.Err }
