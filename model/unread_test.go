package model_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"reddot/model"
)

const (
	shop  = model.ConversationID("GROUP@TGS#shop")
	guide = model.ConversationID("C2Cguide-li")
	self  = "anchor"
)

func TestWhatCounts(t *testing.T) {
	plain := model.Message{Conversation: shop, Sequence: 5, Sender: "li", Random: 1, ClientTime: 1}
	tests := map[string]struct {
		change func(*model.Message)
		want   int
	}{
		"a message of somebody else": {func(*model.Message) {}, 1},
		"a tip":                      {func(m *model.Message) { m.Elements = []model.Element{model.Tip{Kind: model.TipJoined}} }, 1},
		"an own message":             {func(m *model.Message) { m.Sender = self }, 0},
		"a recalled message":         {func(m *model.Message) { m.Recalled = true }, 0},
		"a message without unread":   {func(m *model.Message) { m.NoUnread = true }, 0},
		"an online-only message":     {func(m *model.Message) { m.OnlineOnly = true }, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			message := plain
			test.change(&message)
			unread := model.NewUnread(shop, self, 4)
			unread.Saw(&message)
			unread.Saw(&message)
			require.Equal(t, model.Badge{Count: test.want}, unread.Badge())
		})
	}
}

func TestServiceCountStandsUntilMoreIsKnown(t *testing.T) {
	unread := model.NewUnread(shop, self, 10)
	unread.Service(model.ServiceUnread{Read: 10, Next: 51, Count: 40})
	require.Equal(t, model.Badge{Count: 40}, unread.Badge())

	unread.Saw(groupMessage(51, "li"))
	require.Equal(t, 41, unread.Badge().Count, "a new message counts")
	unread.Saw(groupMessage(50, "li"))
	require.Equal(t, 41, unread.Badge().Count, "the service has counted this one")
	unread.Recall(50, model.Key{})
	require.Equal(t, model.Badge{Count: 40}, unread.Badge(), "a recall of a known message needs no fetch")

	unread.MoveTo(30)
	require.Equal(t, model.Badge{Count: 40, Pending: model.Range{From: 31, To: 49}}, unread.Badge(),
		"the badge waits until the range is known")
	unread.Saw(groupMessage(52, "li"))
	require.Equal(t, 41, unread.Badge().Count, "what comes meanwhile counts")
	for sequence := int64(31); sequence < 49; sequence++ {
		unread.Saw(groupMessage(sequence, "li"))
	}
	require.Equal(t, model.Range{From: 49, To: 49}, unread.Badge().Pending)
	unread.Cover(49, 49)
	require.Equal(t, model.Badge{Count: 18 + 2}, unread.Badge())

	unread.MoveTo(52)
	require.Equal(t, model.Badge{}, unread.Badge())
	unread.MoveTo(20)
	require.Equal(t, int64(52), unread.Read(), "a position never goes back")
}

// The service's answer may have been on its way when the recall came.
func TestCountOlderThanARecall(t *testing.T) {
	unread := model.NewUnread(shop, self, 10)
	unread.Saw(groupMessage(11, "li"))
	unread.Saw(groupMessage(12, "li"))
	unread.Recall(12, model.Key{})
	unread.Service(model.ServiceUnread{Read: 10, Next: 13, Count: 2})
	require.Equal(t, model.Range{From: 11, To: 11}, unread.Badge().Pending)
	unread.Saw(groupMessage(11, "li"))
	unread.Saw(groupMessage(12, "li"))
	require.Equal(t, model.Badge{Count: 1}, unread.Badge(), "an older copy does not undo a recall")
	unread.Service(model.ServiceUnread{Read: 10, Next: 13, Count: 1})
	require.Equal(t, model.Badge{Count: 1}, unread.Badge())
}

func TestRecallOfWhatIsNotHeld(t *testing.T) {
	unread := model.NewUnread(shop, self, 10)
	unread.Service(model.ServiceUnread{Read: 10, Next: 14, Count: 2})
	unread.Recall(12, model.Key{})
	require.Equal(t, model.Badge{Count: 2, Pending: model.Range{From: 13, To: 13}}, unread.Badge(),
		"whether it was counted shows only when the rest is known")
	unread.Saw(groupMessage(13, "li"))
	unread.Saw(groupMessage(11, self))
	require.Equal(t, model.Badge{Count: 1}, unread.Badge())
}

