package config

import (
	"cmp"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"reddot/im/wire"
)

// check looks at the values one by one and returns every one that cannot work.
func (c *Config) check() Errors {
	checks := []*Error{
		oneOf("language", c.Language, "", "zh", "en"),
		oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error"),
		oneOf("screen.theme", c.Screen.Theme, "auto", "dark", "light", "none"),
		oneOf("screen.renderer", c.Screen.Renderer, "event", "stock"),
		between("screen.frames", c.Screen.Frames, 1, 120),
		between("screen.ambiguous_width", c.Screen.AmbiguousWidth, 1, 2),
		address("embedded.listen", c.Embedded.Listen),
		c.checkProfile(),
	}
	checks = append(checks, c.ReadSync.check()...)
	checks = append(checks, c.Roles.check()...)
	checks = append(checks, c.Custom.check()...)
	checks = append(checks, c.Webhook.check()...)
	checks = append(checks, c.Backend.check()...)
	for _, name := range slices.Sorted(maps.Keys(c.Profiles)) {
		checks = append(checks, c.Profiles[name].check("profiles."+name)...)
	}
	return slices.DeleteFunc(checks, func(problem *Error) bool { return problem == nil })
}

func (c *Config) checkProfile() *Error {
	if _, ok := c.Profiles[c.Profile]; ok || c.Profile == "" {
		return nil
	}
	return &Error{
		Key:    "profile",
		Reason: Text{fmt.Sprintf("没有叫 %q 的账号", c.Profile), fmt.Sprintf("there is no profile %q", c.Profile)},
		Remedy: Text{fmt.Sprintf("加上 [profiles.%s] 一节", c.Profile), fmt.Sprintf("add a [profiles.%s] section", c.Profile)},
	}
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
	if len(id) <= maxUserID {
		return nil
	}
	return &Error{
		Key:    key,
		Reason: Text{fmt.Sprintf("用户 ID 最多 %d 字节", maxUserID), fmt.Sprintf("a user id has at most %d bytes", maxUserID)},
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

func oneOf(key, value string, allowed ...string) *Error {
	if slices.Contains(allowed, value) {
		return nil
	}
	quoted := make([]string, len(allowed))
	for i, word := range allowed {
		quoted[i] = fmt.Sprintf("%q", word)
	}
	return &Error{
		Key:    key,
		Reason: Text{fmt.Sprintf("不能是 %q", value), fmt.Sprintf("%q is not possible", value)},
		Remedy: Text{"可以是 " + strings.Join(quoted, "、"), "use one of " + strings.Join(quoted, ", ")},
	}
}

func between(key string, value, least, most int) *Error {
	if value >= least && value <= most {
		return nil
	}
	return &Error{
		Key:    key,
		Reason: Text{fmt.Sprintf("不能是 %d", value), fmt.Sprintf("%d is not possible", value)},
		Remedy: Text{fmt.Sprintf("用 %d 到 %d 之间的数", least, most), fmt.Sprintf("use a number from %d to %d", least, most)},
	}
}

func address(key, value string) *Error {
	if _, _, err := net.SplitHostPort(value); err == nil {
		return nil
	}
	return &Error{
		Key:    key,
		Reason: Text{fmt.Sprintf("%q 不是地址", value), fmt.Sprintf("%q is not an address", value)},
		Remedy: Text{`写主机和端口，如 "127.0.0.1:7400"`, `write host and port, such as "127.0.0.1:7400"`},
	}
}

// inOrder sorts mistakes as they stand in the file.
func (e Errors) inOrder() Errors {
	slices.SortStableFunc(e, func(a, b *Error) int { return cmp.Compare(a.Line, b.Line) })
	return e
}
