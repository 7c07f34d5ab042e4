package session_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/model"
	"reddot/session"
)

// two starts the same account on two devices.
func two(t *testing.T, service *service) (term, mini *running) {
	t.Helper()
	term = start(t, service.device("anchor", "term"), memory(t))
	mini = start(t, service.device("anchor", "mini"), memory(t))
	require.NoError(t, term.WaitSynced(t.Context()))
	require.NoError(t, mini.WaitSynced(t.Context()))
	return term, mini
}

func TestReadingOnOneDeviceClearsTheOther(t *testing.T) {
	for name, limit := range map[string]func(*im.Capabilities){
		"by note and service": func(*im.Capabilities) {},
		"by note alone":       func(c *im.Capabilities) { c.MarkRead = false },
		"by service alone":    func(c *im.Capabilities) { c.SelfNotes = false },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				service := newService()
				service.group("a", model.Public, "anchor", "guide")
				service.sayMany("a", "guide", 30)
				term := service.device("anchor", "term")
				limit(&term.capabilities)
				one := start(t, term, memory(t))
				other := start(t, service.device("anchor", "mini"), memory(t))
				require.Equal(t, 30, other.of(t, "a").Unread)
				one.look("a")
				synctest.Wait()
				require.Zero(t, other.of(t, "a").Unread)
				service.say("a", "guide", "later")
				require.Equal(t, 1, other.of(t, "a").Unread)
			})
		})
	}
}

func TestSyncLogSaysWhatWentWhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		term, mini := two(t, service)
		facts := mini.Follow(t.Context())
		service.say("a", "guide", "x")
		term.look("a")
		synctest.Wait()

		kinds := map[session.SyncKind]session.SyncRecord{}
		for _, record := range term.View().Sync {
			require.Equal(t, session.SyncSent, record.Direction)
			kinds[record.Kind] = record
		}
		require.Len(t, kinds, 2)
		require.Equal(t, int64(1), kinds[session.SyncNote].Position)
		require.Equal(t, "name of a", kinds[session.SyncNote].Name)

		clear(kinds)
		for _, record := range mini.View().Sync {
			require.Equal(t, session.SyncReceived, record.Direction)
			kinds[record.Kind] = record
		}
		require.Equal(t, "term", kinds[session.SyncNote].Device)
		require.Equal(t, int64(1), kinds[session.SyncService].Position)

		var heard []session.FactKind
		for len(heard) < 3 {
			fact := <-facts
			heard = append(heard, fact.Kind)
			require.Equal(t, model.ConversationID("GROUPa"), fact.Conversation)
			require.Equal(t, int64(1), fact.Position)
		}
		require.ElementsMatch(t, []session.FactKind{session.FactMessage, session.FactNote, session.FactRead}, heard)
	})
}

func TestNotesMissedWhileOffAreHonoured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := t.TempDir() + "/a.db"
		service := newService()
		// The service keeps no read position for a Meeting group: only the note can tell.
		service.group("m", model.Meeting, "anchor", "guide")
		service.say("m", "guide", "old")
		kept := openStore(t, path)
		mini := start(t, service.device("anchor", "mini"), kept)
		require.NoError(t, mini.WaitSynced(t.Context()))
		require.Zero(t, mini.of(t, "m").Unread, "a new device starts at the newest message")
		service.sayMany("m", "guide", 3)
		require.Equal(t, 3, mini.of(t, "m").Unread)
		mini.stop()
		require.NoError(t, kept.Close())

		term := start(t, service.device("anchor", "term"), memory(t))
		require.NoError(t, term.WaitSynced(t.Context()))
		service.say("m", "guide", "new")
		term.look("m")
		synctest.Wait()
		time.Sleep(2 * time.Second)
		service.say("m", "guide", "newest")
		term.stop()

		again := start(t, service.device("anchor", "mini"), openStore(t, path))
		require.NoError(t, again.WaitSynced(t.Context()))
		require.Equal(t, 1, again.of(t, "m").Unread)
	})
}

func TestReadWrittenOfflineIsToldAfterTheReconnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		term, mini := two(t, service)
		service.sayMany("a", "guide", 2)
		synctest.Wait()
		term.device.drop()
		term.look("a")
		require.Zero(t, term.of(t, "a").Unread)
		require.Equal(t, 2, mini.of(t, "a").Unread)
		term.device.reconnect()
		synctest.Wait()
		require.Zero(t, mini.of(t, "a").Unread)
	})
}

func TestBadgeIsFetchedWhenAPositionMovesIntoWhatIsNotHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		service.sayMany("a", "guide", 60)
		r := start(t, service.device("anchor", "term"), memory(t))
		require.Equal(t, 60, r.of(t, "a").Unread)
		r.device.events <- im.ReadMoved{Conversation: "GROUPa", Position: 25}
		c := r.of(t, "a")
		require.Equal(t, 35, c.Unread)
		require.False(t, c.UnreadPending)
		require.Zero(t, service.readUpTo("a", "anchor"), "what was read elsewhere is told to nobody")
		require.Zero(t, service.asked("term mark_read")+service.asked("term send"))
	})
}

