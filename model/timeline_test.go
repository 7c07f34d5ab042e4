package model_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"reddot/model"
)

func sequences(messages []*model.Message) []int64 {
	list := make([]int64, len(messages))
	for i, message := range messages {
		list[i] = message.Sequence
	}
	return list
}

func TestTimelineOrdersAndDeduplicates(t *testing.T) {
	timeline := model.NewTimeline(shop, 0)
	changes := timeline.Add(groupMessage(3, "li"), groupMessage(1, "li"), groupMessage(3, "li"), groupMessage(6, "li"))
	require.Equal(t, []int64{3, 1, 6}, sequences(changes.Added))
	require.Empty(t, changes.Updated)
	require.Equal(t, []int64{1, 3, 6}, sequences(timeline.Snapshot()))
	require.Equal(t, []model.Range{{From: 4, To: 5}, {From: 2, To: 2}}, timeline.Gaps(), "newest first")

	doubled := groupMessage(7, "li")
	doubled.Random, doubled.ClientTime = groupMessage(6, "li").Random, groupMessage(6, "li").ClientTime
	require.Empty(t, timeline.Add(doubled).Added, "a retry that the service stored twice is shown once")
	require.Empty(t, timeline.AddHistory(nil, []int64{2, 5}, false).Added)
	require.Equal(t, []model.Range{{From: 4, To: 4}}, timeline.Gaps(), "what no longer exists is no gap")
	require.True(t, timeline.AddHistory([]*model.Message{groupMessage(4, "li")}, nil, true).Added != nil)
	require.False(t, timeline.Older())
}

func TestWhatIsHeldOfARange(t *testing.T) {
	timeline := model.NewTimeline(shop, 0)
	timeline.Add(groupMessage(2, "li"), groupMessage(4, "li"))
	held, unknown := timeline.Held(2, 9)
	require.Equal(t, []int64{2, 4}, sequences(held))
	require.Equal(t, []model.Range{{From: 5, To: 9}, {From: 3, To: 3}}, unknown, "what was not heard of yet is not known either")

	timeline.Change(model.MessageChange{Sequence: 7, Recalled: true})
	require.Equal(t, int64(7), timeline.Newest(), "what was recalled was there")
	require.Equal(t, []model.Range{{From: 5, To: 7}, {From: 3, To: 3}}, timeline.Gaps())
	require.True(t, timeline.Add(groupMessage(7, "li")).Added[0].Recalled)
}

func TestAPreviewIsShownAndStillFetched(t *testing.T) {
	timeline := model.NewTimeline(shop, 0)
	whole := groupMessage(3, "li")
	whole.NeedReceipt = true
	preview := *whole
	preview.ClientTime, preview.NeedReceipt, preview.Partial = 0, false, true
	timeline.Add(&preview)
	require.Equal(t, []int64{3}, sequences(timeline.Snapshot()))
	_, unknown := timeline.Held(3, 3)
	require.Equal(t, []model.Range{{From: 3, To: 3}}, unknown, "a preview does not tell who wants a receipt")

	timeline.Change(model.MessageChange{Sequence: 3, Elements: []model.Element{model.Text{Text: "改"}}, Version: 1})
	_, unknown = timeline.Held(3, 3)
	require.NotEmpty(t, unknown, "nor does a change")

	timeline.Add(whole)
	held, unknown := timeline.Held(3, 3)
	require.Empty(t, unknown)
	require.True(t, held[0].NeedReceipt)
	require.Equal(t, whole.Key(), held[0].Key())
	require.Equal(t, []model.Element{model.Text{Text: "改"}}, held[0].Elements)

	timeline.Add(&preview)
	_, unknown = timeline.Held(3, 3)
	require.Empty(t, unknown, "what is known stays known")
}

func TestMessagesWithoutKeyAreNotDuplicates(t *testing.T) {
	timeline := model.NewTimeline(shop, 0)
	for sequence := int64(1); sequence <= 3; sequence++ {
		imported := groupMessage(sequence, "li")
		imported.Random, imported.ClientTime = 0, 0
		timeline.Add(imported)
	}
	require.Len(t, timeline.Snapshot(), 3)
}

