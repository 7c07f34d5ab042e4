package emulator

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRESTAttributesOfAGroup(t *testing.T) {
	a := newApp(t, nil)
	w := newWorld(t, func(o *Options) { o.Webhook = a.url })
	w.shop()
	get := func() any {
		return w.ok("group_open_attr_http_svc/get_group_attr", `{"GroupId":"shop"}`)["GroupAttrAry"]
	}
	w.requireJSON(`[]`, get())
	w.ok("group_open_http_svc/set_group_attr", `{"GroupId":"shop","GroupAttr":[{"key":"seat1","value":"ann"},{"key":"seat2","value":"bo"}]}`)
	a.wait("Group.CallbackAfterGroupAttrChanged").requireBody(t, `{"CallbackCommand":"Group.CallbackAfterGroupAttrChanged","GroupId":"shop",
		"Type":"Public","Operator_Account":"administrator","OptionType":"set","GroupAttr":[{"key":"seat1","value":"ann"},{"key":"seat2","value":"bo"}],"EventTime":"*"}`)
	w.ok("group_open_http_svc/modify_group_attr", `{"GroupId":"shop","GroupAttr":[{"key":"seat2","value":"cy"},{"key":"seat3","value":""}]}`)
	w.requireJSON(`[{"key":"seat1","value":"ann"},{"key":"seat2","value":"cy"},{"key":"seat3","value":""}]`, get())
	w.ok("group_open_http_svc/delete_group_attr", `{"GroupId":"shop","GroupAttr":[{"key":"seat1"}]}`)
	w.refused(10050, "group_open_http_svc/delete_group_attr", `{"GroupId":"shop","GroupAttr":[{"key":"seat2"},{"key":"seat1"}]}`)
	w.requireJSON(`[{"key":"seat2","value":"cy"},{"key":"seat3","value":""}]`, get())
	w.ok("group_open_http_svc/set_group_attr", `{"GroupId":"shop","GroupAttr":[{"key":"only","value":"x"}]}`)
	w.requireJSON(`[{"key":"only","value":"x"}]`, get())
	w.ok("group_open_http_svc/clear_group_attr", `{"GroupId":"shop"}`)
	w.requireJSON(`[]`, get())
	for _, op := range []string{"modify", "delete", "set", "clear"} {
		require.Equal(t, op, a.wait("Group.CallbackAfterGroupAttrChanged").body["OptionType"])
	}

	var many, large []string
	for i := range 17 {
		many = append(many, fmt.Sprintf(`{"key":"k%d","value":"v"}`, i))
	}
	for i := range 5 {
		large = append(large, fmt.Sprintf(`{"key":"k%d","value":%q}`, i, strings.Repeat("x", 3500)))
	}
	for name, test := range map[string]struct {
		group, list string
		code        int
	}{
		"nothing":     {"shop", ``, 10004},
		"no key":      {"shop", `{"value":"x"}`, 10004},
		"long key":    {"shop", `{"key":"` + strings.Repeat("座", 11) + `","value":"x"}`, 10045},
		"long value":  {"shop", `{"key":"k","value":"` + strings.Repeat("x", 4001) + `"}`, 10046},
		"17 keys":     {"shop", strings.Join(many, ","), 10047},
		"16 KB":       {"shop", strings.Join(large, ","), 10048},
		"value is no": {"shop", `{"key":"k","value":5}`, 10004},
		"no group":    {"gone", `{"key":"k","value":"x"}`, 10010},
	} {
		t.Run(name, func(t *testing.T) {
			w.t = t
			w.refused(test.code, "group_open_http_svc/modify_group_attr", fmt.Sprintf(`{"GroupId":%q,"GroupAttr":[%s]}`, test.group, test.list))
		})
	}
	w.t = t
	w.requireJSON(`[]`, get())
}

func TestRESTCountersOfAGroup(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	update := func(mode, list string) any {
		return s.ok("group_open_http_svc/update_group_counter", fmt.Sprintf(`{"GroupId":"shop","Mode":%q,"GroupCounter":[%s]}`, mode, list))["GroupCounter"]
	}
	s.requireJSON(`[{"Key":"like","Value":5},{"Key":"unlike","Value":1}]`, update("Set", `{"Key":"like","Value":5},{"Key":"unlike","Value":1}`))
	s.requireJSON(`[{"Key":"like","Value":8}]`, update("Increase", `{"Key":"like","Value":3}`))
	s.requireJSON(`[{"Key":"new","Value":-2}]`, update("Decrease", `{"Key":"new","Value":2}`))
	s.requireJSON(`[{"Key":"big","Value":9007199254740991}]`, update("Set", `{"Key":"big","Value":9007199254740991}`))
	get := func(keys string) any {
		return s.ok("group_open_http_svc/get_group_counter", `{"GroupId":"shop"`+keys+`}`)["GroupCounter"]
	}
	s.requireJSON(`[{"Key":"like","Value":8},{"Key":"new","Value":-2}]`, get(`,"GroupCounterKeys":["new","like","none"]`))
	s.ok("group_open_http_svc/delete_group_counter", `{"GroupId":"shop","GroupCounterKeys":["big","none"]}`)
	s.requireJSON(`[{"Key":"like","Value":8},{"Key":"new","Value":-2},{"Key":"unlike","Value":1}]`, get(""))
	update("Set", `{"Key":"top","Value":9223372036854775807}`)
	s.refused(10004, "group_open_http_svc/update_group_counter", `{"GroupId":"shop","Mode":"Increase","GroupCounter":[{"Key":"top","Value":1}]}`)
	s.ok("group_open_http_svc/delete_group_counter", `{"GroupId":"shop"}`)
	s.requireJSON(`[]`, get(""))

	var many []string
	for i := range 21 {
		many = append(many, fmt.Sprintf(`{"Key":"k%d","Value":1}`, i))
	}
	s.ok("group_open_http_svc/create_group", `{"GroupId":"@TGS#_c","Type":"Community","Name":"c"}`)
	for name, test := range map[string]struct {
		body string
		code int
	}{
		"nothing":   {`{"GroupId":"shop","Mode":"Set"}`, 10004},
		"mode":      {`{"GroupId":"shop","Mode":"Double","GroupCounter":[{"Key":"k","Value":1}]}`, 10004},
		"21 keys":   {`{"GroupId":"shop","Mode":"Set","GroupCounter":[` + strings.Join(many, ",") + `]}`, 10063},
		"long key":  {`{"GroupId":"shop","Mode":"Set","GroupCounter":[{"Key":"` + strings.Repeat("x", 129) + `","Value":1}]}`, 10004},
		"text":      {`{"GroupId":"shop","Mode":"Set","GroupCounter":[{"Key":"k","Value":"1"}]}`, 10004},
		"community": {`{"GroupId":"@TGS#_c","Mode":"Set","GroupCounter":[{"Key":"k","Value":1}]}`, 10007},
		"no group":  {`{"GroupId":"gone","Mode":"Set","GroupCounter":[{"Key":"k","Value":1}]}`, 10010},
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			s.refused(test.code, "group_open_http_svc/update_group_counter", test.body)
		})
	}
	pro := newWorld(t, func(o *Options) { o.Edition = EditionPro })
	pro.shop()
	pro.refused(10059, "group_open_http_svc/get_group_counter", `{"GroupId":"shop"}`)
}
