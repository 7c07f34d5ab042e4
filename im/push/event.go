package push

import (
	"reddot/im"
	"reddot/im/convert"
	"reddot/im/wire"
	"reddot/model"
)

// rest converts the arrays of an event that come one at a time.
func (d *decoder) rest(event *wire.Event, p *push) {
	for _, notify := range event.C2CNotifyMsgArray {
		d.c2cNotify(notify, p)
	}
	if len(event.C2CMsgInfo) > 0 && event.UserAccount != "" {
		d.c2cReceipts(event, p)
	}
	d.readSync(event.GroupReadInfoArray, p)
	if event.C2CReadAllMsg == 1 {
		for _, conversation := range d.peers.all() {
			d.tell(p, im.ReadMoved{Conversation: conversation})
		}
	}
	for _, change := range event.ProfileDataMod {
		d.profile(change, p)
	}
	for _, edit := range event.GroupMsgModNotifys {
		d.groupEdit(edit, p)
	}
	for _, edit := range event.C2CMsgModNotifys {
		d.c2cEdit(edit, p)
	}
}

func (d *decoder) c2cNotify(notify wire.C2CNotify, p *push) {
	if notify.ReadReceipt != nil && notify.ReadReceipt.ToAccount != "" {
		for _, read := range notify.ReadReceipt.UinPairReadArray {
			d.tell(p, im.PeerRead{
				Conversation: model.C2CConversation(notify.ReadReceipt.ToAccount), Position: read.LastReadTime,
			})
		}
	}
	if notify.ReadSync != nil {
		for _, read := range notify.ReadSync.UinPairReadArray {
			if read.FromAccount == "" {
				continue
			}
			d.tell(p, im.ReadMoved{
				Conversation: model.C2CConversation(read.FromAccount), Position: read.LastReadTime,
			})
		}
	}
	if notify.Withdraw != nil {
		for _, message := range notify.Withdraw.C2CWithdrawInfoArray {
			d.c2cWithdrawn(message, p)
		}
	}
	if notify.Kickout != nil {
		p.kicked = &kickedError{kickReason(notify.Kickout.KickType), notify.Kickout.NewInstInfo.String()}
	}
}

// kickReason maps a KickType; an unknown one is taken for an action of the service's administrator.
func kickReason(kind int) im.KickReason {
	switch kind {
	case wire.KickMultipleAccount:
		return im.KickedByLogin
	case wire.KickMultipleDevice:
		return im.KickedByDevicePolicy
	default:
		return im.KickedByAdmin
	}
}

func (d *decoder) c2cWithdrawn(message wire.C2CWithdrawInfo, p *push) {
	if message.FromAccount == "" || message.ToAccount == "" {
		return
	}
	d.tell(p, im.MessageChanged{
		Conversation: model.C2CConversation(convert.PeerOf(d.self, message.FromAccount, message.ToAccount)),
		Sequence:     int64(message.MsgSeq),
		Key:          model.Key{Sender: message.FromAccount, ClientTime: message.MsgClientTime, Random: message.MsgRandom},
		Recalled:     true,
	})
}

// c2cReceipts converts receipts of a peer for single messages; the author, to whom they come, is the user.
func (d *decoder) c2cReceipts(event *wire.Event, p *push) {
	read := im.PeerRead{Conversation: model.C2CConversation(event.UserAccount)}
	for _, receipt := range event.C2CMsgInfo {
		read.Keys = append(read.Keys, model.Key{
			Sender: d.self, ClientTime: receipt.MsgClientTime, Random: receipt.MsgRandom,
		})
	}
	d.tell(p, read)
}

// profile converts a changed profile. A change that does not name the nick leaves nothing to show.
func (d *decoder) profile(change wire.ProfileDataMod, p *push) {
	profile := model.Profile{User: change.ProfileAccount}
	for _, item := range change.ProfileList {
		switch item.Tag {
		case wire.TagNick:
			profile.Name = item.ValueBytes.Text
		case wire.TagImage:
			profile.FaceURL = item.ValueBytes.Text
		}
	}
	if profile.User != "" && profile.Name != "" {
		d.tell(p, im.ProfileChanged{Profile: profile})
	}
}

// groupEdit converts an edit. Its push has no client time, so the sequence names the message.
func (d *decoder) groupEdit(edit wire.GroupMsgMod, p *push) {
	if edit.GroupID == "" {
		return
	}
	d.tell(p, im.MessageChanged{
		Conversation: d.names.Group(edit.GroupID),
		Sequence:     int64(edit.MsgSeq),
		Key:          model.Key{Sender: edit.FromAccount, Random: edit.MsgRandom},
		Elements:     convert.ReadBody(edit.MsgBody, edit.GroupID, d.names),
		CustomData:   edit.CloudCustomData,
		Version:      int64(edit.MsgVersion),
	})
}

// c2cEdit converts an edit of a C2C message. Without a client time its sequence and random name it.
func (d *decoder) c2cEdit(edit wire.C2CMsgMod, p *push) {
	if edit.FromAccount == "" || edit.ToAccount == "" {
		return
	}
	d.tell(p, im.MessageChanged{
		Conversation: model.C2CConversation(convert.PeerOf(d.self, edit.FromAccount, edit.ToAccount)),
		Sequence:     int64(edit.MsgSeq),
		Key:          model.Key{Sender: edit.FromAccount, Random: edit.MsgRandom},
		Elements:     convert.ReadBody(edit.MsgBody, "", d.names),
		CustomData:   edit.CloudCustomData,
		Version:      int64(edit.MsgVersion),
	})
}
