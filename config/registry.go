package config

import "reddot/im/wire"

// Backend says where groups that are created from here are reported to (docs/registry.md).
type Backend struct {
	// URL is posted to, "" for nowhere.
	URL string `toml:"url"`
	// Secret is shared with the backend; it signs every report.
	Secret wire.Secret `toml:"secret"`
}

func (b Backend) check() []*Error {
	if b.URL == "" {
		return nil
	}
	problems := []*Error{ownBackend("backend.url", b.URL, "https://shop.example/im/groups")}
	if b.Secret.IsEmpty() {
		problems = append(problems, &Error{
			Key:    "backend.secret",
			Reason: Text{"没有密钥，后台无法分辨请求是谁发的", "without a secret the backend could not tell who reports"},
			Remedy: Text{"和后台约定一个随机字符串，写在这里", "agree with the backend on a random string and write it here"},
		})
	}
	return problems
}
