package e2e

import (
	"database/sql"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"reddot/cli/local/localtest"
)

const killRounds = 8

// TestAKilledServerLosesNothingAcknowledged kills the server again and again while four senders are at it: what was
// acknowledged is there once, in sequences without a hole, and a follower that lived through it all was told of
// everything once.
func TestAKilledServerLosesNothingAcknowledged(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	data := m.dir("server-data")
	s := m.serve("--listen", localtest.SteadyAddress(t), "--data", data)
	s.stock(0)
	tail := s.follow(s.client("anchor", "phone")...)
	tail.await("connection", online)

	load := &senders{t: t, url: s.restURL("group_open_http_svc/send_group_msg"), acknowledged: map[string]int64{}}
	for range killRounds {
		load.start(4)
		load.awaitMore(20)
		s.kill()
		load.stop()
		again := m.serve("--listen", s.address, "--data", data)
		require.Equal(t, s.address, again.address)
		s = again
	}
	load.finish()

	history := s.historyOf("live")
	texts := map[string]int64{}
	for i, message := range history {
		require.EqualValues(t, i+1, message.sequence, "the sequences have a hole")
		require.NotContains(t, texts, message.text, "it is there twice")
		texts[message.text] = message.sequence
	}
	for text, sequence := range load.acknowledged {
		require.Equal(t, sequence, texts[text], "%q was acknowledged", text)
	}
	require.Len(t, texts, len(load.acknowledged))

	last := history[len(history)-1]
	tail.await("the last message", func(e map[string]any) bool { return e["event"] == "message" && e["text"] == last.text })
	for text := range texts {
		tail.await(text, func(e map[string]any) bool { return e["event"] == "message" && e["text"] == text })
	}
	told := map[any]int{}
	for _, event := range tail.seen {
		if event["event"] == "message" {
			told[event["text"]]++
		}
	}
	for text, times := range told {
		require.Equal(t, 1, times, "told of %v", text)
	}
}

func online(e map[string]any) bool { return e["event"] == "connection" && e["text"] == "online" }

// senders write into the group over REST. A send without an answer is repeated, as the same message, until it has one.
type senders struct {
	t       *testing.T
	url     string
	next    atomic.Int64
	stopped atomic.Bool
	wait    sync.WaitGroup

	mu           sync.Mutex
	acknowledged map[string]int64
	unsure       []int64
}

func (l *senders) start(count int) {
	l.stopped.Store(false)
	for range count {
		l.wait.Go(func() {
			for !l.stopped.Load() {
				if number := l.next.Add(1); !l.send(number) {
					l.mu.Lock()
					l.unsure = append(l.unsure, number)
					l.mu.Unlock()
					return // the server is gone
				}
			}
		})
	}
}

func (l *senders) stop() {
	l.stopped.Store(true)
	l.wait.Wait()
}

