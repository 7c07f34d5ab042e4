package e2e

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im/wire"
	"reddot/model"
	"reddot/session"
)

// TestDevicesConvergeThroughFaults lets two devices of the anchor and one of a buyer read and write while the server
// drops, delays, repeats and cuts. Once the faults are gone and the server was started again, all devices agree with
// each other, with the service and with a device that was never there; nothing is lost, nothing is there twice.
func TestDevicesConvergeThroughFaults(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			newStorm(t, seed).run()
		})
	}
}

// storm is a random schedule of reading, writing and faults.
type storm struct {
	*service
	t       *testing.T
	random  *rand.Rand
	devices []*live // the anchor's two, then the buyer's
	said    map[model.ConversationID][]string
	log     []string
}

// The conversations of a storm; between anchor and buyer it depends on who looks.
var stormGroups = []model.ConversationID{"GROUPpublic", "GROUPwork", "GROUPmeeting"}

const stormSteps = 80

func newStorm(t *testing.T, seed uint64) *storm {
	s := &storm{service: newService(t), t: t, random: rand.New(rand.NewPCG(seed, 7)), said: map[model.ConversationID][]string{}}
	s.ask("im_open_login_svc/multiaccount_import", `{"AccountList":[{"UserID":"anchor","Nick":"小雨"},{"UserID":"buyer","Nick":"林夏"}]}`)
	for group, kind := range map[string]string{"public": "Public", "work": "Work", "meeting": "Meeting"} {
		s.ask("group_open_http_svc/create_group", fmt.Sprintf(
			`{"Owner_Account":"anchor","Type":%q,"GroupId":%q,"Name":%q,"MemberList":[{"Member_Account":"buyer"}]}`, kind, group, group))
	}
	s.devices = []*live{s.live("anchor", "laptop"), s.live("anchor", "phone"), s.live("buyer", "phone")}
	for _, device := range s.devices {
		require.NoError(t, device.WaitSynced(t.Context()))
	}
	t.Cleanup(func() {
		if t.Failed() {
			for _, line := range s.log {
				t.Log(line)
			}
		}
	})
	return s
}

func (s *storm) run() {
	for step := range stormSteps {
		if step%16 == 0 {
			s.misbehave()
		}
		s.step(step)
		// The pace of people, so that faults meet requests under way; nothing waits for it.
		time.Sleep(time.Duration(s.random.IntN(20)) * time.Millisecond)
	}
	for _, device := range s.devices {
		device.Look(session.Viewing{})
	}
	s.note("faults end")
	s.ask("emulator/set_faults", `{"Rules":[]}`)
	s.stop()
	s.start()
	s.check()
}

func (s *storm) note(format string, values ...any) {
	s.log = append(s.log, fmt.Sprintf(format, values...))
}

// misbehave replaces the fault rules by random ones. What is dropped costs a time-out, so that is rare.
func (s *storm) misbehave() {
	commands := []string{
		wire.CmdSendGroupMsg, wire.CmdSendMsg, wire.CmdMsgReadReport, wire.CmdMsgReaded, wire.CmdGroupMsgReceipt,
		wire.CmdGroupMsgGet, wire.CmdPageGet, wire.CmdGetMsg, wire.CmdPush,
	}
	var rules []wire.FaultRule
	for range 4 {
		command := commands[s.random.IntN(len(commands))]
		rule := wire.FaultRule{ServCmd: command, Direction: []string{wire.FaultRequest, wire.FaultReply}[s.random.IntN(2)]}
		if command == wire.CmdPush {
			rule.Direction = wire.FaultPush
		}
		probability := 0.1 + 0.5*s.random.Float64()
		rule.Probability = &probability
		switch s.random.IntN(5) {
		case 0:
			rule.Action, rule.Count = wire.FaultDrop, 1
		case 1:
			rule.Action, rule.DelayMs = wire.FaultDelay, s.random.IntN(200)
		case 2:
			rule.Action = wire.FaultDuplicate
		case 3:
			rule.Action, rule.Count = wire.FaultDisconnect, 1+s.random.IntN(3)
		default:
			rule.Action, rule.ErrorCode, rule.ErrorInfo, rule.Count = wire.FaultError, wire.CodeGroupInternal, "busy", 3
			if rule.Direction == wire.FaultPush {
				rule.Action, rule.ErrorCode, rule.ErrorInfo = wire.FaultDuplicate, 0, ""
			}
		}
		rules = append(rules, rule)
	}
	text, err := json.Marshal(map[string]any{"Rules": rules})
	require.NoError(s.t, err)
	s.note("faults %s", text)
	s.ask("emulator/set_faults", string(text))
}

