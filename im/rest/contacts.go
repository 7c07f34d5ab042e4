package rest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"reddot/im"
	"reddot/im/wire"
	"reddot/model"
)

const (
	// contactPages bounds the list of recent conversations: the largest edition keeps 3,000 (rest-api, section 6.1).
	contactPages = 50
	// unreadBatch is the most peers in one get_c2c_unread_msg_num (rest-api, section 4.3).
	unreadBatch = 10
	// roamPage is how many C2C messages one page is asked for.
	roamPage = 100
	// newsPages bounds how far one pull goes back; what is older is in the history.
	newsPages = 5
	// peerWatchFor is how long the receipts of a peer are looked for after a message to them.
	peerWatchFor = 10 * time.Minute
)

// dialog is a C2C conversation as the polling knows it.
type dialog struct {
	// listed is the time at which the list of conversations has it.
	listed int64
	// told is the second up to which messages were told or were there before; of that second itself, seen names those told.
	told int64
	seen map[string]bool
	// heard are the messages since told that a webhook told, with their seconds.
	heard map[string]int64
	// unread is the service's last count.
	unread int
	// awaited are own messages whose receipts are looked for, with their seconds; read holds those told.
	awaited map[model.Key]int64
	read    map[model.Key]bool
}

// dialogOf returns the state of a conversation; mu is held. What came before the first sweep is no news.
func (s *state) dialogOf(peer string) *dialog {
	d := s.dialogs[peer]
	if d == nil {
		d = &dialog{told: s.since.Unix() - 1, seen: make(map[string]bool), heard: make(map[string]int64), awaited: make(map[model.Key]int64), read: make(map[model.Key]bool)}
		s.dialogs[peer] = d
	}
	return d
}

// expectPeer looks for the peer's receipt of a message that was just sent, for a while.
func (s *state) expectPeer(peer string, key model.Key, second int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dialogOf(peer).awaited[key] = second
}

// awaits lets go of messages whose receipt has been looked for long enough, and says whether any are left.
func (d *dialog) awaits(now time.Time) bool {
	maps.DeleteFunc(d.awaited, func(_ model.Key, second int64) bool { return now.Sub(time.Unix(second, 0)) > peerWatchFor })
	return len(d.awaited) > 0
}

// pullFrom returns the second from which a conversation is pulled: what is told already is pulled again as far back as a
// receipt is awaited.
func (s *state) pullFrom(peer string, now time.Time) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.dialogOf(peer)
	from := d.told
	if d.awaits(now) {
		for _, second := range d.awaited {
			from = min(from, second)
		}
	}
	return from
}

// contacts lists the C2C conversations with others, or only the newest page of them.
func (c *Client) contacts(ctx context.Context, pages int) ([]wire.RecentContactRow, error) {
	doing := c.texts.Pick("获取会话列表", "get the conversations")
	request := wire.RecentContactListRequest{FromAccount: c.options.User, AssistFlags: 7}
	var rows []wire.RecentContactRow
	for range pages {
		var answer wire.RecentContactListReply
		err := c.call(ctx, doing, wire.CmdRecentContactList, request, &answer)
		if isFinal(err) {
			return rows, nil // an account that never logged in has no list
		}
		if err != nil {
			return nil, err
		}
		for _, row := range answer.SessionItem {
			if row.Type == wire.ConversationC2C && row.ToAccount != "" && row.ToAccount != c.options.User {
				rows = append(rows, row)
			}
		}
		if answer.CompleteFlag == 1 || len(answer.SessionItem) == 0 {
			break
		}
		request.TimeStamp, request.StartIndex = answer.TimeStamp, answer.StartIndex
		request.TopTimeStamp, request.TopStartIndex = answer.TopTimeStamp, answer.TopStartIndex
	}
	return rows, nil
}

// moved takes over the list of conversations and returns the peers with whom something may have happened.
func (s *state) moved(rows []wire.RecentContactRow, now time.Time) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var peers []string
	for _, row := range rows {
		d := s.dialogOf(row.ToAccount)
		// The list tells the second only: another message of the same second must not be missed.
		recent := now.Unix()-row.MsgTime <= int64(2*contactsEvery/time.Second)
		if (row.MsgTime != d.listed || recent) && row.MsgTime >= d.told {
			peers = append(peers, row.ToAccount)
		}
		d.listed = row.MsgTime
	}
	for peer, d := range s.dialogs {
		if d.awaits(now) && !slices.Contains(peers, peer) {
			peers = append(peers, peer)
		}
	}
	return peers
}

// pollContacts pulls the C2C conversations that moved.
func (c *Client) pollContacts(ctx context.Context) error {
	rows, err := c.contacts(ctx, 1)
	if err != nil {
		return err
	}
	for _, peer := range c.state.moved(rows, c.now()) {
		if err := c.pullDialog(ctx, peer); err != nil {
			return err
		}
	}
	return nil
}

