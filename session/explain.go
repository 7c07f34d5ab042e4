package session

import (
	"errors"

	"reddot/im"
)

// Trouble is a failure for people: why it happened, the service's code (0 if there is none) and what to do about it
// ("" if nothing is known). Clean the texts before showing them.
type Trouble struct {
	Cause  string
	Code   int
	Remedy string
}

// Explain says why something failed, in the language of the configuration where the error knows it.
func Explain(err error) Trouble {
	var coded *im.Error
	if !errors.As(err, &coded) {
		return Trouble{Cause: err.Error()}
	}
	cause := coded.Cause
	if cause == "" {
		cause = coded.Info
	}
	if cause == "" {
		return Trouble{Cause: err.Error(), Remedy: coded.Remedy}
	}
	return Trouble{Cause: cause, Code: coded.Code, Remedy: coded.Remedy}
}