// step lets one device do one thing.
func (s *storm) step(number int) {
	device := s.devices[s.random.IntN(len(s.devices))]
	id := stormGroups[s.random.IntN(len(stormGroups))]
	if s.random.IntN(5) == 0 {
		id = model.C2CConversation(map[string]string{"anchor": "buyer", "buyer": "anchor"}[device.View().Self.User])
	}
	switch s.random.IntN(6) {
	case 0, 1, 2:
		text := fmt.Sprintf("%s %d", device.name, number)
		s.note("%d: %s says it in %s", number, device.name, id)
		device.write(id, model.Text{Text: text})
		at := id
		if id.Kind() == model.KindC2C {
			at = "C2C"
		}
		s.said[at] = append(s.said[at], text)
	case 3, 4:
		s.note("%d: %s opens %s", number, device.name, id)
		device.Look(session.Viewing{Conversation: id, AtBottom: true, Focused: true})
	default:
		s.note("%d: %s looks away", number, device.name)
		device.Look(session.Viewing{})
	}
}

// check holds everybody to the service.
func (s *storm) check() {
	for _, device := range s.devices {
		device.await("an empty outbox", func(v *session.View) bool {
			return v.Connection.Phase == session.Online && v.Outgoing == 0
		})
		require.Zero(s.t, device.View().Failed, device.name)
	}
	newest := s.checkService()
	for _, user := range []string{"anchor", "buyer"} {
		s.checkPositions(user, newest)
	}
	s.checkTimelines(newest)
	s.checkNoDots()
	s.checkFacts()
	s.checkReceipts()
}

// checkService requires that the service has everything that was said, once and in sequences without a hole, and returns
// the newest sequences.
func (s *storm) checkService() map[model.ConversationID]int64 {
	newest := map[model.ConversationID]int64{}
	for _, id := range stormGroups {
		var texts []string
		for i, message := range s.history(id.Target()) {
			require.EqualValues(s.t, i+1, message.sequence, "%s has a hole", id)
			newest[id] = message.sequence
			if message.text != "" {
				texts = append(texts, message.text)
			}
		}
		require.ElementsMatch(s.t, s.said[id], texts, "%s", id)
	}
	return newest
}

// checkPositions requires that all devices of a user, and one that was never there, show the same dots.
func (s *storm) checkPositions(user string, newest map[model.ConversationID]int64) {
	fresh := s.live(user, "fresh")
	require.NoError(s.t, fresh.WaitSynced(s.t.Context()))
	want := fresh.View()
	for _, device := range s.devices {
		if device.View().Self.User != user {
			continue
		}
		device.await("the dots of a fresh device", func(v *session.View) bool {
			for _, id := range stormGroups[:2] { // a Meeting keeps no read position on the service
				a, b := v.ByID[id], want.ByID[id]
				if a == nil || b == nil || a.Read != b.Read || a.Unread != b.Unread || a.UnreadPending || a.LastSequence != newest[id] {
					return false
				}
			}
			return true
		}, fresh)
	}
	if user == "anchor" {
		laptop, phone := s.devices[0], s.devices[1]
		laptop.await("the dots of the phone", func(v *session.View) bool { return sameDots(v, phone.View()) }, phone)
	}
	fresh.end()
}

func sameDots(a, b *session.View) bool {
	for _, id := range stormGroups {
		x, y := a.ByID[id], b.ByID[id]
		if x == nil || y == nil || x.Unread != y.Unread || x.UnreadPending || y.UnreadPending || x.Read != y.Read {
			return false
		}
	}
	return true
}

