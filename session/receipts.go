package session

import (
	"context"
	"time"

	"reddot/im"
	"reddot/model"
)

// maxAskedReceipts is the most own messages, newest first, whose receipts are asked for when a group is opened.
const maxAskedReceipts = 100

// noReceipts says why messages of a conversation have no read receipts.
func (s *Session) noReceipts(c *chat) ReceiptReason {
	switch {
	case !s.client.Capabilities().Receipts:
		return ReceiptsEdition
	case c.group == nil || c.group.ReceiptsAvailable():
		return ReceiptsOK
	case !c.group.Type.HasReceipts():
		return ReceiptsGroupType
	default:
		return ReceiptsTooManyMembers
	}
}

// wantsReceipts says whether own messages ask for receipts.
func (s *Session) wantsReceipts(id model.ConversationID) bool {
	c := s.chats[id]
	if c == nil {
		return id.Kind() == model.KindC2C && s.client.Capabilities().Receipts
	}
	return s.noReceipts(c) == ReceiptsOK
}

// expectReceipt shows an own message as read by nobody yet, until a receipt says more. One that was written before this
// connection began may have reached the service by an earlier one, and been read since: its receipts are asked for.
func (s *Session) expectReceipt(c *chat, m *model.Message) {
	if c.group == nil || !m.NeedReceipt || m.Sequence == 0 {
		return
	}
	if _, known := c.receipts.Get(m.Sequence); !known {
		c.receipts.Merge(model.Receipt{
			Conversation: c.id, Sequence: m.Sequence, Key: m.Key(), UnreadCount: max(c.group.Members-1, 0),
		})
	}
	if began := s.connection.Since.Add(s.link.offset); m.ClientTime > began.Unix() {
		c.markAsked(m.Sequence)
		return
	}
	s.askReceipts(c)
}

func (c *chat) markAsked(sequence int64) {
	if c.asked == nil {
		c.asked = map[int64]struct{}{}
	}
	c.asked[sequence] = struct{}{}
}

// askReceipts asks once a connection for the receipts of own messages in the open group; later ones come as
// events.
func (s *Session) askReceipts(c *chat) {
	if c.group == nil || !s.isOpen(c) || s.connection.Phase != Online || s.ctx.Err() != nil || s.noReceipts(c) != ReceiptsOK {
		return
	}
	var sequences []int64
	messages := s.shown(c)
	for i := len(messages) - 1; i >= 0 && len(c.asked) < maxAskedReceipts; i-- {
		m := messages[i]
		if _, asked := c.asked[m.Sequence]; asked || m.Sender != s.me.User || !m.NeedReceipt || m.Sequence == 0 || m.Recalled {
			continue
		}
		c.markAsked(m.Sequence)
		sequences = append(sequences, m.Sequence)
	}
	batch := max(s.client.Capabilities().ReceiptBatch, 1)
	for len(sequences) > 0 {
		n := min(batch, len(sequences))
		s.requestReceipts(c, sequences[:n])
		sequences = sequences[n:]
	}
}

func (s *Session) requestReceipts(c *chat, sequences []int64) {
	groupID := c.id.Target()
	s.spawn(func(ctx context.Context) func() {
		ctx, cancel := context.WithTimeout(ctx, historyTimeout)
		defer cancel()
		receipts, err := s.client.Receipts(ctx, groupID, sequences)
		return func() {
			if err != nil && s.ctx.Err() == nil {
				s.receiptsFailed(c, sequences, err)
			}
			s.mergeReceipts(c, receipts)
		}
	})
}

// receiptsFailed asks again after a while if that may help: a count that is not asked for stays wrong on the screen.
func (s *Session) receiptsFailed(c *chat, sequences []int64, err error) {
	s.log.Warn("Ask for receipts", "conversation", c.id, "error", err)
	if !isTemporary(err) {
		return
	}
	s.spawn(func(ctx context.Context) func() {
		sleep(ctx, backoff(0))
		return func() {
			for _, sequence := range sequences {
				delete(c.asked, sequence)
			}
			s.askReceipts(c)
		}
	})
}

func (s *Session) receiptsChanged(receipts []model.Receipt) {
	now := time.Now()
	for _, receipt := range receipts {
		c := s.chats[receipt.Conversation]
		if c == nil {
			continue
		}
		s.mergeReceipts(c, []model.Receipt{receipt})
		position := receipt.Sequence
		if held := c.timeline.ByKey(receipt.Key); position == 0 && held != nil {
			position = held.Position()
		}
		s.followers.tell(Fact{
			Kind: FactReceipt, At: now, Conversation: c.id, Name: c.name, Position: position, Receipt: &receipt,
		})
	}
}

func (s *Session) mergeReceipts(c *chat, receipts []model.Receipt) {
	for _, receipt := range receipts {
		if receipt.Conversation == "" {
			receipt.Conversation = c.id
		}
		if receipt.Sequence == 0 {
			if held := c.timeline.ByKey(receipt.Key); held != nil {
				receipt.Sequence = held.Sequence
			}
		}
		if c.receipts.Merge(receipt) {
			s.touch(c)
			s.readersChanged(c, receipt.Sequence)
		}
	}
}

// peerRead is told how far the other side of a C2C conversation has read.
func (s *Session) peerRead(e im.PeerRead) {
	c := s.chats[e.Conversation]
	if c == nil {
		return
	}
	changes := c.timeline.PeerRead(e.Position, e.Keys)
	s.saver.keep(changes.Updated...)
	c.observe(changes)
	s.touch(c)
	s.followers.tell(Fact{
		Kind: FactReceipt, At: time.Now(), Conversation: c.id, Name: c.name, Position: e.Position, From: c.id.Target(),
	})
}
