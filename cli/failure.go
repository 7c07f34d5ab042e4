package cli

import (
	"encoding/json"
	"errors"
	"fmt"

	"reddot/config"
	"reddot/im"
	"reddot/ui/text"
)

// The exit codes of the command-line contract.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitPermission  = 3
	exitUnreachable = 4
)

// usageError is a mistake in the arguments.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func usage(err error) error { return &usageError{err} }

func usagef(format string, values ...any) error { return usage(fmt.Errorf(format, values...)) }

// remedied is a failure together with what to do about it.
type remedied struct {
	err    error
	remedy string
}

func (e *remedied) Error() string { return e.err.Error() + "; " + e.remedy }
func (e *remedied) Unwrap() error { return e.err }

func withRemedy(err error, remedy string) error { return &remedied{err, remedy} }

// failure is an error as --json prints it. Code is Tencent's, 0 when the failure is not the service's.
type failure struct {
	Code    int    `json:"code"`
	Exit    int    `json:"exit"`
	Message string `json:"message"`
	Remedy  string `json:"remedy"`
}

// report says what went wrong and returns the exit code.
func (a *app) report(err error) int {
	if err == nil {
		return exitDone
	}
	if !a.started {
		err = usage(err)
	}
	failure := a.failureOf(err)
	if a.flags.json {
		line, _ := json.Marshal(failure)
		fmt.Fprintln(a.err, string(line))
		return failure.Exit
	}
	fmt.Fprintf(a.err, "reddot: %s\n", failure.Message)
	if failure.Remedy != "" {
		fmt.Fprintf(a.err, "        %s\n", failure.Remedy)
	}
	return failure.Exit
}

func (a *app) failureOf(err error) failure {
	result := failure{Exit: exitCode(err), Message: text.Clean(err.Error())}
	var service *im.Error
	var known *remedied
	switch {
	case errors.As(err, &service):
		bare := *service
		bare.Remedy = ""
		result.Code, result.Message, result.Remedy = service.Code, text.Clean(bare.Error()), service.Remedy
	case errors.As(err, &known):
		result.Message, result.Remedy = text.Clean(known.err.Error()), known.remedy
	case result.Exit == exitUsage:
		result.Remedy = a.words.seeHelp
	}
	return result
}

func exitCode(err error) int {
	var wrongUsage *usageError
	var wrongConfig *config.Error
	if errors.As(err, &wrongUsage) || errors.As(err, &wrongConfig) {
		return exitUsage
	}
	var service *im.Error
	if !errors.As(err, &service) {
		return exitFailed
	}
	switch service.Class {
	case im.ClassPermission:
		return exitPermission
	case im.ClassUnreachable:
		return exitUnreachable
	case im.ClassUsage:
		return exitUsage
	default:
		return exitFailed
	}
}
