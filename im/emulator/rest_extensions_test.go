package emulator

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRESTExtensionsOfGroupMessages(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	s.send("ann", "投票", 1, `,"SupportMessageExtension":1`)
	s.send("ann", "plain", 2, "")
	set := func(more string) map[string]any {
		return s.ok("openim_msg_ext_http_svc/group_set_key_values", `{"GroupId":"shop","MsgSeq":1,`+more+`}`)
	}
	reply := set(`"OperateType":1,"ExtensionList":[{"Key":"bo","Value":"yes","Seq":0},{"Key":"cy","Value":"no"}]`)
	s.requireJSON(`[{"ErrorCode":0,"Extension":{"Key":"bo","Value":"yes","Seq":1}},{"ErrorCode":0,"Extension":{"Key":"cy","Value":"no","Seq":1}}]`, reply["ExtensionList"])
	set(`"OperateType":1,"ExtensionList":[{"Key":"bo","Value":"maybe"}]`)
	get := func(more string) map[string]any {
		return s.ok("openim_msg_ext_http_svc/group_get_key_values", `{"GroupId":"shop","MsgSeq":1`+more+`}`)
	}
	reply = get("")
	s.requireJSON(`[{"Key":"cy","Value":"no","Seq":1},{"Key":"bo","Value":"maybe","Seq":2}]`, reply["ExtensionList"])
	require.EqualValues(t, 2, reply["LatestSeq"])
	require.EqualValues(t, 0, reply["ClearSeq"])
	require.EqualValues(t, 1, reply["CompleteFlag"])
	s.requireJSON(`[{"Key":"bo","Value":"maybe","Seq":2}]`, get(`,"StartSeq":2`)["ExtensionList"])

	reply = set(`"OperateType":2,"ExtensionList":[{"Key":"cy"}]`)
	s.requireJSON(`[{"ErrorCode":0,"Extension":{"Key":"cy","Value":"","Seq":3}}]`, reply["ExtensionList"])
	s.requireJSON(`[{"Key":"bo","Value":"maybe","Seq":2}]`, get("")["ExtensionList"])
	set(`"OperateType":3`)
	reply = get("")
	s.requireJSON(`[]`, reply["ExtensionList"])
	require.EqualValues(t, 4, reply["ClearSeq"])

	for name, test := range map[string]struct {
		body string
		code int
	}{
		"not allowed":    {`{"GroupId":"shop","MsgSeq":2,"OperateType":1,"ExtensionList":[{"Key":"k","Value":"v"}]}`, 23002},
		"no message":     {`{"GroupId":"shop","MsgSeq":9,"OperateType":1,"ExtensionList":[{"Key":"k","Value":"v"}]}`, 23004},
		"no group":       {`{"GroupId":"gone","MsgSeq":1,"OperateType":3}`, 10010},
		"no sequence":    {`{"GroupId":"shop","OperateType":3}`, 10004},
		"operation":      {`{"GroupId":"shop","MsgSeq":1,"OperateType":4}`, 10004},
		"nothing to set": {`{"GroupId":"shop","MsgSeq":1,"OperateType":1}`, 10004},
		"21 keys":        {`{"GroupId":"shop","MsgSeq":1,"OperateType":1,"ExtensionList":[` + strings.Repeat(`{"Key":"k"},`, 20) + `{"Key":"k"}]}`, 10004},
		"long key":       {`{"GroupId":"shop","MsgSeq":1,"OperateType":1,"ExtensionList":[{"Key":"` + strings.Repeat("长", 34) + `"}]}`, 10004},
		"long value":     {`{"GroupId":"shop","MsgSeq":1,"OperateType":1,"ExtensionList":[{"Key":"k","Value":"` + strings.Repeat("x", 1001) + `"}]}`, 10004},
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			s.refused(test.code, "openim_msg_ext_http_svc/group_set_key_values", test.body)
		})
	}
}

func TestRESTExtensionsOfC2CMessages(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	key := s.ok("openim/sendmsg", `{"From_Account":"ann","To_Account":"bo","MsgRandom":7,"MsgSeq":5,"SupportMessageExtension":1,
		"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"?"}}]}`)["MsgKey"]
	message := fmt.Sprintf(`"From_Account":"ann","To_Account":"bo","MsgKey":%q`, key)
	s.ok("openim_msg_ext_http_svc/set_key_values", `{`+message+`,"OperateType":1,"ExtensionList":[{"Key":"k1","Value":"v1","Seq":0}]}`)
	reply := s.ok("openim_msg_ext_http_svc/get_key_values", `{`+message+`}`)
	s.requireJSON(`[{"Key":"k1","Value":"v1","Seq":1}]`, reply["ExtensionList"])
	s.refused(23004, "openim_msg_ext_http_svc/get_key_values", `{"From_Account":"bo","To_Account":"ann","MsgKey":"1_2_3"}`)
	s.refused(10004, "openim_msg_ext_http_svc/get_key_values", `{"From_Account":"ann","To_Account":"bo"}`)
	s.refused(10004, "openim_msg_ext_http_svc/get_key_values", `{"From_Account":"ann","To_Account":"ghost","MsgKey":"1_2_3"}`)

	w := newWorld(t, func(o *Options) { o.Edition = EditionPro })
	w.shop()
	w.refused(10008, "openim_msg_ext_http_svc/group_get_key_values", `{"GroupId":"shop","MsgSeq":1}`)
}
