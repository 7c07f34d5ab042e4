package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheDoctorFindsANewMachineHealthy(t *testing.T) {
	m := newMachine(t)
	found := map[string]string{}
	for _, check := range lines(t, m.do("doctor", "--json")) {
		found[check["name"].(string)] = check["severity"].(string)
		require.NotContains(t, []string{"warning", "error"}, check["severity"], "%v", check)
	}
	for _, name := range []string{"endpoint", "clock", "signature", "login", "groups", "receipts"} {
		require.Equal(t, "ok", found[name], name)
	}
}

func TestTheDoctorAsksTheTerminal(t *testing.T) {
	m := newMachine(t)
	screen := m.open("doctor", 120, 50, "doctor")
	shown := screen.awaitText("错误 0")
	for _, want := range []string{"tmux", "120×50", "✓ 符号宽度", "同步输出", "焦点"} {
		require.Contains(t, shown, want)
	}
	require.NotContains(t, shown, "没有回答任何询问")
	require.NotContains(t, shown, "…\n", "what was measured is wiped away")
}
