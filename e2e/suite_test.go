package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/im/emulator"
	"reddot/im/push"
	"reddot/im/rest"
	"reddot/im/wire"
	"reddot/model"
	"reddot/session"
)

// way is one of the two interfaces that a client can speak.
type way struct {
	name    string
	connect func(s *service, address, user, name string) im.Client
	// caller is who the server sees behind alice's requests.
	caller string
	// unsupported is what reading a group cannot do.
	unsupported []string
	// commands are what the client calls; faults are set on them.
	commands []string
}

var ways = []way{
	{
		name: "push", connect: overPush, caller: "alice",
		commands: []string{
			wire.CmdSendGroupMsg, wire.CmdSendMsg, wire.CmdMsgReadReport, wire.CmdMsgReaded, wire.CmdGroupMsgReceipt, wire.CmdGroupMsgGet,
			wire.CmdPageGet, wire.CmdGetMsg, wire.CmdGroupMemberInfo,
		},
	},
	{
		name: "rest", connect: overREST, caller: "administrator", unsupported: []string{"mark_read"},
		commands: []string{
			wire.CmdSendGroupMsg, wire.CmdSendMsg, wire.CmdJoinedGroupList, wire.CmdGroupMsgReceipt, wire.CmdGroupMsgGetSimple, wire.CmdGroupInfo,
			wire.CmdAdminGetRoamMsg, wire.CmdRecentContactList, wire.CmdGroupMemberInfo, wire.CmdAdminSetMsgRead, wire.CmdPortraitGet, wire.CmdGetGroupMsgReceipt,
		},
	},
}

func overPush(s *service, address, user, name string) im.Client {
	return push.New(push.Options{
		URLs: push.At("ws://" + address), AppID: emulator.DefaultAppID, User: user, UserSig: wire.NewSecret(s.signature(user)),
		Device: name, Language: "en",
	})
}

func overREST(s *service, address, user, name string) im.Client {
	return rest.New(s.restOptions("http://"+address, user, name))
}

func (s *service) restOptions(url, user, name string) rest.Options {
	return rest.Options{
		URL: url, AppID: emulator.DefaultAppID, User: user, Admin: "administrator", Device: name, Language: "en",
		Sign: func(context.Context) (wire.Secret, error) { return wire.NewSecret(s.signature("administrator")), nil },
	}
}

// overAll runs a test over both ways, each with a server of its own.
func overAll(t *testing.T, run func(t *testing.T, p *play)) {
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			run(t, newPlay(t, way))
		})
	}
}

// play is what happens in every test of the suite: alice chats on the device under test, the laptop; bob answers, and
// alice's phone reads, both on the long connection and undisturbed. What disturbs the laptop ends before the end is held
// to the service.
type play struct {
	*service
	t   *testing.T
	way way
	// connect makes the laptop's client; it may go through a proxy.
	connect func() im.Client
	// disturb begins what disturbs the laptop and calm ends it; settle waits until the disturbance was felt.
	disturb, settle, calm func()
	laptop, phone, bob    *live
}

const (
	workGroup = model.ConversationID("GROUPwork")
	bobOf     = model.ConversationID("C2Cbob")
	aliceOf   = model.ConversationID("C2Calice")
	// before is how many messages are there before the devices are: more than two pages of history.
	before = 45
)

func newPlay(t *testing.T, w way) *play {
	t.Helper()
	return newPlayOn(t, newService(t), w)
}

func newPlayOn(t *testing.T, s *service, w way) *play {
	t.Helper()
	p := &play{service: s, t: t, way: w, disturb: func() {}, settle: func() {}, calm: func() {}}
	p.connect = func() im.Client { return w.connect(s, s.address, "alice", "laptop") }
	s.rest("group_open_http_svc/create_group", `{"GroupId":"work","Owner_Account":"bob","Type":"Work","Name":"导购群","MemberList":[{"Member_Account":"alice"}]}`)
	for i := range before {
		s.say("shop", fmt.Sprintf("早上 %d", i))
	}
	s.say("work", "开会")
	return p
}

// say lets bob say something in a group without a device.
func (s *service) say(group, text string) {
	s.t.Helper()
	s.rest("group_open_http_svc/send_group_msg", fmt.Sprintf(
		`{"GroupId":%q,"From_Account":"bob","Random":%d,"NeedReadReceipt":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":%q}}]}`,
		group, time.Now().UnixNano()%(1<<32), text))
}

// TestSuite holds both ways to the same behaviour.
func TestSuite(t *testing.T) {
	overAll(t, func(_ *testing.T, p *play) { p.run() })
}

// The texts that the people of a play write while the laptop is disturbed.
var (
	alices = []string{"我在", "有的", "发链接"}
	bobs   = []string{"在吗", "有货吗", "多少钱"}
)

