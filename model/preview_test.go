package model_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/model"
)

func TestPreview(t *testing.T) {
	joined := model.Tip{Kind: model.TipJoined, Users: []string{"li", "wang"}, Names: map[string]string{"li": "小李"}}
	tests := map[string]struct {
		message          model.Message
		chinese, english string
	}{
		"text":        {message(model.Text{Text: "到货了"}), "到货了", "到货了"},
		"image":       {message(model.Text{Text: "看"}, model.Media{Kind: model.Image}), "看 [图片]", "看 [image]"},
		"file":        {message(model.Media{Kind: model.File, Name: "price.xlsx"}), "[文件] price.xlsx", "[file] price.xlsx"},
		"voice":       {message(model.Media{Kind: model.Sound}), "[语音]", "[voice]"},
		"custom":      {message(model.Custom{Description: "订单 42"}), "[自定义消息] 订单 42", "[custom] 订单 42"},
		"unknown":     {message(model.Unknown{Type: "TIMNewElem", Raw: "{}"}), "[TIMNewElem]", "[TIMNewElem]"},
		"recalled":    {model.Message{Recalled: true}, "[消息已撤回]", "[recalled]"},
		"joined":      {message(joined), "小李、wang 加入了群", "小李, wang joined the group"},
		"left":        {message(model.Tip{Kind: model.TipLeft, Operator: "li"}), "li 退出了群", "li left the group"},
		"renamed":     {message(model.Tip{Kind: model.TipProfileChanged, Operator: "li", Changed: map[string]string{"name": "新店"}}), "li 将群名改为 新店", "li renamed the group to 新店"},
		"other tip":   {message(model.Tip{}), "[群提示]", "[group tip]"},
		"no elements": {model.Message{}, "", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.chinese, model.Preview(&test.message, model.Chinese))
			require.Equal(t, test.english, model.Preview(&test.message, model.English))
		})
	}
}

func message(elements ...model.Element) model.Message { return model.Message{Elements: elements} }

func TestDisplayName(t *testing.T) {
	require.Equal(t, "小李", model.Member{User: "li", Name: "Li", NameCard: "小李"}.DisplayName())
	require.Equal(t, "Li", model.Member{User: "li", Name: "Li"}.DisplayName())
	require.Equal(t, "li", model.Member{User: "li"}.DisplayName())
}

func TestConversationID(t *testing.T) {
	require.Equal(t, "@TGS#1", model.GroupConversation("@TGS#1").Target())
	require.Equal(t, model.KindC2C, model.C2CConversation("li").Kind())
	for _, id := range []model.ConversationID{"", "GROUP", "C2C", "group1"} {
		require.Equal(t, model.KindUnknown, id.Kind())
		require.Empty(t, id.Target())
	}
}