// pullDialog tells what is new with a peer, the user itself included: messages, and receipts for own ones.
func (c *Client) pullDialog(ctx context.Context, peer string) error {
	from := c.state.pullFrom(peer, c.now())
	doing := c.texts.Doing("获取单聊消息", "get messages with", peer)
	request := wire.AdminGetRoamMsgRequest{
		OperatorAccount: c.options.User, PeerAccount: peer, MaxCnt: roamPage, MinTime: from, MaxTime: c.now().Add(ahead).Unix(),
	}
	var messages []*model.Message
	for range newsPages {
		page, err := c.c2cPage(ctx, doing, request)
		if err != nil {
			return err
		}
		messages = slices.Concat(page.Messages, messages)
		if page.Complete || len(page.Messages) == 0 {
			break
		}
		if request.MaxTime, request.LastMsgKey, err = parseCursor(im.HistoryRequest{Cursor: page.Cursor}); err != nil {
			return c.texts.Damaged(doing, err)
		}
	}
	c.nameSenders(ctx, messages)
	conversation := model.C2CConversation(peer)
	news, read := c.state.takeMessages(peer, messages, c.options.User, c.now())
	if len(news) > 0 {
		c.pace.active()
		c.noticeMissed(news)
		c.emit(im.MessagesReceived{Conversation: conversation, Messages: news})
	}
	if len(read) > 0 {
		c.emit(im.PeerRead{Conversation: conversation, Keys: read})
	}
	return nil
}

// takeMessages returns which messages are new, and for which own ones the peer has sent a receipt since. The receipts of
// own ones that nobody has read are looked for also if this client does not know that it sent them: the answer was lost, or
// another device did.
func (s *state) takeMessages(peer string, messages []*model.Message, self string, now time.Time) (news []*model.Message, read []model.Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.dialogOf(peer)
	for _, m := range messages {
		switch own := m.Sender == self && peer != self; {
		case own && m.PeerRead && !d.read[m.Key()]:
			d.read[m.Key()] = true
			delete(d.awaited, m.Key())
			read = append(read, m.Key())
		case own && !m.PeerRead && !d.read[m.Key()] && now.Sub(time.Unix(m.ServerTime, 0)) < peerWatchFor:
			d.awaited[m.Key()] = m.ServerTime
		}
		name := nameInDialog(m)
		if m.ServerTime < d.told || m.ServerTime == d.told && d.seen[name] {
			continue
		}
		if m.ServerTime > d.told {
			d.told = m.ServerTime
			clear(d.seen)
		}
		d.seen[name] = true
		if _, heard := d.heard[name]; !heard {
			news = append(news, m)
		}
	}
	maps.DeleteFunc(d.heard, func(_ string, second int64) bool { return second < d.told })
	if len(d.read) > maxSent {
		clear(d.read)
	}
	return news, read
}

// nameInDialog tells the messages of a conversation apart.
func nameInDialog(m *model.Message) string {
	return fmt.Sprintf("%s %d %d", m.Sender, m.Sequence, m.Random)
}

// unreadWith asks how many messages of peers are unread. A peer of whom the service does not tell is missing.
func (c *Client) unreadWith(ctx context.Context, peers []string) (map[string]int, error) {
	doing := c.texts.Pick("查询单聊未读数", "ask for unread C2C messages")
	counts := make(map[string]int, len(peers))
	for batch := range slices.Chunk(peers, unreadBatch) {
		var answer wire.C2CUnreadNumReply
		err := c.call(ctx, doing, wire.CmdC2CUnreadNum, wire.C2CUnreadNumRequest{ToAccount: c.options.User, PeerAccount: batch}, &answer)
		if isFinal(err) {
			return counts, nil
		}
		if err != nil {
			return nil, err
		}
		for _, row := range answer.C2CUnreadMsgNumList {
			counts[row.PeerAccount] = int(row.C2CUnreadMsgNum)
		}
	}
	return counts, nil
}

// countsOf returns the counts of peers; where nothing at all is unread, it asks no more.
func (c *Client) countsOf(ctx context.Context, total int, peers []string) (map[string]int, error) {
	if total > 0 {
		return c.unreadWith(ctx, peers)
	}
	counts := make(map[string]int, len(peers))
	for _, peer := range peers {
		counts[peer] = 0
	}
	return counts, nil
}

// unreadAtAll asks how many C2C messages are unread together.
func (c *Client) unreadAtAll(ctx context.Context) (int, error) {
	doing := c.texts.Pick("查询单聊未读数", "ask for unread C2C messages")
	var answer wire.C2CUnreadNumReply
	err := c.call(ctx, doing, wire.CmdC2CUnreadNum, wire.C2CUnreadNumRequest{ToAccount: c.options.User}, &answer)
	if err != nil {
		return 0, err
	}
	if answer.AllC2CUnreadMsgNum == nil {
		return 0, c.texts.Damaged(doing, errNoCount)
	}
	return int(*answer.AllC2CUnreadMsgNum), nil
}

// pollUnread finds conversations that another device has read: their count is 0 where it was not. One whose count is not told stays.
func (c *Client) pollUnread(ctx context.Context) error {
	total, err := c.unreadAtAll(ctx)
	if err != nil {
		return err
	}
	before, sum := c.state.lastUnread()
	if total == sum {
		return nil
	}
	counts, err := c.countsOf(ctx, total, slices.Sorted(maps.Keys(before)))
	if err != nil {
		return err
	}
	for peer, count := range counts {
		position := c.state.countUnread(peer, count)
		if before[peer] > 0 && count == 0 {
			c.emit(im.ReadMoved{Conversation: model.C2CConversation(peer), Position: position})
		}
	}
	return nil
}

// lastUnread returns the last counts of the conversations that had unread messages or moved since, and their sum.
func (s *state) lastUnread() (counts map[string]int, sum int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	counts = make(map[string]int)
	for peer, d := range s.dialogs {
		if d.unread > 0 || d.listed >= s.since.Unix() {
			counts[peer] = d.unread
			sum += d.unread
		}
	}
	return counts, sum
}

// countUnread takes over the service's count and returns the newest known second of the conversation.
func (s *state) countUnread(peer string, count int) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.dialogOf(peer)
	d.unread = count
	return max(d.listed, d.told)
}
