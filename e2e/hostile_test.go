package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/require"
)

// hostile is text that would harm a terminal which got it as it is: a title, the clipboard (OSC 52), colours, cursor
// jumps, a C1 control, a bidi override, invisible characters, and marks that pile up on one cell.
var hostile = "起\x1b]0;PWNED-TITLE\x07\x1b]52;c;UFdORUQ=\x07\x1b[31;5mPWNED-COLOUR\x1b[99;99H\u009b2J\u202eanchor\u2066\u200b\u200d\ufeff" +
	"z" + strings.Repeat("\u0301", 900) + "终"

// requireHarmless looks for what only the hostile text can have brought into what a program wrote.
func requireHarmless(t *testing.T, written string) {
	t.Helper()
	for _, harm := range []string{
		"\x1b]0;PWNED", "\x1b]52", "PWNED-TITLE\x07", "\x1b[31;5m", "\x1b[99;99H", "\u009b", "\u202e", "\u2066", "\u200b", "\ufeff",
		strings.Repeat("\u0301", 30),
	} {
		require.NotContains(t, written, harm)
	}
}

// haunted is a server whose every name and message is hostile.
func haunted(t *testing.T) *server {
	s := newMachine(t).serve("--listen", "127.0.0.1:0", "--data", ":memory:")
	evil := func(limit int) string {
		text := hostile
		for len(text) > limit {
			_, size := lastRune(text)
			text = text[:len(text)-size]
		}
		quoted, err := json.Marshal(text)
		require.NoError(t, err)
		return string(quoted)
	}
	s.rest("im_open_login_svc/account_import", `{"UserID":"anchor","Nick":`+evil(500)+`}`)
	s.rest("im_open_login_svc/account_import", `{"UserID":"buyer","Nick":`+evil(500)+`}`)
	s.rest("group_open_http_svc/create_group", fmt.Sprintf(
		`{"Owner_Account":"anchor","Type":"Public","GroupId":"live","Name":%s,"Introduction":%s,"Notification":%s,"MemberList":[{"Member_Account":"buyer"}]}`,
		evil(30), evil(240), evil(300)))
	s.rest("group_open_http_svc/modify_group_member_info", `{"GroupId":"live","Member_Account":"buyer","NameCard":`+evil(50)+`}`)
	bodies := []string{
		`{"MsgType":"TIMTextElem","MsgContent":{"Text":` + evil(4000) + `}}`,
		`{"MsgType":"TIMCustomElem","MsgContent":{"Data":` + evil(4000) + `,"Desc":` + evil(1000) + `,"Ext":` + evil(1000) + `}}`,
		`{"MsgType":"TIMLocationElem","MsgContent":{"Desc":` + evil(4000) + `,"Latitude":1,"Longitude":2}}`,
		`{"MsgType":"TIMFileElem","MsgContent":{"FileName":` + evil(1000) + `,"UUID":"u","Url":` + evil(100) + `,"FileSize":1,"Download_Flag":2}}`,
		`{"MsgType":"TIMFaceElem","MsgContent":{"Index":1,"Data":` + evil(1000) + `}}`,
		`{"MsgType":"TIMNobodyKnowsElem","MsgContent":{"Data":` + evil(1000) + `}}`,
	}
	for i, body := range bodies {
		s.rest("group_open_http_svc/send_group_msg", fmt.Sprintf(
			`{"GroupId":"live","From_Account":"buyer","Random":%d,"CloudCustomData":%s,"MsgBody":[%s]}`, i+1, evil(1000), body))
	}
	s.say(100, "平安")
	return s
}

func lastRune(text string) (string, int) {
	runes := []rune(text)
	last := string(runes[len(runes)-1])
	return last, len(last)
}

func TestHostileTextIsHarmlessOnAScreen(t *testing.T) {
	t.Parallel()
	s := haunted(t)
	screen := s.pty(120, 40, s.client("anchor", "laptop")...)
	screen.await("平安") // the preview in the list
	screen.send("\r")
	screen.await("终")   // the end of a message; names are too short to reach it
	screen.send("\x0b") // Ctrl+K: the switcher shows names too
	screen.send("\x11") // Ctrl+Q
	screen.awaitEnd()
	requireHarmless(t, screen.written())
}

func TestHostileTextIsHarmlessInCommands(t *testing.T) {
	t.Parallel()
	s := haunted(t)
	for _, command := range [][]string{{"groups"}, {"groups", "--json"}, {"read", "live"}, {"send", "live", hostile[:30]}} {
		stdout, stderr, code := s.run(append(command, s.client("anchor", "laptop")...)...)
		require.Zero(t, code, stderr)
		if command[len(command)-1] == "--json" {
			require.NotContains(t, stdout, "\x1b", "JSON escapes control characters; the rest is the reader's")
			continue
		}
		requireHarmless(t, stdout+stderr)
	}
	tail := s.pty(120, 40, append([]string{"tail"}, s.client("anchor", "phone")...)...)
	tail.await("online")
	s.rest("group_open_http_svc/send_group_msg", fmt.Sprintf(
		`{"GroupId":"live","From_Account":"buyer","Random":7,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":%s}}]}`, quoted(t, hostile)))
	tail.await("终")
	requireHarmless(t, tail.written())
}

func quoted(t *testing.T, text string) string {
	t.Helper()
	result, err := json.Marshal(text)
	require.NoError(t, err)
	return string(result)
}

// rawTerminal is a pseudo-terminal of which every byte that the program writes is kept.
type rawTerminal struct {
	t    *testing.T
	file *os.File
	done chan struct{}

	mu    sync.Mutex
	bytes bytes.Buffer
}

func (m *machine) pty(columns, rows uint16, arguments ...string) *rawTerminal {
	m.t.Helper()
	command := exec.Command(m.path, arguments...)
	command.Env = m.environment()
	file, err := pty.StartWithSize(command, &pty.Winsize{Cols: columns, Rows: rows})
	require.NoError(m.t, err)
	r := &rawTerminal{t: m.t, file: file, done: make(chan struct{})}
	go func() {
		defer close(r.done)
		buffer := make([]byte, 64<<10)
		for {
			n, err := file.Read(buffer)
			r.mu.Lock()
			r.bytes.Write(buffer[:n])
			r.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	m.t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
		_ = file.Close()
		<-r.done
	})
	return r
}

func (r *rawTerminal) send(keys string) {
	r.t.Helper()
	_, err := r.file.WriteString(keys)
	require.NoError(r.t, err)
}

func (r *rawTerminal) written() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.bytes.String()
}

func (r *rawTerminal) await(text string) {
	r.t.Helper()
	require.Eventually(r.t, func() bool { return strings.Contains(r.written(), text) }, patience, 10*time.Millisecond, "never wrote %q", text)
}

// awaitEnd waits until the program has closed the terminal.
func (r *rawTerminal) awaitEnd() {
	r.t.Helper()
	select {
	case <-r.done:
	case <-time.After(patience):
		require.FailNow(r.t, "the program did not end", "%q", r.written())
	}
}
