package emulator

import (
	"encoding/json"
	"errors"
	"math/rand/v2"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// maxRESTBatch bounds the receivers of one batchsendmsg.
const maxRESTBatch = 500

type batchSendReply struct {
	wire.Result
	MsgKey    string       `json:"MsgKey,omitempty"`
	ErrorList []batchError `json:"ErrorList,omitempty"`
}

type batchError struct {
	ToAccount string `json:"To_Account"`
	ErrorCode int    `json:"ErrorCode"`
}

// batchSendMsg sends one message to many, each in the conversation of the two. Who does not
// exist is named in the reply.
func (c restCall) batchSendMsg(body []byte) (any, error) {
	if len(body) > wire.MaxMessage+maxRESTBatch*(wire.MaxUserID+3) {
		return nil, restError(codeC2CBatchTooLong, "the request is larger than a message and %d receivers", maxRESTBatch)
	}
	var r struct {
		wire.SendMsgRequest
		ToAccount []string `json:"To_Account"`
		MsgRandom *uint32  `json:"MsgRandom"`
	}
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, restDecodeError(c.command, err)
	}
	switch {
	case len(r.ToAccount) == 0:
		return nil, restError(wire.CodeC2CTo, "To_Account is missing")
	case len(r.ToAccount) > maxRESTBatch:
		return nil, restError(wire.CodeC2CTooMany, "To_Account has at most %d entries, this one %d", maxRESTBatch, len(r.ToAccount))
	}
	if r.MsgSeq == 0 {
		r.MsgSeq = rand.Uint32()
	}
	reply := batchSendReply{Result: wire.OK()}
	for _, to := range r.ToAccount {
		request := r.SendMsgRequest
		request.ToAccount = to
		sent, err := c.sendOne(request, r.MsgRandom)
		var refused *wire.Error
		var rule *core.Error
		switch {
		case err == nil:
			reply.MsgKey = sent.MsgKey
		case errors.As(err, &refused) && refused.Code == wire.CodeC2CNoAccount:
			reply.ErrorList = append(reply.ErrorList, batchError{to, wire.CodeNoAccount})
		case errors.As(err, &refused) && refused.Code == codeMsgCallback:
			reply.ErrorList = append(reply.ErrorList, batchError{to, refused.Code})
		case errors.As(err, &rule) && rule.Code != wire.CodeC2CElement && rule.Code != wire.CodeC2CTooLong:
			reply.ErrorList = append(reply.ErrorList, batchError{to, rule.Code})
		default:
			return nil, err // it concerns the message, not the receiver
		}
	}
	switch {
	case reply.MsgKey == "":
		return nil, restError(reply.ErrorList[0].ErrorCode, "nobody got the message")
	case len(reply.ErrorList) > 0:
		reply.ActionStatus = wire.StatusSomeError
	}
	return reply, nil
}
