package emulator

import (
	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// eventExtensions is the number of a changed extension in pushes: a guess, as clients look at
// the field alone.
const eventExtensions = 23

// extensionsNotice tells what became of the extensions of a message. One of the three lists
// is set.
type extensionsNotice struct {
	MsgOptType int               `json:"MsgOptType"` // as OperateType
	TinyID     string            `json:"TinyId"`
	MsgLastSeq uint32            `json:"MsgLastSeq"`
	Group      *extendedMessage  `json:"ExtensionGroupMsgInfo,omitempty"`
	C2C        *extendedMessage  `json:"ExtensionC2cMsgInfo,omitempty"`
	Set        []extensionChange `json:"SetKVInfo,omitempty"`
	Deleted    []extensionChange `json:"DeleteKVInfo,omitempty"`
	Cleared    []extensionChange `json:"ClearKVInfo,omitempty"`
}

type extendedMessage struct {
	GroupID       string `json:"GroupId,omitempty"`
	FromAccount   string `json:"From_Account,omitempty"`
	ToAccount     string `json:"To_Account,omitempty"`
	MsgSeq        uint32 `json:"MsgSeq"`
	MsgRandom     uint32 `json:"MsgRandom"`
	MsgClientTime int64  `json:"MsgClientTime"`
	MsgTimeStamp  int64  `json:"MsgTimeStamp"`
}

type extensionChange struct {
	MsgKeyValue []extensionItem `json:"MsgKeyValue"`
	ClearMsgSeq uint32          `json:"ClearMsgSeq,omitempty"`
}

func (s *Server) pushExtensions(e core.ExtensionsChanged) {
	m := e.Msg
	message := &extendedMessage{MsgSeq: m.Seq, MsgRandom: m.Random, MsgClientTime: m.ClientTime, MsgTimeStamp: m.Time}
	notice := extensionsNotice{MsgOptType: int(e.Op), TinyID: m.TinyID, MsgLastSeq: e.Latest}
	if e.Group != nil {
		message.GroupID = e.Group.ID
		notice.Group = message
	} else {
		message.FromAccount, message.ToAccount = m.From, m.To
		notice.C2C = message
	}
	change := extensionChange{MsgKeyValue: []extensionItem{}, ClearMsgSeq: e.Cleared}
	for _, item := range e.Items {
		change.MsgKeyValue = append(change.MsgKeyValue, extensionItem(item))
	}
	switch e.Op {
	case core.ExtensionSet:
		notice.Set = []extensionChange{change}
	case core.ExtensionDelete:
		notice.Deleted = []extensionChange{change}
	case core.ExtensionClear:
		notice.Cleared = []extensionChange{change}
	}
	text, err := wire.Marshal(struct {
		Event              int              `json:"Event"`
		MsgExtensionNotify extensionsNotice `json:"MsgExtensionNotify"`
	}{eventExtensions, notice})
	if err != nil {
		s.log.Error("Cannot encode extensions", "error", err)
		return
	}
	s.pushTo(e.Audience, push{event: text})
}
