package cli

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"reddot/config"
	"reddot/im/convert"
	"reddot/im/push"
	"reddot/im/wire"
)

// checkAdapter says which way in is used, and what is known of it.
func (c *checkup) checkAdapter() {
	if c.account.admin != "" {
		c.fine("adapter", c.pick("REST：有文档的服务端接口，轮询，不占登录名额", "REST: the documented server API, polled, takes no login slot"))
		return
	}
	message := c.pick("长连接：官方 Web SDK 自己的协议，腾讯没有公开文档。对真实账号是实验性的：还没有人证实过",
		"long connection: the official Web SDK's own protocol, which Tencent does not document. Experimental on real accounts: nobody has confirmed it on one")
	if !isRemote(c.account.url) {
		c.info("adapter", message, "")
		return
	}
	c.info("adapter", message+c.pick("。登录占用一个 Web 端名额，与网页、小程序共用", ". A login takes a Web instance, which web pages and mini-programs share"),
		c.pick("账号里写 mode = \"rest\" 就改用 REST", "mode = \"rest\" in the profile uses REST instead"))
}

// endpointPatience is how long an endpoint may take to answer.
const endpointPatience = 4 * time.Second

var errNoAnswer = errors.New("no answer in time")

// endpoint is one address of the service, and what was found there.
type endpoint struct {
	url string
	// needed is set for those that this account uses; the others are for information.
	needed bool
	took   time.Duration
	clock  time.Duration
	dated  bool
	err    error
}

// checkEndpoints asks every address of the service at the same time; nothing that is sent holds a signature.
func (c *checkup) checkEndpoints(ctx context.Context) {
	all := c.endpoints()
	var wait sync.WaitGroup
	for i := range all {
		wait.Go(func() { all[i].probe(ctx, c.account.appID) })
	}
	wait.Wait()
	c.checkProxy()
	c.reached = slices.ContainsFunc(all, func(e endpoint) bool { return e.needed && e.err == nil })
	for _, e := range all {
		c.sayEndpoint(e)
	}
	c.checkStandby(all)
	c.checkClock(all)
}

// checkStandby names the standby of the REST API where it answers and the first address does not: nobody changes over by himself.
func (c *checkup) checkStandby(all []endpoint) {
	if c.reached || c.account.admin == "" {
		return
	}
	i := slices.IndexFunc(all, func(e endpoint) bool {
		return !e.needed && e.err == nil && config.ModeOf(e.url) == config.ModeREST
	})
	if i >= 0 {
		c.info("endpoint", c.pick("备用地址能连上", "the standby answers"), fmt.Sprintf(c.pick("在账号里写 server = %q", "set server = %q in the profile"), all[i].url))
	}
}

// endpoints are the addresses of the account, and those of its region that it does not use.
func (c *checkup) endpoints() []endpoint {
	var all []endpoint
	for i, server := range c.account.servers {
		all = append(all, endpoint{url: server, needed: i == 0 || c.account.admin == ""}) // REST is called at the first
	}
	if c.account.embedded != nil {
		return append(all, endpoint{url: strings.Replace(c.account.url, "ws", "http", 1)})
	}
	profile := c.account.settings.Profiles[c.account.profile]
	if profile.Region == "" || len(c.account.servers) < 2 {
		return all
	}
	others := push.Hosts(profile.Region, c.account.appID)
	if c.account.admin == "" {
		others = wire.RESTServers(profile.Region)
	}
	for _, server := range others {
		all = append(all, endpoint{url: server})
	}
	return all
}

func (c *checkup) sayEndpoint(e endpoint) {
	address := redacted(e.url)
	var refused *otherAnswer
	switch {
	case e.err == nil:
		c.fine("endpoint", fmt.Sprintf(c.pick("%s %s 应答", "%s answers in %s"), address, e.took.Round(time.Millisecond)))
		return
	case !e.needed || c.reached:
		c.info("endpoint", address+": "+c.network(e.err), "")
		return
	case errors.As(e.err, &refused):
		c.say(finding{
			Name: "endpoint", Severity: wrong, exit: exitUnreachable,
			Message: fmt.Sprintf(c.pick("%s：应答不是 IM 服务发出的（%v）", "%s: somebody else answers (%v)"), address, e.err),
			Remedy:  c.pick("检查地址、代理，以及网络是否要求网页登录", "check the address, the proxy, and whether the network wants a login on a web page"),
		})
	default:
		c.say(finding{
			Name: "endpoint", Severity: wrong, exit: exitUnreachable, Message: address + ": " + c.network(e.err),
			Remedy: c.pick("检查地址、网络、DNS 和代理（HTTPS_PROXY）；本机服务器用 reddot serve 启动", "check the address, the network, DNS and the proxy (HTTPS_PROXY); reddot serve starts a local server"),
		})
	}
}

