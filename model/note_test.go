package model_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"reddot/model"
)

var note = model.Note{
	Conversation: "GROUP@TGS#1", Position: 42, Time: 1795397415, Device: "term-9f2c", ID: "01JX",
}

// noteMessage is a note as it comes back from the service.
func noteMessage(note model.Note, serverTime int64) *model.Message {
	return &model.Message{
		Conversation: model.C2CConversation(self), Sender: self, ServerTime: serverTime, ClientTime: note.Time, Random: 7,
		Elements: []model.Element{note.Element(model.Chinese)},
	}
}

func TestNoteOnTheWire(t *testing.T) {
	element := note.Element(model.Chinese)
	require.Equal(t, `{"type":"reddot.read","v":1,"conv":"GROUP@TGS#1","seq":42,"time":1795397415,"device":"term-9f2c","id":"01JX"}`, element.Data)
	require.Equal(t, "已在 term-9f2c 读到群 @TGS#1 的第 42 条消息", element.Description)
	require.Equal(t, "Read group @TGS#1 up to message 42 on term-9f2c", note.Describe(model.English))
	chat := note
	chat.Conversation, chat.Position = "C2Cli", 1795397415
	require.Equal(t, "已在 term-9f2c 读到与 li 的聊天(至 2026-11-23 01:30:15 UTC)", chat.Describe(model.Chinese))
	require.Equal(t, "Read the chat with li up to 2026-11-23 01:30:15 UTC on term-9f2c", chat.Describe(model.English))
}

func TestNoteSurvivesTheWire(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[\p{Han}a-zA-Z0-9@#"\\<>&-]{1,40}`)
		note := model.Note{
			Conversation: model.GroupConversation(text.Draw(t, "group")),
			Position:     rapid.Int64Range(1, 1<<53-1).Draw(t, "position"),
			Time:         rapid.Int64().Draw(t, "time"),
			Device:       text.Draw(t, "device"),
			ID:           text.Draw(t, "id"),
		}
		parsed, err := model.ParseNote([]model.Element{note.Element(model.English)})
		require.NoError(t, err)
		require.Equal(t, note, parsed)
	})
}

func TestParseNote(t *testing.T) {
	const notNote = "not a sync note"
	long := strings.Repeat("x", 300)
	tests := map[string]struct{ data, want string }{
		"unknown fields are ignored": {`{"type":"reddot.read","v":1,"conv":"GROUPg","seq":1,"device":"d","id":"i","mood":"good"}`, ""},
		"no time":                    {`{"type":"reddot.read","v":1,"conv":"C2Cli","seq":1,"device":"d","id":"i"}`, ""},
		"not JSON":                   {`read!`, notNote},
		"another program's JSON":     {`{"businessID":"group_create"}`, notNote},
		"a list":                     {`[1]`, notNote},
		"too long":                   {`{"type":"reddot.read","v":1,"conv":"GROUPg","seq":1,"device":"d","id":"i","x":"` + strings.Repeat("x", 5000) + `"}`, notNote},
		"newer version":              {`{"type":"reddot.read","v":2,"conv":"GROUPg","seq":1,"device":"d","id":"i"}`, "version 2"},
		"no version":                 {`{"type":"reddot.read","conv":"GROUPg","seq":1,"device":"d","id":"i"}`, "version 0"},
		"seq is missing":             {`{"type":"reddot.read","v":1,"conv":"GROUPg","device":"d","id":"i"}`, "seq is missing"},
		"seq is text":                {`{"type":"reddot.read","v":1,"conv":"GROUPg","seq":"1","device":"d","id":"i"}`, "damaged sync note"},
		"seq is a fraction":          {`{"type":"reddot.read","v":1,"conv":"GROUPg","seq":1.5,"device":"d","id":"i"}`, "damaged sync note"},
		"seq is negative":            {`{"type":"reddot.read","v":1,"conv":"GROUPg","seq":-1,"device":"d","id":"i"}`, "seq is -1"},
		"seq is zero":                {`{"type":"reddot.read","v":1,"conv":"GROUPg","seq":0,"device":"d","id":"i"}`, "seq is 0"},
		"seq is huge":                {`{"type":"reddot.read","v":1,"conv":"GROUPg","seq":9223372036854775807,"device":"d","id":"i"}`, "seq is 9223372036854775807"},
		"conv names nothing":         {`{"type":"reddot.read","v":1,"conv":"shop","seq":1,"device":"d","id":"i"}`, "conv is neither"},
		"no device":                  {`{"type":"reddot.read","v":1,"conv":"GROUPg","seq":1,"id":"i"}`, "device is missing"},
		"no id":                      {`{"type":"reddot.read","v":1,"conv":"GROUPg","seq":1,"device":"d"}`, "id is missing"},
		"id too long":                {`{"type":"reddot.read","v":1,"conv":"GROUPg","seq":1,"device":"d","id":"` + long + `"}`, "id is missing or longer"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := model.ParseNote([]model.Element{model.Custom{Data: test.data}})
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.want)
		})
	}
	_, err := model.ParseNote([]model.Element{model.Text{Text: note.Element(model.Chinese).Data}})
	require.ErrorIs(t, err, model.ErrNotNote, "a text is no note")
	_, err = model.ParseNote([]model.Element{note.Element(model.Chinese), note.Element(model.Chinese)})
	require.ErrorIs(t, err, model.ErrNotNote)
}

