package emulator

import "reddot/im/emulator/core"

type hookAttributes struct {
	hookGroup
	OperatorAccount string          `json:"Operator_Account"`
	OptionType      string          `json:"OptionType"` // set, modify, delete, clear
	GroupAttr       []attributeItem `json:"GroupAttr"`
	EventTime       string          `json:"EventTime"`
}

func (h *hooks) attributesChanged(e core.AttributesChanged) {
	body := hookAttributes{
		hookGroup: hookOf("Group.CallbackAfterGroupAttrChanged", e.Group), OperatorAccount: e.By.User, OptionType: string(e.Op),
		GroupAttr: []attributeItem{}, EventTime: h.eventTime(),
	}
	for _, a := range e.Items {
		body.GroupAttr = append(body.GroupAttr, attributeItem{Key: a.Key, Value: a.Value})
	}
	h.afterGroup(body.hookGroup, e.By, body)
}
