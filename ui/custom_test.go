package ui

import (
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/model"
	"reddot/session"
)

func TestACustomMessageIsCheckedAndSent(t *testing.T) {
	u := newUser(t, shop(), 80, 24, func(o *Options) {
		o.Snippets = []Snippet{{Name: "order", Data: `{"order":1}`, Description: "[订单] 羊毛大衣", CloudCustomData: `{"from":"shop"}`}}
	})
	u.press("enter")
	u.types("/custom ")
	u.press("enter", "right", "tab")
	u.types("}")
	u.press("ctrl+s")
	require.Contains(t, u.frame(), "不是 JSON: 第 1 行第 12 个字起不对")
	u.press("backspace", "ctrl+s")
	require.Nil(t, u.model.panel())
	require.Equal(t, session.Draft{
		Elements:   []model.Element{model.Custom{Data: `{"order":1}`, Description: "[订单] 羊毛大衣"}},
		CustomData: `{"from":"shop"}`,
	}, u.session.sent[0])
}

func TestACustomMessageStartsFromANamedSnippet(t *testing.T) {
	u := newUser(t, shop(), 80, 24, func(o *Options) {
		o.Snippets = []Snippet{{Name: "coupon", Data: `{"c":2}`}, {Name: "order", Data: `{"order":1}`, Extension: "v1"}}
	})
	u.press("enter")
	u.types("/custom order")
	u.press("enter", "ctrl+s")
	require.Equal(t, []model.Element{model.Custom{Data: `{"order":1}`, Extension: "v1"}}, u.session.sent[0].Elements)
}
