package emulator

import (
	"math"

	"reddot/im/wire"
)

// Commands by which users delete messages for themselves, as the Web SDK was seen to send
// them (docs/server.md).
const (
	cmdEraseGroup = "group_open_http_svc.delete_group_ramble_msg_by_seq"
	cmdEraseC2C   = "openim.delete_c2c_msg_ramble"
	cmdClear      = "recentcontact.clear_msg"
)

type eraseGroupRequest struct {
	GroupID string              `json:"GroupId"`
	Seqs    wire.List[wire.Int] `json:"Seqs"`
}

func (r *request) eraseGroup(body eraseGroupRequest) (any, error) {
	return nil, r.core().EraseGroup(r.c.ctx, r.actor(), body.GroupID, sequences(body.Seqs))
}

// sequences passes over what cannot be a sequence.
func sequences(list []wire.Int) []uint32 {
	var seqs []uint32
	for _, seq := range list {
		if seq > 0 && seq <= math.MaxUint32 {
			seqs = append(seqs, uint32(seq))
		}
	}
	return seqs
}

type eraseC2CRequest struct {
	ToAccount  string            `json:"To_Account"`
	MsgKeyList wire.List[string] `json:"MsgKeyList"`
}

func (r *request) eraseC2C(body eraseC2CRequest) (any, error) {
	return nil, r.core().EraseC2C(r.c.ctx, r.actor(), body.ToAccount, body.MsgKeyList)
}

func (r *request) clearHistory(body wire.Contact) (any, error) {
	id := conversationOf(body)
	if id.Group != "" {
		return nil, r.core().ClearGroup(r.c.ctx, r.actor(), id.Group)
	}
	return nil, r.core().ClearC2C(r.c.ctx, r.actor(), id.Peer)
}
