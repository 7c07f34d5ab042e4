package local

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// Start says how a server is started when none runs.
type Start struct {
	// Executable is the program, "" for this one.
	Executable string
	// Data is the server's directory.
	Data string
	// Listen is the address to listen on, "" for the server's default. A server that died is started again where
	// it was, whatever this says: its clients know no other address.
	Listen string
	// Arguments follow "serve --data DATA --listen LISTEN".
	Arguments []string
	// Environment is added to ours.
	Environment []string
}

// ReadyPrefix begins the line that a server prints when it listens.
const ReadyPrefix = "listening on http://"

// SecureReadyPrefix is ReadyPrefix of a server that speaks TLS.
const SecureReadyPrefix = "listening on https://"

// look is how often a file is looked at that another process is about to change.
const look = 5 * time.Millisecond

// Ensure returns the server that runs on the directory, and starts one if there is none. However many clients call it
// together, one server starts.
func Ensure(ctx context.Context, start Start) (Server, error) {
	if server, ok := Find(start.Data); ok {
		return server, nil
	}
	if err := os.MkdirAll(start.Data, 0o700); err != nil {
		return Server{}, fmt.Errorf("make the server's directory: %w; choose another with embedded.data in the configuration", err)
	}
	lock := flock.New(filepath.Join(start.Data, startLock), flock.SetPermissions(0o600))
	if _, err := lock.TryLockContext(ctx, look); err != nil {
		return Server{}, fmt.Errorf("wait for another program that starts the server: %w", err)
	}
	defer func() { _ = lock.Unlock() }()
	if server, ok := await(ctx, start.Data); ok {
		return server, nil // started by the one that held the lock before us, or by hand
	}
	if err := launch(ctx, start); err != nil {
		return Server{}, err
	}
	server, ok := Find(start.Data)
	if !ok {
		return Server{}, fmt.Errorf("the embedded server ended at once; its log is %s", filepath.Join(start.Data, LogName))
	}
	return server, nil
}

// await returns the server of a directory once it has said where it listens. It does not wait where none runs.
func await(ctx context.Context, data string) (Server, bool) {
	for {
		server, ok := Find(data)
		if ok || !running(data) {
			return server, ok
		}
		select {
		case <-time.After(look):
		case <-ctx.Done():
			return Server{}, false
		}
	}
}

// launch starts the process and returns when it listens.
func launch(ctx context.Context, start Start) error {
	executable := start.Executable
	if executable == "" {
		var err error
		if executable, err = os.Executable(); err != nil {
			return fmt.Errorf("find this program to start the embedded server: %w", err)
		}
	}
	logPath := filepath.Join(start.Data, LogName)
	log, err := os.OpenFile(logPath, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("open the embedded server's log: %w", err)
	}
	defer log.Close()
	begin, _ := log.Seek(0, io.SeekEnd)

	// Not CommandContext: the server outlives the context of the client that started it.
	arguments := []string{"serve", "--data", start.Data}
	if listen := cmp.Or(lastAddress(start.Data), start.Listen); listen != "" {
		arguments = append(arguments, "--listen", listen)
	}
	command := exec.Command(executable, append(arguments, start.Arguments...)...)
	command.Env = append(os.Environ(), start.Environment...)
	command.Stderr = log
	command.Dir = start.Data
	detach(command)
	output, err := command.StdoutPipe()
	if err != nil {
		return fmt.Errorf("start the embedded server: %w", err)
	}
	if err := command.Start(); err != nil {
		return fmt.Errorf("start the embedded server: %w", err)
	}
	ready := make(chan bool, 1)
	go func() {
		line, _ := bufio.NewReader(output).ReadString('\n')
		ready <- strings.HasPrefix(line, ReadyPrefix)
	}()
	select {
	case ok := <-ready:
		if !ok {
			_ = command.Wait()
			return fmt.Errorf("the embedded server did not start: %s", lastWords(logPath, begin))
		}
		return command.Process.Release()
	case <-ctx.Done():
		_ = command.Process.Kill()
		return fmt.Errorf("start the embedded server: %w", ctx.Err())
	}
}

// lastWords returns what a server that failed wrote to its log.
func lastWords(path string, begin int64) string {
	log, err := os.Open(path)
	if err != nil {
		return err.Error()
	}
	defer log.Close()
	if _, err := log.Seek(begin, io.SeekStart); err != nil {
		return err.Error()
	}
	text, _ := io.ReadAll(io.LimitReader(log, 4<<10))
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if last := lines[len(lines)-1]; last != "" {
		return last
	}
	return "it said nothing; its log is " + path
}
