package paint

import (
	"io"
	"os/exec"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

type rawMsg string

type execMsg struct {
	cmd  *exec.Cmd
	done tea.ExecCallback
}

// Raw is a command that sends an escape sequence to the terminal at once. The sequence must not move the cursor or
// paint anything: notifications, titles, queries.
func Raw(sequence string) tea.Cmd {
	return func() tea.Msg { return rawMsg(sequence) }
}

// SetClipboard is a command that puts text on the system's clipboard (OSC 52), where the terminal allows it.
func SetClipboard(text string) tea.Cmd { return Raw(ansi.SetSystemClipboard(text)) }

// Exec is a command that gives the terminal to another program, such as an editor, until it ends. Done makes the
// message that tells the model; it may be nil.
func Exec(cmd *exec.Cmd, done func(error) tea.Msg) tea.Cmd {
	return func() tea.Msg { return execMsg{cmd, done} }
}

// child runs a program on the terminal as it was found. The framework calls Run in its loop, its own reading of keys
// stopped.
type child struct {
	host *host
	cmd  *exec.Cmd
}

func (c *child) Run() error {
	c.host.leave()
	err := c.cmd.Run()
	c.host.late = c.host.enter()
	c.host.wake()
	return err
}

func (c *child) SetStdin(in io.Reader) {
	if c.cmd.Stdin == nil {
		c.cmd.Stdin = in
	}
}

func (c *child) SetStdout(out io.Writer) {
	if c.cmd.Stdout == nil {
		c.cmd.Stdout = out
	}
}

func (c *child) SetStderr(out io.Writer) {
	if c.cmd.Stderr == nil {
		c.cmd.Stderr = out
	}
}