func FuzzParseNote(f *testing.F) {
	f.Add(note.Element(model.Chinese).Data)
	f.Add(`{"type":"reddot.read","v":1,"seq":1e3}`)
	f.Fuzz(func(t *testing.T, data string) {
		note, err := model.ParseNote([]model.Element{model.Custom{Data: data}})
		if err != nil {
			return
		}
		again, err := model.ParseNote([]model.Element{note.Element(model.English)})
		require.NoError(t, err)
		require.Equal(t, note, again)
	})
}

func TestWhichNotesAreAccepted(t *testing.T) {
	tests := map[string]struct {
		change func(*model.Message)
		want   error
	}{
		"another device":       {func(*model.Message) {}, nil},
		"somebody else":        {func(m *model.Message) { m.Sender = "li" }, model.ErrNoteForeign},
		"in another chat":      {func(m *model.Message) { m.Conversation = "C2Cli" }, model.ErrNoteForeign},
		"without service time": {func(m *model.Message) { m.ServerTime = 0 }, model.ErrNoteUndated},
		"no note":              {func(m *model.Message) { m.Elements = nil }, model.ErrNotNote},
		"this device": {func(m *model.Message) {
			own := note
			own.Device = "mini"
			m.Elements = []model.Element{own.Element(model.Chinese)}
		}, model.ErrNoteOwn},
		"seen before": {func(m *model.Message) {
			seen := note
			seen.ID = "seen"
			m.Elements = []model.Element{seen.Element(model.Chinese)}
		}, model.ErrNoteDuplicate},
		"about the notes": {func(m *model.Message) {
			about := note
			about.Conversation = model.C2CConversation(self)
			m.Elements = []model.Element{about.Element(model.Chinese)}
		}, model.ErrNoteSelf},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			message := noteMessage(note, 1795397416)
			test.change(message)
			_, claim, err := model.NoteFormat{}.Claim(message, self, "mini", func(id string) bool { return id == "seen" })
			require.ErrorIs(t, err, test.want)
			if test.want == nil {
				require.Equal(t, model.Claim{Position: 42, Time: 1795397416}, claim, "dated by the service, not by the sender")
			}
		})
	}
}

