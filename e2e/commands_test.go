package e2e

import (
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestExitCodes(t *testing.T) {
	s := shop(t, 0)
	const nowhere = "ws://127.0.0.1:1"
	good := s.client("anchor", "laptop")
	wrongKey := append([]string{}, good...)
	wrongKey[5] = "another-key"
	unreachable := append([]string{}, good...)
	unreachable[1] = nowhere

	tests := []struct {
		name      string
		arguments []string
		code      int
		says      string
	}{
		{"unknown command", []string{"grups"}, 2, "grups"},
		{"unknown flag", []string{"groups", "--colour"}, 2, "--colour"},
		{"missing argument", []string{"read"}, 2, "arg"},
		{"empty message", append([]string{"send", "live", " "}, good...), 2, "消息是空的"},
		{"secret for a remote server", []string{"groups", "--server", "wss://im.invalid", "--app-id", "1", "--user", "a", "--secret-key", "k"}, 2, "REDDOT_SECRET_KEY"},
		{"wrong key", append([]string{"groups"}, wrongKey...), 3, "70009"},
		{"no server", append([]string{"groups"}, unreachable...), 4, nowhere},
		{"no such group", append([]string{"read", "nowhere"}, good...), 1, "10010"},
		{"no terminal", nil, 2, "reddot groups"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, stderr, code := s.run(test.arguments...)
			require.Equal(t, test.code, code, stderr)
			require.Contains(t, stderr, test.says)
		})
	}
}

func TestErrorsAreJSONWhenAskedFor(t *testing.T) {
	s := shop(t, 0)
	flags := s.client("anchor", "laptop")
	flags[5] = "another-key"
	stdout, stderr, code := s.run(append([]string{"groups", "--json"}, flags...)...)
	require.Equal(t, 3, code)
	require.Empty(t, stdout)
	var failure struct {
		Code    int
		Message string
		Remedy  string
	}
	require.NoError(t, json.Unmarshal([]byte(stderr), &failure), stderr)
	require.Equal(t, 70009, failure.Code)
	require.NotEmpty(t, failure.Message)
	require.NotEmpty(t, failure.Remedy)
	require.NotContains(t, stderr, "another-key")
}

func TestUsersigExplainsWhatItMakes(t *testing.T) {
	m := newMachine(t)
	signature := strings.TrimSpace(m.do("usersig", "--user", "anchor", "--app-id", "1400000001", "--secret-key", "k", "--expire", "1h"))
	inside := lines(t, m.do("usersig", "--inspect", signature, "--json"))[0]
	require.Equal(t, "anchor", inside["user"])
	require.EqualValues(t, 1400000001, inside["appId"])
	require.Equal(t, false, inside["expired"])
}

func TestAPortThatIsTakenIsReplacedAndSaid(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	s := newMachine(t).serve("--listen", taken.Addr().String(), "--data", ":memory:")
	require.NotEqual(t, taken.Addr().String(), s.address)
	s.stock(1)
}

func TestTwoServersDoNotShareADirectory(t *testing.T) {
	m := newMachine(t)
	data := filepath.Join(m.home, "shared")
	first := m.serve("--listen", "127.0.0.1:0", "--data", data)
	_, stderr, code := m.run("serve", "--listen", "127.0.0.1:0", "--data", data)
	require.Equal(t, 1, code)
	require.Contains(t, stderr, first.address)
}

func TestADirectoryThatCannotBeWrittenIsSaidWithItsRemedy(t *testing.T) {
	m := newMachine(t)
	file := filepath.Join(m.home, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, stderr, code := m.run("serve", "--listen", "127.0.0.1:0", "--data", filepath.Join(file, "below"))
	require.Equal(t, 1, code)
	require.Contains(t, stderr, file)
	require.Contains(t, stderr, "--data")
}

func TestConfigurationMistakesNameTheLine(t *testing.T) {
	m := newMachine(t)
	path := filepath.Join(m.home, "c.toml")
	require.NoError(t, os.WriteFile(path, []byte("[screen]\nmouze = true\n"), 0o600))
	_, stderr, code := m.run("groups", "--config", path)
	require.Equal(t, 2, code)
	require.Contains(t, stderr, path+":2")
	require.Contains(t, stderr, "mouze")
}

func TestMessagesThatAreTooLongAreRefusedBeforeTheyLeave(t *testing.T) {
	s := shop(t, 0)
	_, stderr, code := s.run(append([]string{"send", "live", strings.Repeat("长", 5000)}, s.client("anchor", "laptop")...)...)
	require.Equal(t, 2, code, stderr)
	require.Contains(t, stderr, "12")
}
