package emulator

import (
	"bytes"
	"compress/zlib"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/klauspost/compress/gzip"
	"github.com/stretchr/testify/require"

	"reddot/im/wire"
)

// chat makes a world with alice, bob and carol in the public group group-room.
func chat(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, nil)
	for _, user := range []string{"alice", "bob", "carol"} {
		w.ok("im_open_login_svc/account_import", fmt.Sprintf(`{"UserID":%q,"Nick":%q}`, user, strings.ToUpper(user)))
	}
	w.ok("group_open_http_svc/create_group", `{"Type":"Public","GroupId":"group-room","Name":"Room","Owner_Account":"alice",
		"MemberList":[{"Member_Account":"bob"},{"Member_Account":"carol"}]}`)
	return w
}

const textBody = `[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hello"}}]`

// sendGroup is a group send whose other fields are given.
func sendGroup(random int, more string) string {
	return fmt.Sprintf(`{"From_Account":"mallory","GroupId":"group-room","Random":%d,"ClientSeq":77,"MsgPriority":"Normal","MsgBody":%s,
		"CloudCustomData":"","MsgClientTime":1700000000%s}`, random, textBody, more)
}

func sendC2C(to string, random int, more string) string {
	return fmt.Sprintf(`{"From_Account":"mallory","To_Account":%q,"MsgSeq":5,"MsgRandom":%d,"MsgBody":%s,"CloudCustomData":"",
		"MsgClientTime":1700000000%s}`, to, random, textBody, more)
}

// good asks and expects success.
func (d *device) good(command, body string) map[string]any {
	d.t.Helper()
	reply := d.ask(command, body)
	require.EqualValues(d.t, 0, reply["ErrorCode"], "%s: %v", command, reply)
	return reply
}

// event waits for a pushed event that has the array, and takes it.
func (d *device) event(array string) map[string]any {
	d.t.Helper()
	for {
		for _, body := range d.pushed {
			list, _ := body["EventArray"].([]any)
			for i, entry := range list {
				event := entry.(map[string]any)
				if event[array] == nil {
					continue
				}
				body["EventArray"] = append(list[:i:i], list[i+1:]...)
				return event
			}
		}
		_, _, body := d.next()
		d.pushed = append(d.pushed, body)
	}
}

// quiet checks that no event with the array came: what the server had to say before it
// answers a heartbeat is there by then.
func (d *device) quiet(w *world, array string) {
	d.t.Helper()
	w.settle(d)
	for _, body := range d.pushed {
		list, _ := body["EventArray"].([]any)
		for _, entry := range list {
			require.NotContains(d.t, entry, array)
		}
	}
}

// settle returns when everything that was committed has reached the device: a list takes
// its place behind the pushes of what it holds.
func (w *world) settle(d *device) {
	w.t.Helper()
	d.good("recentcontact.page_get", `{}`)
}

func TestWhoMayLogIn(t *testing.T) {
	w := chat(t)
	now := time.Unix(w.clock.seconds.Load(), 0)
	expired, err := wire.GenerateUserSig(restApp, restKey, "alice", time.Second)
	require.NoError(t, err)
	tests := []struct {
		name, user, sig string
		code            int
	}{
		{"a good signature", "alice", signed(t, restKey, restApp, "alice"), 0},
		{"a user nobody has seen", "newcomer", signed(t, restKey, restApp, "newcomer"), 0},
		{"no signature", "alice", "", 70002},
		{"no signature at all", "alice", "not-a-signature", 70003},
		{"that of another user", "alice", signed(t, restKey, restApp, "bob"), 70013},
		{"that of another application", "alice", signed(t, restKey, 1400000009, "alice"), 70014},
		{"another key", "alice", signed(t, wire.NewSecret("other"), restApp, "alice"), 70009},
		{"one that has expired", "alice", expired, 70001},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.code == 70001 {
				w.clock.seconds.Store(now.Unix() + 60)
				defer w.clock.seconds.Store(now.Unix())
			}
			reply := w.dial(7).ask("im_open_status.wslogin", `{}`, fmt.Sprintf(`"identifier":%q,"usersig":%q,`, test.user, test.sig))
			require.EqualValues(t, test.code, reply["ErrorCode"], reply)
			if test.code != 0 {
				require.NotEmpty(t, reply["ErrorInfo"])
				return
			}
			require.NotEmpty(t, reply["A2Key"])
			require.Regexp(t, `^144115200\d{9}$`, reply["TinyId"])
			require.NotZero(t, reply["InstId"])
			require.EqualValues(t, w.clock.seconds.Load(), reply["TimeStamp"])
		})
	}
}

