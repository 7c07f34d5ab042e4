package rest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"

	"reddot/im/convert"
	"reddot/im/wire"
)

const (
	// callTimeout bounds one try: the service itself may take 3 seconds (rest-api, section 1.1).
	callTimeout = 8 * time.Second
	// maxTries bounds how often one call is made before its error is the caller's.
	maxTries = 4
	// firstDelay and lastDelay bound the wait before another try.
	firstDelay = 300 * time.Millisecond
	lastDelay  = 5 * time.Second
	// maxAnswer is the most bytes of an answer that are read: the service's own limit (rest-api, section 1.1).
	maxAnswer = 1 << 20
)

// call makes a call and decodes its answer into result, again after a failure that another try may change, but not after one
// that took as long as a silent service: who waits is to be told. doing says for people what was tried.
func (c *Client) call(ctx context.Context, doing, command string, request, result any) error {
	_, err := c.callCounted(ctx, doing, command, request, result)
	return err
}

// callCounted is call for whom it matters how often the call was made: the answer to an earlier try may have been lost.
func (c *Client) callCounted(ctx context.Context, doing, command string, request, result any) (tries int, err error) {
	body, err := wire.Marshal(request)
	if err != nil {
		return 0, c.texts.Usage(doing, err)
	}
	delays := backoff.NewExponentialBackOff()
	delays.InitialInterval, delays.MaxInterval = firstDelay, lastDelay
	started := time.Now()
	for try := 1; ; try++ {
		err := c.try(ctx, doing, command, body, result)
		if err == nil || try == maxTries || ctx.Err() != nil || !mayRepeat(err) || time.Since(started) >= callTimeout {
			return try, err
		}
		if !sleep(ctx, delays.NextBackOff()) {
			return try, err
		}
	}
}

// sleep waits, and says whether the context still lives.
func sleep(ctx context.Context, delay time.Duration) bool {
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// try makes a call once, and once more if its signature has ended and another one is to be had.
func (c *Client) try(ctx context.Context, doing, command string, body []byte, result any) error {
	signature, err := c.signer.get(ctx)
	if err != nil {
		return c.unsigned(err)
	}
	err = c.exchange(ctx, doing, command, signature, body, result)
	if convert.IsExpired(codeOf(err)) && c.signer.replace(ctx, signature) {
		if signature, err = c.signer.get(ctx); err != nil {
			return c.unsigned(err)
		}
		err = c.exchange(ctx, doing, command, signature, body, result)
	}
	return err
}

// exchange sends one request and decodes its answer.
func (c *Client) exchange(ctx context.Context, doing, command string, signature wire.Secret, body []byte, result any) error {
	if err := c.limiter.Wait(ctx); err != nil {
		return c.texts.Interrupted(doing, cmp.Or(ctx.Err(), context.DeadlineExceeded))
	}
	trying, cancel := context.WithTimeoutCause(ctx, callTimeout, errNoAnswer)
	defer cancel()
	at, number := c.address.now()
	target, id := at.url(command, c.options.AppID, c.options.Admin, signature.Reveal())
	started := time.Now()
	answer, err := c.post(trying, target, body)
	switch {
	case err == nil:
		err = c.read(doing, answer, result)
	case errors.Is(err, errTooLarge):
		err = c.refused(doing, wire.Error{Code: wire.CodeReplyTooLarge, Info: err.Error()})
	case ctx.Err() != nil:
		err = c.texts.Interrupted(doing, ctx.Err())
	case trying.Err() != nil:
		c.address.leave(number)
		err = c.unreachable(doing, errNoAnswer)
	default:
		c.address.leave(number)
		err = c.unreachable(doing, err)
	}
	switch took := time.Since(started).Round(10 * time.Microsecond); {
	case err == nil:
		c.log.Debug("Call", "command", command, "random", id, "took", took)
	case ctx.Err() == nil:
		c.log.Warn("Call failed", "command", command, "random", id, "took", took, "code", codeOf(err), "error", err)
	}
	return err
}

// post sends a request and returns the body of the answer, which looks like one of the service's.
func (c *Client) post(ctx context.Context, target string, body []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("the address is no URL")
	}
	request.Header.Set("Content-Type", "application/json")
	started := time.Now()
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case response.StatusCode >= 300 && response.StatusCode < 400:
		return nil, &notTheService{"a redirect"}
	case response.StatusCode != http.StatusOK:
		return nil, &notTheService{fmt.Sprintf("HTTP %d", response.StatusCode)}
	case err != nil:
		return nil, fmt.Errorf("the answer ended early: %w", err)
	case len(answer) > maxAnswer:
		return nil, errTooLarge
	case !bytes.HasPrefix(bytes.TrimLeft(answer, " \t\r\n"), []byte{'{'}):
		return nil, &notTheService{describe(answer)}
	}
	c.measure(response.Header, time.Since(started))
	return answer, nil
}

// describe says what an answer is that is no JSON object.
func describe(answer []byte) string {
	switch trimmed := bytes.TrimSpace(answer); {
	case len(trimmed) == 0:
		return "empty"
	case trimmed[0] == '<':
		return "a web page"
	default:
		return "no JSON object"
	}
}

// measure notes how long the service took, and what it says of the time.
func (c *Client) measure(header http.Header, latency time.Duration) {
	c.latency.Store(int64(latency))
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		c.clockOffset.Store(int64(convert.ClockOffset(date.Unix(), time.Now(), latency)))
	}
}

// read decodes an answer. An HTTP status says nothing; success is an ErrorCode of 0 in the body (rest-api, section 1.3).
func (c *Client) read(doing string, answer []byte, result any) error {
	outcome, err := convert.ResultOf(answer)
	if err != nil {
		return c.texts.Damaged(doing, err)
	}
	if outcome.ErrorCode != wire.CodeOK {
		return c.refused(doing, wire.Error{Code: outcome.ErrorCode, Info: outcome.ErrorInfo})
	}
	if outcome.ActionStatus != wire.StatusOK {
		return c.texts.Damaged(doing, fmt.Errorf("its ActionStatus is %.20q without an ErrorCode", outcome.ActionStatus))
	}
	if err := convert.Lenient(answer, result); err != nil {
		return c.texts.Damaged(doing, err)
	}
	return nil
}
