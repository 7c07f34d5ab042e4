package push

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"

	"reddot/im"
	"reddot/im/convert"
	"reddot/im/wire"
)

// connecting says what is tried, with the address in a form that may be shown.
func (c *Client) connecting() string {
	if place := c.address.Load(); place != nil {
		return c.texts.Doing("连接", "connect to", place.shown)
	}
	return c.texts.Pick("连接", "connect")
}

// unreachable is the error of a service that does not answer. Of a failed handshake only the network's own words are
// kept; the URL around them says nothing to a person.
func (c *Client) unreachable(err error) error {
	err = wire.WithoutURL(err)
	return &im.Error{
		Doing: c.connecting(), Class: im.ClassUnreachable, Err: err,
		Cause:  c.texts.Pick("服务没有应答："+err.Error(), "the service does not answer: "+err.Error()),
		Remedy: c.remedyFor(err),
	}
}

// remedyFor says what a person can do about a service that does not answer.
func (c *Client) remedyFor(err error) string {
	var certificate *tls.CertificateVerificationError
	switch place := c.address.Load(); {
	case errors.As(err, &certificate):
		return c.texts.Pick("检查本机时间；公司代理的根证书要装进系统，或用 SSL_CERT_FILE 指出",
			"check this machine's clock; a company proxy's root certificate belongs into the system, or into SSL_CERT_FILE")
	case place != nil && place.remote:
		return c.texts.Pick("检查网络；要走代理就设 HTTPS_PROXY", "check the network; HTTPS_PROXY names a proxy if you need one")
	default:
		return c.texts.Pick("检查地址；本机服务用 reddot serve 启动", "check the address; reddot serve starts a local server")
	}
}

// disconnected is the error of a connection that ended, for people.
func (c *Client) disconnected(reason error) error {
	var known *im.Error
	if errors.As(reason, &known) {
		return reason
	}
	cause := c.texts.Pick("连接中断", "the connection was lost")
	switch {
	case errors.Is(reason, errSilent):
		cause = c.texts.Pick("服务没有回应", "the service went silent")
	case errors.Is(reason, errSlowReader):
		cause = c.texts.Pick("消息来得太快，处理完后重新连接", "messages come too fast; connecting again once they are processed")
	case errors.Is(reason, errSignatureExpired), errors.Is(reason, errSignatureRenewed):
		cause = c.texts.Pick("换用新的 UserSig 重新登录", "logging in again with a fresh UserSig")
	case errors.Is(reason, errClockJumped):
		cause = c.texts.Pick("睡眠后或时钟改动后重新连接", "connecting anew after a sleep or a change of the clock")
	case errors.Is(reason, errLoginReplaced):
		cause = c.texts.Pick("服务要求重新登录", "the service asks for a new login")
	}
	return &im.Error{Doing: c.connecting(), Class: im.ClassUnreachable, Err: reason, Cause: cause}
}

// handshakeRefused is the error of a server that answers with something else than a WebSocket.
func (c *Client) handshakeRefused(response *http.Response, err error) error {
	status := response.StatusCode
	refused := &im.Error{Doing: c.connecting(), Class: im.ClassUnreachable, Err: err}
	switch {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		refused.Class = im.ClassPermission
	case status >= http.StatusInternalServerError:
		refused.Cause = c.texts.Pick(fmt.Sprintf("服务或它前面的网关暂时不可用（HTTP %d）", status),
			fmt.Sprintf("the service, or a gateway before it, is out of order (HTTP %d)", status))
		refused.Remedy = c.texts.Pick("稍后会自动重试", "wait, it is tried again")
		return refused
	case status < http.StatusBadRequest:
		refused.Cause = c.texts.Pick(fmt.Sprintf("应答的是网页，不是 IM 服务（HTTP %d）", status),
			fmt.Sprintf("a web page answered, not the IM service (HTTP %d)", status))
		refused.Remedy = c.texts.Pick("这个网络可能要先在浏览器里登录；也检查地址",
			"this network may want a login in the browser first; check the address too")
		return refused
	}
	refused.Cause = c.texts.Pick(fmt.Sprintf("该地址不提供 IM 长连接（HTTP %d）", status),
		fmt.Sprintf("no IM service at this address (HTTP %d)", status))
	refused.Remedy = c.texts.Pick("检查地址", "check the address")
	return refused
}

// loggedOut is the error of what is asked of the service after it has ended the login.
func (c *Client) loggedOut(why kickedError) error {
	var refused *im.Error
	errors.As(c.texts.Refused(c.connecting(), wire.Error{Code: wire.CodeKickedHello}), &refused)
	refused.Err = why
	return refused
}

// refusal returns the error that an answer stands for, nil for a success.
func (c *Client) refusal(doing string, body []byte) error {
	result := resultOf(body)
	if result.Code == wire.CodeOK {
		return nil
	}
	return c.texts.Refused(doing, result)
}

// resultOf reads the result of an answer without decoding the rest of it.
func resultOf(body []byte) wire.Error {
	result, _ := convert.ResultOf(body)
	return wire.Error{Code: result.ErrorCode, Info: result.ErrorInfo}
}

// timedOut is the error of a request without an answer: temporary while there is a connection.
func (c *Client) timedOut(doing string) error {
	c.mu.Lock()
	connected := c.current != nil
	c.mu.Unlock()
	err := &im.Error{Doing: doing, Class: im.ClassUnreachable, Err: errTimeout}
	err.Cause = c.texts.Pick("没有连接", "there is no connection")
	err.Remedy = c.texts.Pick("恢复连接后重试", "try again once connected")
	if connected {
		err.Class = im.ClassTemporary
		err.Code = wire.CodeTimeout
		err.Cause = c.texts.Pick("15 秒内没有应答", "no answer within 15 seconds")
		err.Remedy = c.texts.Pick("稍后重试", "try again later")
	}
	return err
}

var errTimeout = errors.New("no answer within " + requestTimeout.String())

// notConnected is the error of a request before Connect.
func (c *Client) notConnected() error {
	return &im.Error{
		Doing: c.connecting(), Class: im.ClassUsage,
		Cause: c.texts.Pick("尚未登录", "not logged in"),
		Err:   errors.New("Connect was not called, or failed"),
	}
}
