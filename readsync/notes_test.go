package readsync_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/model"
	"reddot/readsync"
)

// post puts a note into the self conversation as another device would, and tells the devices that are online.
func (s *service) post(note model.Note) *model.Message {
	return s.postElement(note.Element(model.Chinese), note.Time)
}

func (s *service) postElement(element model.Element, clientTime int64) *model.Message {
	s.mu.Lock()
	message := &model.Message{
		Conversation: model.C2CConversation(anchor), Sender: anchor, ServerTime: time.Now().Unix(), ClientTime: clientTime,
		Random: uint32(1_000_000 + len(s.notes)), Elements: []model.Element{element},
	}
	s.notes = append(s.notes, message)
	devices := s.devices
	s.mu.Unlock()
	for _, device := range devices {
		device.push(func() { device.note(message) })
	}
	return message
}

func noteOf(id string, conversation model.ConversationID, position int64) model.Note {
	return model.Note{Conversation: conversation, Position: position, Device: "web", ID: id}
}

func TestNoteWithAWrongClockAndTooGreatAClaim(t *testing.T) {
	bubble(t, func(t *testing.T, s *service) {
		a, b := s.device(t, "term"), s.device(t, "mini")
		s.say(shop, 4)
		b.disconnect()
		note := noteOf("1", shop, 1_000_000)
		note.Time = 99
		s.post(note)
		settle(2 * time.Second)
		s.say(shop, 3)
		settle(time.Second)
		b.connect()
		settle(time.Second)
		requireEverywhere(t, 4, shop, a, b)
		require.Zero(t, s.count("note")+s.count("mark_read")+s.count("receipts"), "what another device read needs nothing from here")
	})
}

func TestNoteOvertakesItsMessage(t *testing.T) {
	bubble(t, func(t *testing.T, s *service) {
		a := s.device(t, "term")
		s.say(shop, 4)
		message := &model.Message{Conversation: shop, Sequence: 5, Sender: "li", Random: 5, ClientTime: 1, ServerTime: time.Now().Unix()}
		s.post(noteOf("1", shop, 5))
		settle(time.Second)
		requireEverywhere(t, 4, shop, a)
		a.end()
		a.start()
		a.connect()
		a.run(func() { a.received(message) })
		requireEverywhere(t, 5, shop, a)
	})
}

func TestNotesThatMeanNothing(t *testing.T) {
	bubble(t, func(t *testing.T, s *service) {
		a := s.device(t, "term")
		s.say(shop, 4)
		good := s.post(noteOf("1", shop, 2))
		settle(time.Second)
		foreign := *good
		foreign.Sender = "li"
		damaged := *good
		damaged.Elements = []model.Element{model.Custom{Data: `{"type":"reddot.read","v":1,"conv":"GROUP@TGS#shop","seq":"4"}`}}
		chat := *good
		chat.Elements = []model.Element{model.Text{Text: "note to self"}}
		own := noteOf("9", shop, 4)
		own.Device = "term"
		echo := *good
		echo.Elements = []model.Element{own.Element(model.Chinese)}
		for name, message := range map[string]*model.Message{
			"the same again": good, "of somebody else": &foreign, "damaged": &damaged, "a text": &chat, "own echo": &echo,
		} {
			a.run(func() {
				decision := a.engine.HandleNote(message)
				require.Error(t, decision.Ignored, name)
				require.False(t, decision.Moved, name)
			})
		}
		a.run(func() {
			older := *good
			older.Elements = []model.Element{noteOf("2", shop, 1).Element(model.Chinese)}
			decision := a.engine.HandleNote(&older)
			require.NoError(t, decision.Ignored)
			require.False(t, decision.Moved, "a position never goes back")
		})
		requireEverywhere(t, 2, shop, a)
	})
}

