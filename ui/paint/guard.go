package paint

import (
	"reflect"
	"runtime/debug"

	tea "charm.land/bubbletea/v2"
)

// guard calls f, which is code of the model. If it panics, the terminal is given back, the reason printed there and
// the program ended. The framework would do it in the wrong order: first print, on a screen that is about to vanish, or
// from a goroutine that the end of the process overtakes.
func (h *host) guard(f func()) {
	defer func() {
		if reason := recover(); reason != nil {
			h.end()
			h.crashed(reason, debug.Stack())
		}
	}()
	f()
}

// guarded returns cmd with a guard around it and around the commands it may return.
func (h *host) guarded(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		h.guard(func() { msg = h.guardedAll(cmd()) })
		return msg
	}
}

var cmdType = reflect.TypeFor[tea.Cmd]()

// guardedAll guards the commands of a batch or a sequence. The type of the latter is not exported, but it is a slice of
// commands too.
func (h *host) guardedAll(msg tea.Msg) tea.Msg {
	value := reflect.ValueOf(msg)
	if !value.IsValid() || value.Kind() != reflect.Slice || value.Type().Elem() != cmdType {
		return msg
	}
	all := reflect.MakeSlice(value.Type(), value.Len(), value.Len())
	for i := range value.Len() {
		if cmd, ok := value.Index(i).Interface().(tea.Cmd); ok && cmd != nil {
			all.Index(i).Set(reflect.ValueOf(h.guarded(cmd)))
		}
	}
	return all.Interface()
}