func TestOwnMessageUntilItIsSent(t *testing.T) {
	own := groupMessage(0, self)
	own.Random, own.ServerTime, own.State = 99, 0, model.Sending
	acknowledge := func(timeline *model.Timeline) { timeline.Acknowledge(own.Key(), 8, 1_795_397_009) }
	copyComes := func(timeline *model.Timeline) {
		pushed := *own
		pushed.Sequence, pushed.ServerTime, pushed.State = 8, 1_795_397_009, model.Sent
		timeline.Add(&pushed)
	}
	orders := map[string][]func(*model.Timeline){
		"acknowledged":                 {acknowledge},
		"its copy comes first":         {copyComes, acknowledge},
		"its copy comes later":         {acknowledge, copyComes},
		"only its copy comes":          {copyComes},
		"refused, but it was there":    {func(timeline *model.Timeline) { timeline.Fail(own.Key(), "timeout") }, copyComes},
		"enqueued again after the ack": {acknowledge, func(timeline *model.Timeline) { timeline.Enqueue(own) }},
	}
	for name, steps := range orders {
		t.Run(name, func(t *testing.T) {
			timeline := model.NewTimeline(shop, 0)
			timeline.Add(groupMessage(7, "li"))
			timeline.Enqueue(own)
			timeline.Enqueue(own)
			timeline.Add(groupMessage(9, "li"))
			require.Equal(t, []int64{7, 9, 0}, sequences(timeline.Snapshot()), "unsent messages stand at the end")
			for _, step := range steps {
				step(timeline)
			}
			require.Equal(t, []int64{7, 8, 9}, sequences(timeline.Snapshot()))
			require.Empty(t, timeline.Unsent())
			sent := timeline.ByKey(own.Key())
			require.Equal(t, model.Sent, sent.State)
			require.Empty(t, sent.Failure)
			require.Equal(t, model.Sending, own.State, "a message that was handed out never changes")
		})
	}
}

func TestFailedMessageKeepsItsText(t *testing.T) {
	own := groupMessage(0, self)
	own.State = model.Sending
	timeline := model.NewTimeline(shop, 0)
	timeline.Enqueue(own)
	failed := timeline.Fail(own.Key(), "you are muted")
	require.Equal(t, model.Failed, failed.State)
	require.Equal(t, "you are muted", failed.Failure)
	require.Equal(t, own.Elements, failed.Elements)
	require.Equal(t, model.Sending, timeline.Retry(own.Key()).State)
	require.True(t, timeline.Discard(own.Key()))
	require.False(t, timeline.Discard(own.Key()))
	require.Empty(t, timeline.Snapshot())
}

func TestSnapshotsNeverChange(t *testing.T) {
	timeline := model.NewTimeline(shop, 8)
	for sequence := int64(1); sequence <= 5; sequence++ {
		timeline.Add(groupMessage(2*sequence, "li"))
	}
	before := timeline.Snapshot()
	copied := slices.Clone(before)
	timeline.Add(groupMessage(3, "li"))
	timeline.Change(model.MessageChange{Sequence: 4, Recalled: true})
	for sequence := int64(11); sequence <= 30; sequence++ {
		timeline.Add(groupMessage(sequence, "li"))
	}
	require.Equal(t, copied, before)
	for i := range before {
		require.Same(t, copied[i], before[i])
	}
}

func TestWindowDropsTheOldest(t *testing.T) {
	const limit = 100
	timeline := model.NewTimeline(shop, limit)
	for sequence := int64(1); sequence <= 20_000; sequence++ {
		timeline.Add(groupMessage(sequence, "li"))
		require.LessOrEqual(t, timeline.Len(), limit+limit/4)
	}
	require.True(t, timeline.Older(), "it knows that older messages exist")
	require.Equal(t, int64(20_000), timeline.Last().Sequence)
	require.Empty(t, timeline.Gaps())
	oldest := timeline.Snapshot()[0].Sequence
	_, unknown := timeline.Held(oldest-5, oldest+5)
	require.Equal(t, []model.Range{{From: oldest - 5, To: oldest - 1}}, unknown)
	timeline.SetLimit(10)
	require.Equal(t, 10, timeline.Len())
}

func TestC2CTimeline(t *testing.T) {
	timeline := model.NewTimeline(guide, 0)
	mine := c2cMessage(100, 5, self)
	timeline.Add(c2cMessage(101, 2, "guide-li"), mine, c2cMessage(100, 1, "guide-li"))
	require.Equal(t, []int64{1, 5, 2}, sequences(timeline.Snapshot()), "by second, then by the sender's number")
	require.Empty(t, timeline.Gaps())

	_, unknown := timeline.Held(90, 100)
	require.Equal(t, []model.Range{{From: 90, To: 100}}, unknown, "the oldest second may hold more")
	timeline.AddHistory(nil, nil, true)
	held, unknown := timeline.Held(90, 100)
	require.Len(t, held, 2)
	require.Empty(t, unknown)

	updated := timeline.PeerRead(100, nil).Updated
	require.Equal(t, []int64{5}, sequences(updated), "only own messages are read by the other side")
	later := c2cMessage(99, 7, self)
	require.True(t, timeline.Add(later).Added[0].PeerRead)
	timeline.PeerRead(0, []model.Key{c2cMessage(200, 9, self).Key()})
	require.True(t, timeline.Add(c2cMessage(200, 9, self)).Added[0].PeerRead, "a receipt may come before the message")
}

