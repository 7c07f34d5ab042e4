package model_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/model"
)

func TestGroupIDsAreFoundInLinks(t *testing.T) {
	for text, want := range map[string]string{
		"shop-live":                                               "shop-live",
		" @TGS#1ABC ":                                             "@TGS#1ABC",
		"reddot://group/@TGS#1ABC":                                "@TGS#1ABC",
		"reddot://group/%40TGS%231ABC":                            "@TGS#1ABC",
		"https://shop.example/g/shop-live":                        "shop-live",
		"https://shop.example/g/shop-live/?a=b":                   "shop-live",
		"https://shop.example/g/@TGS#1ABC?from=page":              "@TGS#1ABC",
		"https://shop.example/join?groupID=%40TGS%231ABC&x=1":     "@TGS#1ABC",
		"https://shop.example/chat?conversationID=GROUPshop-live": "shop-live",
		"七夕直播间":                                                   "",
		"shop live":                                               "",
		strings.Repeat("a", 49):                                   "",
		"":                                                        "",
	} {
		require.Equal(t, want, model.GroupIDIn(text), text)
	}
}
