package config

import "reddot/im/wire"

// Webhook says where the service posts the application's events (第三方回调), which makes polling over REST needless.
type Webhook struct {
	// Listen is host and port, "" for nowhere.
	Listen string `toml:"listen"`
	// Token is the one that is set in the console.
	Token wire.Secret `toml:"token"`
	// TLSCert and TLSKey are files of a certificate and its key; without them a tunnel or proxy has to speak TLS.
	TLSCert string `toml:"tls_cert"`
	TLSKey  string `toml:"tls_key"`
}

// check refuses a receiver that would believe anybody.
func (w Webhook) check() []*Error {
	if w.Listen == "" {
		return nil
	}
	problems := []*Error{address("webhook.listen", w.Listen)}
	if w.Token.IsEmpty() {
		problems = append(problems, &Error{
			Key:    "webhook.token",
			Reason: Text{"没有 Token，谁都能伪造消息", "without a token anybody could make messages up"},
			Remedy: Text{"在控制台的回调配置里打开鉴权，把那里的 Token 写在这里", "switch the authentication of callbacks on in the console and write its token here"},
		})
	}
	if (w.TLSCert == "") != (w.TLSKey == "") {
		problems = append(problems, &Error{
			Key:    "webhook.tls_cert",
			Reason: Text{"证书和私钥要一起给", "a certificate needs its key, and a key its certificate"},
			Remedy: Text{"tls_cert 和 tls_key 都写，或都不写", "set both tls_cert and tls_key, or neither"},
		})
	}
	return problems
}
