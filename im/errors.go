package im

import (
	"errors"
	"fmt"
)

// Class sorts errors by what a caller can do about them.
type Class int

const (
	// ClassRefused: the service refused for good; the same request will be refused again.
	ClassRefused Class = iota
	// ClassPermission: signature, login or permission; a person must act.
	ClassPermission
	// ClassTemporary: the same request may succeed later.
	ClassTemporary
	// ClassUnreachable: no answer from the service.
	ClassUnreachable
	// ClassUsage: the request was wrong before it left.
	ClassUsage
)

// ErrUnsupported is returned for what an adapter cannot do; see Capabilities.
var ErrUnsupported = errors.New("not supported by this connection")

// Error is a refusal or failure, with Tencent's code where there is one. Cause and Remedy are for people,
// in the language of the configuration.
type Error struct {
	// Doing says what was tried: "send to GROUPbench0001".
	Doing string
	// Code is Tencent's code, 0 when the failure is not the service's.
	Code int
	// Info is the service's own text, raw: clean it before showing it.
	Info   string
	Class  Class
	Cause  string
	Remedy string
	// LoginEnded is set when the request was refused because the login is over, not for what it asked: after the next
	// login it may succeed.
	LoginEnded bool
	// Err is the underlying error, nil for a refusal of the service.
	Err error
}

// Error says what was tried, why it failed and what to do.
func (e *Error) Error() string {
	why := e.Cause
	if why == "" {
		why = e.Info
	}
	if why == "" && e.Err != nil {
		why = e.Err.Error()
	}
	text := e.Doing + ": " + why
	if e.Code != 0 {
		text += fmt.Sprintf(" (%d)", e.Code)
	}
	if e.Remedy != "" {
		text += "; " + e.Remedy
	}
	return text
}

// Unwrap returns the underlying error.
func (e *Error) Unwrap() error { return e.Err }

// LoginEnded says whether something failed only because the login is over.
func LoginEnded(err error) bool {
	var coded *Error
	return errors.As(err, &coded) && coded.LoginEnded
}

// CodeOf returns Tencent's code of an error, 0 if it has none.
func CodeOf(err error) int {
	var coded *Error
	if errors.As(err, &coded) {
		return coded.Code
	}
	return 0
}

// ClassOf returns the class of an error: of the *Error inside it, else temporary.
func ClassOf(err error) Class {
	var coded *Error
	if errors.As(err, &coded) {
		return coded.Class
	}
	if errors.Is(err, ErrUnsupported) {
		return ClassRefused
	}
	return ClassTemporary
}
