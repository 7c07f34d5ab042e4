package rest

import (
	"fmt"
	"maps"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/model"
)

// says makes the group's history one message with this content.
func (s *service) says(elements string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handle = func(command, _ string) (int, string) {
		if command != "group_open_http_svc/group_msg_get_simple" {
			return 0, ""
		}
		return http.StatusOK, fmt.Sprintf(`{"ActionStatus":"OK","ErrorCode":0,"IsFinished":1,"RspMsgList":[
			{"From_Account":"ann","IsPlaceMsg":0,"MsgRandom":9,"MsgSeq":40,"MsgTimeStamp":1700000400,"MsgBody":[%s]}]}`, elements)
	}
}

func textElement(text string) string {
	return fmt.Sprintf(`{"MsgType":"TIMTextElem","MsgContent":{"Text":%q}}`, text)
}

// keeping returns a client that keeps message 40 with this content.
func (s *service) keeping(version int64, custom string, elements ...model.Element) (*Client, *archive) {
	kept := &archive{messages: map[int64]*model.Message{40: {
		Conversation: group, Sequence: 40, Sender: "ann", SenderName: "Ann", Random: 9, ServerTime: 1700000400, NeedReceipt: true,
		Elements: elements, CustomData: custom, Version: version,
	}}}
	options := s.options()
	options.Archive = kept
	c := New(options)
	s.t.Cleanup(func() { require.NoError(s.t, c.Close()) })
	require.NoError(s.t, c.Connect(s.t.Context()))
	return c, kept
}

func TestAnEditWhileAwayIsFound(t *testing.T) {
	for name, test := range map[string]struct {
		kept    []model.Element
		custom  string
		answer  string
		version int64
	}{
		"another text":               {[]model.Element{model.Text{Text: "at 6"}}, "", textElement("at 7"), 4},
		"the same text":              {[]model.Element{model.Text{Text: "at 7"}}, "", textElement("at 7"), 0},
		"one element more":           {[]model.Element{model.Text{Text: "at 7"}}, "", textElement("at 7") + "," + textElement("!"), 4},
		"history leaves data out":    {[]model.Element{model.Text{Text: "at 7"}}, `{"k":1}`, textElement("at 7"), 0},
		"nothing is known of before": {nil, "", textElement("at 7"), 0},
		"a place that was deleted":   {[]model.Element{model.Text{Text: "at 6"}}, "", "", 0},
		"a picture's new signature": {
			[]model.Element{model.Media{URL: "https://im.example/a?sign=1"}},
			"",
			`{"MsgType":"TIMImageElem","MsgContent":{"ImageInfoArray":[{"Type":1,"URL":"https://im.example/a?sign=2"}]}}`, 0,
		},
		"two lines of the service": {[]model.Element{model.Tip{Users: []string{"a"}}, model.Tip{}}, "", textElement("at 7"), 4},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			s.says(test.answer)
			c, _ := s.keeping(3, test.custom, test.kept...)
			page, err := c.History(t.Context(), im.HistoryRequest{Conversation: group})
			require.NoError(t, err)
			require.Len(t, page.Messages, 1)
			require.Equal(t, test.version, page.Messages[0].Version)
		})
	}
}

// TestAnEditIsSeenBeforeAnybodyOpensTheGroup where unread messages are read to be counted.
func TestAnEditIsSeenBeforeAnybodyOpensTheGroup(t *testing.T) {
	s := newService(t)
	s.says(textElement("at 7"))
	c, kept := s.keeping(0, "", model.Text{Text: "at 6"})
	_, err := c.Sync(t.Context())
	require.NoError(t, err)
	edited := kept.messages[40]
	require.Equal(t, []model.Element{model.Text{Text: "at 7"}}, edited.Elements)
	require.Equal(t, []any{int64(1), "Ann", true}, []any{edited.Version, edited.SenderName, edited.NeedReceipt}, "what is known besides stays")
}

// TestAnEditInTheConversationOnScreenIsFound once, although no sequence moves.
func TestAnEditInTheConversationOnScreenIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		s.says(textElement("at 6"))
		c, kept := s.keeping(0, "", model.Text{Text: "at 6"})
		c.Attend(group)
		s.says(textElement("at 7"))
		change := await[im.MessageChanged](t, c)
		require.Equal(t, im.MessageChanged{
			Conversation: group, Sequence: 40, Key: model.Key{Sender: "ann", Random: 9}, Elements: []model.Element{model.Text{Text: "at 7"}}, Version: 1,
		}, change)

		kept.mu.Lock()
		edited := *kept.messages[40]
		edited.Elements, edited.Version = change.Elements, change.Version
		kept.messages = maps.Clone(kept.messages)
		kept.messages[40] = &edited
		kept.mu.Unlock()
		s.says(textElement("at 8"))
		require.EqualValues(t, 2, await[im.MessageChanged](t, c).Version)
	})
}