// Whatever the order and however often copies, edits and recalls come, the timeline is the same.
func TestTimelineConverges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		conversation := rapid.SampledFrom([]model.ConversationID{shop, guide}).Draw(t, "conversation")
		events := timelineEvents(t, conversation)
		reference := model.NewTimeline(conversation, 0)
		for _, event := range events {
			event(reference)
		}
		shuffled := rapid.Permutation(slices.Concat(events, events[:len(events)/2])).Draw(t, "order")
		other := model.NewTimeline(conversation, 0)
		for _, event := range shuffled {
			event(other)
		}
		require.Equal(t, reference.Snapshot(), other.Snapshot())
		require.Equal(t, reference.Gaps(), other.Gaps())
		require.Equal(t, reference.Newest(), other.Newest())
		require.True(t, slices.IsSortedFunc(other.Snapshot(), func(a, b *model.Message) int { return int(a.Position() - b.Position()) }))
	})
}

// timelineEvents makes the events that a service tells of some messages: pushes, copies that know less,
// edits and recalls.
func timelineEvents(t *rapid.T, conversation model.ConversationID) []func(*model.Timeline) {
	var events []func(*model.Timeline)
	for i := range rapid.IntRange(1, 15).Draw(t, "messages") {
		sender := rapid.SampledFrom([]string{"li", self}).Draw(t, "sender")
		message := groupMessage(int64(i+1), sender)
		if conversation.Kind() == model.KindC2C {
			message = c2cMessage(100+int64(i/3), uint32(i+1), sender)
		}
		events = append(events, func(timeline *model.Timeline) { timeline.Add(message) })
		change := model.MessageChange{Sequence: message.Sequence}
		if conversation.Kind() == model.KindC2C {
			change = model.MessageChange{Key: message.Key()}
		}
		for version := range rapid.Int64Range(0, 3).Draw(t, "edits") {
			edit := change
			edit.Version = version + 1
			edit.Elements = []model.Element{model.Text{Text: "edit " + string(rune('0'+version))}}
			events = append(events, func(timeline *model.Timeline) { timeline.Change(edit) })
		}
		if rapid.IntRange(0, 3).Draw(t, "recall") == 0 {
			recall := change
			recall.Recalled = true
			events = append(events, func(timeline *model.Timeline) { timeline.Change(recall) })
		}
		if rapid.Bool().Draw(t, "bare") {
			bare := *message
			bare.SenderName = "nick"
			bare.NeedReceipt = true
			events = append(events, func(timeline *model.Timeline) { timeline.Add(&bare) })
		}
	}
	return events
}

func BenchmarkTimelineAppend(b *testing.B) {
	messages := make([]*model.Message, b.N)
	for i := range messages {
		messages[i] = groupMessage(int64(i+1), "li")
	}
	timeline := model.NewTimeline(shop, 1000)
	b.ReportAllocs()
	b.ResetTimer()
	for _, message := range messages {
		timeline.Add(message)
		timeline.Snapshot()
	}
}

func BenchmarkUnreadFlood(b *testing.B) {
	messages := make([]*model.Message, b.N)
	for i := range messages {
		messages[i] = groupMessage(int64(i+1), "li")
	}
	unread := model.NewUnread(shop, self, 0)
	b.ReportAllocs()
	b.ResetTimer()
	for _, message := range messages {
		unread.Saw(message)
		unread.Badge()
	}
}

// TestAC2CMessageIsNamedWithoutTheSendersClock: the REST API and webhooks leave it out of keys.
func TestAC2CMessageIsNamedWithoutTheSendersClock(t *testing.T) {
	timeline := model.NewTimeline("C2Cli", 0)
	mine, undated := c2cMessage(100, 1, self), c2cMessage(101, 2, "li")
	undated.ClientTime = 0
	timeline.Add(mine, undated)
	updated := timeline.PeerRead(0, []model.Key{{Sender: mine.Sender, Random: mine.Random}}).Updated
	require.Len(t, updated, 1)
	require.True(t, updated[0].PeerRead)
	updated = timeline.Change(model.MessageChange{Key: model.Key{Sender: "li", Random: undated.Random}, Recalled: true}).Updated
	require.Len(t, updated, 1)
	require.True(t, updated[0].Recalled)
	require.Empty(t, timeline.PeerRead(0, []model.Key{{Sender: self, Random: 99}, {Sender: self, ClientTime: 7, Random: mine.Random}}).Updated)
}
