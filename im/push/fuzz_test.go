package push

import (
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