func TestBeforeLoginOnlyHeartbeatsAreAnswered(t *testing.T) {
	w := chat(t)
	d := w.dial(7)
	require.EqualValues(t, 0, d.ask("heartbeat.alive", `{}`)["ErrorCode"])
	require.EqualValues(t, wire.CodeMsgTicket, d.ask("recentcontact.page_get", `{}`)["ErrorCode"])
	require.EqualValues(t, wire.CodeMsgTicket, d.ask("recentcontact.page_get", `{}`, `"a2":"a2-alice","tinyid":"144115200000000002",`)["ErrorCode"])
}

// ticketOf logs in and returns what stands in the head of a device's later requests.
func (w *world) ticketOf(user string) (d *device, head string) {
	w.t.Helper()
	d = w.dial(7)
	d.user = user
	reply := d.ask("im_open_status.wslogin", `{}`, fmt.Sprintf(`"identifier":%q,"usersig":%q,`, user, signed(w.t, restKey, restApp, user)))
	require.EqualValues(w.t, 0, reply["ErrorCode"], reply)
	d.inst = reply["InstId"].(float64)
	return d, fmt.Sprintf(`"a2":%q,"tinyid":%q,"status_instid":%.0f,`, reply["A2Key"], reply["TinyId"], reply["InstId"])
}

func TestATicketStandsForTheSignatureOnANewConnection(t *testing.T) {
	w := chat(t)
	lost, head := w.ticketOf("alice")
	again := w.dial(7)
	// What was not answered is sent again before the new login.
	reply := again.ask("group_open_http_svc.send_group_msg", sendGroup(1, ""), head)
	require.EqualValues(t, 1, reply["MsgSeq"], reply)
	reply = again.ask("im_open_status.wslogin", `{}`, head)
	require.EqualValues(t, 0, reply["ErrorCode"], reply)
	require.Contains(t, head, fmt.Sprintf(`"status_instid":%.0f`, reply["InstId"]), "the same device keeps its instance")
	lost.ended()
	again.good("recentcontact.page_get", `{}`)
}

