package emulator

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRESTFoldersOfConversations(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	reply := s.ok("recentcontact/create_contact_group", `{"From_Account":"bo","GroupContactItem":[{"GroupName":"供应商","ContactItem":[
		{"Type":1,"To_Account":"ann"},{"Type":2,"ToGroupId":"shop"},{"Type":1,"To_Account":"ghost"},{"Type":2,"ToGroupId":"gone"}]}]}`)
	require.Contains(t, reply, "ErrorDisplay")
	results := reply["GroupResultItem"].([]any)
	require.Len(t, results, 1)
	first := results[0].(map[string]any)
	s.requireJSON(`{"GroupName":"供应商","GroupId":1}`, first["GroupItem"])
	items := first["ResultItem"].([]any)
	require.Len(t, items, 4)
	s.requireJSON(`{"ContactItem":{"Type":1,"To_Account":"ann"},"ResultCode":0,"ResultInfo":""}`, items[0])
	s.requireJSON(`{"ContactItem":{"Type":2,"ToGroupId":"shop"},"ResultCode":0,"ResultInfo":""}`, items[1])
	require.EqualValues(t, 50001, items[2].(map[string]any)["ResultCode"])
	require.EqualValues(t, 51007, items[3].(map[string]any)["ResultCode"])

	s.ok("recentcontact/create_contact_group", `{"From_Account":"bo","GroupContactItem":[{"GroupName":"b","ContactItem":[{"Type":1,"To_Account":"ann"}]}]}`)
	reply = s.ok("recentcontact/update_contact_group", `{"From_Account":"bo","UpdateType":1,"UpdateGroup":{"UpdateGroupType":2,"OldGroupName":"b",
		"ContactUpdateItem":[{"ContactOptType":1,"ContactItem":{"Type":1,"To_Account":"cy"}},{"ContactOptType":2,"ContactItem":{"Type":1,"To_Account":"ann"}}]}}`)
	require.EqualValues(t, 1, reply["UpdateType"])
	s.requireJSON(`{"UpdateGroupType":2,"GroupName":"b","GroupId":2,"OldGroupName":"b","ContactResultItem":[
		{"ContactOptType":1,"ContactItem":{"Type":1,"To_Account":"cy"},"ResultCode":0,"ResultInfo":""},
		{"ContactOptType":2,"ContactItem":{"Type":1,"To_Account":"ann"},"ResultCode":0,"ResultInfo":""}]}`, reply["UpdateGroupResult"])
	reply = s.ok("recentcontact/update_contact_group", `{"From_Account":"bo","UpdateType":1,"UpdateGroup":{"UpdateGroupType":1,"OldGroupName":"b","NewGroupName":"c"}}`)
	s.requireJSON(`{"UpdateGroupType":1,"GroupName":"c","GroupId":2,"OldGroupName":"b","ContactResultItem":[]}`, reply["UpdateGroupResult"])

	reply = s.ok("recentcontact/search_contact_group", `{"From_Account":"bo","ContactItem":[{"Type":1,"To_Account":"cy"},{"Type":1,"To_Account":"dee"}]}`)
	s.requireJSON(fmt.Sprintf(`[{"Type":1,"To_Account":"cy","ContactGroupId":[2],"Timestamp":%d}]`, s.clock.seconds.Load()), reply["ContactResultItem"])
	s.requireJSON(`[{"GroupName":"供应商","GroupId":1},{"GroupName":"c","GroupId":2}]`, reply["GroupItem"])

	reply = s.ok("recentcontact/del_contact_group", `{"From_Account":"bo","GroupName":["供应商"]}`)
	s.requireJSON(`[{"GroupName":"供应商","GroupId":1}]`, reply["GroupItem"])
	reply = s.ok("recentcontact/get_contact_group", `{"From_Account":"bo","StartIndex":0}`)
	require.Len(t, reply["ContactItem"], 1, "who was in the deleted folder alone is in none")
	require.EqualValues(t, 1, reply["CompleteFlag"])
	require.EqualValues(t, 0, reply["NextStartIndex"])
	s.requireJSON(`[]`, s.ok("recentcontact/get_contact_group", `{"From_Account":"ann","StartIndex":0}`)["GroupItem"])
}

