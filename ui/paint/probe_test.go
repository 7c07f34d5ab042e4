package paint

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"reddot/ui/text"
)

// probeEnv makes the test binary run the probe, a program for tests that need a terminal and a process of their own.
// Its value is the file that takes the probe's process id.
const probeEnv = "REDDOT_PAINT_PROBE"

// probeTouchEnv makes the test binary create that file and end: a child program that every system has.
const probeTouchEnv = "REDDOT_PAINT_TOUCH"

func TestMain(m *testing.M) {
	if path := os.Getenv(probeTouchEnv); path != "" {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	if path := os.Getenv(probeEnv); path != "" {
		os.Exit(runProbe(path))
	}
	os.Exit(m.Run())
}

func runProbe(pidFile string) int {
	if err := os.WriteFile(pidFile, []byte(strconv.Itoa(os.Getpid())), 0o600); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	_, err := Run(context.Background(), &probe{}, Options{Stock: os.Getenv("REDDOT_RENDERER") == "stock"})
	if err != nil {
		fmt.Fprintln(os.Stderr, "probe:", err)
		return 1
	}
	return 0
}

// probe shows random screens. Its first row tells what it has seen, so that a test knows which one to expect.
type probe struct {
	kind          string
	number        uint64
	width, height int
	note          string
	typed         int
	drawn         string   // which screen this is,
	screen        tea.View // so that a benchmark does not measure the making of it
}

func (p *probe) Init() tea.Cmd { return nil }

func (p *probe) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		p.width, p.height = msg.Width, msg.Height
	case string:
		p.note = msg
	case tea.KeyPressMsg:
		return p, p.press(msg.String())
	}
	return p, nil
}

func (p *probe) press(key string) tea.Cmd {
	switch key {
	case "n":
		p.number++
	case "1":
		p.kind = "Chinese"
	case "2":
		p.kind = "emoji"
	case "t":
		p.typed++
		p.note = fmt.Sprint("t", p.typed)
	case "q":
		return tea.Quit
	case "z":
		return tea.Suspend
	case "e":
		child := exec.Command("sh", "-c", "stty -a; echo child has the screen; read line")
		return Exec(child, func(err error) tea.Msg { return fmt.Sprint("child ended: ", err) })
	case "p":
		panic("panic in Update")
	case "c":
		return tea.Sequence(nil, func() tea.Msg { panic("panic in a command") })
	}
	return nil
}

func (p *probe) View() tea.View {
	if key := fmt.Sprint(p.kind, p.number, p.width, p.height); key != p.drawn {
		p.drawn, p.screen = key, probeView(p.kind, p.number, p.width, p.height)
	}
	view := p.screen
	view.Content = fmt.Sprintf("screen %s%d %s\n", p.kind, p.number, p.note) + view.Content
	view.AltScreen = true
	view.ReportFocus = true
	view.MouseMode = tea.MouseModeCellMotion
	view.WindowTitle = "红点"
	return view
}

// probeView is the screen of that number, without its first row.
func probeView(kind string, number uint64, width, height int) tea.View {
	if kind == "" || width < 2 || height < 2 {
		return tea.NewView("")
	}
	r := random{rand.New(rand.NewPCG(number, uint64(width)))}
	rows := make([]string, height-1)
	for y := range rows {
		if r.IntN(4) > 0 {
			// Two columns stay free, as on all our screens: terminals differ about combining marks in the last one.
			rows[y] = r.row(kind, text.Measure{}, width-2)
		}
	}
	view := tea.NewView(strings.Join(rows, "\n"))
	view.Cursor = tea.NewCursor(r.IntN(width), 1+r.IntN(height-1))
	return view
}

// patience is how long an outside effect may take before a test fails. It bounds a hang; nothing is timed by it.
const patience = time.Minute

// poll asks until done or until the patience is over: there is no other way to watch another program.
func poll(done func() bool) bool {
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for end := time.Now().Add(patience); time.Now().Before(end); <-ticker.C {
		if done() {
			return true
		}
	}
	return false
}