func TestClaimsAreCutDown(t *testing.T) {
	at := func(sequence, time int64) *model.Message {
		message := groupMessage(sequence, "li")
		message.ServerTime = time
		return message
	}
	tests := map[string]struct {
		held  []*model.Message
		next  int64
		read  int64
		claim model.Claim
		want  model.Resolution
	}{
		"the newest message is claimed":       {[]*model.Message{at(41, 90), at(42, 95)}, 43, 40, model.Claim{Position: 42, Time: 100}, model.Resolution{Position: 42}},
		"of the same second":                  {[]*model.Message{at(42, 100)}, 43, 40, model.Claim{Position: 42, Time: 100}, model.Resolution{Position: 42}},
		"a later message stays unread":        {[]*model.Message{at(42, 95), at(43, 105)}, 44, 40, model.Claim{Position: 99, Time: 100}, model.Resolution{Position: 42}},
		"too much is claimed, may come":       {[]*model.Message{at(42, 95)}, 43, 40, model.Claim{Position: 99, Time: 100}, model.Resolution{Position: 42, Open: true}},
		"all that is held is later":           {[]*model.Message{at(41, 101), at(42, 102)}, 43, 40, model.Claim{Position: 99, Time: 100}, model.Resolution{Position: 40}},
		"an older message is claimed":         {[]*model.Message{at(41, 90), at(42, 95)}, 43, 0, model.Claim{Position: 41, Time: 100}, model.Resolution{Position: 41}},
		"a newer held one tells enough":       {[]*model.Message{at(42, 95)}, 43, 0, model.Claim{Position: 30, Time: 100}, model.Resolution{Position: 30}},
		"what is claimed must be fetched":     {[]*model.Message{at(42, 105)}, 43, 10, model.Claim{Position: 30, Time: 100}, model.Resolution{Position: 10, Open: true, Need: model.Range{From: 11, To: 30}}},
		"nothing is held":                     {nil, 43, 10, model.Claim{Position: 99, Time: 100}, model.Resolution{Position: 10, Open: true, Need: model.Range{From: 11, To: 42}}},
		"only the middle must be fetched":     {[]*model.Message{at(20, 95), at(42, 105)}, 43, 10, model.Claim{Position: 99, Time: 100}, model.Resolution{Position: 20, Open: true, Need: model.Range{From: 21, To: 41}}},
		"later gaps don't matter":             {[]*model.Message{at(20, 95), at(35, 105), at(42, 106)}, 43, 10, model.Claim{Position: 99, Time: 100}, model.Resolution{Position: 20, Open: true, Need: model.Range{From: 21, To: 34}}},
		"it was read further here":            {[]*model.Message{at(42, 95)}, 43, 42, model.Claim{Position: 30, Time: 100}, model.Resolution{Position: 42}},
		"an online-only message says nothing": {[]*model.Message{at(42, 95), {Conversation: shop, OnlineOnly: true, ServerTime: 99, Random: 5, ClientTime: 5, Sender: "li"}}, 43, 40, model.Claim{Position: 42, Time: 100}, model.Resolution{Position: 42}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			timeline := model.NewTimeline(shop, 0)
			timeline.Announce(test.next - 1)
			timeline.Add(test.held...)
			require.Equal(t, test.want, timeline.Resolve(test.claim, test.read))
		})
	}
	chat := model.NewTimeline(guide, 0)
	require.Equal(t, model.Resolution{Position: 100}, chat.Resolve(model.Claim{Position: 500, Time: 100}, 0))
	require.Equal(t, model.Resolution{Position: 50}, chat.Resolve(model.Claim{Position: 50, Time: 100}, 0))
}

// However the messages come in, the claims lead to the same position, and it is never too far.
func TestClaimsConverge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.Int64Range(1, 25).Draw(t, "messages")
		messages := make([]*model.Message, count)
		now := int64(100)
		for i := range messages {
			now += rapid.Int64Range(0, 2).Draw(t, "pause")
			messages[i] = groupMessage(int64(i+1), "li")
			messages[i].ServerTime = now
		}
		var claims []model.Claim
		want := int64(0)
		for range rapid.IntRange(1, 4).Draw(t, "claims") {
			claim := model.Claim{
				Position: rapid.Int64Range(1, 2*count).Draw(t, "position"), Time: rapid.Int64Range(99, now).Draw(t, "time"),
			}
			claims = model.AddClaim(claims, claim)
			for _, message := range messages {
				if message.Sequence <= claim.Position && message.ServerTime <= claim.Time {
					want = max(want, message.Sequence)
				}
			}
		}
		timeline, read := model.NewTimeline(shop, 0), int64(0)
		for _, message := range rapid.Permutation(messages).Draw(t, "order") {
			timeline.Add(message)
			for _, claim := range claims {
				resolution := timeline.Resolve(claim, read)
				require.LessOrEqual(t, resolution.Position, want)
				read = max(read, resolution.Position)
			}
		}
		require.Equal(t, want, read)
	})
}