func TestRESTMarksOfConversations(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	mark := func(item string) map[string]any {
		return s.ok("recentcontact/mark_contact", `{"From_Account":"bo","MarkItem":[`+item+`]}`)
	}
	found := func() any {
		return s.ok("recentcontact/search_contact_group", `{"From_Account":"bo","ContactItem":[{"Type":2,"ToGroupId":"shop"}]}`)["ContactResultItem"]
	}
	reply := mark(`{"OptType":3,"ContactItem":{"Type":2,"ToGroupId":"shop"},"SetMark":[0,3,40],"CustomMark":"vip"}`)
	s.requireJSON(`[{"OptType":3,"ContactItem":{"Type":2,"ToGroupId":"shop"},"ResultCode":0,"ResultInfo":""}]`, reply["ResultItem"])
	mark(`{"OptType":1,"ContactItem":{"Type":2,"ToGroupId":"shop"},"ClearMark":[40],"CustomMark":"ignored"}`)
	now := s.clock.seconds.Load()
	s.requireJSON(fmt.Sprintf(`[{"Type":2,"ToGroupId":"shop","StandardMark":"1001","CustomMark":"vip","Timestamp":%d}]`, now), found())
	mark(`{"OptType":2,"ContactItem":{"Type":2,"ToGroupId":"shop"},"ClearMark":[0],"CustomMark":""}`)
	s.requireJSON(fmt.Sprintf(`[{"Type":2,"ToGroupId":"shop","StandardMark":"1001","Timestamp":%d}]`, now), found())
	mark(`{"OptType":1,"ContactItem":{"Type":2,"ToGroupId":"shop"},"ClearMark":[0,3]}`)
	s.requireJSON(`[]`, found())

	reply = mark(`{"OptType":1,"ContactItem":{"Type":1,"To_Account":"ann"},"SetMark":[64]}`)
	require.EqualValues(t, 50002, reply["ResultItem"].([]any)[0].(map[string]any)["ResultCode"])
}

func TestRESTContactRefusals(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	const ann = `{"Type":1,"To_Account":"ann"}`
	create := func(name, items string) string {
		return fmt.Sprintf(`{"From_Account":"bo","GroupContactItem":[{"GroupName":%q,"ContactItem":[%s]}]}`, name, items)
	}
	for i := range 20 {
		s.ok("recentcontact/create_contact_group", create(fmt.Sprint("f", i), ann))
	}
	for name, test := range map[string]struct {
		command, body string
		code          int
	}{
		"nobody":            {"create_contact_group", `{}`, 50002},
		"unknown user":      {"get_contact_group", `{"From_Account":"ghost","StartIndex":0}`, 50001},
		"21 folders":        {"create_contact_group", create("f20", ann), 51010},
		"long name":         {"create_contact_group", create(strings.Repeat("群", 11), ann), 51011},
		"no name":           {"create_contact_group", create("", ann), 51011},
		"no conversation":   {"create_contact_group", create("x", ""), 50002},
		"two at once":       {"create_contact_group", `{"From_Account":"bo","GroupContactItem":[{},{}]}`, 50002},
		"no such folder":    {"del_contact_group", `{"From_Account":"bo","GroupName":["zzz"]}`, 51009},
		"two folders":       {"del_contact_group", `{"From_Account":"bo","GroupName":["f1","f2"]}`, 50002},
		"rename unknown":    {"update_contact_group", `{"From_Account":"bo","UpdateType":1,"UpdateGroup":{"UpdateGroupType":1,"OldGroupName":"zzz","NewGroupName":"y"}}`, 51009},
		"rename to another": {"update_contact_group", `{"From_Account":"bo","UpdateType":1,"UpdateGroup":{"UpdateGroupType":1,"OldGroupName":"f1","NewGroupName":"f2"}}`, 50002},
		"other update":      {"update_contact_group", `{"From_Account":"bo","UpdateType":2,"UpdateGroup":{}}`, 50002},
		"no marks":          {"mark_contact", `{"From_Account":"bo","MarkItem":[]}`, 51006},
		"101 marks":         {"mark_contact", `{"From_Account":"bo","MarkItem":[` + strings.Repeat(`{"OptType":2,"ContactItem":`+ann+`},`, 100) + `{"OptType":2,"ContactItem":` + ann + `}]}`, 51006},
		"kind of mark":      {"mark_contact", `{"From_Account":"bo","MarkItem":[{"OptType":9,"ContactItem":` + ann + `}]}`, 50002},
		"search nothing":    {"search_contact_group", `{"From_Account":"bo","ContactItem":[]}`, 50002},
		"text for a number": {"get_contact_group", `{"From_Account":"bo","StartIndex":"0"}`, 50002},
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			s.refused(test.code, "recentcontact/"+test.command, test.body)
		})
	}
	s.t = t
	w := newWorld(t, func(o *Options) { o.Edition = EditionPro })
	w.shop()
	w.refused(51013, "recentcontact/mark_contact", `{"From_Account":"bo","MarkItem":[{"OptType":1,"ContactItem":`+ann+`,"SetMark":[1]}]}`)
}