// signedAt makes a signature for an hour at a time that is not now, by the published
// algorithm (rest-api.md section 1.4).
func signedAt(t *testing.T, user string, made time.Time) string {
	t.Helper()
	mac := hmac.New(sha256.New, []byte(restKey.Reveal()))
	fmt.Fprintf(mac, "TLS.identifier:%s\nTLS.sdkappid:%d\nTLS.time:%d\nTLS.expire:3600\n", user, restApp, made.Unix())
	doc := fmt.Sprintf(`{"TLS.ver":"2.0","TLS.identifier":%q,"TLS.sdkappid":%d,"TLS.expire":3600,"TLS.time":%d,"TLS.sig":%q}`,
		user, restApp, made.Unix(), base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	var packed bytes.Buffer
	zip := zlib.NewWriter(&packed)
	_, err := zip.Write([]byte(doc))
	require.NoError(t, err)
	require.NoError(t, zip.Close())
	return strings.NewReplacer("+", "*", "/", "-", "=", "_").Replace(base64.StdEncoding.EncodeToString(packed.Bytes()))
}

func TestSignaturesEndAndKicksEndThem(t *testing.T) {
	w := chat(t)
	d, head := w.ticketOf("alice")
	w.ok("im_open_login_svc/kick", `{"UserID":"alice"}`)
	command, _, body := d.next()
	require.Equal(t, "im_open_status.stat_forceoffline", command)
	w.requireKick(3, d, body)
	d.ended()
	require.EqualValues(t, 70001, w.dial(7).ask("im_open_status.wslogin", `{}`, head)["ErrorCode"], "the ticket has ended")

	w.clock.seconds.Store(time.Now().Unix() + 5)
	w.clock.seconds.Add(2)
	later := w.dial(7)
	reply := later.ask("im_open_status.wslogin", `{}`, fmt.Sprintf(`"identifier":"alice","usersig":%q,`, signedAt(t, "alice", w.clock.now())))
	require.EqualValues(t, 0, reply["ErrorCode"], "a signature made later works")
	head = fmt.Sprintf(`"a2":%q,"tinyid":%q,"status_instid":%.0f,`, reply["A2Key"], reply["TinyId"], reply["InstId"])
	later.good("recentcontact.page_get", `{}`)
	w.clock.seconds.Add(3601)
	require.EqualValues(t, 70001, later.ask("recentcontact.page_get", `{}`)["ErrorCode"], "the signature behind the login has expired")
	require.EqualValues(t, 70001, w.dial(7).ask("im_open_status.wslogin", `{}`, head)["ErrorCode"])
}

func TestTheLoginDecidesWhoSends(t *testing.T) {
	w := chat(t)
	bob, alice := w.login("bob", 7), w.login("alice", 7)
	alice.good("group_open_http_svc.send_group_msg", sendGroup(1, ""))
	message := bob.event("GroupMsgArray")["GroupMsgArray"].([]any)[0].(map[string]any)
	require.Equal(t, "alice", message["From_Account"])
}

func TestEveryRequestIsAnswered(t *testing.T) {
	w := chat(t)
	d := w.login("alice", 7)
	for command, code := range map[string]int{
		"heartbeat.alive": 0, "im_open_status.wshello": 0, "sns.friend_get": 0, "sns.pendency_get": 0, "imopenstat.tim_web_report_v2": 0,
		"im_sdk_config_mgr.fetch_config": 0, "recentcontact.get_contact_group": 0, "openim.authkey": 0,
		"million_group_open_http_svc.get_joined_group_list": 0, "group_open_http_svc.batch_get_group_notify": 0,
		"group_open_http_svc.get_group_notify": 0, "openim.no_such_command": 60009, "nonsense": 60009,
	} {
		require.EqualValues(t, code, d.ask(command, `{}`)["ErrorCode"], command)
	}
	// Without StartIndex 0 the official SDK asks for the next page for ever.
	require.EqualValues(t, 0, d.good("sns.black_list_get", `{}`)["StartIndex"])
	// The same goes for this one of 2.27.6, after every reconnect.
	require.EqualValues(t, 0, d.good("group_open_http_svc.get_group_notify", `{"GroupId":"group-room","NotifyType":1,"BeginTime":0}`)["NextMsgTime"])
	w.requireJSON(`[0,0]`, d.good("openim.get_peer_read_time", `{"To_Account":["bob","carol"]}`)["ReadTime"])
	require.EqualValues(t, 60003, d.ask("group_open_http_svc.send_group_msg", `{"GroupId":7}`)["ErrorCode"])
	require.EqualValues(t, 60003, d.ask("recentcontact.page_get", `[]`)["ErrorCode"])
}

func TestBrokenFramesHarmNobody(t *testing.T) {
	w := chat(t)
	d := w.login("alice", 7)
	for _, frame := range []string{
		``, `{`, `null`, `[]`, `"text"`, `{"head":{}}`, `{"body":{}}`, "\x00\xff\xfe", `{"head":{"servcmd":"","seq":1},"body":{}}`,
		`{"head":{"servcmd":"heartbeat.alive","seq":-1},"body":{}}`, `{"head":[],"body":{}}`, strings.Repeat(`[`, 100_000),
	} {
		require.NoError(t, d.ws.Write(t.Context(), websocket.MessageText, []byte(frame)))
	}
	d.good("heartbeat.alive", `{}`)
	// A wrong type in the head, but a command and a sequence: that can be answered.
	require.NoError(t, d.ws.Write(t.Context(), websocket.MessageText,
		[]byte(`{"head":{"servcmd":"recentcontact.page_get","seq":4711,"reqtime":"soon"},"body":{}}`)))
	command, seq, body := d.next()
	require.Equal(t, "recentcontact.page_get", command)
	require.Equal(t, 4711, seq)
	require.EqualValues(t, 60003, body["ErrorCode"])

	other := w.login("bob", 7)
	require.NoError(t, d.ws.Write(t.Context(), websocket.MessageText, bytes.Repeat([]byte("x"), wire.MaxFrame+1)))
	d.ended()
	other.good("heartbeat.alive", `{}`)
}

func TestBinaryFramesAndLargeOnesCompressed(t *testing.T) {
	w := chat(t)
	address := strings.Replace(w.url, "http", "ws", 1) + "/binfo?platform=7&compress=gzip"
	ws, response, err := websocket.Dial(t.Context(), address, nil)
	require.NoError(t, err)
	if response.Body != nil {
		response.Body.Close()
	}
	defer ws.CloseNow()
	ws.SetReadLimit(-1)
	ask := func(command, head, body string) ([]byte, map[string]any) {
		frame := fmt.Sprintf(`{"head":{%s"servcmd":%q,"seq":9},"body":%s}`, head, command, body)
		require.NoError(t, ws.Write(t.Context(), websocket.MessageBinary, []byte(frame)))
		kind, raw, err := ws.Read(t.Context())
		require.NoError(t, err)
		require.Equal(t, websocket.MessageBinary, kind)
		plain := raw
		if packed, marked := bytes.CutPrefix(raw, []byte("COMP")); marked {
			unpack, err := gzip.NewReader(bytes.NewReader(packed))
			require.NoError(t, err)
			var out bytes.Buffer
			_, err = out.ReadFrom(unpack)
			require.NoError(t, err)
			plain = out.Bytes()
		}
		var reply struct{ Body map[string]any }
		require.NoError(t, json.Unmarshal(plain, &reply))
		return raw, reply.Body
	}
	ask("im_open_status.wslogin", fmt.Sprintf(`"identifier":"alice","usersig":%q,`, signed(t, restKey, restApp, "alice")), `{}`)
	raw, _ := ask("recentcontact.page_get", "", `{}`)
	require.False(t, bytes.HasPrefix(raw, []byte("COMP")), "small frames are not compressed")
	for i := range 60 {
		w.ok("group_open_http_svc/send_group_msg", fmt.Sprintf(`{"GroupId":"group-room","From_Account":"alice","Random":%d,
			"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":%q}}],"OnlineOnlyFlag":0}`, i+1, strings.Repeat("x", 2000)))
	}
	var reply map[string]any
	for reply["RspMsgList"] == nil { // pushes come in between
		raw, reply = ask("group_open_http_svc.group_msg_get", "", `{"GroupId":"group-room","ReqMsgNumber":60}`)
	}
	require.Len(t, reply["RspMsgList"], 60)
	require.True(t, bytes.HasPrefix(raw, []byte("COMP")))
}

func TestASlowReaderIsCutOffAndOthersAreNot(t *testing.T) {
	w := chat(t)
	slow, quick := w.login("bob", 7), w.login("carol", 7)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan int)
	go func() { // quick reads all the time
		got := 0
		for {
			_, frame, err := quick.ws.Read(ctx)
			if err != nil {
				done <- got
				return
			}
			got += bytes.Count(frame, []byte(`"From_Account":"alice"`))
			if got >= 6000 {
				done <- got
				return
			}
		}
	}()
	big := fmt.Sprintf(`[{"MsgType":"TIMTextElem","MsgContent":{"Text":%q}}]`, strings.Repeat("x", 8000))
	for i := range 6000 { // 48 MB, more than any socket buffers
		w.sendNow("alice", i+1, big)
	}
	require.Equal(t, 6000, <-done)
	cancel()
	// The slow one finds its connection ended, behind what the sockets still held.
	slow.ended()
}

func TestOnlyPagesOfThisMachineConnect(t *testing.T) {
	w := chat(t)
	address := strings.Replace(w.url, "http", "ws", 1) + "/binfo"
	for origin, allowed := range map[string]bool{"http://localhost:3000": true, "https://evil.example": false, "null": false} {
		ws, response, err := websocket.Dial(t.Context(), address, &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {origin}}})
		if allowed {
			require.NoError(t, err, origin)
			_ = ws.CloseNow()
			continue
		}
		require.Error(t, err, origin)
		require.Equal(t, http.StatusForbidden, response.StatusCode)
	}
}

func TestClientsAreCounted(t *testing.T) {
	w := chat(t)
	counts := make(chan int, 10)
	w.server.OnClients(func(n int) { counts <- n })
	a, b := w.login("alice", 7), w.login("alice", 7)
	require.Equal(t, 1, <-counts)
	require.Equal(t, 2, <-counts)
	a.good("im_open_status.wslogout", `{"wslogout_type":0}`)
	require.Equal(t, 1, <-counts)
	require.NoError(t, b.ws.CloseNow())
	require.Equal(t, 0, <-counts)
}