// network words a failure of the network, and keeps the network's own words.
func (c *checkup) network(err error) string {
	var dns *net.DNSError
	var dial *net.OpError
	var untrusted *tls.CertificateVerificationError
	var meaning string
	switch {
	case errors.As(err, &dial) && dial.Op == "proxyconnect":
		meaning = c.pick("代理连不上", "the proxy cannot be reached")
	case errors.As(err, &dns):
		meaning = c.pick("域名解析失败", "the name cannot be resolved")
	case errors.As(err, &untrusted):
		meaning = c.pick("证书不可信，可能有代理在中间", "the certificate is not trusted, perhaps a proxy is between")
	case errors.Is(err, syscall.ECONNREFUSED):
		meaning = c.pick("没有程序在那里监听", "nothing listens there")
	case errors.Is(err, errNoAnswer):
		return fmt.Sprintf(c.pick("%s 内没有应答", "no answer within %s"), endpointPatience)
	default:
		return err.Error()
	}
	return fmt.Sprintf(c.pick("%s（%v）", "%s (%v)"), meaning, err)
}

// redacted is an address without a password that somebody wrote into it.
func redacted(server string) string {
	parsed, err := url.Parse(server)
	if err != nil {
		return "?"
	}
	return parsed.Redacted()
}

// otherAnswer says that something answers that is not the service.
type otherAnswer struct{ what string }

func (e *otherAnswer) Error() string { return e.what }

// probe asks for an answer that only the service gives.
func (e *endpoint) probe(ctx context.Context, appID int64) {
	ctx, cancel := context.WithTimeoutCause(ctx, endpointPatience, errNoAnswer)
	defer cancel()
	started := time.Now()
	ask := askSocket
	if config.ModeOf(e.url) == config.ModeREST {
		ask = askREST
	}
	header, err := ask(ctx, strings.TrimSuffix(e.url, "/"), appID)
	e.took = time.Since(started)
	if err != nil && ctx.Err() != nil {
		err = cmp.Or(context.Cause(ctx), err)
	}
	e.err = wire.WithoutURL(err)
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		e.dated, e.clock = true, convert.ClockOffset(date.Unix(), time.Now(), e.took)
	}
}

// askREST makes a call without a signature, which the service refuses in its own way. A refusal by HTTP comes from whoever
// else serves this API; web pages, redirections and gateways do not.
func askREST(ctx context.Context, server string, appID int64) (http.Header, error) {
	address := server + "/v4/im_open_login_svc/account_check?contenttype=json&sdkappid=" + strconv.FormatInt(appID, 10)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader("{}"))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	client := trusting(server)
	if client == nil {
		client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	const most = 1 << 10
	answer, err := io.ReadAll(io.LimitReader(response.Body, most))
	switch {
	case err != nil:
		return response.Header, err
	case response.StatusCode/100 == 3, response.StatusCode/100 == 5, response.StatusCode == http.StatusProxyAuthRequired:
		return response.Header, &otherAnswer{"HTTP " + strconv.Itoa(response.StatusCode)}
	case bytes.HasPrefix(bytes.TrimSpace(answer), []byte{'<'}):
		return response.Header, &otherAnswer{"HTML"}
	}
	return response.Header, nil
}

// askSocket makes the handshake of the long connection.
func askSocket(ctx context.Context, server string, appID int64) (http.Header, error) {
	response, err := push.Probe(ctx, server, appID, trusting(server))
	if response == nil {
		return nil, err
	}
	if err != nil && response.StatusCode != http.StatusSwitchingProtocols {
		return response.Header, &otherAnswer{"HTTP " + strconv.Itoa(response.StatusCode)}
	}
	return response.Header, err
}

func (c *checkup) checkProxy() {
	target, err := url.Parse(strings.Replace(c.account.url, "ws", "http", 1)) // ws and wss use the proxy of http and https
	if err != nil {
		return
	}
	proxy, err := http.ProxyFromEnvironment(&http.Request{URL: target})
	switch {
	case err != nil:
		c.warning("proxy", c.pick("环境变量里的代理地址不合法", "the proxy of the environment is no address"), "HTTPS_PROXY, HTTP_PROXY")
	case proxy != nil:
		c.info("proxy", fmt.Sprintf(c.pick("经由 %s", "by way of %s"), proxy.Redacted()), "")
	}
}

const (
	// clockTolerance is how far clocks may be apart without a word, clockDanger when signatures made here may be refused.
	clockTolerance = 5 * time.Second
	clockDanger    = time.Minute
)

// checkClock compares with the first address that tells the time.
func (c *checkup) checkClock(all []endpoint) {
	i := slices.IndexFunc(all, func(e endpoint) bool { return e.dated })
	if i < 0 {
		if c.reached {
			c.info("clock", c.pick("服务没有报告时间", "the service does not tell the time"), "")
		}
		return
	}
	c.offset = all[i].clock
	apart := c.offset.Abs().Round(time.Second)
	message := fmt.Sprintf(c.pick("本机比服务快 %s", "this machine is %s ahead of the service"), apart)
	if c.offset > 0 {
		message = fmt.Sprintf(c.pick("本机比服务慢 %s", "this machine is %s behind the service"), apart)
	}
	switch {
	case apart <= clockTolerance:
		c.fine("clock", c.pick("与服务一致", "agrees with the service's"))
	case apart <= clockDanger:
		c.info("clock", message, "")
	default:
		c.warning("clock", message, c.pick("打开系统的自动校时；时钟偏差大时，本机生成的签名会被拒绝", "let the system set the time; signatures made here may be refused when clocks are far apart"))
	}
}
