package wire

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestElementsDecodeByType(t *testing.T) {
	body := MsgBody(`[
		{"MsgType":"TIMTextElem","MsgContent":{"Text":"欢迎 <宝贝>"}},
		{"MsgType":"TIMCustomElem","MsgContent":{"Data":"{\"type\":\"reddot.read\"}","Desc":"已读","Ext":"e","Sound":"s"}},
		{"MsgType":"TIMFaceElem","MsgContent":{"Index":3,"Data":"smile"}},
		{"MsgType":"TIMLocationElem","MsgContent":{"Desc":"仓库","Latitude":30.5,"Longitude":-120.25}},
		{"MsgType":"TIMImageElem","MsgContent":{"UUID":"u","ImageFormat":1,"ImageInfoArray":[{"Type":3,"Size":10,"Width":2,"Height":1,"URL":"x"}]}},
		{"MsgType":"TIMSoundElem","MsgContent":{"Url":"x","UUID":"u","Size":9,"Second":4,"Download_Flag":2}},
		{"MsgType":"TIMFileElem","MsgContent":{"Url":"x","UUID":"u","FileSize":9,"FileName":"a.pdf","Download_Flag":2}},
		{"MsgType":"TIMVideoFileElem","MsgContent":{"VideoUrl":"x","VideoSecond":8,"ThumbUrl":"y","ThumbWidth":3}}]`)
	var contents []Content
	for _, element := range body.Elements() {
		contents = append(contents, element.Content())
	}
	require.Equal(t, []Content{
		Text{Text: "欢迎 <宝贝>"},
		Custom{Data: `{"type":"reddot.read"}`, Desc: "已读", Ext: "e", Sound: "s"},
		Face{Index: 3, Data: "smile"},
		Location{Desc: "仓库", Latitude: 30.5, Longitude: -120.25},
		Image{UUID: "u", ImageFormat: 1, ImageInfoArray: List[ImageInfo]{{Type: 3, Size: 10, Width: 2, Height: 1, URL: "x"}}},
		Sound{URL: "x", UUID: "u", Size: 9, Second: 4, DownloadFlag: 2},
		File{URL: "x", UUID: "u", FileSize: 9, FileName: "a.pdf", DownloadFlag: 2},
		Video{VideoURL: "x", VideoSecond: 8, ThumbURL: "y", ThumbWidth: 3},
	}, contents)
}

func TestUnknownAndDamagedElementsPassThrough(t *testing.T) {
	body := MsgBody(`[{"MsgType":"TIMRelayElem","MsgContent":{"Title":"x","n":1.50}},` +
		`{"MsgType":"TIMTextElem","MsgContent":{"Text":5}},7]`)
	elements := body.Elements()
	require.Len(t, elements, 3)
	for _, element := range elements {
		require.IsType(t, Unknown{}, element.Content())
	}
	again, err := NewElement(elements[0].Content())
	require.NoError(t, err)
	require.Equal(t, `{"Title":"x","n":1.50}`, string(again.MsgContent), "byte for byte")
	require.Equal(t, "7", string(elements[2].MsgContent))
}

func TestBodyThatIsNoArrayDoesNotBreakTheMessage(t *testing.T) {
	for _, body := range []string{`""`, `{"a":1}`, `null`, `7`, `[]`} {
		var m GroupMessage
		require.NoError(t, json.Unmarshal([]byte(`{"MsgSeq":9,"MsgBody":`+body+`,"From_Account":"bob"}`), &m), body)
		require.Equal(t, uint32(9), m.MsgSeq)
		require.Equal(t, "bob", m.FromAccount)
		require.Empty(t, m.MsgBody.Elements())
		require.Equal(t, body == `[]`, m.MsgBody.IsArray())
	}
}

func TestNewBody(t *testing.T) {
	element, err := NewElement(Text{Text: "A & B"})
	require.NoError(t, err)
	body, err := NewMsgBody(element)
	require.NoError(t, err)
	require.Equal(t, `[{"MsgType":"TIMTextElem","MsgContent":{"Text":"A & B"}}]`, string(body), "no HTML escapes")
	empty, err := NewMsgBody()
	require.NoError(t, err)
	require.Equal(t, `[]`, string(empty))
}

func TestNumbersThatComeAsStrings(t *testing.T) {
	for _, text := range []string{`{"MsgReadTime":1700000500}`, `{"MsgReadTime":"1700000500"}`} {
		var r AdminSetMsgReadRequest
		require.NoError(t, Unmarshal([]byte(text), &r))
		require.Equal(t, Int(1700000500), r.MsgReadTime)
	}
	var r AdminSetMsgReadRequest
	require.Error(t, Unmarshal([]byte(`{"MsgReadTime":"soon"}`), &r))
	require.Error(t, Unmarshal([]byte(`{"MsgReadTime":[1]}`), &r))
}

func TestMsgKeys(t *testing.T) {
	key := MsgKey(3130160002, 75992063, 1795397416)
	require.Equal(t, "3130160002_75992063_1795397416", key)
	seq, random, time, err := ParseMsgKey(key)
	require.NoError(t, err)
	require.Equal(t, uint32(3130160002), seq)
	require.Equal(t, uint32(75992063), random)
	require.Equal(t, int64(1795397416), time)
	for _, bad := range []string{"", "1_2", "1_2_3_4", "a_b_c", "1_2_3 ", "-1_2_3", "4294967296_1_1"} {
		_, _, _, err := ParseMsgKey(bad)
		require.Error(t, err, bad)
	}
}

func FuzzMessage(f *testing.F) {
	f.Add([]byte(`{"MsgSeq":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"x"}}]}`))
	f.Add([]byte(`{"MsgSeq":1,"MsgBody":{"OpType":1}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var m GroupMessage
		if Unmarshal(data, &m) != nil {
			return
		}
		for _, element := range m.MsgBody.Elements() {
			require.NotNil(t, element.Content())
		}
		text, err := Marshal(m)
		require.NoError(t, err)
		var again GroupMessage
		require.NoError(t, Unmarshal(text, &again))
		require.Equal(t, m.MsgSeq, again.MsgSeq)
		require.Equal(t, m.MsgRandom, again.MsgRandom)
	})
}