func TestReadAndWaitReportsWhatWasAccepted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		service.sayMany("a", "guide", 3)
		d := service.device("anchor", "term")
		r := start(t, d, memory(t))
		require.NoError(t, r.WaitSynced(t.Context()))
		report, err := r.ReadAndWait(t.Context(), "GROUPa")
		require.NoError(t, err)
		require.Equal(t, session.ReadReport{Conversation: "GROUPa", Position: 3, MarkRead: true, Receipts: 3, Note: true}, report)
		require.Zero(t, r.of(t, "a").Unread)

		sends := service.asked("term send")
		_, err = r.ReadAndWait(t.Context(), "GROUPa")
		require.NoError(t, err)
		require.Equal(t, sends, service.asked("term send"), "reading again what is read sends nothing")

		_, err = r.ReadAndWait(t.Context(), "GROUPnone")
		require.Equal(t, im.ClassUsage, im.ClassOf(err))
	})
}

func TestReadAndWaitNamesWhatTheAdapterCannotDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		service.say("a", "guide", "x")
		d := service.device("anchor", "term")
		d.capabilities.MarkRead = false
		r := start(t, d, memory(t))
		require.NoError(t, r.WaitSynced(t.Context()))
		report, err := r.ReadAndWait(t.Context(), "GROUPa")
		require.NoError(t, err)
		require.Equal(t, []string{"mark_read"}, report.Unsupported)
		require.False(t, report.MarkRead)
		require.True(t, report.Note)
	})
}

func TestReadAndWaitGivesUpWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		service.say("a", "guide", "x")
		r := start(t, service.device("anchor", "term"), memory(t))
		require.NoError(t, r.WaitSynced(t.Context()))
		r.device.drop()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := r.ReadAndWait(ctx, "GROUPa")
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

func TestMentionIsShownUntilItIsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		r := start(t, service.device("anchor", "term"), memory(t))
		require.NoError(t, r.WaitSynced(t.Context()))
		service.say("a", "guide", "hello")
		service.sayTo(im.Outgoing{
			Conversation: "GROUPa", Random: 1, ClientTime: 1, Elements: []model.Element{model.Text{Text: "@anchor"}}, Mentions: []string{"anchor"},
		}, "guide", nil)
		c := r.of(t, "a")
		require.True(t, c.Mentioned)
		require.Equal(t, int64(2), c.Mention)
		r.look("a")
		require.False(t, r.of(t, "a").Mentioned)
	})
}

// TestTheLogOfReadSyncTellsOfNotesThatChangeNothing: whoever tests read sync must see that they came.
func TestTheLogOfReadSyncTellsOfNotesThatChangeNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		service.sayMany("a", "guide", 3)
		r := start(t, service.device("anchor", "term"), memory(t))
		require.NoError(t, r.WaitSynced(t.Context()))
		note := model.Note{Conversation: "GROUPa", Position: 2, Time: time.Now().Unix(), Device: "web", ID: "one"}
		own := note
		own.Device = "term"
		for i, elements := range [][]model.Element{
			{note.Element(model.English)},
			{note.Element(model.English)},
			{own.Element(model.English)},
			{model.Text{Text: "buy milk"}},
			{model.Custom{Data: `{"type":"reddot.read","v":1,"conv":"GROUPa"}`}},
		} {
			r.device.push(im.MessagesReceived{Conversation: "C2Canchor", Messages: []*model.Message{{
				Conversation: "C2Canchor", Sender: "anchor", Random: uint32(i + 1), ClientTime: time.Now().Unix(),
				ServerTime: time.Now().Unix(), Elements: elements,
			}}})
		}
		synctest.Wait()
		var log []session.SyncIgnored
		for _, record := range r.View().Sync {
			require.Equal(t, record.Ignored == "", record.Took())
			log = append(log, record.Ignored)
			if record.Ignored == session.IgnoredDamaged {
				require.Contains(t, record.Detail, "seq")
			}
		}
		require.Equal(t, []session.SyncIgnored{
			"", session.IgnoredDuplicate, session.IgnoredOwn, session.IgnoredNoNote, session.IgnoredDamaged,
		}, log)
	})
}

func TestTheLogOfReadSyncTellsOfTriesThatFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		service.sayMany("a", "guide", 3)
		r := start(t, service.device("anchor", "term"), memory(t))
		require.NoError(t, r.WaitSynced(t.Context()))
		service.rule(on("mark_read", &im.Error{Code: 10002, Class: im.ClassTemporary, Cause: "inner failure"}), nil)
		r.Look(session.Viewing{Conversation: "GROUPa", AtBottom: true, Focused: true})
		synctest.Wait()
		failed := 0
		for _, record := range r.View().Sync {
			if record.Failure != "" {
				failed++
				require.Equal(t, session.SyncService, record.Kind)
				require.Equal(t, "inner failure (10002)", record.Failure)
			}
		}
		require.Positive(t, failed)
	})
}
