package store

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrHeld says that another process has the store open. Whoever gets it works with a store of its own in
// memory (see Options).
var ErrHeld = errors.New("the local store is in use by another reddot of the same account and device")

// ErrClosed is returned by every method after Close.
var ErrClosed = errors.New("the local store is closed")

// NewerError says that the file was written by a newer version of the program. It was left untouched.
type NewerError struct {
	Path           string
	Version, Known int
}

func (e *NewerError) Error() string {
	return fmt.Sprintf("open the local store %s: it has format %d, this version knows up to %d; update reddot, or move the file away (messages can be fetched again, unsent ones are in the file)",
		e.Path, e.Version, e.Known)
}

// CorruptError says that the file is damaged or is no store of ours. It was left untouched.
type CorruptError struct {
	Path string
	Err  error
}

func (e *CorruptError) Error() string {
	return fmt.Sprintf("open the local store %s: the file is damaged or no store of reddot (%v); move it away and start again (messages can be fetched again, unsent ones are in the file)",
		e.Path, e.Err)
}

// Unwrap returns what SQLite said.
func (e *CorruptError) Unwrap() error { return e.Err }

// AccessError says that the directory or the file cannot be used.
type AccessError struct {
	Path string
	Err  error
}

func (e *AccessError) Error() string {
	return fmt.Sprintf("open the local store %s: %v; make the directory writable or choose another one with --data", e.Path, e.Err)
}

// Unwrap returns what the operating system said.
func (e *AccessError) Unwrap() error { return e.Err }

// explain gives an error of SQLite the type that says what to do about it.
func explain(path string, err error) error {
	var coded *sqlite.Error
	if !errors.As(err, &coded) {
		return err
	}
	switch coded.Code() & 0xff {
	case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
		return &CorruptError{Path: path, Err: err}
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR:
		return &AccessError{Path: path, Err: err}
	default:
		return err
	}
}
