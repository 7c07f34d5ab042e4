//go:build unix

package emulator

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
)

// The load generator is made to cost little beside the server: it writes requests that are
// text already and looks into replies and pushes no further than it must.

// waits collects how long things took.
type waits struct {
	mu   sync.Mutex
	list []time.Duration
}

func (w *waits) add(d time.Duration) {
	w.mu.Lock()
	w.list = append(w.list, d)
	w.mu.Unlock()
}

// quantile in milliseconds, 0 without any.
func (w *waits) quantile(part float64) float64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.list) == 0 {
		return 0
	}
	slices.Sort(w.list)
	return float64(w.list[int(part*float64(len(w.list)-1))].Microseconds()) / 1000
}

// loadText is the text of a message that tells when it was sent.
func loadText(sent time.Time) string {
	return "还有货吗？主播可以再试一下吗 @" + strconv.FormatInt(sent.UnixNano(), 10) + "@"
}

// sentAt finds that time in a frame.
func sentAt(frame []byte) (time.Time, bool) {
	_, rest, _ := bytes.Cut(frame, []byte("吗 @"))
	digits, _, found := bytes.Cut(rest, []byte("@"))
	nanos, err := strconv.ParseInt(string(digits), 10, 64)
	return time.Unix(0, nanos), found && err == nil
}

// restCaller is one keep-alive connection for send_group_msg.
type restCaller struct {
	conn   net.Conn
	reader *textproto.Reader
	buf    *bufio.Reader
	head   string
}

func (p *loadProcess) caller(t testing.TB) *restCaller {
	t.Helper()
	conn, err := net.Dial("tcp", p.address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	buf := bufio.NewReader(conn)
	return &restCaller{conn: conn, buf: buf, reader: textproto.NewReader(buf), head: fmt.Sprintf(
		"POST /v4/group_open_http_svc/send_group_msg?sdkappid=%d&identifier=%s&usersig=%s&random=7&contenttype=json HTTP/1.1\r\n"+
			"Host: %s\r\nContent-Type: application/json\r\nContent-Length: ", restApp, restAdmin, signed(t, restKey, restApp, restAdmin), p.address)}
}

func (c *restCaller) send(from string, random int64) error {
	body := fmt.Sprintf(`{"GroupId":"%s","From_Account":"%s","Random":%d,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"%s"}}]}`,
		loadGroup, from, random, loadText(time.Now()))
	if _, err := io.WriteString(c.conn, c.head+strconv.Itoa(len(body))+"\r\n\r\n"+body); err != nil {
		return err
	}
	size := 0
	for {
		line, err := c.reader.ReadLineBytes()
		if err != nil {
			return err
		}
		if len(line) == 0 {
			break
		}
		if name, value, _ := bytes.Cut(line, []byte(": ")); string(name) == "Content-Length" {
			size, _ = strconv.Atoi(string(value))
		}
	}
	reply := make([]byte, size)
	if _, err := io.ReadFull(c.buf, reply); err != nil {
		return err
	}
	if !bytes.Contains(reply, []byte(`"ErrorCode":0`)) {
		return errors.New(string(reply))
	}
	return nil
}

// loadDevice is a logged-in long connection that counts its pushes.
type loadDevice struct {
	ws      *websocket.Conn
	user    string
	seq     atomic.Int64
	pushed  atomic.Int64
	frames  atomic.Int64
	pushes  *waits // nil: their times are not looked at
	replies chan []byte
	ended   chan error
}

// device logs a user in and reads until the test ends.
func (p *loadProcess) device(t testing.TB, user string) *loadDevice {
	t.Helper()
	ws, response, err := websocket.Dial(t.Context(), "ws://"+p.address+"/binfo?platform=7", nil)
	require.NoError(t, err)
	if response.Body != nil {
		response.Body.Close()
	}
	ws.SetReadLimit(-1)
	d := &loadDevice{ws: ws, user: user, replies: make(chan []byte, 1024), ended: make(chan error, 1)}
	t.Cleanup(func() { _ = ws.CloseNow() })
	head := fmt.Sprintf(`{"head":{"identifier":%q,"usersig":%q,"servcmd":"im_open_status.wslogin","seq":1},"body":{"State":"Online"}}`,
		user, signed(t, restKey, restApp, user))
	require.NoError(t, ws.Write(t.Context(), websocket.MessageBinary, []byte(head)))
	_, reply, err := ws.Read(t.Context())
	require.NoError(t, err)
	require.Contains(t, string(reply), `"ErrorCode":0`)
	d.seq.Store(1)
	return d
}

// read counts pushes and passes replies on, until the connection ends.
func (d *loadDevice) read() {
	var frame bytes.Buffer
	for {
		_, r, err := d.ws.Reader(context.Background())
		if err == nil {
			frame.Reset()
			_, err = frame.ReadFrom(r)
		}
		if err != nil {
			d.ended <- err
			close(d.replies)
			return
		}
		d.take(frame.Bytes())
	}
}

func (d *loadDevice) take(frame []byte) {
	if !bytes.HasPrefix(frame, []byte(pushHead)) {
		d.replies <- bytes.Clone(frame)
		return
	}
	d.frames.Add(1)
	d.pushed.Add(int64(bytes.Count(frame, []byte(`{"Event":3`))))
	if d.pushes == nil {
		return
	}
	now := time.Now()
	for event := range bytes.SplitSeq(frame, []byte(`{"Event":3`)) {
		if sent, ok := sentAt(event); ok {
			d.pushes.add(now.Sub(sent))
		}
	}
}

// start sends a message without waiting for the reply.
func (d *loadDevice) start(random int64) error {
	return d.ws.Write(context.Background(), websocket.MessageBinary, fmt.Appendf(nil,
		`{"head":{"servcmd":"group_open_http_svc.send_group_msg","seq":%d},"body":{"From_Account":"%s","GroupId":"%s","Random":%d,`+
			`"ClientSeq":7,"MsgPriority":"Normal","MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"%s"}}]}}`,
		d.seq.Add(1), d.user, loadGroup, random, loadText(time.Now())))
}

// finish waits for one reply.
func (d *loadDevice) finish() error {
	reply, open := <-d.replies
	if !open {
		return fmt.Errorf("the connection of %s ended", d.user)
	}
	if !strings.Contains(string(reply), `"ErrorCode":0`) {
		return errors.New(string(reply))
	}
	return nil
}
