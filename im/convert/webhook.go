package convert

import (
	"reddot/im/wire"
	"reddot/model"
)

// HookMessage makes the message that a webhook's body tells of, as the user self sees it; nil if the body names nobody, or no place in
// the group's history. The
// body tells neither whether the message wants receipts nor the sender's name (rest-api, section 7.3).
func HookMessage(body []byte, hook *wire.Webhook, self string, names *Interner) *model.Message {
	row := ReadRow(NewScanner(body, names))
	row.Message.ServerTime = Seconds(int64(hook.MsgTime))
	if hook.GroupID == "" {
		return row.C2CMessage(self, names)
	}
	if row.Message.Sequence == 0 && !row.Message.OnlineOnly {
		return nil
	}
	row.Message.Random = hook.Random
	return row.GroupMessage(names)
}

// HookReceipts maps the counts of readers that a webhook tells.
func HookReceipts(hook *wire.Webhook) []model.Receipt {
	receipts := make([]model.Receipt, 0, len(hook.GroupMsgReceiptList))
	for _, row := range hook.GroupMsgReceiptList {
		receipts = append(receipts, model.Receipt{
			Conversation: model.GroupConversation(hook.GroupID), Sequence: int64(row.MsgSeq),
			ReadCount: int(row.ReadNum), UnreadCount: int(row.UnreadNum),
		})
	}
	return receipts
}