const (
	custom   = `{"goods":7}`
	halfDone = "还没写完"
	alone    = "私下说"
	back     = "私下回"
)

func (p *play) run() {
	p.begin()
	p.disturb()
	p.chat()
	p.settle()
	p.calm()
	p.hold()
	p.again()
}

// begin brings the devices in and checks what they see of what was there before.
func (p *play) begin() {
	p.laptop, p.phone, p.bob = p.service.run("alice", "laptop", p.connect()), p.live("alice", "phone"), p.live("bob", "phone")
	for _, device := range []*live{p.laptop, p.phone, p.bob} {
		require.NoError(p.t, device.WaitSynced(p.t.Context()), device.name)
	}
	shop := p.laptop.View().ByID[shopGroup]
	require.Equal(p.t, "秋装", shop.Name)
	require.Equal(p.t, before, shop.Unread)
	require.Equal(p.t, 1, p.laptop.View().ByID[workGroup].Unread)
}

// chat is what people do while the laptop is disturbed.
func (p *play) chat() {
	p.laptop.Look(session.Viewing{Conversation: shopGroup, AtBottom: true, Focused: true})
	for i, text := range alices {
		p.laptop.write(shopGroup, model.Text{Text: text})
		p.sent(shopGroup, bobs[i])
	}
	p.laptop.write(shopGroup, model.Custom{Data: custom, Description: "商品"})
	p.laptop.write(bobOf, model.Text{Text: alone})
	p.sent(aliceOf, back)
	p.laptop.SaveDraft(workGroup, halfDone)
	p.phone.Look(session.Viewing{Conversation: workGroup, AtBottom: true, Focused: true})
}

// sent lets bob say something, and returns once the service has it.
func (p *play) sent(id model.ConversationID, text string) {
	p.t.Helper()
	p.bob.write(id, model.Text{Text: text})
	p.bob.await("it sent", func(v *session.View) bool {
		return v.ByID[id] != nil && slices.ContainsFunc(v.ByID[id].Messages, func(m *model.Message) bool {
			return textOfMessage(m) == text && m.Sender == "bob" && m.State == model.Sent
		})
	})
}

// hold holds the laptop, and everybody else, to the service, now that nothing disturbs.
func (p *play) hold() {
	p.laptop.ReconnectNow()
	p.laptop.await("everything sent", func(v *session.View) bool {
		return v.Connection.Phase == session.Online && v.Outgoing == 0 && v.Failed == 0
	})
	kept := p.history("shop")
	newest := kept[len(kept)-1].sequence
	p.holdHistory(kept, newest)
	p.holdReading(newest)
	p.holdReceipts()
	p.holdPrivate()
	p.holdFacts()
	bob := p.laptop.await("the members", func(v *session.View) bool { return v.ByID[shopGroup].Members["bob"].Name != "" })
	require.Equal(p.t, "Bob", bob.ByID[shopGroup].Members["bob"].Name)
}

// holdHistory requires that the service has everything once, and the laptop what the service has.
func (p *play) holdHistory(kept []kept, newest int64) {
	texts := map[string]int{}
	for _, message := range kept {
		texts[message.text]++
	}
	for _, text := range slices.Concat(alices, bobs) {
		require.Equal(p.t, 1, texts[text], "%q in the service's history", text)
	}
	var got []string
	for _, message := range p.laptop.whole(shopGroup, newest) {
		got = append(got, fmt.Sprintf("%d %s %s", message.Sequence, message.Sender, textOfMessage(message)))
	}
	var want []string
	for _, message := range kept {
		want = append(want, fmt.Sprintf("%d %s %s", message.sequence, message.sender, message.text))
	}
	require.Equal(p.t, want, got)
	customs := slices.DeleteFunc(slices.Clone(p.laptop.View().ByID[shopGroup].Messages), func(m *model.Message) bool {
		element, ok := m.Elements[0].(model.Custom)
		return !ok || element.Data != custom
	})
	require.Len(p.t, customs, 1)
}

// holdReading requires that the dots agree: the laptop has read the shop, the phone the other group.
func (p *play) holdReading(newest int64) {
	p.laptop.await("no dot on the shop and the phone's reading", func(v *session.View) bool {
		return v.ByID[shopGroup].Read == newest && v.ByID[shopGroup].Unread == 0 && v.ByID[workGroup].Unread == 0 && !v.ByID[workGroup].UnreadPending
	}, p.phone)
	p.phone.await("the laptop's reading", func(v *session.View) bool {
		return v.ByID[shopGroup].Unread == 0 && !v.ByID[shopGroup].UnreadPending
	}, p.laptop)
	p.sent(workGroup, "还有一件事")
	last := p.history("work")
	p.laptop.await("the newest of the group", func(v *session.View) bool { return v.ByID[workGroup].LastSequence == last[len(last)-1].sequence })
	report, err := p.laptop.ReadAndWait(p.t.Context(), workGroup)
	require.NoError(p.t, err)
	require.Equal(p.t, p.way.unsupported, report.Unsupported)
	require.Equal(p.t, len(p.way.unsupported) == 0, report.MarkRead)
	require.True(p.t, report.Note)
}

