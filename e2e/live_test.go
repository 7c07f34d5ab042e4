package e2e

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/im/emulator"
	"reddot/model"
	"reddot/session"
	"reddot/store"
)

// live is one device of a user in this process, as the commands wire it: adapter, store and session.
type live struct {
	*session.Session
	t    *testing.T
	name string
	end  func()

	mu    sync.Mutex
	facts []session.Fact
}

// live starts a device on the long connection.
func (s *service) live(user, name string) *live {
	s.t.Helper()
	return s.run(user, name, overPush(s, s.address, user, name))
}

// run starts a device that keeps its data in a directory of its own, and notes every fact that it tells.
func (s *service) run(user, name string, client im.Client) *live {
	s.t.Helper()
	file, err := store.Open(filepath.Join(s.data+"-clients", user+"-"+name, "client.db"), store.Options{})
	require.NoError(s.t, err)
	d := &live{t: s.t, name: user + " at " + name}
	d.Session = session.New(session.Options{Client: client, Store: file, Journal: file, Device: name, Language: model.English})
	ctx, cancel := context.WithCancel(context.Background())
	ended, followed := make(chan error, 1), make(chan struct{})
	facts := d.Follow(ctx)
	go func() { ended <- d.Run(ctx) }()
	go func() {
		defer close(followed)
		for fact := range facts {
			d.mu.Lock()
			d.facts = append(d.facts, fact)
			d.mu.Unlock()
		}
	}()
	d.end = sync.OnceFunc(func() {
		cancel()
		require.NoError(s.t, <-ended)
		<-followed
		require.NoError(s.t, client.Close())
		require.NoError(s.t, file.Close())
	})
	s.t.Cleanup(d.end)
	return d
}

// write sends a message and waits until the device shows it, so that an empty outbox seen later means that it has left.
func (d *live) write(id model.ConversationID, elements ...model.Element) model.Key {
	d.t.Helper()
	key, err := d.Send(d.t.Context(), id, session.Draft{Elements: elements})
	require.NoError(d.t, err, d.name)
	d.await("what it wrote", func(v *session.View) bool {
		return v.ByID[id] != nil && slices.ContainsFunc(v.ByID[id].Messages, func(m *model.Message) bool { return m.Key() == key })
	})
	return key
}

// told returns the facts so far.
func (d *live) told() []session.Fact {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.facts)
}

// await waits until the picture fits; the pictures of the others tell what it should have been.
func (d *live) await(what string, fits func(*session.View) bool, others ...*live) *session.View {
	d.t.Helper()
	deadline := time.After(patience)
	for {
		view := d.View()
		if fits(view) {
			return view
		}
		select {
		case <-d.Changed():
		case <-time.After(20 * time.Millisecond): // for those whose picture is only compared with
		case <-deadline:
			text := describe(view)
			for _, other := range others {
				text += other.name + ": " + describe(other.View())
			}
			require.FailNow(d.t, d.name+" never had "+what, "%s", text)
		}
	}
}

// whole waits until the device holds a conversation from its first message to its newest.
func (d *live) whole(id model.ConversationID, newest int64) []*model.Message {
	d.t.Helper()
	view := d.await(fmt.Sprintf("all of %s", id), func(v *session.View) bool {
		c := v.ByID[id]
		if c == nil || c.Loading {
			return false
		}
		if !c.Complete {
			d.LoadOlder(id)
			return false
		}
		return len(c.Messages) > 0 && c.Messages[len(c.Messages)-1].Position() >= newest
	})
	return view.ByID[id].Messages
}

func describe(view *session.View) string {
	var text strings.Builder
	fmt.Fprintf(&text, "phase %d, outgoing %d, failed %d\n", view.Connection.Phase, view.Outgoing, view.Failed)
	for _, c := range view.Conversations {
		fmt.Fprintf(&text, "%s: read %d, newest %d, unread %d (pending %v), %d messages (loading %v, complete %v)\n",
			c.ID, c.Read, c.LastSequence, c.Unread, c.UnreadPending, len(c.Messages), c.Loading, c.Complete)
		for _, m := range c.Messages {
			if receipt, known := c.Receipts[m.Sequence]; m.Sender == view.Self.User && m.NeedReceipt && (!known || receipt.UnreadCount > 0) {
				fmt.Fprintf(&text, "    #%d known %v, read by %d, unread by %d\n", m.Sequence, known, receipt.ReadCount, receipt.UnreadCount)
			}
		}
	}
	for _, r := range view.Sync {
		fmt.Fprintf(&text, "sync: direction %d, kind %d, %s #%d, device %q\n", r.Direction, r.Kind, r.Conversation, r.Position, r.Device)
	}
	return text.String()
}

// ask calls one command of the REST API as the admin and returns the answer, which must be a success.
func (s *service) ask(command, body string) map[string]any {
	s.t.Helper()
	return ask(s.t, fmt.Sprintf("http://%s/v4/%s?sdkappid=%d&identifier=administrator&usersig=%s&random=7&contenttype=json",
		s.address, command, emulator.DefaultAppID, s.signature("administrator")), body)
}

// kept is one message of a group as the service has it.
type kept struct {
	sequence int64
	sender   string
	text     string
}

func (s *service) history(group string) []kept { return historyOf(s.t, s.ask, group) }

// historyOf returns everything that a server has of a group, oldest first.
func historyOf(t *testing.T, rest func(command, body string) map[string]any, group string) []kept {
	t.Helper()
	var all []kept
	for before := int64(0); before != 1; {
		body := fmt.Sprintf(`{"GroupId":%q,"ReqMsgNumber":20,"ReqMsgSeq":%d}`, group, before-1)
		if before == 0 {
			body = fmt.Sprintf(`{"GroupId":%q,"ReqMsgNumber":20}`, group)
		}
		rows, _ := rest("group_open_http_svc/group_msg_get_simple", body)["RspMsgList"].([]any)
		if len(rows) == 0 {
			break
		}
		for _, row := range rows {
			message := row.(map[string]any)
			all = append(all, kept{int64(message["MsgSeq"].(float64)), message["From_Account"].(string), textOfBody(message["MsgBody"])})
			before = all[len(all)-1].sequence
		}
	}
	slices.SortFunc(all, func(a, b kept) int { return cmp.Compare(a.sequence, b.sequence) })
	return all
}

func textOfBody(body any) string {
	elements, _ := body.([]any)
	if len(elements) == 0 {
		return ""
	}
	content, _ := elements[0].(map[string]any)["MsgContent"].(map[string]any)
	text, _ := content["Text"].(string)
	return text
}
