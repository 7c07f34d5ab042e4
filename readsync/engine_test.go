package readsync_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/model"
	"reddot/readsync"
)

func TestOpeningTellsEverybodyOnce(t *testing.T) {
	bubble(t, func(t *testing.T, s *service) {
		a, b := s.device(t, "term"), s.device(t, "mini")
		s.say(shop, 5)
		a.open(shop)
		settle(time.Millisecond)
		requireEverywhere(t, 5, shop, a, b)
		calls := s.madeCalls()[2:] // each device caught up first
		require.ElementsMatch(t, []string{"mark_read", "note", "receipts"}, calls)
		require.Equal(t, "receipts", calls[2], "the dots of other devices go first")
		require.Equal(t, []uint32{1, 2, 3, 4, 5}, s.receiptsOf(shop))
		require.Equal(t, int64(5), s.read[shop])

		sent := s.notes[0]
		require.True(t, sent.NoUnread && sent.NoLastMessage)
		note, err := model.ParseNote(sent.Elements)
		require.NoError(t, err)
		require.Equal(t, "term", note.Device)
		require.Equal(t, int64(5), note.Position)

		a.open(shop)
		b.open(shop)
		settle(time.Minute)
		require.Len(t, s.madeCalls()[2:], 3, "reading again what is read sends nothing, on any device")
		require.Zero(t, a.engine.Pending()+b.engine.Pending())
	})
}

func TestBusyRoomCostsFewCalls(t *testing.T) {
	bubble(t, func(t *testing.T, s *service) {
		a, b := s.device(t, "term"), s.device(t, "mini")
		for range 500 {
			s.say(shop, 1)
			a.open(shop)
			time.Sleep(2 * time.Millisecond)
		}
		settle(time.Second)
		require.LessOrEqual(t, s.count("note"), 6, "one second of reading")
		require.LessOrEqual(t, s.count("mark_read"), 6)
		require.LessOrEqual(t, a.saves, 20, "steps on the disk")
		requireEverywhere(t, 500, shop, a, b)
		require.Len(t, s.receiptsOf(shop), 500)
	})
}

func TestWhatWasReadElsewhereIsNotTold(t *testing.T) {
	bubble(t, func(t *testing.T, s *service) {
		a := s.device(t, "term")
		s.say(shop, 9)
		a.run(func() { a.serviceRead(shop, 9) })
		a.open(shop)
		settle(time.Minute)
		require.Equal(t, []string{"history"}, s.madeCalls())
	})
}

// The service's list may show this device's own reading before the others were told.
func TestOwnReadPositionDoesNotReplaceTheNote(t *testing.T) {
	bubble(t, func(t *testing.T, s *service) {
		a, b := s.device(t, "term"), s.device(t, "mini")
		s.say(shop, 9)
		a.disconnect()
		a.open(shop)
		a.run(func() { a.engine.ServiceRead(shop, 9) })
		a.connect()
		settle(time.Minute)
		require.Zero(t, s.count("mark_read"))
		require.Equal(t, 1, s.count("note"))
		requireEverywhere(t, 9, shop, a, b)
	})
}

// Another device that read further may have learned of this one's reading, and sends receipts only for the rest.
func TestOwnReceiptsStayOwedWhenAnotherDeviceReadsFurther(t *testing.T) {
	bubble(t, func(t *testing.T, s *service) {
		a := s.device(t, "term")
		s.say(shop, 5)
		a.disconnect()
		a.open(shop)
		s.say(shop, 4)
		a.run(func() { a.engine.ServiceRead(shop, 9) })
		a.connect()
		settle(time.Minute)
		require.Equal(t, []uint32{1, 2, 3, 4, 5}, s.receiptsOf(shop))
		require.Zero(t, a.engine.Pending())
		a.end()
		a.start()
		a.connect()
		s.say(shop, 1)
		a.open(shop)
		settle(time.Minute)
		require.Equal(t, []uint32{1, 2, 3, 4, 5, 10}, s.receiptsOf(shop), "what was read elsewhere is the other device's to tell")
	})
}