func TestHundredUnreadNeedNoMore(t *testing.T) {
	unread := model.NewUnread(shop, self, 0)
	unread.Announce(5000)
	sequence := int64(5000)
	for ; !unread.Badge().Pending.Empty(); sequence-- {
		require.Equal(t, sequence, unread.Badge().Pending.To, "the newest is fetched first")
		unread.Saw(groupMessage(sequence, "li"))
	}
	require.Equal(t, int64(5000-model.CertainUnread), sequence)
	require.Equal(t, model.CertainUnread, unread.Badge().Count)
}

func TestGroupsWithoutUnreadStartAtTheNewest(t *testing.T) {
	require.Equal(t, int64(41), model.StartPosition(model.Meeting, 0, 42))
	require.Equal(t, int64(41), model.StartPosition(model.AVChatRoom, 0, 42))
	require.Equal(t, int64(7), model.StartPosition(model.Public, 7, 42))
	require.Equal(t, int64(0), model.StartPosition(model.Meeting, 0, 0))
}

func TestManyUnreadAreCountedExactly(t *testing.T) {
	unread := model.NewUnread(shop, self, 0)
	unread.Service(model.ServiceUnread{Read: 0, Next: 11, Count: 10})
	for sequence := int64(11); sequence <= 20_000; sequence++ {
		unread.Saw(groupMessage(sequence, "li"))
	}
	require.Equal(t, model.Badge{Count: 20_000}, unread.Badge())
	unread.MoveTo(19_990)
	require.Equal(t, model.Badge{Count: 10}, unread.Badge())
}

func TestC2CUnread(t *testing.T) {
	unread := model.NewUnread(guide, self, 0)
	last := c2cMessage(100, 2, "guide-li")
	unread.Service(model.ServiceUnread{Next: 101, Count: 2, Last: last.Key()})
	unread.Saw(last)
	require.Equal(t, 2, unread.Badge().Count, "the newest is in the service's count")
	unread.Saw(c2cMessage(100, 3, "guide-li"))
	require.Equal(t, 3, unread.Badge().Count, "another of the same second came later")
	unread.Saw(c2cMessage(101, 4, "guide-li"))
	unread.Recall(0, c2cMessage(101, 4, "guide-li").Key())
	unread.Saw(c2cMessage(101, 4, "guide-li"))
	require.Equal(t, 3, unread.Badge().Count)

	unread.MoveTo(50)
	require.Equal(t, model.Range{From: 51, To: 100}, unread.Badge().Pending)
	unread.Saw(c2cMessage(60, 1, "guide-li"))
	unread.Cover(51, 100)
	require.Equal(t, model.Badge{Count: 3}, unread.Badge())
	unread.MoveTo(100)
	require.Equal(t, model.Badge{}, unread.Badge())
}

// Whatever is lost, repeated or reordered: after a resync the badge is right, and a device that missed
// nothing is right all along.
func TestUnreadConverges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world := &groupWorld{}
		for range rapid.IntRange(0, 60).Draw(t, "before") {
			world.send(t)
		}
		live, lossy := world.join(), world.join()
		for range rapid.IntRange(0, 150).Draw(t, "steps") {
			switch rapid.IntRange(0, 9).Draw(t, "step") {
			case 0:
				world.recall(t)
			case 1:
				to := rapid.Int64Range(0, world.newest()).Draw(t, "position")
				live.unread.MoveTo(to)
				lossy.unread.MoveTo(to)
			case 2:
				world.read = max(world.read, live.unread.Read())
			case 3:
				lossy.unread.Service(world.report())
			default:
				world.send(t)
			}
			live.deliverAll()
			lossy.deliverSome(t)
			world.fetchPending(t, live)
			require.Equal(t, world.truth(live.unread.Read()), min(live.unread.Badge().Count, model.CertainUnread), "live")
		}
		world.read = max(world.read, lossy.unread.Read())
		for _, device := range []*groupDevice{live, lossy} {
			device.unread.Service(world.report())
			world.fetchPending(t, device)
			require.Equal(t, world.read, device.unread.Read())
			require.Equal(t, world.truth(world.read), min(device.unread.Badge().Count, model.CertainUnread))
		}
		// What is left is exact too: the position may stop anywhere in it.
		for position := world.read; position <= world.newest(); position += 7 {
			lossy.unread.MoveTo(position)
			world.fetchPending(t, lossy)
			require.Equal(t, world.truth(position), min(lossy.unread.Badge().Count, model.CertainUnread))
		}
	})
}

