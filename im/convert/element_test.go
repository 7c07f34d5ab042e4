package convert

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/model"
)

func TestElements(t *testing.T) {
	tests := map[string]struct {
		body string
		want model.Element
	}{
		"text":      {`{"MsgType":"TIMTextElem","MsgContent":{"Text":"a\u4f60\n"}}`, model.Text{Text: "a你\n"}},
		"type last": {`{"MsgContent":{"Text":"a"},"MsgType":"TIMTextElem"}`, model.Text{Text: "a"}},
		"face":      {`{"MsgType":"TIMFaceElem","MsgContent":{"Index":4,"Data":"smile"}}`, model.Face{Index: 4, Data: "smile"}},
		"location": {
			`{"MsgType":"TIMLocationElem","MsgContent":{"Desc":"店","Latitude":31.2,"Longitude":-121}}`,
			model.Location{Description: "店", Latitude: 31.2, Longitude: -121},
		},
		"image": {
			`{"MsgType":"TIMImageElem","MsgContent":{"UUID":"u","ImageInfoArray":[{"Type":1,"Size":9,"Width":640,"Height":480,"URL":"http://i"},{"Size":1}]}}`,
			model.Media{Kind: model.Image, Bytes: 9, Width: 640, Height: 480, URL: "http://i"},
		},
		"sound": {
			`{"MsgType":"TIMSoundElem","MsgContent":{"Url":"s","Size":100,"Second":7}}`,
			model.Media{Kind: model.Sound, URL: "s", Bytes: 100, Seconds: 7},
		},
		"file": {
			`{"MsgType":"TIMFileElem","MsgContent":{"Url":"f","FileSize":100,"FileName":"价目表.pdf"}}`,
			model.Media{Kind: model.File, URL: "f", Bytes: 100, Name: "价目表.pdf"},
		},
		"video": {
			`{"MsgType":"TIMVideoFileElem","MsgContent":{"VideoUrl":"v","VideoSize":5,"VideoSecond":3,"ThumbWidth":8,"ThumbHeight":6}}`,
			model.Media{Kind: model.Video, URL: "v", Bytes: 5, Seconds: 3, Width: 8, Height: 6},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, []model.Element{test.want}, ReadBody([]byte("["+test.body+"]"), "", NewInterner()))
		})
	}
}

// TestSentElementsComeBack encodes what can be sent and reads it again.
func TestSentElementsComeBack(t *testing.T) {
	elements := []model.Element{
		model.Text{Text: "<b>&\u2028😀</b>"},
		model.Custom{Data: "{}", Description: "d", Extension: "e"},
		model.Face{Index: 1, Data: "x"},
		model.Location{Description: "d", Latitude: 1.5, Longitude: 2},
		model.Unknown{Type: "TIMVendorElem", Raw: `{"A":1}`},
	}
	body, err := WriteBody(elements)
	require.NoError(t, err)
	require.Equal(t, elements, ReadBody(body, "", NewInterner()))
	require.NotContains(t, string(body), `\u003c`, "HTML escapes only make messages longer")

	_, err = WriteBody([]model.Element{model.Media{Kind: model.Image}})
	require.Error(t, err)
}

// Over REST a tip is an element of a system message. A user who sends such an element has sent an unknown one.
func TestATipIsWhatTheServiceSays(t *testing.T) {
	row := `{"From_Account":"bo","GroupId":"g","MsgSeq":1,"IsSystemMsg":%d,
		"MsgBody":[{"MsgType":"TIMGroupTipElem","MsgContent":{"OpType":1,"Operator_Account":"ann","List_Account":["cy"],"MemberNum":3}}]}`
	read := func(system int) *model.Message {
		names := NewInterner()
		r := ReadRow(NewScanner(fmt.Appendf(nil, row, system), names))
		return r.GroupMessage(names)
	}
	said := read(1)
	require.Equal(t, []model.Element{model.Tip{Kind: model.TipJoined, Operator: "ann", Users: []string{"cy"}, Names: map[string]string{}, Members: 3}}, said.Elements)
	sent := read(0)
	require.IsType(t, model.Unknown{}, sent.Elements[0])
}

// TestATipTellsWhoIsMutedAndWhoNoLonger, whatever the order of its fields.
func TestATipTellsWhoIsMutedAndWhoNoLonger(t *testing.T) {
	for body, kind := range map[string]model.TipKind{
		`{"OpType":7,"MsgMemberInfo":[{"User_Account":"cy","ShutupTime":600}]}`: model.TipMuted,
		`{"MsgMemberInfo":[{"ShutupTime":0,"User_Account":"cy"}],"OpType":7}`:   model.TipUnmuted,
		`{"OpType":7,"MsgMemberInfo":[{"User_Account":"cy"}]}`:                  model.TipMemberChanged,
	} {
		tip, ok := readTipOrNotice(NewScanner([]byte(body), NewInterner()), "g").(model.Tip)
		require.True(t, ok, body)
		require.Equal(t, kind, tip.Kind, body)
		require.Equal(t, []string{"cy"}, tip.Users, body)
	}
}