func TestReadingOfflineGoesOutLater(t *testing.T) {
	bubble(t, func(t *testing.T, s *service) {
		a, b := s.device(t, "term"), s.device(t, "mini")
		s.say(shop, 3)
		s.say("GROUPother", 4)
		a.disconnect()
		a.open(shop)
		a.open("GROUPother")
		settle(time.Hour)
		require.Zero(t, s.count("note"), "nothing is tried while offline")
		require.Equal(t, 2, a.engine.Pending())
		a.end()
		a.start()
		a.connect()
		settle(time.Second)
		requireEverywhere(t, 3, shop, a, b)
		requireEverywhere(t, 4, "GROUPother", a, b)
		require.Equal(t, 2, s.count("note"))
		require.Len(t, s.receiptsOf(shop), 3, "receipts are pulled from history after a restart")
	})
}

func TestCallsAreRetriedUntilAccepted(t *testing.T) {
	bubble(t, func(t *testing.T, s *service) {
		a, b := s.device(t, "term"), s.device(t, "mini")
		s.say(shop, 3)
		until := time.Now().Add(2 * time.Minute)
		s.decide = func(string) fate {
			if time.Now().Before(until) {
				return fate{err: errBusy}
			}
			return fate{}
		}
		a.open(shop)
		settle(time.Minute)
		tries := s.count("note")
		require.Less(t, tries, 15, "retries become rarer")
		require.Greater(t, tries, 3)
		settle(2 * time.Minute)
		requireEverywhere(t, 3, shop, a, b)
		require.Len(t, s.receiptsOf(shop), 3)
	})
}

func TestNothingActsBeforeItIsSaved(t *testing.T) {
	bubble(t, func(t *testing.T, s *service) {
		a := s.device(t, "term")
		s.say(shop, 3)
		disk := make(chan struct{})
		a.saving = func() error { <-disk; return nil }
		a.open(shop)
		settle(time.Millisecond)
		s.say(shop, 2)
		a.open(shop)
		settle(time.Minute)
		require.Zero(t, s.count("note")+s.count("mark_read")+s.count("receipts"))
		disk <- struct{}{}
		settle(time.Millisecond)
		require.Equal(t, int64(3), s.read[shop], "only what is saved is told")
		close(disk)
		settle(time.Minute)
		require.Equal(t, int64(5), s.read[shop])
	})
}

// A full disk costs what a crash would, not the reading itself.
func TestReadingCountsEvenIfItCannotBeSaved(t *testing.T) {
	bubble(t, func(t *testing.T, s *service) {
		a, b := s.device(t, "term"), s.device(t, "mini")
		s.say(shop, 3)
		var broken atomic.Bool
		broken.Store(true)
		a.saving = func() error {
			if broken.Load() {
				return errors.New("no space left on device")
			}
			return nil
		}
		a.open(shop)
		settle(time.Second)
		requireEverywhere(t, 3, shop, a, b)
		broken.Store(false)
		settle(time.Minute)
		require.Equal(t, int64(3), a.state().Progress[0].Intent, "it is saved once that works again")
	})
}

// A note whose answer was lost is sent again as the same message, so nobody sees it twice.
func TestRepeatedNoteIsTheSameMessage(t *testing.T) {
	bubble(t, func(t *testing.T, s *service) {
		a, b := s.device(t, "term"), s.device(t, "mini")
		s.say(shop, 3)
		lost := 0
		s.decide = func(call string) fate {
			if call == "note" && lost < 3 {
				lost++
				return fate{err: errLost, acted: true}
			}
			return fate{}
		}
		a.open(shop)
		settle(time.Minute)
		require.Equal(t, 4, s.count("note"))
		require.Len(t, s.notes, 1)
		requireEverywhere(t, 3, shop, a, b)
	})
}

func TestRefusalIsRecordedAndNotRepeated(t *testing.T) {
	bubble(t, func(t *testing.T, s *service) {
		a, b := s.device(t, "term"), s.device(t, "mini")
		s.say(shop, 3)
		s.decide = func(call string) fate {
			if call == "receipts" {
				return fate{err: errRefused}
			}
			return fate{}
		}
		a.open(shop)
		settle(time.Hour)
		require.Equal(t, 1, s.count("receipts"))
		requireEverywhere(t, 3, shop, a, b)
		report, err := a.engine.Await(t.Context(), shop)
		require.NoError(t, err)
		require.True(t, report.MarkRead && report.Note)
		require.ErrorIs(t, report.Refused[readsync.Receipts], errRefused)
		require.True(t, slices.ContainsFunc(a.recorded(), func(r readsync.Record) bool {
			return r.Action == readsync.Receipts && r.Final && r.Err != nil
		}))
	})
}