// groupWorld is what a service knows of one group.
type groupWorld struct {
	messages []*model.Message
	read     int64
	devices  []*groupDevice
}

type groupDevice struct {
	unread *model.Unread
	queue  []func()
}

func (w *groupWorld) newest() int64 { return int64(len(w.messages)) }

func (w *groupWorld) join() *groupDevice {
	device := &groupDevice{unread: model.NewUnread(shop, self, 0)}
	device.unread.Service(w.report())
	w.devices = append(w.devices, device)
	return device
}

func (w *groupWorld) send(t *rapid.T) {
	message := groupMessage(w.newest()+1, rapid.SampledFrom([]string{"li", "wang", self}).Draw(t, "sender"))
	message.NoUnread = rapid.IntRange(0, 9).Draw(t, "noUnread") == 0
	w.messages = append(w.messages, message)
	w.push(func(u *model.Unread) { u.Saw(message) })
}

func (w *groupWorld) recall(t *rapid.T) {
	if len(w.messages) == 0 {
		return
	}
	i := rapid.IntRange(max(0, len(w.messages)-40), len(w.messages)-1).Draw(t, "recalled")
	recalled := *w.messages[i]
	recalled.Recalled = true
	w.messages[i] = &recalled
	w.push(func(u *model.Unread) { u.Recall(recalled.Sequence, recalled.Key()) })
}

func (w *groupWorld) push(event func(*model.Unread)) {
	for _, device := range w.devices {
		device.queue = append(device.queue, func() { event(device.unread) })
	}
}

func (w *groupWorld) report() model.ServiceUnread {
	return model.ServiceUnread{Read: w.read, Next: w.newest() + 1, Count: w.count(w.read)}
}

func (w *groupWorld) count(read int64) int {
	count := 0
	for _, message := range w.messages[min(read, w.newest()):] {
		if message.Counts(self) {
			count++
		}
	}
	return count
}

func (w *groupWorld) truth(read int64) int { return min(w.count(read), model.CertainUnread) }

// fetchPending brings in pages of history until the badge is certain.
func (w *groupWorld) fetchPending(t *rapid.T, device *groupDevice) {
	const page = 10
	for pending := device.unread.Badge().Pending; !pending.Empty(); pending = device.unread.Badge().Pending {
		from := max(1, pending.To-page+1)
		for _, message := range w.messages[from-1 : pending.To] {
			device.unread.Saw(message)
		}
		device.unread.Cover(from, pending.To)
		next := device.unread.Badge().Pending
		require.True(t, next.Empty() || next.To < pending.To, "fetching makes no progress: %v", next)
	}
}

func (d *groupDevice) deliverAll() {
	for _, event := range d.queue {
		event()
	}
	d.queue = nil
}

// deliverSome delivers events out of order, some twice, some never.
func (d *groupDevice) deliverSome(t *rapid.T) {
	for range rapid.IntRange(0, 2).Draw(t, "deliveries") {
		if len(d.queue) == 0 {
			return
		}
		i := rapid.IntRange(0, len(d.queue)-1).Draw(t, "event")
		fate := rapid.IntRange(0, 3).Draw(t, "fate")
		if fate > 0 {
			d.queue[i]()
		}
		if fate < 3 {
			d.queue = slices.Delete(d.queue, i, i+1)
		}
	}
}

func groupMessage(sequence int64, sender string) *model.Message {
	return &model.Message{
		Conversation: shop, Sequence: sequence, Sender: sender, Random: uint32(sequence) + 1000,
		ClientTime: 1_795_397_000 + sequence/3, ServerTime: 1_795_397_000 + sequence/3,
		Elements: []model.Element{model.Text{Text: "hello"}},
	}
}

func c2cMessage(second int64, random uint32, sender string) *model.Message {
	return &model.Message{
		Conversation: guide, Sequence: int64(random), Sender: sender, Random: random, ClientTime: second, ServerTime: second,
		Elements: []model.Element{model.Text{Text: "psst"}},
	}
}
