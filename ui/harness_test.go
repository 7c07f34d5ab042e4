package ui

import (
	"fmt"
	"image/color"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"

	"reddot/model"
	"reddot/session"
)

// user drives a screen on a fake session, as somebody at a keyboard would.
type user struct {
	t       testing.TB
	model   *Model
	session *fakeSession
	groups  *fakeGroups
	width   int
	height  int
}

func newUser(t testing.TB, view *session.View, width, height int, change ...func(*Options)) *user {
	t.Setenv("NO_COLOR", "")
	fake := newFake(view)
	groups := &fakeGroups{refusals: map[model.GroupAction]model.Refusal{}}
	options := Options{
		Session: fake, Groups: groups, Language: "zh", Theme: ThemeDark,
		Now: func() time.Time { return noon },
	}
	for _, f := range change {
		f(&options)
	}
	u := &user{t: t, model: New(options), session: fake, groups: groups}
	u.resize(width, height)
	return u
}

func (u *user) resize(width, height int) {
	u.width, u.height = width, height
	u.send(tea.WindowSizeMsg{Width: width, Height: height})
}

// send gives a message to the screen and runs what it asks for, except waiting.
func (u *user) send(msg tea.Msg) {
	asked := len(u.model.questions.waiting)
	_, cmd := u.model.Update(msg)
	if cmd == nil {
		return
	}
	switch msg.(type) {
	case answerMsg:
		u.run(cmd)
	case tea.KeyPressMsg, sentMsg:
		// Sending and asking are the only commands of a key that end by themselves at once.
		f, onForm := u.model.panel().(*form)
		if len(u.model.outbox.pending) > 0 || len(u.model.questions.waiting) > asked || onForm && f.offer.known == nil {
			u.run(cmd)
		}
	}
}

// run runs a command, and what it leads to.
func (u *user) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch result := cmd().(type) {
	case tea.BatchMsg:
		for _, one := range result {
			u.run(one)
		}
	case sentMsg, answerMsg, directoryMsg:
		u.send(result)
	}
}

// see shows a newer picture.
func (u *user) see(view *session.View) {
	u.session.view = view
	u.send(viewMsg{view})
}

var whiteBackground = tea.BackgroundColorMsg{Color: color.White}

var keyCodes = map[string]rune{
	"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "enter": tea.KeyEnter,
	"esc": tea.KeyEscape, "tab": tea.KeyTab, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "home": tea.KeyHome,
	"end": tea.KeyEnd, "backspace": tea.KeyBackspace, "delete": tea.KeyDelete, "f1": tea.KeyF1,
}

// keyNamed returns the key press that Bubble Tea names so.
func keyNamed(name string) tea.KeyPressMsg {
	key := tea.KeyPressMsg{}
	for {
		switch {
		case strings.HasPrefix(name, "ctrl+"):
			key.Mod, name = key.Mod|tea.ModCtrl, name[5:]
			continue
		case strings.HasPrefix(name, "alt+"):
			key.Mod, name = key.Mod|tea.ModAlt, name[4:]
			continue
		case strings.HasPrefix(name, "shift+"):
			key.Mod, name = key.Mod|tea.ModShift, name[6:]
			continue
		}
		break
	}
	if code, ok := keyCodes[name]; ok {
		key.Code = code
		return key
	}
	if name == "space" {
		return tea.KeyPressMsg{Code: tea.KeySpace, Text: " ", Mod: key.Mod}
	}
	key.Code = []rune(name)[0]
	if key.Mod == 0 {
		key.Text = name
	}
	return key
}

// press presses keys by name.
func (u *user) press(names ...string) {
	for _, name := range names {
		u.send(keyNamed(name))
	}
}

// types types a text, one key press a character.
func (u *user) types(s string) {
	for _, r := range s {
		u.send(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

// commit types a character of several code points, which terminals hand over as one key.
func (u *user) commit(cluster string) {
	u.send(tea.KeyPressMsg{Code: tea.KeyExtended, Text: cluster})
}

// frame draws the screen into cells, as the program does, and checks what holds for every frame.
func (u *user) frame() string {
	u.t.Helper()
	view := u.model.View()
	rows := strings.Split(view.Content, "\n")
	require.LessOrEqual(u.t, len(rows), u.height, "more rows than the screen has")
	for y, row := range rows {
		limit := u.width - rightMargin
		if len(rows) == 1 {
			limit = u.width
		}
		require.LessOrEqual(u.t, ansi.StringWidthWc(row), limit, "row %d: %q", y, row)
		require.Equal(u.t, "", openStyle(row), "row %d leaves a style open: %q", y, row)
	}
	if c := view.Cursor; c != nil {
		require.Less(u.t, c.X, u.width)
		require.Less(u.t, c.Y, u.height)
		require.GreaterOrEqual(u.t, c.X, 0)
		require.GreaterOrEqual(u.t, c.Y, 0)
	}
	buffer := uv.NewScreenBuffer(u.width, u.height)
	uv.NewStyledString(view.Content).Draw(buffer, uv.Rect(0, 0, u.width, u.height))
	lines := strings.Split(buffer.String(), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

// openStyle returns the style that is still on at the end of a row.
func openStyle(row string) string {
	open := ""
	for {
		at := strings.Index(row, "\x1b[")
		if at < 0 {
			return open
		}
		end := strings.IndexByte(row[at:], 'm')
		open = row[at : at+end+1]
		if open == resetStyle {
			open = ""
		}
		row = row[at+end+1:]
	}
}

// golden returns the frame with the place of the cursor under it.
func (u *user) golden() string {
	u.t.Helper()
	frame := u.frame()
	if c := u.model.View().Cursor; c != nil {
		return frame + fmt.Sprintf("cursor %d,%d\n", c.X, c.Y)
	}
	return frame + "no cursor\n"
}

// row returns the first row below the status line that holds a text.
func (u *user) row(text string) string {
	u.t.Helper()
	_, panes, _ := strings.Cut(u.frame(), "\n")
	for row := range strings.Lines(panes) {
		if strings.Contains(row, text) {
			return row
		}
	}
	return ""
}
