package push

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"reddot/im"
	"reddot/im/convert"
	"reddot/im/wire"
	"reddot/model"
)

// requestTimeout is how long an answer may take, time without a connection included. The Web SDK waits as long.
const requestTimeout = 15 * time.Second

// maxRequest leaves room for the head in a frame. A larger request would end every connection that carries it.
const maxRequest = wire.MaxFrame - 16<<10

// request is one that waits for its answer. It belongs to the client, not to a connection: if the connection dies first,
// the next one carries it again.
type request struct {
	out    outgoing
	answer chan reply
	// bound is set for a request about one connection (a heartbeat, a logout), which no other one carries.
	bound *connection
}

// reply is the body of an answer, or why there is none.
type reply struct {
	body []byte
	err  error
}

// jsonText keeps a body that is encoded already from being encoded again.
func jsonText(body []byte) json.RawMessage { return body }

// call sends a request and decodes its answer into result. doing says for people what was tried.
func (c *Client) call(ctx context.Context, doing, command string, body, result any) error {
	raw, err := c.exchange(ctx, doing, command, body)
	if err != nil {
		return err
	}
	if err := convert.Lenient(raw, result); err != nil {
		c.log.Warn("Answer not understood", "command", command, "error", err, "bytes", len(raw))
		return c.texts.Damaged(doing, err)
	}
	return nil
}

// logCall notes what became of a request, by the sequence that the service knows it by.
func (c *Client) logCall(request outgoing, started time.Time, err error) {
	took := time.Since(started).Round(10 * time.Microsecond)
	switch {
	case err == nil:
		c.log.Debug("Call", "command", request.command, "request", request.sequence, "took", took)
		return
	case errors.Is(err, context.Canceled):
		return // nobody waits for it any more
	}
	c.log.Warn("Call failed", "command", request.command, "request", request.sequence, "took", took, "code", im.CodeOf(err), "error", err)
}

// exchange sends a request and returns the body of its answer, which says that it succeeded.
func (c *Client) exchange(ctx context.Context, doing, command string, body any) ([]byte, error) {
	text, err := wire.Marshal(body)
	if err == nil && len(text) > maxRequest {
		err = wire.ErrFrameTooLarge
	}
	if err != nil {
		return nil, c.texts.Usage(doing, err)
	}
	waiting, connection, err := c.register(command, text)
	if err != nil {
		return nil, err
	}
	defer c.forget(waiting)
	if connection != nil {
		// A connection that dies here leaves the request pending, and the next one carries it.
		_ = connection.send(ctx, waiting.out)
	}
	started := time.Now()
	answer, err := c.await(ctx, doing, waiting)
	c.logCall(waiting.out, started, err)
	return answer, err
}

// await waits for the answer to a request. A connection that is lost meanwhile is only a delay.
func (c *Client) await(ctx context.Context, doing string, waiting *request) ([]byte, error) {
	timeout := time.NewTimer(requestTimeout)
	defer timeout.Stop()
	select {
	case answer := <-waiting.answer:
		if answer.err != nil {
			return nil, answer.err
		}
		return answer.body, c.refusal(doing, answer.body)
	case <-timeout.C:
		return nil, c.timedOut(doing)
	case <-ctx.Done():
		return nil, c.texts.Interrupted(doing, ctx.Err())
	}
}

// register adds a request to those that wait, and returns the connection that is to carry it now, if there is one.
// Whether it leaves now or with the next login is decided here, under the lock, so that it leaves exactly once.
func (c *Client) register(command string, body []byte) (*request, *connection, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.stopped != nil:
		return nil, nil, c.stopped
	case c.state != stateRunning && c.current == nil:
		return nil, nil, c.notConnected()
	}
	return c.add(command, body), c.current, nil
}

// add makes a request that waits for its answer; c.mu is held.
func (c *Client) add(command string, body []byte) *request {
	waiting := &request{
		out:    outgoing{command: command, sequence: c.sequence(), body: body},
		answer: make(chan reply, 1),
	}
	c.pending[waiting.out.sequence] = waiting
	return waiting
}

// sequence returns the next sequence; c.mu is held.
func (c *Client) sequence() uint32 {
	c.nextSeq++
	return c.nextSeq
}

func (c *Client) forget(waiting *request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.pending, waiting.out.sequence)
}

// adopt makes a connection that is logged in the current one, and returns what the last one left unanswered, to be
// sent again.
//
// The Web SDK sends it before the login of a reconnect (push-protocol, section 4). After the login is safer: it does
// not fail with the old ticket if the service no longer knows that, and the service recognises a repetition by the
// message's random number, not by when it comes.
func (c *Client) adopt(n *connection) []outgoing {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.current = n
	c.resumes = true
	if c.state == stateConnecting {
		c.stopped = nil
	}
	unanswered := make([]outgoing, 0, len(c.pending))
	for _, waiting := range c.pending {
		if waiting.bound == nil {
			unanswered = append(unanswered, waiting.out)
		}
	}
	slices.SortFunc(unanswered, func(a, b outgoing) int { return cmp.Compare(a.sequence, b.sequence) })
	return unanswered
}

// disown is the opposite of adopt: requests wait for the next connection.
func (c *Client) disown() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.current = nil
}

// dispatch handles one frame: an answer or a push. An error ends the connection.
func (c *Client) dispatch(n *connection, frame []byte) error {
	envelope, err := c.decoder.envelope(frame)
	if err != nil {
		c.log.Warn("Frame skipped", "error", err, "bytes", len(frame))
		return nil
	}
	switch envelope.command {
	case wire.CmdPush, wire.CmdForceOffline:
		return c.dispatchPush(n, envelope.body)
	case cmdKickOther:
		return errLoginReplaced
	}
	return c.dispatchAnswer(envelope)
}

// cmdKickOther is a push upon which the Web SDK logs in again without a word (push-protocol, section 9).
const cmdKickOther = "StatSvc.KickOther"

var errLoginReplaced = errors.New("the service asks for a new login")

func (c *Client) dispatchAnswer(e envelope) error {
	if convert.IsExpired(resultOf(e.body).Code) {
		// The request stays pending: with a fresh signature the next login carries it again.
		return errSignatureExpired
	}
	c.mu.Lock()
	waiting := c.pending[e.sequence]
	if waiting != nil && waiting.out.command == e.command {
		delete(c.pending, e.sequence)
	} else {
		waiting = nil
	}
	c.mu.Unlock()
	if waiting != nil {
		waiting.answer <- reply{body: bytes.Clone(e.body)}
	}
	return nil
}

// dispatchPush queues the events of a push and acknowledges it. What could not be queued is not acknowledged.
func (c *Client) dispatchPush(n *connection, body []byte) error {
	push, err := c.decoder.push(body)
	if err != nil {
		c.log.Warn("Push skipped", "error", err, "bytes", len(body))
		return nil
	}
	for _, event := range push.events {
		if changed, ok := event.(im.ProfileChanged); ok {
			c.cache.Put([]model.Profile{changed.Profile}, im.Now(), time.Now())
		}
		if err := c.emit(event); err != nil {
			return err
		}
	}
	if push.kicked != nil {
		return *push.kicked
	}
	if !push.needAck {
		return nil
	}
	text, err := wire.Marshal(wire.PushAckRequest{SessionData: push.session})
	if err != nil {
		return err
	}
	c.mu.Lock()
	sequence := c.sequence()
	c.mu.Unlock()
	return n.send(n.ctx, outgoing{command: wire.CmdPushAck, sequence: sequence, body: text})
}
