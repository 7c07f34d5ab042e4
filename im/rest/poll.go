package rest

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/sync/errgroup"

	"reddot/crash"
	"reddot/im"
	"reddot/model"
)

const (
	// How often what is asked for beside the sweep is asked for at most; in silence the sweep's own interval sets the pace.
	notesEvery    = 2 * time.Second
	contactsEvery = 5 * time.Second
	unreadEvery   = 20 * time.Second
	receiptsEvery = 2 * time.Second
	changesEvery  = 20 * time.Second
	selvesEvery   = 5 * time.Second
	latencyEvery  = time.Minute
	// hookDelay is how long a webhook may be under way.
	hookDelay = 5 * time.Second

	firstOutage = time.Second
	lastOutage  = 30 * time.Second
)

// task is something that a turn does when its time has come.
type task struct {
	every time.Duration
	// slower is how many intervals of the sweep lie between two runs in silence.
	slower int
	run    func(context.Context) error
	last   time.Time
}

// due says whether the time has come. While webhooks have the sweep wait longer than silence does, what they may have lost
// waits no longer for that. Turns come with jitter: one that is half an interval early is the one that was meant.
func (t *task) due(now time.Time, interval time.Duration) bool {
	silence := time.Duration(t.slower) * min(interval, slowest)
	return now.Sub(t.last) >= max(t.every, silence-interval/2)
}

// poll keeps the session in step with the service until Close. It alone writes events.
func (c *Client) poll() {
	defer c.wait.Done()
	tasks := c.tasks()
	outage := backoff.NewExponentialBackOff()
	outage.InitialInterval, outage.MaxInterval = firstOutage, lastOutage
	attempt := 0
	delay := c.pace.next(c.state.count())
	for c.emit(c.swept(delay)); c.pause(delay); {
		err := c.turn(tasks)
		if c.ctx.Err() != nil {
			return
		}
		if err != nil {
			attempt++
			delay = outage.NextBackOff()
			c.emit(im.Disconnected{Reason: err, Retry: delay, Attempt: attempt})
			c.warn()
			continue
		}
		if attempt > 0 {
			attempt = 0
			outage.Reset()
			c.emit(c.connected(true))
		}
		delay = c.pace.next(c.state.count())
		c.emit(c.swept(delay))
	}
}

// swept says how old the data is, and when it will be fetched again.
func (c *Client) swept(delay time.Duration) im.Swept {
	now := time.Now()
	return im.Swept{At: now.Add(-c.state.age()), Next: now.Add(delay), Live: c.pace.isLive()}
}

// pause waits for the next turn, tells meanwhile what webhooks bring, and says whether the client still lives. Whatever cuts
// the wait short, turns are not closer than the fastest pace.
func (c *Client) pause(delay time.Duration) bool {
	began := time.Now()
	timer := time.NewTimer(delay)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
			return true
		case <-c.pace.wake:
			timer.Reset(max(0, min(delay, fastest)-time.Since(began)))
		case h := <-c.receiver.waiting:
			c.hear(h)
		case <-c.ctx.Done():
			return false
		}
	}
}

// warn tells of a signature that ends soon, or has ended: then it is the reason why nothing is answered any more.
func (c *Client) warn() {
	if warning := c.signer.warning(time.Now()); warning != nil {
		c.emit(warning)
	}
}

// emit hands an event over, waiting for its reader.
func (c *Client) emit(event im.Event) {
	select {
	case c.events <- event:
	case <-c.ctx.Done():
	}
}

func (c *Client) tasks() []*task {
	now := time.Now()
	return []*task{
		{every: notesEvery, slower: 1, run: c.pollNotes},
		{every: contactsEvery, slower: 2, run: c.pollContacts, last: now},
		{every: unreadEvery, slower: 4, run: c.pollUnread, last: now},
		{every: receiptsEvery, run: c.pollReceipts},
		{every: changesEvery, slower: 1, run: c.pollChanges, last: now},
		{every: selvesEvery, run: c.pollSelves, last: now},
		{every: latencyEvery, run: c.tellLatency, last: now},
	}
}

// turn sweeps once, pulls what moved, and does what else is due. Only a failed sweep counts as a lost connection; everything
// else is tried again at its next time.
func (c *Client) turn(tasks []*task) error {
	ctx := c.ctx
	if err := c.sweep(ctx); err != nil {
		return err
	}
	for _, event := range c.state.untold() {
		c.emit(event)
	}
	c.warn()
	if err := c.pullGroups(ctx); err != nil && ctx.Err() == nil {
		c.log.Info("Groups not pulled", "error", err)
	}
	now, interval := time.Now(), c.pace.current()
	for _, t := range tasks {
		if !t.due(now, interval) {
			continue
		}
		t.last = now
		if err := t.run(ctx); err != nil && ctx.Err() == nil {
			c.log.Info("Not polled", "error", err)
		}
	}
	return nil
}

