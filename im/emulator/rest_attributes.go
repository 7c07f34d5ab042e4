package emulator

import (
	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// Attributes and counters of groups (documents 44187 to 44190, 59499 and 53427 to 53429 of the
// international site). Only reading attributes is a command of another service.
const (
	cmdGetGroupAttr    = "group_open_attr_http_svc.get_group_attr"
	cmdSetGroupAttr    = "group_open_http_svc.set_group_attr"
	cmdModifyGroupAttr = "group_open_http_svc.modify_group_attr"
	cmdDeleteGroupAttr = "group_open_http_svc.delete_group_attr"
	cmdClearGroupAttr  = "group_open_http_svc.clear_group_attr"
	cmdGetCounter      = "group_open_http_svc.get_group_counter"
	cmdUpdateCounter   = "group_open_http_svc.update_group_counter"
	cmdDeleteCounter   = "group_open_http_svc.delete_group_counter"
)

// attributeItem has its names in lower case, as no other command has.
type attributeItem struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

type attributeRequest struct {
	GroupID   string          `json:"GroupId"`
	GroupAttr []attributeItem `json:"GroupAttr"`
}

// attributeOps are the commands that change attributes.
var attributeOps = map[string]core.AttributeOp{
	cmdSetGroupAttr: core.AttributesSet, cmdModifyGroupAttr: core.AttributesModify,
	cmdDeleteGroupAttr: core.AttributesDelete, cmdClearGroupAttr: core.AttributesClear,
}

func (c restCall) changeAttributes(r attributeRequest) (any, error) {
	items := make([]core.KV, len(r.GroupAttr))
	for i, item := range r.GroupAttr {
		items[i] = core.KV(item)
	}
	op := attributeOps[c.command]
	if op == core.AttributesClear {
		items = nil
	}
	_, _, err := c.Core.ChangeAttributes(c.ctx, c.by, r.GroupID, op, items, nil)
	return restDone(err)
}

func (c restCall) getAttributes(r wire.GroupRequest) (any, error) {
	list, _, err := c.Core.Attributes(c.ctx, c.by, r.GroupID)
	if err != nil {
		return nil, err
	}
	reply := struct {
		wire.Result
		GroupAttrAry wire.List[attributeItem] `json:"GroupAttrAry"`
	}{Result: wire.OK()}
	for _, a := range list {
		reply.GroupAttrAry = append(reply.GroupAttrAry, attributeItem{Key: a.Key, Value: a.Value})
	}
	return reply, nil
}

type counterItem struct {
	Key   string `json:"Key"`
	Value int64  `json:"Value"`
}

type counterReply struct {
	wire.Result
	GroupCounter wire.List[counterItem] `json:"GroupCounter"`
}

func counterReplyOf(list []core.Counter) counterReply {
	reply := counterReply{Result: wire.OK()}
	for _, n := range list {
		reply.GroupCounter = append(reply.GroupCounter, counterItem(n))
	}
	return reply
}

func (c restCall) updateCounters(r struct {
	GroupID      string        `json:"GroupId"`
	GroupCounter []counterItem `json:"GroupCounter"`
	Mode         string        `json:"Mode"`
},
) (any, error) {
	if r.Mode == "" {
		r.Mode = string(core.CounterSet)
	}
	changes := make([]core.Counter, len(r.GroupCounter))
	for i, item := range r.GroupCounter {
		changes[i] = core.Counter(item)
	}
	list, err := c.Core.UpdateCounters(c.ctx, c.by, r.GroupID, core.CounterMode(r.Mode), changes)
	if err != nil {
		return nil, err
	}
	return counterReplyOf(list), nil
}

type counterKeysRequest struct {
	GroupID          string   `json:"GroupId"`
	GroupCounterKeys []string `json:"GroupCounterKeys"` // none: all
}

func (c restCall) getCounters(r counterKeysRequest) (any, error) {
	list, err := c.Core.Counters(c.ctx, c.by, r.GroupID, r.GroupCounterKeys)
	if err != nil {
		return nil, err
	}
	return counterReplyOf(list), nil
}

func (c restCall) deleteCounters(r counterKeysRequest) (any, error) {
	return restDone(c.Core.DeleteCounters(c.ctx, c.by, r.GroupID, r.GroupCounterKeys))
}
