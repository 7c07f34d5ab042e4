package emulator

import (
	"bytes"
	"encoding/json"

	"reddot/im/wire"
)

// Merged messages that are too large for a message lie beside it, as the Web SDK was seen to
// put them (docs/web-sdk.md). They are kept as the files of messages are; who was told the key
// gets them.
const (
	cmdSaveRelay = "im_long_msg.save_relay_json_msg"
	cmdGetRelay  = "im_long_msg.get_relay_json_msg"
)

type relayBody struct {
	JSONMsgKey string          `json:"JsonMsgKey,omitempty"`
	MsgList    json.RawMessage `json:"MsgList,omitempty"`
}

type relayReply struct {
	wire.Result
	relayBody
}

func (r *request) saveRelay(body relayBody) (any, error) {
	if !bytes.HasPrefix(bytes.TrimSpace(body.MsgList), []byte("[")) {
		return nil, &wire.Error{Code: wire.CodeMsgRequest, Info: "MsgList is missing"}
	}
	key := newMediaKey()
	if _, err := r.c.server.media.store(key, mediaOther, bytes.NewReader(body.MsgList)); err != nil {
		return nil, err
	}
	return relayReply{wire.OK(), relayBody{JSONMsgKey: key}}, nil
}

func (r *request) getRelay(body relayBody) (any, error) {
	list, err := r.c.server.media.read(body.JSONMsgKey)
	if err != nil || !json.Valid(list) {
		return nil, &wire.Error{Code: wire.CodeMsgRequest, Info: "there are no merged messages under this JsonMsgKey"}
	}
	return relayReply{wire.OK(), relayBody{MsgList: list}}, nil
}
