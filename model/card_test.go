package model_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/model"
)

func TestCustomElementsBecomeCards(t *testing.T) {
	cards := model.Cards{
		{Where: map[string]string{"type": "product"}, Title: "商品 {name}", Lines: []string{"¥{price}  库存 {stock}", "{link}", "包邮"}},
		{Where: map[string]string{"type": "order", "paid": "true"}, Title: "订单 {order.id}", Lines: []string{"{items.0.name} × {items.0.count}"}},
	}
	tests := map[string]struct {
		data string
		want model.Card
		ok   bool
	}{
		"a product":              {`{"type":"product","name":"羊毛大衣","price":899.50,"stock":6}`, model.Card{Title: "商品 羊毛大衣", Lines: []string{"¥899.50  库存 6", "包邮"}}, true},
		"a field is missing":     {`{"type":"product","name":"羊毛大衣","price":899}`, model.Card{Title: "商品 羊毛大衣", Lines: []string{"¥899  库存", "包邮"}}, true},
		"deep fields and lists":  {`{"type":"order","paid":true,"order":{"id":7},"items":[{"name":"大衣","count":2}]}`, model.Card{Title: "订单 7", Lines: []string{"大衣 × 2"}}, true},
		"an empty list":          {`{"type":"order","paid":true,"order":{"id":7},"items":[]}`, model.Card{Title: "订单 7"}, true},
		"not the value":          {`{"type":"order","paid":false}`, model.Card{}, false},
		"another type":           {`{"type":"coupon"}`, model.Card{}, false},
		"an object as a value":   {`{"type":{"product":1}}`, model.Card{}, false},
		"no JSON":                {`product`, model.Card{}, false},
		"a list":                 {`[1,2]`, model.Card{}, false},
		"far too long":           {`{"type":"product","name":"` + strings.Repeat("x", 70_000) + `"}`, model.Card{}, false},
		"a value that looks odd": {`{"type":"product","name":"{price}","price":1}`, model.Card{Title: "商品 {price}", Lines: []string{"¥1  库存", "包邮"}}, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			card, ok := cards.Of(model.Custom{Data: test.data})
			require.Equal(t, test.ok, ok)
			require.Equal(t, test.want, card)
		})
	}
	_, ok := model.Cards(nil).Of(model.Custom{Data: `{"type":"product"}`})
	require.False(t, ok)
}

func FuzzCards(f *testing.F) {
	cards := model.Cards{{Where: map[string]string{"a": "1"}, Title: "{b.0.c}", Lines: []string{"{d}", "x"}}}
	f.Add(`{"a":1,"b":[{"c":"t"}],"d":null}`)
	f.Add(`{"a":"1"`)
	f.Fuzz(func(t *testing.T, data string) {
		if card, ok := cards.Of(model.Custom{Data: data}); ok {
			require.NotContains(t, card.Lines, "{d}")
		}
	})
}
