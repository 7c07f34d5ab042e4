package cli

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"

	"reddot/config"
	"reddot/im/rest"
	"reddot/session"
)

// noticeWebhook says that events are not taken in. Polling goes on without them.
const noticeWebhook session.NoticeCode = "webhook_unusable"

// webhooks opens the place where the service's events are taken in, nil if none is set. One that is taken already, by another
// window, is no failure: the notice says so.
func (a *app) webhooks(settings config.Webhook, logger *slog.Logger) (*rest.Webhooks, []session.Notice, error) {
	if settings.Listen == "" {
		return nil, nil, nil
	}
	webhooks := &rest.Webhooks{Token: settings.Token}
	if settings.TLSCert != "" {
		certificate, err := tls.LoadX509KeyPair(settings.TLSCert, settings.TLSKey)
		if err != nil {
			return nil, nil, usagef("webhook.tls_cert: %v", err)
		}
		webhooks.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	}
	listener, err := net.Listen("tcp", settings.Listen)
	if err != nil {
		logger.Warn("Webhooks are not received", "error", err)
		text := fmt.Sprintf(a.modelLanguage().Pick("接收回调的地址 %s 被占用, 这里改用轮询", "%s is in use, so webhooks are not received; polling instead"), settings.Listen)
		return nil, []session.Notice{{Code: noticeWebhook, Level: session.NoticeInfo, Text: text}}, nil
	}
	logger.Info("Webhooks are received", "address", listener.Addr().String())
	webhooks.Listener = listener
	return webhooks, nil, nil
}
