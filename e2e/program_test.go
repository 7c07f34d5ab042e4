package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/cli/local"
	"reddot/cli/local/localtest"
	"reddot/im/wire"
)

// patience is how long an outside effect may take before a test fails. It bounds a hang; nothing is timed by it.
const patience = 2 * time.Minute

var binary struct {
	sync.Once
	path string
	err  error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if binary.path != "" {
		_ = os.RemoveAll(filepath.Dir(binary.path))
	}
	os.Exit(code)
}

// program builds the binary once for all tests.
func program(t *testing.T) string {
	t.Helper()
	binary.Do(func() {
		dir, err := os.MkdirTemp("", "reddot-e2e-")
		if err != nil {
			binary.err = err
			return
		}
		binary.path = filepath.Join(dir, "reddot")
		build := exec.Command("go", "build", "-o", binary.path, "reddot")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if output, err := build.CombinedOutput(); err != nil {
			binary.err = fmt.Errorf("%w: %s", err, output)
		}
	})
	require.NoError(t, binary.err)
	return binary.path
}

// machine is a home of its own: nothing of the developer's is read or written.
type machine struct {
	t    *testing.T
	home string
	path string
	// extra are variables that the programs of this machine get besides.
	extra []string
}

func newMachine(t *testing.T) *machine {
	t.Helper()
	m := &machine{t: t, home: t.TempDir(), path: program(t)}
	t.Cleanup(m.endServers)
	return m
}

// endServers ends the server that clients of this machine started in the background, and waits until it is gone.
func (m *machine) endServers() {
	server, running := m.background()
	if !running {
		return
	}
	if process, err := os.FindProcess(server.PID); err == nil {
		_ = process.Kill()
	}
	require.Eventually(m.t, func() bool {
		release, err := local.Hold(server.Data)
		if err == nil {
			release()
		}
		return err == nil
	}, patience, 5*time.Millisecond, "the server does not end")
}

// settle gives the background server an address that is still free when it comes back.
func (m *machine) settle() {
	m.t.Helper()
	file := filepath.Join(m.dir("XDG_CONFIG_HOME"), "reddot", "config.toml")
	require.NoError(m.t, os.MkdirAll(filepath.Dir(file), 0o700))
	require.NoError(m.t, os.WriteFile(file, fmt.Appendf(nil, "[embedded]\nlisten = %q\n", localtest.SteadyAddress(m.t)), 0o600))
}

// announced is the background server as it announced itself.
type announced struct {
	PID     int
	Address string
	Data    string
}

// background returns the server that clients of this machine started, if one has announced itself.
func (m *machine) background() (announced, bool) {
	m.t.Helper()
	paths, err := filepath.Glob(filepath.Join(m.dir("XDG_RUNTIME_DIR"), "reddot", "*.json"))
	require.NoError(m.t, err)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // withdrawn just now
		}
		var server announced
		require.NoError(m.t, json.Unmarshal(text, &server))
		if strings.HasPrefix(server.Data, m.dir("XDG_DATA_HOME")) {
			return server, true
		}
	}
	return announced{}, false
}

func (m *machine) environment() []string {
	env := []string{"HOME=" + m.home, "PATH=" + os.Getenv("PATH"), "LANG=zh_CN.UTF-8", "TERM=xterm-256color"}
	for _, dir := range []string{"XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME"} {
		env = append(env, dir+"="+m.dir(dir))
	}
	return append(env, m.extra...)
}

func (m *machine) dir(name string) string {
	path := filepath.Join(m.home, strings.ToLower(name))
	require.NoError(m.t, os.MkdirAll(path, 0o700))
	return path
}

// run runs a command to its end and returns stdout, stderr and the exit code.
func (m *machine) run(arguments ...string) (stdout, stderr string, code int) {
	m.t.Helper()
	command := exec.Command(m.path, arguments...)
	command.Env = m.environment()
	var out, errOut bytes.Buffer
	command.Stdout, command.Stderr = &out, &errOut
	require.NoError(m.t, command.Start())
	killer := time.AfterFunc(patience, func() { _ = command.Process.Kill() })
	defer killer.Stop()
	_ = command.Wait()
	return out.String(), errOut.String(), command.ProcessState.ExitCode()
}

// do is run for commands that must succeed.
func (m *machine) do(arguments ...string) string {
	m.t.Helper()
	stdout, stderr, code := m.run(arguments...)
	require.Zero(m.t, code, "reddot %s: %s", strings.Join(arguments, " "), stderr)
	return stdout
}