// checkTimelines opens every conversation on every device: all have the service's messages in its order.
func (s *storm) checkTimelines(newest map[model.ConversationID]int64) {
	for _, device := range s.devices {
		for _, id := range stormGroups {
			device.Look(session.Viewing{Conversation: id, AtBottom: true, Focused: true})
			var got []kept
			for _, message := range device.whole(id, newest[id]) {
				got = append(got, kept{message.Sequence, message.Sender, textOfMessage(message)})
			}
			for i, message := range s.history(id.Target()) {
				require.Less(s.t, i, len(got), "%s lacks messages of %s", device.name, id)
				require.Equal(s.t, message.sequence, got[i].sequence, "%s in %s", device.name, id)
				if message.text != "" {
					require.Equal(s.t, message, got[i], "%s in %s", device.name, id)
				}
			}
			require.Len(s.t, got, int(newest[id]), "%s in %s", device.name, id)
		}
		other := model.C2CConversation(map[string]string{"anchor": "buyer", "buyer": "anchor"}[device.View().Self.User])
		if len(s.said["C2C"]) == 0 {
			continue
		}
		device.Look(session.Viewing{Conversation: other, AtBottom: true, Focused: true})
		device.await("all private messages once", func(v *session.View) bool {
			return v.ByID[other] != nil && len(v.ByID[other].Messages) >= len(s.said["C2C"]) && !v.ByID[other].Loading
		})
		var texts []string
		for _, message := range device.View().ByID[other].Messages {
			texts = append(texts, textOfMessage(message))
		}
		require.ElementsMatch(s.t, s.said["C2C"], texts, device.name)
	}
}

// checkNoDots requires that nothing is unread anywhere once everything was opened somewhere.
func (s *storm) checkNoDots() {
	for _, device := range s.devices {
		device.await("no dot", func(v *session.View) bool { return v.Unread == 0 })
	}
}

// checkFacts requires that those who follow a device were told of every group message once, and of nothing twice.
func (s *storm) checkFacts() {
	for _, device := range s.devices {
		device.await("every group message told", func(*session.View) bool {
			told := device.toldTimes()
			for _, id := range stormGroups {
				if slices.ContainsFunc(s.said[id], func(text string) bool { return told["message "+text] == 0 }) {
					return false
				}
			}
			return true
		})
		for what, times := range device.toldTimes() {
			require.Equal(s.t, 1, times, "%s told of %s", device.name, what)
		}
	}
}

// toldTimes counts how often a device told of each message with a text and of each note of another device.
func (d *live) toldTimes() map[string]int {
	told := map[string]int{}
	for _, fact := range d.told() {
		switch {
		case fact.Kind == session.FactMessage && textOfMessage(fact.Message) != "":
			told["message "+textOfMessage(fact.Message)]++
		case fact.Kind == session.FactNote && !fact.Sent:
			told[fmt.Sprintf("note %s #%d from %s", fact.Conversation, fact.Position, fact.Device)]++
		}
	}
	return told
}

// checkReceipts requires that the service, and through it the authors, learn that all has been read: by now the other
// side has opened everything.
func (s *storm) checkReceipts() {
	for _, id := range stormGroups[:2] {
		for _, pair := range [][2]*live{{s.devices[0], s.devices[2]}, {s.devices[2], s.devices[0]}} {
			author, reader := pair[0], pair[1]
			var owed []string
			for _, message := range author.View().ByID[id].Messages {
				if message.Sender == author.View().Self.User && message.NeedReceipt {
					owed = append(owed, fmt.Sprintf(`{"MsgSeq":%d}`, message.Sequence))
				}
			}
			if len(owed) == 0 {
				continue
			}
			request := fmt.Sprintf(`{"GroupId":%q,"MsgSeqList":[%s]}`, id.Target(), strings.Join(owed, ","))
			reader.await(fmt.Sprintf("its receipts in %s taken by the service", id), func(*session.View) bool {
				rows := s.ask("group_open_http_svc/get_group_msg_receipt", request)["GroupMsgReceiptList"].([]any)
				return !slices.ContainsFunc(rows, func(row any) bool { return row.(map[string]any)["ReadNum"] != float64(1) })
			})
			author.await(fmt.Sprintf("all receipts of %s", id), func(v *session.View) bool {
				return !slices.ContainsFunc(v.ByID[id].Messages, func(m *model.Message) bool {
					return m.Sender == v.Self.User && m.NeedReceipt && v.ByID[id].Receipts[m.Sequence].ReadCount != 1
				})
			})
		}
	}
}

func textOfMessage(message *model.Message) string {
	for _, element := range message.Elements {
		if text, ok := element.(model.Text); ok {
			return text.Text
		}
	}
	return ""
}