// count returns the number of groups.
func (s *state) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.groups)
}

// pollNotes pulls the user's messages to themselves.
func (c *Client) pollNotes(ctx context.Context) error {
	if !c.Capabilities().SelfNotes {
		return nil
	}
	return c.pullDialog(ctx, c.options.User)
}

func (c *Client) tellLatency(context.Context) error {
	c.emit(im.Latency{RoundTrip: time.Duration(c.latency.Load()), ClockOffset: time.Duration(c.clockOffset.Load())})
	return nil
}

// movement is a group that has messages which were not told.
type movement struct {
	groupID  string
	told, to int64
	messages []*model.Message
	// recalled and edited are messages that were told before.
	recalled []int64
	edited   []*model.Message
}

// movements returns the groups with messages that were not told.
func (s *state) movements() []*movement {
	s.mu.Lock()
	defer s.mu.Unlock()
	var moved []*movement
	for id, t := range s.groups {
		if newest := t.group.NextSequence - 1; newest > t.told && t.group.Type != model.AVChatRoom {
			moved = append(moved, &movement{groupID: id, told: t.told, to: newest})
		}
	}
	return moved
}

// pullGroups tells the new messages of the groups that moved.
func (c *Client) pullGroups(ctx context.Context) error {
	moved := c.state.movements()
	if len(moved) > 0 {
		c.pace.active()
	}
	for some := range slices.Chunk(moved, parallel) {
		tasks, ctx := errgroup.WithContext(ctx)
		for _, m := range some {
			tasks.Go(crash.Task(func() error { return c.pullGroup(ctx, m) }))
		}
		if err := tasks.Wait(); err != nil {
			return err
		}
		for _, m := range some {
			c.tellMovement(m)
		}
	}
	return nil
}

// pullGroup reads the new messages of a group, newest first. A flood beyond some pages is left to the history.
func (c *Client) pullGroup(ctx context.Context, m *movement) error {
	doing := c.texts.Doing("获取新消息", "get the new messages of", m.groupID)
	before := m.to
	for range newsPages {
		page, err := c.groupPage(ctx, doing, m.groupID, uint32(before), historyPage)
		if isFinal(err) {
			return nil // no history here: what moved is told by the positions alone
		}
		if err != nil {
			return err
		}
		m.messages = slices.Concat(c.state.untoldOf(m, page.Messages), m.messages)
		for _, message := range page.Messages {
			if message.Recalled {
				m.recalled = append(m.recalled, message.Sequence)
			}
		}
		m.edited = append(m.edited, c.findEdits(ctx, model.GroupConversation(m.groupID), page.Messages)...)
		if before = page.Next; page.Complete || before <= m.told {
			break
		}
	}
	c.complete(ctx, m.groupID, m.messages, true)
	return nil
}

// tellMovement tells the messages of a group, and recalls and edits of older ones that came to light with them.
func (c *Client) tellMovement(m *movement) {
	conversation := model.GroupConversation(m.groupID)
	if len(m.messages) > 0 {
		c.noticeMissed(m.messages)
		c.emit(im.MessagesReceived{Conversation: conversation, Messages: m.messages})
	}
	c.state.takeMovement(m)
	for _, sequence := range m.recalled {
		c.tellRecall(m.groupID, sequence)
	}
	c.tellEdits(m.edited)
}

// untoldOf returns those messages of a page that were not told, neither by polling nor by a webhook.
func (s *state) untoldOf(m *movement, page []*model.Message) []*model.Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.groups[m.groupID]
	return slices.DeleteFunc(slices.Clone(page), func(message *model.Message) bool {
		return message.Sequence <= m.told || t != nil && t.heard[message.Sequence]
	})
}

// noticeMissed looks at messages that polling found. Where webhooks should have told them, they have stopped: polling is fast
// again until they come back. What was sent just now may still be on its way, and lines of the service have no webhook.
func (c *Client) noticeMissed(messages []*model.Message) {
	settled := c.now().Add(-hookDelay).Unix()
	if slices.ContainsFunc(messages, func(m *model.Message) bool { return m.ServerTime < settled && !isTip(m) }) {
		c.pace.missed()
	}
}

// takeMovement notes that a group's messages were told.
func (s *state) takeMovement(m *movement) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.groups[m.groupID]
	if t == nil {
		return
	}
	t.told = max(t.told, m.to)
	maps.DeleteFunc(t.heard, func(sequence int64, _ bool) bool { return sequence <= t.told })
	t.closeUp()
}