// lines decodes one JSON object a line.
func lines(t *testing.T, output string) []map[string]any {
	t.Helper()
	var result []map[string]any
	for line := range strings.Lines(output) {
		var object map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &object), line)
		result = append(result, object)
	}
	return result
}

// server is a running `reddot serve`.
type server struct {
	*machine
	address string
	command *exec.Cmd
}

const (
	appID     = "1400000001"
	appNumber = 1400000001
	secretKey = "e2e-secret"
)

// serve starts a server and waits for the line that says it listens.
func (m *machine) serve(arguments ...string) *server {
	m.t.Helper()
	all := append([]string{"serve", "--app-id", appID, "--secret-key", secretKey}, arguments...)
	command := exec.Command(m.path, all...)
	command.Env = m.environment()
	command.Stderr = os.Stderr
	output, err := command.StdoutPipe()
	require.NoError(m.t, err)
	require.NoError(m.t, command.Start())
	s := &server{machine: m, command: command}
	m.t.Cleanup(s.kill)
	line, err := bufio.NewReader(output).ReadString('\n')
	require.NoError(m.t, err)
	ready := regexp.MustCompile(`^listening on https?://(\S+)\n$`).FindStringSubmatch(line)
	require.NotNil(m.t, ready, line)
	s.address = ready[1]
	return s
}

// kill ends the server as kill -9 does.
func (s *server) kill() {
	_ = s.command.Process.Kill()
	_ = s.command.Wait()
}

// client returns the flags of a client of the server.
func (s *server) client(user, device string) []string {
	return []string{
		"--server", "ws://" + s.address, "--app-id", appID, "--secret-key", secretKey,
		"--user", user, "--device", device, "--data", filepath.Join(s.home, "client-"+user+"-"+device),
	}
}

// restURL is where a command of the REST API is posted to, as the admin.
func (s *server) restURL(command string) string {
	s.t.Helper()
	signature, err := wire.GenerateUserSig(appNumber, wire.NewSecret(secretKey), "administrator", time.Hour)
	require.NoError(s.t, err)
	return fmt.Sprintf("http://%s/v4/%s?sdkappid=%s&identifier=administrator&usersig=%s&random=7&contenttype=json", s.address, command, appID, signature)
}

// rest calls one command of the REST API as the admin and returns the answer, which must be a success.
func (s *server) rest(command, body string) map[string]any {
	s.t.Helper()
	return ask(s.t, s.restURL(command), body)
}

// ask posts raw JSON and returns the answer, which must be a success.
func ask(t *testing.T, url, body string) map[string]any {
	t.Helper()
	response, err := http.Post(url, "application/json", strings.NewReader(body))
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	var answer map[string]any
	require.NoError(t, json.Unmarshal(text, &answer), "%s", text)
	require.EqualValues(t, 0, answer["ErrorCode"], "%s: %s", body, text)
	return answer
}

// historyOf returns everything that the server has of a group, oldest first.
func (s *server) historyOf(group string) []kept { return historyOf(s.t, s.rest, group) }

// follower is a running `reddot tail --json` whose events are waited for.
type follower struct {
	t      *testing.T
	events chan map[string]any
	seen   []map[string]any
	end    func()
	// code is how it ended, once end was called.
	code int
}

func (m *machine) follow(arguments ...string) *follower {
	m.t.Helper()
	command := exec.Command(m.path, append([]string{"tail", "--json"}, arguments...)...)
	command.Env = m.environment()
	command.Stderr = os.Stderr
	output, err := command.StdoutPipe()
	require.NoError(m.t, err)
	require.NoError(m.t, command.Start())
	f := &follower{t: m.t, events: make(chan map[string]any, 10_000)}
	f.end = sync.OnceFunc(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
		f.code = command.ProcessState.ExitCode()
	})
	m.t.Cleanup(f.end)
	go f.read(bufio.NewScanner(output))
	return f
}

func (f *follower) read(scanner *bufio.Scanner) {
	defer close(f.events)
	for scanner.Scan() {
		var event map[string]any
		if json.Unmarshal(scanner.Bytes(), &event) == nil {
			f.events <- event
		}
	}
}

// await returns the first event, old or new, that fits.
func (f *follower) await(what string, fits func(map[string]any) bool) map[string]any {
	f.t.Helper()
	for _, event := range f.seen {
		if fits(event) {
			return event
		}
	}
	deadline := time.After(patience)
	for {
		select {
		case event, ok := <-f.events:
			require.True(f.t, ok, "tail ended while waiting for %s; it said %v", what, f.seen)
			f.seen = append(f.seen, event)
			if fits(event) {
				return event
			}
		case <-deadline:
			require.FailNow(f.t, "no "+what, "tail said %v", f.seen)
		}
	}
}
