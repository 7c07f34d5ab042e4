package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/cli/local/localtest"
	"reddot/im"
	"reddot/im/emulator"
	"reddot/im/push"
	"reddot/im/wire"
	"reddot/model"
)

// service is an embedded server in this process, with a group of alice and bob.
type service struct {
	t       *testing.T
	data    string
	address string
	stop    func()
	server  *emulator.Server
	// now is the server's clock, nil for ours.
	now func() time.Time
	// webhook is where the server posts its events, "" for nowhere.
	webhook string
	// consent has whom a client invites decide about it.
	consent bool
}

func newService(t *testing.T) *service {
	t.Helper()
	return newServiceWith(t, service{})
}

// newServiceWith is newService with another clock, with webhooks, or where the invited are asked.
func newServiceWith(t *testing.T, options service) *service {
	t.Helper()
	s := &service{t: t, data: t.TempDir(), address: localtest.SteadyAddress(t), now: options.now, webhook: options.webhook, consent: options.consent}
	s.start()
	t.Cleanup(func() { s.stop() })
	s.rest("im_open_login_svc/multiaccount_import", `{"AccountList":[{"UserID":"alice","Nick":"Alice"},{"UserID":"bob","Nick":"Bob"}]}`)
	s.rest("group_open_http_svc/create_group", `{"GroupId":"shop","Owner_Account":"alice","Type":"Public","Name":"秋装",
		"MemberList":[{"Member_Account":"bob","AppMemberDefinedData":[{"Key":"role","Value":"guide"}]}]}`)
	return s
}

// start serves on the address; a second start is a server that came back with the same data.
func (s *service) start() {
	s.t.Helper()
	server, err := emulator.New(emulator.Options{Data: s.data, SecretKey: wire.NewSecret("e2e-key"), Now: s.now, Webhook: s.webhook, WebhookToken: hookToken, InviteConsent: s.consent})
	require.NoError(s.t, err)
	listener, err := net.Listen("tcp", s.address)
	require.NoError(s.t, err)
	s.server, s.address = server, listener.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, listener) }()
	s.stop = sync.OnceFunc(func() {
		cancel()
		require.NoError(s.t, <-served)
		require.NoError(s.t, server.Close())
	})
}

func (s *service) signature(user string) string {
	s.t.Helper()
	signature, err := wire.GenerateUserSig(emulator.DefaultAppID, wire.NewSecret("e2e-key"), user, 24*time.Hour)
	require.NoError(s.t, err)
	return signature
}

// rest posts raw JSON as the admin and requires success.
func (s *service) rest(command, body string) {
	s.t.Helper()
	url := fmt.Sprintf("http://%s/v4/%s?sdkappid=%d&identifier=administrator&usersig=%s&random=7&contenttype=json",
		s.address, command, emulator.DefaultAppID, s.signature("administrator"))
	response, err := http.Post(url, "application/json", strings.NewReader(body))
	require.NoError(s.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(s.t, err)
	var reply struct{ ErrorCode int }
	require.NoError(s.t, json.Unmarshal(text, &reply))
	require.Zero(s.t, reply.ErrorCode, "%s", text)
}

// fault makes the server misbehave by one rule.
func (s *service) fault(rule string) {
	s.t.Helper()
	s.rest("emulator/set_faults", `{"Rules":[`+rule+`]}`)
}

// device is one logged-in client.
type device struct {
	*push.Client
	t *testing.T
}

func (s *service) device(user, name string) *device {
	s.t.Helper()
	client := push.New(push.Options{
		URLs: push.At("ws://" + s.address), AppID: emulator.DefaultAppID, User: user, UserSig: wire.NewSecret(s.signature(user)),
		Device: name, Language: "en",
	})
	s.t.Cleanup(func() { require.NoError(s.t, client.Close()) })
	require.NoError(s.t, client.Connect(s.t.Context()))
	d := &device{Client: client, t: s.t}
	awaitEvent[im.Connected](d, nil)
	return d
}

// awaitEvent returns the next event of a type that fits, and skips all others.
func awaitEvent[T im.Event](d *device, fits func(T) bool) T {
	d.t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case event, open := <-d.Events():
			require.True(d.t, open, "the events ended")
			if wanted, ok := event.(T); ok && (fits == nil || fits(wanted)) {
				return wanted
			}
		case <-deadline:
			require.FailNow(d.t, "no event", "want %T", *new(T))
		}
	}
}

// say sends a text and returns its sequence.
func (d *device) say(conversation model.ConversationID, text string) *im.SendResult {
	d.t.Helper()
	result, err := d.Send(d.t.Context(), im.Outgoing{
		Conversation: conversation, Random: rand.Uint32(), ClientTime: time.Now().Unix(), Sequence: rand.Int64N(1 << 31),
		Elements: []model.Element{model.Text{Text: text}}, NeedReceipt: true,
	})
	require.NoError(d.t, err)
	return result
}

func (d *device) sync() *im.Snapshot {
	d.t.Helper()
	snapshot, err := d.Sync(d.t.Context())
	require.NoError(d.t, err)
	return snapshot
}

// conversation returns a conversation of a snapshot.
func conversationOf(t *testing.T, snapshot *im.Snapshot, id model.ConversationID) im.Conversation {
	t.Helper()
	for _, conversation := range snapshot.Conversations {
		if conversation.ID == id {
			return conversation
		}
	}
	require.FailNow(t, "no such conversation", string(id))
	return im.Conversation{}
}

func textOf(t *testing.T, m *model.Message) string {
	t.Helper()
	require.Len(t, m.Elements, 1)
	return m.Elements[0].(model.Text).Text
}

const shopGroup = model.ConversationID("GROUPshop")