// holdReceipts requires that both sides learn who has read what.
func (p *play) holdReceipts() {
	p.bob.Look(session.Viewing{Conversation: shopGroup, AtBottom: true, Focused: true})
	var mine, his []int64
	for _, message := range p.laptop.View().ByID[shopGroup].Messages {
		if message.Sender == "alice" && message.NeedReceipt {
			mine = append(mine, message.Sequence)
		} else if message.Sender == "bob" {
			his = append(his, message.Sequence)
		}
	}
	require.Len(p.t, mine, len(alices)+1)
	p.laptop.await("bob's receipts", func(v *session.View) bool {
		return !slices.ContainsFunc(mine, func(sequence int64) bool { return v.ByID[shopGroup].Receipts[sequence].ReadCount != 1 })
	})
	p.laptop.await("receipts taken by the service", func(*session.View) bool { return p.readByAlice(his) })
	p.laptop.Look(session.Viewing{Conversation: shopGroup, AtBottom: true, Focused: true, Readers: mine[0]})
	p.laptop.await("who has read", func(v *session.View) bool {
		readers := v.ByID[shopGroup].Readers
		return readers != nil && slices.Equal(readers.Read, []string{"bob"}) && len(readers.Unread) == 0
	})
}

// readByAlice says whether the service has alice's receipt for each of these messages of the shop.
func (p *play) readByAlice(sequences []int64) bool {
	for batch := range slices.Chunk(sequences, 50) {
		var list []string
		for _, sequence := range batch {
			list = append(list, fmt.Sprintf(`{"MsgSeq":%d}`, sequence))
		}
		rows := p.ask("group_open_http_svc/get_group_msg_receipt", `{"GroupId":"shop","MsgSeqList":[`+strings.Join(list, ",")+`]}`)["GroupMsgReceiptList"].([]any)
		if slices.ContainsFunc(rows, func(row any) bool { return row.(map[string]any)["ReadNum"] != float64(1) }) {
			return false
		}
	}
	return true
}

// holdPrivate requires that what was said between the two is there once, on both sides, and read.
func (p *play) holdPrivate() {
	p.laptop.Look(session.Viewing{Conversation: bobOf, AtBottom: true, Focused: true})
	p.bob.Look(session.Viewing{Conversation: aliceOf, AtBottom: true, Focused: true})
	for _, side := range []struct {
		device *live
		id     model.ConversationID
	}{{p.laptop, bobOf}, {p.bob, aliceOf}} {
		view := side.device.await("both private messages, read", func(v *session.View) bool {
			c := v.ByID[side.id]
			return c != nil && len(c.Messages) >= 2 && c.Unread == 0 && !c.UnreadPending && !c.Loading
		})
		var texts []string
		for _, message := range view.ByID[side.id].Messages {
			texts = append(texts, textOfMessage(message))
		}
		require.ElementsMatch(p.t, []string{alone, back}, texts, side.device.name)
	}
	p.laptop.await("bob's receipt", func(v *session.View) bool {
		return slices.ContainsFunc(v.ByID[bobOf].Messages, func(m *model.Message) bool { return m.Sender == "alice" && m.PeerRead })
	})
}

// holdFacts requires that who follows the laptop was told of everything once.
func (p *play) holdFacts() {
	p.laptop.await("everything told", func(*session.View) bool {
		told := p.laptop.toldTimes()
		return !slices.ContainsFunc(slices.Concat(alices, bobs), func(text string) bool { return told["message "+text] == 0 })
	})
	for what, times := range p.laptop.toldTimes() {
		require.Equal(p.t, 1, times, "told of %s", what)
	}
}

// again starts the laptop anew on what it has kept: nothing waits, nothing is lost, nothing goes out twice.
func (p *play) again() {
	p.laptop.end()
	p.laptop = p.service.run("alice", "laptop", p.connect())
	require.NoError(p.t, p.laptop.WaitSynced(p.t.Context()))
	view := p.laptop.View()
	require.Zero(p.t, view.Outgoing+view.Failed)
	require.Equal(p.t, halfDone, view.ByID[workGroup].Draft)
	require.Zero(p.t, view.Unread, "%s", describe(view))
	for text, times := range textsOf(p.history("shop")) {
		require.Equal(p.t, 1, times, "%q", text)
	}
}

// textsOf counts the texts of a history.
func textsOf(messages []kept) map[string]int {
	times := map[string]int{}
	for _, message := range messages {
		if message.text != "" {
			times[message.text]++
		}
	}
	return times
}
