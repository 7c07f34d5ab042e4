package ui

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

const (
	// logRecords is how many records a Log keeps, logBytes the most of a text in one.
	logRecords = 1000
	logBytes   = 600
)

// Log keeps the newest log records in memory, so that they can be looked at on the screen. The zero Log is ready to use;
// its methods may be called by any goroutine.
type Log struct {
	mu sync.Mutex
	// ring holds the records; once it is full the oldest one is at next, where the next one goes.
	ring    []LogRecord
	next    int
	changed chan struct{}
}

// LogRecord is one line of the log. Its texts come from anywhere: clean them before showing them.
type LogRecord struct {
	Time    time.Time
	Level   slog.Level
	Message string
	// Command, Request, Code and Took are of a call to the service; empty or 0 where the record is of something else.
	Command string
	Request string
	Code    int
	Took    time.Duration
	// Error says why something failed, Part is what of the program wrote the record, Rest holds the other attributes.
	Error string
	Part  string
	Rest  string
}

// Handler returns a handler that keeps every record from debug on, and passes on to next what that one wants.
func (l *Log) Handler(next slog.Handler) slog.Handler { return logHandler{log: l, next: next} }

// Records returns the records kept, oldest first.
func (l *Log) Records() []LogRecord {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Concat(l.ring[l.next:], l.ring[:l.next])
}

// Changed returns a channel that is closed with the next record.
func (l *Log) Changed() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.changed == nil {
		l.changed = make(chan struct{})
	}
	return l.changed
}

func (l *Log) add(r LogRecord) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.ring) < logRecords {
		l.ring = append(l.ring, r)
	} else {
		l.ring[l.next] = r
		l.next = (l.next + 1) % logRecords
	}
	if l.changed != nil {
		close(l.changed)
		l.changed = nil
	}
}

// logHandler is a slog.Handler that writes into a Log.
type logHandler struct {
	log  *Log
	next slog.Handler
	// part is the attribute that all records of a logger have and that says where they come from.
	part string
}

func (h logHandler) Enabled(_ context.Context, level slog.Level) bool {
	return level >= slog.LevelDebug
}

func (h logHandler) Handle(ctx context.Context, record slog.Record) error {
	r := LogRecord{Time: record.Time, Level: record.Level, Message: record.Message, Part: h.part}
	rest := make([]string, 0, record.NumAttrs())
	record.Attrs(func(a slog.Attr) bool {
		if !r.take(a) {
			rest = append(rest, a.Key+"="+a.Value.Resolve().String())
		}
		return true
	})
	r.Error, r.Rest = short(r.Error), short(strings.Join(rest, " "))
	h.log.add(r)
	if h.next.Enabled(ctx, record.Level) {
		return h.next.Handle(ctx, record)
	}
	return nil
}

// take puts an attribute that has a column of its own there.
func (r *LogRecord) take(a slog.Attr) bool {
	value := a.Value.Resolve()
	switch a.Key {
	case "command":
		r.Command = short(value.String())
	case "request", "random":
		r.Request = short(value.String())
	case "error", "err":
		r.Error = value.String()
	case "code":
		if value.Kind() != slog.KindInt64 {
			return false
		}
		r.Code = int(value.Int64())
	case "took":
		if value.Kind() != slog.KindDuration {
			return false
		}
		r.Took = value.Duration()
	default:
		return false
	}
	return true
}

// short bounds a text.
func short(s string) string {
	if len(s) <= logBytes {
		return s
	}
	cut := logBytes
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return fmt.Sprintf("%s… (%d)", s[:cut], len(s))
}

func (h logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	h.next = h.next.WithAttrs(attrs)
	for _, a := range attrs {
		if a.Key == "part" || a.Key == "adapter" {
			h.part = a.Value.Resolve().String()
		}
	}
	return h
}

func (h logHandler) WithGroup(name string) slog.Handler {
	h.next = h.next.WithGroup(name)
	return h
}
