package model_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"reddot/model"
)

func TestWordAboutAnsweringIsReadBack(t *testing.T) {
	word := model.Answering{Conversation: "GROUP@TGS#1", User: "li", Device: "term", Since: 100}
	for _, on := range []bool{true, false} {
		read, told, err := model.ParseAnswering(&model.Message{
			Sender: "li", Conversation: "C2Canchor", ServerTime: 200, Elements: []model.Element{word.Element(on, model.Chinese)},
		})
		require.NoError(t, err)
		require.Equal(t, on, told)
		require.Equal(t, word, read)
	}
}

func TestOtherMessagesAreNoWordAboutAnswering(t *testing.T) {
	for name, elements := range map[string][]model.Element{
		"a text":            {model.Text{Text: "hello"}},
		"nothing":           nil,
		"damaged":           {model.Custom{Data: `{"type":"reddot.answering"`}},
		"of a chat":         {model.Custom{Data: `{"type":"reddot.answering","v":1,"conv":"C2Cli","device":"a","on":true}`}},
		"of another kind":   {model.Custom{Data: `{"type":"order"}`}},
		"of a later format": {model.Custom{Data: `{"type":"reddot.answering","v":2,"conv":"GROUPa","device":"a","on":true}`}},
	} {
		_, _, err := model.ParseAnswering(&model.Message{Sender: "li", Elements: elements})
		require.ErrorIs(t, err, model.ErrNotAnswering, name)
	}
}

// Of any two devices exactly one goes first, so that never both answer and never none does.
func TestExactlyOneGoesFirst(t *testing.T) {
	word := rapid.Custom(func(t *rapid.T) model.Answering {
		return model.Answering{
			User: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "user"), Device: rapid.SampledFrom([]string{"term", "mini"}).Draw(t, "device"),
			Since: rapid.Int64Range(1, 3).Draw(t, "since"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		if a == b {
			require.False(t, a.Precedes(b))
			return
		}
		require.NotEqual(t, a.Precedes(b), b.Precedes(a))
	})
}
