package push

import (
	"slices"

	"reddot/im"
	"reddot/im/convert"
	"reddot/im/wire"
	"reddot/model"
)

// tip converts one item of GroupTips, the array that carries all that happens to a group besides talk.
func (d *decoder) tip(raw []byte, number int, p *push) {
	var tip wire.GroupTip
	if convert.Lenient(raw, &tip) != nil {
		return
	}
	groupID := tip.ToGroupID
	if groupID == "" {
		groupID = tip.GroupInfo.GroupID
	}
	switch content := tip.Content().(type) {
	case wire.MemberTip:
		d.memberTip(raw, groupID, content, number, p)
	case wire.GroupNotice:
		d.groupNotice(groupID, content, p)
		if notice, known := convert.Notice(&tip, content, d.self); known {
			d.tell(p, im.Noticed{Notice: notice})
		}
	case wire.GroupReadSync:
		d.readSync(content.GroupReadInfoArray, p)
	case wire.GroupReceipts:
		d.receipts(groupID, content, p)
	case wire.GroupWithdraw:
		d.withdrawn(groupID, content, p)
	case wire.GroupAtTips:
		d.mentioned(content, p)
	}
}

// memberTip converts a tip: it is a line of the group's timeline, unless it is for those who are online only, and it
// tells that members or the group itself changed.
func (d *decoder) memberTip(raw []byte, groupID string, tip wire.MemberTip, number int, p *push) {
	if number != wire.EventOnlineTip {
		row := convert.ReadRow(convert.NewScanner(raw, d.names))
		d.batch.add(row.GroupMessage(d.names))
	}
	if groupID == "" {
		return
	}
	if tip.OpType == wire.TipGroupChanged {
		d.tell(p, im.GroupChanged{GroupID: groupID})
		return
	}
	d.tell(p, im.MembersChanged{GroupID: groupID, Members: int(tip.MemberNum)})
	ownRole := tip.OpType == wire.TipAdminSet || tip.OpType == wire.TipAdminWithdrawn
	if ownRole && slices.Contains(tip.ListAccount, d.self) {
		d.tell(p, im.GroupChanged{GroupID: groupID})
	}
}

// groupNotice converts the notices that change which groups there are, or the user's role in one, to the change.
func (d *decoder) groupNotice(groupID string, notice wire.GroupNotice, p *push) {
	if groupID == "" {
		return
	}
	switch notice.ReportType {
	case wire.NoticeRemoved, wire.NoticeBanned:
		d.tell(p, im.GroupChanged{GroupID: groupID, Gone: true, Reason: im.GoneRemoved})
	case wire.NoticeDissolved:
		d.tell(p, im.GroupChanged{GroupID: groupID, Gone: true, Reason: im.GoneDissolved})
	case wire.NoticeLeft:
		d.tell(p, im.GroupChanged{GroupID: groupID, Gone: true, Reason: im.GoneLeft})
	case wire.NoticeAccepted, wire.NoticeCreated, wire.NoticeInvited, wire.NoticeAdminSet, wire.NoticeAdminWithdrawn,
		wire.NoticeFlagSync:
		d.tell(p, im.GroupChanged{GroupID: groupID})
	}
}

// readSync converts how far another device of the user has read groups. A missing position means everything.
func (d *decoder) readSync(positions []wire.GroupReadInfo, p *push) {
	for _, position := range positions {
		if position.GroupID == "" {
			continue
		}
		d.tell(p, im.ReadMoved{
			Conversation: d.names.Group(position.GroupID), Position: int64(position.LastReadMsgSeq),
		})
	}
}

// receipts converts new counts of readers. They come to the author alone, so the sender is the user.
func (d *decoder) receipts(groupID string, content wire.GroupReceipts, p *push) {
	if groupID == "" || len(content.GroupMsgReceiptList) == 0 {
		return
	}
	var changed im.ReceiptsChanged
	for _, receipt := range content.GroupMsgReceiptList {
		changed.Receipts = append(changed.Receipts, model.Receipt{
			Conversation: d.names.Group(groupID),
			Sequence:     int64(receipt.MsgSeq),
			Key:          model.Key{Sender: d.self, ClientTime: receipt.MsgClientTime, Random: receipt.MsgRandom},
			ReadCount:    int(receipt.ReadNum),
			UnreadCount:  int(receipt.UnreadNum),
		})
	}
	d.tell(p, changed)
}

func (d *decoder) withdrawn(groupID string, content wire.GroupWithdraw, p *push) {
	for _, message := range content.GroupWithdrawInfoArray {
		if message.GroupID != "" {
			groupID = message.GroupID
		}
		if groupID == "" {
			continue
		}
		d.tell(p, im.MessageChanged{
			Conversation: d.names.Group(groupID),
			Sequence:     int64(message.MsgSeq),
			Key:          model.Key{Sender: message.FromAccount, ClientTime: message.MsgClientTime, Random: message.MsgRandom},
			Recalled:     true,
		})
	}
}

func (d *decoder) mentioned(at wire.GroupAtTips, p *push) {
	if at.GroupID == "" {
		return
	}
	d.tell(p, im.Mentioned{
		Conversation: d.names.Group(at.GroupID),
		Sequence:     int64(at.MsgSeq),
		User:         slices.Contains(at.AtFlagList, wire.AtMe),
		All:          slices.Contains(at.AtFlagList, wire.AtAll),
	})
}
