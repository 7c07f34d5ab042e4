package cli

import (
	"fmt"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"reddot/crash"
	"reddot/ui/text"
)

// endPatience is how long a program that panicked may take to give the terminal back and to write what waits.
const endPatience = 2 * time.Second

// breakdown is what becomes of panics.
type breakdown struct {
	// happened is closed at the first one; err says then what it was.
	happened chan struct{}
	err      error
	exit     *time.Timer
	unwatch  func()
}

// watchPanics has panics written into the log, and the first one end the program: a screen by its own way out, with what
// was typed saved, a command at once. What cannot be handled, as a panic in somebody else's goroutine, is written into the log, too.
func (a *app) watchPanics(log *os.File) *breakdown {
	_ = debug.SetCrashOutput(log, debug.CrashOptions{}) // without it only the terminal tells
	b := &breakdown{happened: make(chan struct{})}
	var first sync.Once
	b.unwatch = crash.Handle(func(reason any, stack []byte) {
		what := text.Clean(fmt.Sprint(reason))
		fmt.Fprintf(log, "%s panic: %s\n\n%s\n", time.Now().Format(time.RFC3339), what, stack)
		first.Do(func() {
			b.err = a.panicked(what, log.Name())
			if a.log == nil {
				os.Exit(a.report(b.err))
			}
			b.exit = time.AfterFunc(endPatience, func() { os.Exit(a.report(b.err)) })
			close(b.happened)
		})
	})
	return b
}

// panicked says in one sentence what happened and where to read about it.
func (a *app) panicked(what, log string) error {
	return withRemedy(
		fmt.Errorf(a.pick("程序内部出错，已经退出：%s；经过写在 %s", "the program broke and has ended: %s; what happened is in %s"), what, log),
		a.pick("重新运行即可，草稿和没发出的消息都在；请把这个文件交给开发者", "run it again, drafts and unsent messages are kept; please pass that file on to the developers"))
}

// end stops watching. The error is err, or what happened, of which err is a consequence.
func (b *breakdown) end(err error) error {
	b.unwatch()
	_ = debug.SetCrashOutput(nil, debug.CrashOptions{})
	select {
	case <-b.happened:
		b.exit.Stop()
		return b.err
	default:
		return err
	}
}
