package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAShortSignatureIsRenewedWithoutAWord: its source is asked before it ends, and again when the source was down just
// then; what is written meanwhile arrives once.
func TestAShortSignatureIsRenewedWithoutAWord(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	s := m.serve("--listen", "127.0.0.1:0", "--data", m.dir("server-data"), "--demo")
	group := s.demoGroup(demoRoom)
	down, asked := filepath.Join(m.home, "down"), filepath.Join(m.home, "asked")
	config := filepath.Join(m.home, "short.toml")
	command := fmt.Sprintf("echo x >> %s; test ! -e %s && %s usersig --user anchor-xiaoyu --app-id %s --secret-key %s --expire 10s",
		asked, down, m.path, appID, secretKey)
	require.NoError(t, os.WriteFile(config, []byte(fmt.Sprintf(
		"[profiles.shop]\nserver = \"ws://%s\"\napp_id = %s\nuser = \"anchor-xiaoyu\"\nuser_sig_command = %q\n", s.address, appID, command)), 0o600))
	times := func() int {
		text, _ := os.ReadFile(asked)
		return strings.Count(string(text), "x")
	}
	tail := m.follow("--config", config, "--profile", "shop", "--device", "term")
	tail.await("connection", online)
	first := times()
	tail.awaitNew("another login", online)
	require.Greater(t, times(), first, "before the end of the first one")

	window := m.open("screen", 120, 30, "--config", config, "--profile", "shop", "--device", "screen")
	window.awaitText(demoRoom)
	window.keys("C-k")
	window.text(demoRoom)
	window.keys("Enter")
	window.enterGroup()
	require.NoError(t, os.WriteFile(down, nil, 0o600))
	window.awaitText("登录签名已过期")
	window.text("签名过期时写的")
	window.keys("Enter")
	window.awaitText("你: 签名过期时写的") // in the list, sent or waiting
	require.NoError(t, os.Remove(down))
	window.await("the next login", func(screen string) bool {
		return !strings.Contains(screen, "登录签名已过期") && strings.Contains(screen, "已连接") && strings.Contains(screen, "待发 0")
	})
	history := s.do(append([]string{"history", group}, s.client("guide-li", "till")...)...)
	require.Equal(t, 1, strings.Count(history, "签名过期时写的"))
}
