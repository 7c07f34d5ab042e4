package push

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"reddot/im"
)

// FuzzPush decodes arbitrary frames: no panic, no endless loop, and no text that is not UTF-8.
func FuzzPush(f *testing.F) {
	f.Add([]byte(`{"head":{"servcmd":"im_open_push.msg_push","seq":1},"body":{"EventArray":[` + notice(4) + `],"NeedAck":1,"SessionData":"s"}}`))
	f.Add(floodFrame(2))
	f.Add([]byte(`{"head":{"servcmd":"im_open_push.msg_push"},"body":{"EventArray":[{"Event":5,"GroupTips":[{"ToGroupId":"g","MsgBody":{"OpType":6,
		"MsgGroupNewInfo":{"GroupName":"n"},"List_Account":["a"]}}]},{"C2cNotifyMsgArray":[{"KickoutMsgNotify":{"KickType":1}}]},
		{"C2CReadAllMsg":1},{"User_Account":"b","C2cMsgInfo":[{"MsgRandom":1}]}]}}`))
	f.Add([]byte("{\"head\":{\"servcmd\":\"x\\ud800\"},\"body\":{\"a\xff\":[[[[{}]]]]}}"))
	f.Fuzz(func(t *testing.T, frame []byte) {
		d := newDecoder("alice", newPeerSet())
		e, err := d.envelope(frame)
		if err != nil {
			return
		}
		resultOf(e.body)
		p, err := d.push(e.body)
		if err != nil {
			require.Empty(t, p.events)
			return
		}
		for _, event := range p.events {
			received, ok := event.(im.MessagesReceived)
			if !ok {
				continue
			}
			require.NotEmpty(t, received.Messages)
			for _, m := range received.Messages {
				require.Equal(t, received.Conversation, m.Conversation)
				require.True(t, utf8.ValidString(m.Sender) && utf8.ValidString(m.CustomData) && utf8.ValidString(m.SenderName))
			}
		}
	})
}

// FuzzScanner reads documents as encoding/json does: what that accepts is accepted, and its strings and integers read
// the same.
func FuzzScanner(f *testing.F) {
	for _, seed := range []string{
		`{"a":"b\"c\\","n":-12,"l":[1,2,{"x":null}]}`, `{"a":"\u4f60\ud83d\ude00"}`, ` { "a" : "" , "n" : 0 } `, `{"a":"\\"}`, `{}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		var want map[string]json.RawMessage
		if !utf8.Valid(document) || json.Unmarshal(document, &want) != nil || want == nil {
			s := newScanner(document, nil)
			s.skip()
			return
		}
		s := newScanner(document, newInterner())
		for key := range s.object() {
			require.Contains(t, want, key)
			value := s.raw()
			require.True(t, json.Valid(value), "%q", value)
			var text string
			if json.Unmarshal(value, &text) == nil && value[0] == '"' {
				require.Equal(t, text, newScanner(value, nil).text())
			}
			var number int64
			if json.Unmarshal(value, &number) == nil && value[0] != 'n' {
				require.Equal(t, number, newScanner(value, nil).number())
			}
		}
		require.NoError(t, s.err)
	})
}
