package paint

import (
	"bytes"
	"errors"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"reddot/crash"
	"reddot/ui/text"
)

// Answers is what a terminal says of itself when it is asked.
type Answers struct {
	// Name is the terminal's name and version, "" if it does not say.
	Name string
	// Profile is the colours that it can show, told by the environment.
	Profile colorprofile.Profile
	// AmbiguousWidth is the columns that it gives characters such as … and ★, 0 if it does not say.
	AmbiguousWidth int
	// Sync, Graphemes and Focus say that it knows modes 2026, 2027 and 1004.
	Sync, Graphemes, Focus bool
	// KittyKeys and OtherKeys say that it reports keys by Kitty's protocol or by xterm's.
	KittyKeys, OtherKeys bool
	// Clipboard says that it admits to OSC 52. Many that can do it do not say so.
	Clipboard bool
}

// ErrSilent says that a terminal answered nothing, not even what every one since the VT100 answers.
var ErrSilent = errors.New("the terminal does not answer")

// Ask asks the terminal of the process, and waits for its answers no longer than patience: they come after a round trip over
// whatever lies between. Profile is set whatever the error.
func Ask(patience time.Duration) (Answers, error) {
	answers := Answers{Profile: colorprofile.Detect(os.Stdout, os.Environ())}
	options := Options{Environ: os.Environ()}
	if os.Getenv("TERM") == "dumb" {
		return answers, ErrSilent // it would print the questions
	}
	terminal, err := openConsole(&options)
	if err != nil {
		return answers, err
	}
	if err := terminal.raw(); err != nil {
		return answers, err
	}
	defer terminal.cooked()
	if _, err := io.WriteString(options.Output, questions(options.Environ)); err != nil {
		return answers, err
	}
	replies := listen(options.Input, patience)
	_, _ = io.WriteString(options.Output, "\r"+ansi.EraseLineRight)
	if len(replies) == 0 {
		return answers, ErrSilent
	}
	answers.read(replies)
	return answers, nil
}

// measured is the character whose width is asked for: its class is ambiguous in Unicode.
const measured = "…"

// questions asks for everything, last for what every terminal answers: once that is there, nothing more comes. Apple's
// terminal and the console of Linux print questions that they do not know.
func questions(environ []string) string {
	var all strings.Builder
	all.WriteString("\r" + measured + ansi.RequestCursorPositionReport + "\r" + ansi.EraseLineRight)
	env := uv.Environ(environ)
	if !strings.Contains(env.Getenv("TERM_PROGRAM"), "Apple") && env.Getenv("TERM") != "linux" {
		all.WriteString(ansi.RequestModeSynchronizedOutput + ansi.RequestModeUnicodeCore + ansi.RequestModeFocusEvent)
		all.WriteString(ansi.RequestNameVersion + ansi.RequestKittyKeyboard + ansi.QueryModifyOtherKeys + ansi.RequestTermcap(clipboardCap))
	}
	all.WriteString(ansi.RequestPrimaryDeviceAttributes)
	return all.String()
}

// clipboardCap is the terminfo name of OSC 52.
const clipboardCap = "Ms"

// listen reads until the last answer is there. A read that waits for more stays behind; it ends with the program.
func listen(in io.Reader, patience time.Duration) []byte {
	pieces := make(chan []byte)
	done := make(chan struct{})
	defer close(done)
	go crash.Guard(func() {
		for {
			piece := make([]byte, 1<<10)
			n, err := in.Read(piece)
			select {
			case pieces <- piece[:n]:
			case <-done:
				return
			}
			if err != nil {
				return
			}
		}
	})()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	const most = 16 << 10
	var all []byte
	for len(all) < most && !attributes.Match(all) {
		select {
		case piece := <-pieces:
			if len(piece) == 0 {
				return all
			}
			all = append(all, piece...)
		case <-deadline.C:
			return all
		}
	}
	return all
}

// The forms of the answers.
var (
	attributes = regexp.MustCompile(`\x1b\[\?([0-9;]+)c`)
	position   = regexp.MustCompile(`\x1b\[[0-9]+;([0-9]+)R`)
	mode       = regexp.MustCompile(`\x1b\[\?([0-9]+);([0-4])\$y`)
	name       = regexp.MustCompile(`\x1bP>\|([^\x1b\x07]*)`)
	kittyFlags = regexp.MustCompile(`\x1b\[\?[0-9]+u`)
	otherKeys  = regexp.MustCompile(`\x1b\[>4;[0-9]+m`)
	capability = regexp.MustCompile(`(?i)\x1bP1\+r4d73`) // Ms in hexadecimal
)

// clipboardAttribute is how a terminal tells of OSC 52 among its attributes.
const clipboardAttribute = "52"

// read takes what the replies say.
func (a *Answers) read(replies []byte) {
	if found := position.FindSubmatch(replies); found != nil {
		if column, err := strconv.Atoi(string(found[1])); err == nil && (column == 2 || column == 3) {
			a.AmbiguousWidth = column - 1
		}
	}
	for _, found := range mode.FindAllSubmatch(replies, -1) {
		known := bytes.ContainsAny(found[2], "123") // set, reset, set for good; 0 and 4 are of no use
		switch string(found[1]) {
		case "2026":
			a.Sync = known
		case "2027":
			a.Graphemes = known
		case "1004":
			a.Focus = known
		}
	}
	if found := name.FindSubmatch(replies); found != nil {
		a.Name = text.Clean(string(found[1]))
	}
	a.KittyKeys, a.OtherKeys = kittyFlags.Match(replies), otherKeys.Match(replies)
	a.Clipboard = capability.Match(replies)
	if found := attributes.FindSubmatch(replies); found != nil {
		for attribute := range strings.SplitSeq(string(found[1]), ";") {
			a.Clipboard = a.Clipboard || attribute == clipboardAttribute
		}
	}
}
