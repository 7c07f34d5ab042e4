package config

import (
	"cmp"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
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
