package model_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/model"
)

func TestGroupIDsThatMayBeChosen(t *testing.T) {
	tests := []struct {
		kind model.GroupType
		id   string
		want model.IDFault
	}{
		{model.Public, "", model.IDFits},
		{model.Public, "live 2", model.IDFits},
		{model.Public, strings.Repeat("x", model.GroupIDBytes), model.IDFits},
		{model.Public, strings.Repeat("x", model.GroupIDBytes+1), model.IDTooLong},
		{model.Public, "群一", model.IDNotPrintable},
		{model.Public, "a\tb", model.IDNotPrintable},
		{model.Public, "@TGS#1A", model.IDReserved},
		{model.Community, "@TGS#_shop", model.IDFits},
		{model.Community, "@TGS#shop", model.IDNotCommunity},
		{model.Community, "shop", model.IDNotCommunity},
	}
	for _, test := range tests {
		require.Equal(t, test.want, model.CheckGroupID(test.kind, test.id), "%s %q", test.kind, test.id)
	}
}
