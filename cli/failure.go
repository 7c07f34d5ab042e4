package cli

import (
	"cmp"
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

// exit ends the program with an exit code; what there is to say was said.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

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
	var silent exit
	if errors.As(err, &silent) {
		return int(silent)
	}
	if !a.started {
		err = usage(err)
	}
	failure := a.failureOf(err)
	if a.flags.json {
		_ = writeJSON(a.err, failure) // nobody is left to tell
		return failure.Exit
	}
	fmt.Fprintf(a.err, "reddot: %s\n", failure.Message)
	if failure.Remedy != "" {
		fmt.Fprintf(a.err, "        %s\n", failure.Remedy)
	}
	return failure.Exit
}

func (a *app) failureOf(err error) failure {
	result := failure{Exit: exitCode(err), Message: err.Error()}
	var service *im.Error
	var known *remedied
	var mistakes config.Errors
	switch {
	case errors.As(err, &service):
		result.Code, result.Message, result.Remedy = service.Code, a.refusal(service), service.Remedy
	case errors.As(err, &mistakes):
		result.Message, result.Remedy = a.mistake(mistakes)
	case errors.As(err, &known):
		result.Message, result.Remedy = known.err.Error(), known.remedy
	case result.Exit == exitUsage:
		result.Remedy = fmt.Sprintf(a.words.seeHelpF, cmp.Or(a.meant, "reddot"))
	}
	result.Message, result.Remedy = text.Clean(result.Message), text.Clean(result.Remedy)
	return result
}

// refusal says what was tried and why it failed, with the service's own words where ours are about the code alone.
func (a *app) refusal(service *im.Error) string {
	bare := *service
	bare.Remedy = ""
	if service.Cause == "" || service.Info == "" {
		return bare.Error()
	}
	return bare.Error() + a.pick("；服务端原文：", "; the service says: ") + service.Info
}

// mistake tells the first mistake of a configuration.
func (a *app) mistake(mistakes config.Errors) (message, remedy string) {
	first := mistakes[0]
	message, remedy = first.What(a.words.language), first.Remedy.In(a.words.language)
	if more := len(mistakes) - 1; more > 0 {
		message += fmt.Sprintf(a.pick("（另有 %d 处，用 reddot doctor 查看）", " (and %d more: see reddot doctor)"), more)
	}
	return message, remedy
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