func TestReceiptsCoverWhatWasNeverOnScreen(t *testing.T) {
	bubble(t, func(t *testing.T, s *service) {
		s.say(shop, 2500)
		a := s.device(t, "term")
		a.run(func() {
			// Only the newest message is held, as after a start.
			a.timelines[shop] = model.NewTimeline(shop, 0)
			a.timelines[shop].Add(s.messages[shop][2499])
			a.engine.ServiceRead(shop, 40)
			a.engine.Intend(shop, 2500)
		})
		settle(time.Minute)
		numbers := s.receiptsOf(shop)
		require.Len(t, numbers, 1000, "the newest 1,000")
		require.Equal(t, uint32(1501), numbers[0])
		report, err := a.engine.Await(t.Context(), shop)
		require.NoError(t, err)
		require.Equal(t, 1000, report.Receipts)
	})
}

func TestOnlyMessagesThatAskForReceiptsGetThem(t *testing.T) {
	bubble(t, func(t *testing.T, s *service) {
		a := s.device(t, "term")
		s.say(shop, 6)
		a.run(func() {
			timeline := model.NewTimeline(shop, 0)
			for i, change := range []func(*model.Message){
				func(m *model.Message) { m.Sender = anchor },
				func(m *model.Message) { m.NeedReceipt = false },
				func(m *model.Message) { m.Recalled = true },
				func(m *model.Message) { m.OnlineOnly = true; m.Sequence = 0; m.Random = 77 },
				func(*model.Message) {},
				func(*model.Message) {},
			} {
				message := *s.messages[shop][i]
				change(&message)
				timeline.Add(&message)
				timeline.AddHistory(nil, []int64{int64(i + 1)}, false)
			}
			a.timelines[shop] = timeline
		})
		a.open(shop)
		s.say("GROUPlarge", 3)
		a.open("GROUPlarge")
		settle(time.Minute)
		require.Equal(t, []uint32{5, 6}, s.receiptsOf(shop))
		require.Empty(t, s.receiptsOf("GROUPlarge"), "no receipts where the group has none")
		require.Zero(t, a.engine.Pending())
	})
}

func TestC2CIsReadLikeAGroup(t *testing.T) {
	bubble(t, func(t *testing.T, s *service) {
		a, b := s.device(t, "term"), s.device(t, "mini")
		s.say(guide, 3)
		a.open(guide)
		settle(time.Second)
		requireEverywhere(t, s.messages[guide][2].ServerTime, guide, a, b)
		require.Equal(t, []uint32{1, 2, 3}, s.receiptsOf(guide))
		require.Equal(t, 1, s.count("note"))
	})
}

func TestWhatTheAdapterCannotDoIsNamed(t *testing.T) {
	bubble(t, func(t *testing.T, s *service) {
		a := s.device(t, "term")
		a.end()
		a.can = im.Capabilities{SelfNotes: true, History: true, HistoryPage: 20}
		a.start()
		a.connect()
		s.say(shop, 2)
		a.open(shop)
		report, err := a.engine.Await(t.Context(), shop)
		require.NoError(t, err)
		require.Equal(t, []string{"mark_read", "receipts"}, report.Unsupported)
		require.True(t, report.Note)
		require.False(t, report.MarkRead)
		require.Equal(t, int64(2), report.Position)
		require.Zero(t, s.count("mark_read")+s.count("receipts"))
	})
}

func TestAwaitSaysWhyItGaveUp(t *testing.T) {
	bubble(t, func(t *testing.T, s *service) {
		a := s.device(t, "term")
		s.say(shop, 1)
		s.decide = func(string) fate { return fate{err: errBusy} }
		a.open(shop)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		report, err := a.engine.Await(ctx, shop)
		require.ErrorIs(t, err, errBusy)
		require.False(t, report.Note)

		expired := &im.Error{Doing: "send", Class: im.ClassPermission, Code: 70001, Cause: "the signature has expired"}
		s.mu.Lock()
		s.decide = func(string) fate { return fate{err: expired} }
		s.mu.Unlock()
		_, err = a.engine.Await(t.Context(), shop)
		require.ErrorIs(t, err, expired, "a person must act: waiting is in vain")
	})
}