// send says whether the message was acknowledged.
func (l *senders) send(number int64) bool {
	text := fmt.Sprintf("第 %d 件", number)
	body := fmt.Sprintf(`{"GroupId":"live","From_Account":"buyer","Random":%d,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":%q}}]}`, number, text)
	response, err := http.Post(l.url, "application/json", strings.NewReader(body))
	if err != nil {
		return false
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return false
	}
	var sequence int64
	if _, found, _ := cutNumber(string(answer), `"MsgSeq":`, &sequence); !found {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.acknowledged[text] = sequence
	return true
}

func cutNumber(text, before string, into *int64) (rest string, found bool, err error) {
	_, rest, found = strings.Cut(text, before)
	if !found {
		return "", false, nil
	}
	end := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	*into, err = strconv.ParseInt(rest[:end], 10, 64)
	return rest[end:], true, err
}

// awaitMore waits until more messages have been acknowledged.
func (l *senders) awaitMore(count int) {
	l.t.Helper()
	size := func() int {
		l.mu.Lock()
		defer l.mu.Unlock()
		return len(l.acknowledged)
	}
	want := size() + count
	require.Eventually(l.t, func() bool { return size() >= want }, patience, time.Millisecond)
}

// finish repeats what had no answer.
func (l *senders) finish() {
	l.t.Helper()
	for _, number := range l.unsure {
		require.True(l.t, l.send(number))
	}
}

// TestKilledSendersSendOnce kills `reddot send` at any moment: what it said it had sent is there once, what it had taken
// in goes out with the next command of the same device, and nothing is there twice.
func TestKilledSendersSendOnce(t *testing.T) {
	t.Parallel()
	s := shop(t, 0)
	random := rand.New(rand.NewPCG(1, 2))
	said := map[string]bool{}
	for round := range 3 * killRounds {
		text := fmt.Sprintf("第 %d 次", round)
		command := exec.Command(s.path, append([]string{"send", "live", text, "--json"}, s.client("anchor", "laptop")...)...)
		command.Env = s.environment()
		var out strings.Builder
		command.Stdout = &out
		require.NoError(t, command.Start())
		killer := time.AfterFunc(time.Duration(random.IntN(60))*time.Millisecond, func() { _ = command.Process.Kill() })
		_ = command.Wait()
		killer.Stop()
		said[text] = strings.Contains(out.String(), `"seq"`)
	}
	s.do(append([]string{"send", "live", "最后"}, s.client("anchor", "laptop")...)...)

	times := map[string]int{}
	for _, message := range s.historyOf("live") {
		times[message.text]++
	}
	require.Equal(t, 1, times["最后"])
	for text, acknowledged := range said {
		require.LessOrEqual(t, times[text], 1, text)
		if acknowledged {
			require.Equal(t, 1, times[text], text)
		}
	}
}

// TestAKilledScreenKeepsOutboxAndDraft kills the screen, without a server to send to, with a message in the outbox and
// another one half typed: both are there when it starts again, and the message goes out once the server is back.
func TestAKilledScreenKeepsOutboxAndDraft(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	data := m.dir("server-data")
	s := m.serve("--listen", localtest.SteadyAddress(t), "--data", data)
	s.stock(1)
	client := s.client("anchor", "laptop")
	window := m.open("before", 100, 30, client...)
	window.awaitText("直播间")
	window.keys("Enter")
	window.awaitText("第 1 条")
	s.kill()
	window.text("还没发出去")
	window.keys("Enter")
	window.awaitText("待发 1")
	window.text("写到一半")
	awaitDraft(t, filepath.Join(s.home, "client-anchor-laptop", "client.db"), "写到一半")
	window.killProgram()
	window.awaitText("exit 137")

	window = m.open("after", 100, 30, client...)
	window.awaitText("待发 1")
	window.keys("Enter")
	window.await("outbox and draft", func(screen string) bool {
		return strings.Contains(screen, "还没发出去") && strings.Contains(screen, "写到一半")
	})
	again := m.serve("--listen", s.address, "--data", data)
	require.Equal(t, s.address, again.address)
	window.awaitText("待发 0")
	window.awaitText("写到一半")
	texts := map[string]int{}
	for _, message := range again.historyOf("live") {
		texts[message.text]++
	}
	require.Equal(t, map[string]int{"第 1 条": 1, "还没发出去": 1}, texts)
}

// killProgram ends the program in the window as kill -9 does.
func (w *terminal) killProgram() {
	w.t.Helper()
	shell := strings.TrimSpace(w.tmux("display-message", "-p", "-t", w.name, "#{pane_pid}"))
	programs := children(shell)
	require.Len(w.t, programs, 1)
	kill(programs[0])
}

// awaitDraft waits until a client's file holds a draft: only what is on the disk survives a kill.
func awaitDraft(t *testing.T, path, text string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?mode=ro")
	require.NoError(t, err)
	defer db.Close()
	require.Eventually(t, func() bool {
		var found string
		return db.QueryRow("SELECT text FROM drafts").Scan(&found) == nil && found == text
	}, patience, 10*time.Millisecond)
}
