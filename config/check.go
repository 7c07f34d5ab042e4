package config

import (
	"bytes"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
)

// check looks at the values one by one and returns the first that cannot work.
func (c *Config) check() *Error {
	checks := []*Error{
		oneOf("language", c.Language, "", "zh", "en"),
		oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error"),
		oneOf("screen.theme", c.Screen.Theme, "auto", "dark", "light", "none"),
		oneOf("screen.renderer", c.Screen.Renderer, "event", "stock"),
		between("screen.frames", c.Screen.Frames, 1, 120),
		between("screen.ambiguous_width", c.Screen.AmbiguousWidth, 1, 2),
		address("embedded.listen", c.Embedded.Listen),
	}
	for name, profile := range c.Profiles {
		checks = append(checks, profile.check("profiles."+name)...)
	}
	if c.Profile != "" {
		if _, ok := c.Profiles[c.Profile]; !ok {
			checks = append(checks, &Error{
				Key: "profile", Reason: fmt.Sprintf("there is no profile %q", c.Profile),
				Remedy: fmt.Sprintf("add a [profiles.%s] section", c.Profile),
			})
		}
	}
	for _, problem := range checks {
		if problem != nil {
			return problem
		}
	}
	return nil
}

func (p Profile) check(prefix string) []*Error {
	problems := []*Error{server(prefix+".server", p.Server)}
	if p.AppID < 0 {
		problems = append(problems, &Error{Key: prefix + ".app_id", Reason: "an app id is not negative", Remedy: "take the SDKAppID of the console"})
	}
	for key, id := range map[string]string{".user": p.User, ".admin": p.Admin} {
		if len(id) > 32 {
			problems = append(problems, &Error{Key: prefix + key, Reason: "a user id has at most 32 bytes"})
		}
	}
	return problems
}

func oneOf(key, value string, allowed ...string) *Error {
	if slices.Contains(allowed, value) {
		return nil
	}
	quoted := make([]string, len(allowed))
	for i, word := range allowed {
		quoted[i] = fmt.Sprintf("%q", word)
	}
	return &Error{Key: key, Reason: fmt.Sprintf("%q is not possible", value), Remedy: "use one of " + strings.Join(quoted, ", ")}
}

func between(key string, value, least, most int) *Error {
	if value >= least && value <= most {
		return nil
	}
	return &Error{Key: key, Reason: fmt.Sprintf("%d is not possible", value), Remedy: fmt.Sprintf("use a number from %d to %d", least, most)}
}

func address(key, value string) *Error {
	if _, _, err := net.SplitHostPort(value); err == nil {
		return nil
	}
	return &Error{Key: key, Reason: fmt.Sprintf("%q is not an address", value), Remedy: `write host and port, such as "127.0.0.1:7400"`}
}

func server(key, value string) *Error {
	parsed, err := url.Parse(value)
	if err == nil && parsed.Host != "" && slices.Contains([]string{"ws", "wss", "http", "https"}, parsed.Scheme) {
		return nil
	}
	return &Error{
		Key: key, Reason: fmt.Sprintf("%q is not a server", value),
		Remedy: `write an address such as "wss://wss.im.qcloud.com" (long connection) or "https://console.tim.qq.com" (REST)`,
	}
}

// lineOf finds the line of a dotted key in a file that parsed: the line in its table that assigns the
// last part, or the table's own line. It returns 0 when the key stands nowhere.
func lineOf(text []byte, key string) int {
	table, name := "", key
	if cut := strings.LastIndexByte(key, '.'); cut >= 0 {
		table, name = key[:cut], key[cut+1:]
	}
	current, tableLine := "", 0
	for number, line := range bytes.Split(text, []byte("\n")) {
		trimmed := strings.TrimSpace(string(line))
		if header, ok := strings.CutPrefix(trimmed, "["); ok {
			current, _, _ = strings.Cut(header, "]")
			if current == table {
				tableLine = number + 1
			}
			continue
		}
		assigned, _, ok := strings.Cut(trimmed, "=")
		if ok && current == table && strings.TrimSpace(assigned) == name {
			return number + 1
		}
	}
	return tableLine
}
