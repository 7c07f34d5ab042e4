package ui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/require"

	"reddot/model"
	"reddot/ui/paint"
)

// cardShop is a group whose newest message is an element that the shop has a template for.
func cardShop(t *testing.T) *user {
	w := &writer{id: groupID("a")}
	w.say("zhou", at(0, 20, 0), "看看这个")
	m := w.add("zhou", at(0, 20, 1), model.Custom{
		Data:      `{"type":"product","name":"羊毛\u001b[31m大衣","price":899,"stock":6,"skus":[{"size":"M"}]}`,
		Extension: "v2",
	})
	m.CustomData = `{"from":"mini-program"}`
	view := w.group("群", model.Work, 30)
	u := newUser(t, pictureOf(view), 80, 24, func(o *Options) {
		o.Cards = model.Cards{{Where: map[string]string{"type": "product"}, Title: "商品 {name}", Lines: []string{"¥{price}  库存 {stock}"}}}
	})
	u.press("enter")
	return u
}

func TestShopsOwnMessagesAreCards(t *testing.T) {
	u := cardShop(t)
	require.Contains(t, u.frame(), "商品 羊毛大衣")
	require.Contains(t, u.frame(), "¥899  库存 6")
	require.NotContains(t, u.frame(), "skus")
	require.NotContains(t, u.frame(), "\x1b[31m", "text from others never reaches the terminal raw")
	require.Contains(t, u.row("[商品 羊毛大衣]"), "[商品", "and in the list")
}

func TestCustomMessagesUnfold(t *testing.T) {
	u := cardShop(t)
	u.press("up", "o")
	for _, want := range []string{"商品 羊毛大衣", `"size": "M"`, "Ext v2", `"from": "mini-program"`} {
		require.Contains(t, u.frame(), want)
	}
	u.press("o")
	require.NotContains(t, u.frame(), "mini-program")
	u.press("up", "o")
	require.Contains(t, u.frame(), "看看这个", "a plain text has nothing to unfold")
	require.NotContains(t, u.frame(), "Data")
}

// The terminal is handed the words of the message: no colours, no columns of other panes, nothing that it would obey.
func TestYCopiesWhatIsShownOfTheSelectedMessage(t *testing.T) {
	u := cardShop(t)
	copied := func(key string) tea.Msg {
		_, cmd := u.model.Update(keyNamed(key))
		if cmd == nil {
			return nil
		}
		return cmd()
	}
	u.press("up")
	require.Equal(t, paint.SetClipboard("商品 羊毛大衣\n¥899  库存 6")(), copied("y"))
	require.Contains(t, u.frame(), "已复制")
	u.press("o")
	require.Equal(t, paint.SetClipboard(unfoldedText(u.model.chat.current()))(), copied("y"), "unfolded, all of it")
	u.press("up")
	require.Equal(t, paint.SetClipboard("看看这个")(), copied("y"))
	u.model.chat.current().Recalled = true
	require.Nil(t, copied("y"), "what was taken back stays so")
}

func TestAHugeMessageUnfoldsWithoutEnd(t *testing.T) {
	lines := strings.Split(laidOut("["+strings.Repeat("1,", 5000)+"1]", unfoldedLines), "\n")
	require.Len(t, lines, unfoldedLines+1)
}