func TestMissedNotesArePulled(t *testing.T) {
	bubble(t, func(t *testing.T, s *service) {
		a := s.device(t, "term")
		s.say(shop, 100)
		s.post(noteOf("first", shop, 10))
		settle(time.Second)
		a.disconnect()
		for i := range 50 {
			s.post(noteOf(fmt.Sprint(i), shop, int64(11+i)))
			settle(time.Second)
		}
		before := s.count("history")
		a.connect()
		settle(time.Second)
		requireEverywhere(t, 60, shop, a)
		require.Equal(t, 3, s.count("history")-before, "no further back than needed")

		settle(time.Hour) // what may have been lost on a living connection is looked for only a little further back
		s.post(noteOf("later", shop, 65))
		settle(time.Second)
		a.end()
		s.post(noteOf("last", shop, 70))
		a.start()
		before = s.count("history")
		a.connect()
		requireEverywhere(t, 70, shop, a)
		require.Equal(t, 1, s.count("history")-before)
	})
}

func TestNewDevicePullsAtMostAThousandNotes(t *testing.T) {
	bubble(t, func(t *testing.T, s *service) {
		s.say("GROUPold", 5)
		s.say(shop, 5)
		s.post(noteOf("too old", "GROUPold", 5))
		for i := range readsync.SeenNotes {
			s.post(noteOf(fmt.Sprint(i), shop, 3))
		}
		a := s.device(t, "term")
		requireEverywhere(t, 3, shop, a)
		requireEverywhere(t, 0, "GROUPold", a)
		require.Equal(t, readsync.SeenNotes/20, s.count("history"))
	})
}

// A note that comes live while older ones are still being pulled must not hide them after a crash.
func TestLiveNoteDoesNotHideMissedOnes(t *testing.T) {
	bubble(t, func(t *testing.T, s *service) {
		a := s.device(t, "term")
		s.say(shop, 9)
		s.say("GROUPother", 9)
		a.disconnect()
		s.post(noteOf("missed", shop, 9))
		settle(10 * time.Second)
		a.online.Store(true) // connected, but not caught up
		s.post(noteOf("live", "GROUPother", 9))
		settle(10 * time.Second)
		requireEverywhere(t, 0, shop, a)
		requireEverywhere(t, 9, "GROUPother", a)
		a.end()
		a.start()
		a.connect()
		requireEverywhere(t, 9, shop, a)
	})
}

func TestDevicesWithATemplateUnderstandEachOther(t *testing.T) {
	bubble(t, func(t *testing.T, s *service) {
		template, err := model.ParseNoteTemplate("已读 {group} 到 {seq}")
		require.NoError(t, err)
		format := model.NoteFormat{Template: template}
		a, b := s.deviceWith(t, "term", format), s.deviceWith(t, "mini", format)
		s.say(shop, 4)
		a.open(shop)
		settle(time.Second)
		requireEverywhere(t, 4, shop, a, b)
		require.Equal(t, []model.Element{model.Text{Text: "已读 @TGS#shop 到 4"}}, s.notes[0].Elements)
	})
}

// A template without {seq} says "everything so far". Found again in the history after a restart, a device's own note must
// not read what it had not shown.
func TestOwnNoteWithoutASequenceReadsNothingMore(t *testing.T) {
	bubble(t, func(t *testing.T, s *service) {
		template, err := model.ParseNoteTemplate("read {group}")
		require.NoError(t, err)
		a := s.deviceWith(t, "term", model.NoteFormat{Template: template})
		s.say(shop, 4)
		settle(time.Second)
		a.run(func() { a.engine.Intend(shop, 2) })
		settle(2 * time.Second)
		require.Len(t, s.notes, 1)
		a.end()
		a.start()
		a.connect()
		settle(time.Second)
		requireEverywhere(t, 2, shop, a)
	})
}

func TestNoteOfAnotherClientReadsWhatWasThereByThen(t *testing.T) {
	bubble(t, func(t *testing.T, s *service) {
		a := s.deviceWith(t, "term", model.NoteFormat{Accept: []model.ForeignNote{{Group: "groupID"}, {Text: "look"}}})
		s.say(shop, 4)
		settle(2 * time.Second)
		s.postElement(model.Custom{Data: `{"groupID":"@TGS#shop"}`}, 1)
		settle(2 * time.Second)
		s.say(shop, 3)
		settle(time.Second)
		requireEverywhere(t, 4, shop, a)
		require.Zero(t, s.count("note")+s.count("mark_read")+s.count("receipts"))
		look := *s.notes[0]
		look.Elements = []model.Element{model.Text{Text: "look"}}
		a.run(func() { require.ErrorIs(t, a.engine.HandleNote(&look).Ignored, model.ErrNoteRefresh) })
	})
}
