package push

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"reddot/im"
	"reddot/im/wire"
)

// texts are the words of this package in the language of the configuration.
type texts struct{ english bool }

// pick returns the text in the language of the configuration.
func (t texts) pick(chinese, english string) string {
	if t.english {
		return english
	}
	return chinese
}

// doing says what is tried and with what, as in "send to GROUPshop".
func (t texts) doing(chinese, english, object string) string {
	return t.pick(chinese, english) + " " + object
}

func (t texts) connect(url string) string { return t.doing("连接", "connect to", url) }

// unreachable is the error of a service that does not answer.
func (c *Client) unreachable(err error) error {
	return &im.Error{
		Doing: c.texts.connect(c.options.URL), Class: im.ClassUnreachable, Err: err,
		Cause: c.texts.pick("服务没有应答："+err.Error(), "the service does not answer: "+err.Error()),
		Remedy: c.texts.pick("检查地址和网络；本机服务用 reddot serve 启动",
			"check the address and the network; reddot serve starts a local server"),
	}
}

// handshakeRefused is the error of a server that answers with something else than a WebSocket.
func (c *Client) handshakeRefused(status int, err error) error {
	class := im.ClassUnreachable
	if status == 401 || status == 403 {
		class = im.ClassPermission
	}
	return &im.Error{
		Doing: c.texts.connect(c.options.URL), Class: class, Err: err,
		Cause: c.texts.pick(fmt.Sprintf("该地址不提供 IM 长连接（HTTP %d）", status),
			fmt.Sprintf("no IM service at this address (HTTP %d)", status)),
		Remedy: c.texts.pick("检查地址", "check the address"),
	}
}

// refusal returns the error that an answer stands for, nil for a success.
func (c *Client) refusal(doing string, body []byte) error {
	result := resultOf(body)
	if result.Code == wire.CodeOK {
		return nil
	}
	return c.refused(doing, result)
}

func (c *Client) refused(doing string, result wire.Error) error {
	err := &im.Error{Doing: doing, Code: result.Code, Info: result.Info, Class: classOf(result.Code)}
	if code, known := wire.Lookup(result.Code); known {
		err.Cause = c.texts.pick(code.CauseZH, code.CauseEN)
		err.Remedy = c.texts.pick(code.RemedyZH, code.RemedyEN)
	}
	return err
}

// classOf sorts Tencent's codes by what can be done about them.
func classOf(code int) im.Class {
	known, _ := wire.Lookup(code)
	switch {
	case strings.HasSuffix(known.Name, "_internal"), strings.HasSuffix(known.Name, "_timeout"),
		strings.HasSuffix(known.Name, "_rate"), known.Name == "too_many_requests":
		return im.ClassTemporary
	case code >= 70000 && code < 71000:
		return im.ClassPermission
	}
	switch code {
	case wire.CodeMsgTicket, wire.CodeNotAdmin, wire.CodeGroupPermission, wire.CodeKickedHello, wire.CodeWebKicked:
		return im.ClassPermission
	}
	return im.ClassRefused
}

// isExpired tells whether a code means that the login is over and a fresh signature is needed (push-protocol, section 9).
func isExpired(code int) bool { return code == wire.CodeSigExpired || code == wire.CodeMsgTicket }

// resultOf reads the result of an answer without decoding the rest of it.
func resultOf(body []byte) wire.Error {
	var result wire.Error
	s := newScanner(body, nil)
	for key := range s.object() {
		switch key {
		case "ErrorCode":
			result.Code = int(s.number())
		case "ErrorInfo":
			result.Info = s.text()
		default:
			s.skip()
		}
	}
	return result
}

// usage is the error of a request that is wrong before it leaves.
func (c *Client) usage(doing string, err error) error {
	return &im.Error{Doing: doing, Class: im.ClassUsage, Err: err}
}

// damaged is the error of an answer that cannot be read.
func (c *Client) damaged(doing string, err error) error {
	return &im.Error{
		Doing: doing, Class: im.ClassTemporary, Err: err,
		Cause: c.texts.pick("服务的应答无法解析", "the service's answer cannot be read"),
	}
}

// timedOut is the error of a request without an answer: temporary while there is a connection.
func (c *Client) timedOut(doing string) error {
	c.mu.Lock()
	connected := c.current != nil
	c.mu.Unlock()
	err := &im.Error{Doing: doing, Class: im.ClassUnreachable, Err: errTimeout}
	err.Cause = c.texts.pick("没有连接", "there is no connection")
	err.Remedy = c.texts.pick("恢复连接后重试", "try again once connected")
	if connected {
		err.Class = im.ClassTemporary
		err.Code = wire.CodeTimeout
		err.Cause = c.texts.pick("15 秒内没有应答", "no answer within 15 seconds")
		err.Remedy = c.texts.pick("稍后重试", "try again later")
	}
	return err
}

var errTimeout = errors.New("no answer within " + requestTimeout.String())

// interrupted is the error of a request whose caller no longer waits.
func (c *Client) interrupted(doing string, err error) error {
	cause := c.texts.pick("已取消", "cancelled")
	if errors.Is(err, context.DeadlineExceeded) {
		cause = c.texts.pick("在规定时间内没有应答", "no answer in time")
	}
	return &im.Error{Doing: doing, Class: im.ClassTemporary, Err: err, Cause: cause}
}

// notConnected is the error of a request before Connect.
func (c *Client) notConnected() error {
	return &im.Error{
		Doing: c.texts.connect(c.options.URL), Class: im.ClassUsage,
		Cause: c.texts.pick("尚未登录", "not logged in"),
		Err:   errors.New("Connect was not called, or failed"),
	}
}
