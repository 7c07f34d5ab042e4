package config

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"reddot/im/wire"
	"reddot/model"
)

// The two ways to reach a service.
const (
	ModeREST = "rest"
	ModePush = "push"
)

// Profile is one account on a service.
type Profile struct {
	// Server is the address: ws:// or wss:// for the long connection, http:// or https:// for REST; "" takes those of Region.
	Server string `toml:"server"`
	// Region is where the application was created, one of wire.Regions.
	Region string `toml:"region"`
	// Mode is ModeREST or ModePush; "" is what Server says, and ModeREST without one.
	Mode  string `toml:"mode"`
	AppID int64  `toml:"app_id"`
	User  string `toml:"user"`
	// Admin is the app admin that REST calls are made as; "" is "administrator".
	Admin  string `toml:"admin"`
	Device string `toml:"device"`
	// One of these proves who calls, the user or over REST the admin; the first that is set counts. Without any, what
	// reddot login stored is used.
	UserSig        wire.Secret    `toml:"user_sig"`
	UserSigCommand string         `toml:"user_sig_command"`
	UserSigURL     string         `toml:"usersig_url"`
	UserSigRequest UserSigRequest `toml:"usersig_request"`
	SecretKey      wire.Secret    `toml:"secret_key"`
}

// UserSigRequest says how UserSigURL is asked.
type UserSigRequest struct {
	// Method is "GET" or "POST", "" is GET.
	Method string `toml:"method"`
	// Headers go with the request; $NAME in a value is replaced by that environment variable.
	Headers map[string]wire.Secret `toml:"headers"`
}

// hasSecret says whether the section itself holds something that others must not read.
func (p Profile) hasSecret() bool {
	if !p.UserSig.IsEmpty() || !p.SecretKey.IsEmpty() {
		return true
	}
	for _, value := range p.UserSigRequest.Headers {
		if !strings.Contains(value.Reveal(), "$") {
			return true
		}
	}
	return false
}

// ModeOf is the mode that an address is for.
func ModeOf(server string) string {
	if strings.HasPrefix(server, "http://") || strings.HasPrefix(server, "https://") {
		return ModeREST
	}
	return ModePush
}

// Loopback says whether a host is this machine.
func Loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

func (p Profile) check(prefix string) []*Error {
	problems := []*Error{
		p.checkServer(prefix),
		oneOf(prefix+".mode", p.Mode, "", ModeREST, ModePush),
		p.checkMode(prefix + ".mode"),
		oneOf(prefix+".usersig_request.method", p.UserSigRequest.Method, "", http.MethodGet, http.MethodPost),
		ownBackend(prefix+".usersig_url", p.UserSigURL, "https://shop.example/usersig?user={user}"),
		userID(prefix+".user", p.User),
		userID(prefix+".admin", p.Admin),
	}
	if p.AppID < 0 {
		problems = append(problems, &Error{
			Key:    prefix + ".app_id",
			Reason: Text{"SDKAppID 不会是负数", "an app id is not negative"},
			Remedy: Text{"填控制台里的 SDKAppID", "take the SDKAppID of the console"},
		})
	}
	return problems
}

// checkServer wants an address or a region that stands for one.
func (p Profile) checkServer(prefix string) *Error {
	if p.Region != "" {
		if problem := oneOf(prefix+".region", p.Region, wire.Regions()...); problem != nil {
			return problem
		}
	}
	if p.Server == "" && p.Region != "" {
		return nil
	}
	parsed, err := url.Parse(p.Server)
	if err == nil && parsed.Host != "" && slices.Contains([]string{"ws", "wss", "http", "https"}, parsed.Scheme) {
		return nil
	}
	return &Error{
		Key:    prefix + ".server",
		Reason: Text{fmt.Sprintf("%q 不是服务器地址", p.Server), fmt.Sprintf("%q is not a server", p.Server)},
		Remedy: Text{
			`真实账号写 region = "cn" 即可；地址的写法如 "https://console.tim.qq.com"（REST）或 "wss://wss.im.qcloud.com"（长连接）`,
			`for a real account region = "cn" is enough; an address is such as "https://console.tim.qq.com" (REST) or "wss://wss.im.qcloud.com" (long connection)`,
		},
	}
}

// checkMode refuses a mode that the address contradicts.
func (p Profile) checkMode(key string) *Error {
	if p.Server == "" || p.Mode == "" || p.Mode == ModeOf(p.Server) {
		return nil
	}
	return &Error{
		Key:    key,
		Reason: Text{fmt.Sprintf("%q 与地址 %s 不符", p.Mode, p.Server), fmt.Sprintf("%q does not fit the address %s", p.Mode, p.Server)},
		Remedy: Text{"去掉 mode，或去掉 server 改写 region", "leave out mode, or write region instead of server"},
	}
}

func userID(key, id string) *Error {
	if len(id) <= model.UserIDBytes {
		return nil
	}
	return &Error{
		Key:    key,
		Reason: Text{fmt.Sprintf("用户 ID 最多 %d 字节", model.UserIDBytes), fmt.Sprintf("a user id has at most %d bytes", model.UserIDBytes)},
	}
}

// ownBackend wants the address of the user's own server, over which a signature may travel.
func ownBackend(key, value, example string) *Error {
	if value == "" {
		return nil
	}
	parsed, err := url.Parse(value)
	if err == nil && parsed.Host != "" && (parsed.Scheme == "https" || parsed.Scheme == "http" && Loopback(parsed.Hostname())) {
		return nil
	}
	return &Error{
		Key:    key,
		Reason: Text{"不是 https 地址", "it is no https address"},
		Remedy: Text{
			fmt.Sprintf("写成 %q；http 只能用于本机", example),
			fmt.Sprintf("write %q; http is for this machine only", example),
		},
	}
}
