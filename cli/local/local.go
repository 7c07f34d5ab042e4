// Package local finds, announces, starts and restarts the embedded server of this machine.
//
// Invariants:
//   - A server that runs holds the lock of its data directory; a lock that can be taken means that no
//     server runs there, whatever an old announcement says.
//   - An announcement counts only while the process that wrote it holds that lock: one of a server that died does not,
//     even when its successor has the lock already and has yet to say where it listens.
//   - Whoever starts a server holds the starting lock, so that however many clients notice together that
//     it is gone, one of them starts it.
//   - A started server is a process of its own, in its own group: no client takes it along.
package local

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/gofrs/flock"
)

// Server is a running server as it announced itself.
type Server struct {
	PID     int    `json:"pid"`
	Address string `json:"address"`
	AppID   int64  `json:"app_id"`
	// Data is the server's directory, absolute; ":memory:" for one without.
	Data string `json:"data"`
}

const (
	announcement = "server.json"
	serverLock   = "server.lock"
	startLock    = "start.lock"
	// holderFile names the process that holds the lock of a running server.
	holderFile = "server.pid"
	// LogName is the log file that a background server writes in its directory.
	LogName = "server.log"
)

// ErrTaken is returned by Hold when another server runs on the directory.
var ErrTaken = errors.New("another server runs on this directory")

// Home is the directory for everything that reddot keeps: $XDG_DATA_HOME/reddot and its equals.
func Home() (string, error) {
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "reddot"), nil
	}
	return platformHome()
}

// ServerData is the embedded server's default directory.
func ServerData() (string, error) {
	home, err := Home()
	if err != nil {
		return "", err
	}
	return filepath.Join(home, "server"), nil
}

// Hold makes the directory, takes the lock of a running server and keeps it until release is called.
// It returns ErrTaken when another server holds it.
func Hold(data string) (release func(), err error) {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, fmt.Errorf("make the data directory: %w", err)
	}
	lock := flock.New(filepath.Join(data, serverLock), flock.SetPermissions(0o600))
	held, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock the data directory %s: %w", data, err)
	}
	if !held {
		return nil, fmt.Errorf("%s: %w", data, ErrTaken)
	}
	holder := strconv.Itoa(os.Getpid())
	if err := replace(filepath.Join(data, holderFile), []byte(holder)); err != nil {
		return nil, errors.Join(fmt.Errorf("mark the data directory %s: %w", data, err), lock.Unlock())
	}
	return func() { _ = lock.Unlock() }, nil
}

// announcedByHolder says whether an announcement was written by the server that holds the lock of its directory.
func announcedByHolder(server Server) bool {
	text, err := os.ReadFile(filepath.Join(server.Data, holderFile))
	return err == nil && strings.TrimSpace(string(text)) == strconv.Itoa(server.PID)
}

// Announce writes where a server is to be found into the runtime directory; withdraw removes it again.
func Announce(server Server) (withdraw func(), err error) {
	dir, err := runtimeDirectory()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(server)
	if err != nil {
		return nil, fmt.Errorf("announce the server: %w", err)
	}
	path := filepath.Join(dir, fileName(server))
	if err := replace(path, text); err != nil {
		return nil, fmt.Errorf("announce the server in %s: %w", path, err)
	}
	return func() { withdrawOwn(path, server.PID) }, nil
}

// Find returns the server that runs on a data directory.
func Find(data string) (Server, bool) {
	if !running(data) {
		return Server{}, false
	}
	dir, err := runtimeDirectory()
	if err != nil {
		return Server{}, false
	}
	server, ok := read(filepath.Join(dir, fileName(Server{Data: data})))
	return server, ok && announcedByHolder(server)
}

// lastAddress returns where on this machine the last server of a data directory listened, "" if it ended in order:
// only one that died leaves its announcement behind.
func lastAddress(data string) string {
	dir, err := runtimeDirectory()
	if err != nil {
		return ""
	}
	server, _ := read(filepath.Join(dir, fileName(Server{Data: data})))
	host, _, err := net.SplitHostPort(server.Address)
	if err != nil || !net.ParseIP(host).IsLoopback() {
		return ""
	}
	return server.Address
}

// FindAddress returns the running server of this machine that is reached under HOST:PORT.
func FindAddress(address string) (Server, bool) {
	dir, err := runtimeDirectory()
	if err != nil {
		return Server{}, false
	}
	paths, _ := filepath.Glob(filepath.Join(dir, "*-"+announcement))
	for _, path := range paths {
		server, ok := read(path)
		if ok && reachedUnder(server.Address, address) && running(server.Data) && announcedByHolder(server) {
			return server, true
		}
	}
	return Server{}, false
}

// reachedUnder says whether a server that listens on one address is reached under another: localhost is any address of this
// machine, and who listens on all addresses listens on those of this machine.
func reachedUnder(listens, address string) bool {
	host, port, err := net.SplitHostPort(listens)
	if err != nil || listens == address {
		return listens == address
	}
	other, otherPort, err := net.SplitHostPort(address)
	if err != nil || port != otherPort {
		return false
	}
	ip, otherIP := net.ParseIP(host), net.ParseIP(other)
	here := other == "localhost" || otherIP.IsLoopback()
	return here && ip.IsUnspecified() || other == "localhost" && ip.IsLoopback()
}

// running tries the lock of a server's directory: held means that one runs.
func running(data string) bool {
	if data == Memory {
		return false // a server in memory keeps its key to itself
	}
	path := filepath.Join(data, serverLock)
	if _, err := os.Stat(path); err != nil {
		return false
	}
	lock := flock.New(path, flock.SetPermissions(0o600))
	free, err := lock.TryRLock()
	if err != nil {
		return false
	}
	if free {
		_ = lock.Unlock()
	}
	return !free
}

// Memory is the data "directory" of a server that keeps nothing.
const Memory = ":memory:"

func read(path string) (Server, bool) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Server{}, false
	}
	var server Server
	if err := json.Unmarshal(text, &server); err != nil {
		return Server{}, false
	}
	return server, true
}

// replace writes a file so that a reader sees the old text or the new, never half of it.
func replace(path string, text []byte) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), ".announcement-*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name())
	_, err = temporary.Write(text)
	if err := errors.Join(err, temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}

// withdrawOwn removes an announcement unless a newer server has replaced it.
func withdrawOwn(path string, pid int) {
	if server, ok := read(path); ok && server.PID == pid {
		_ = os.Remove(path)
	}
}

func runtimeDirectory() (string, error) {
	dir := os.Getenv("XDG_RUNTIME_DIR")
	if info, err := os.Stat(dir); dir == "" || err != nil || !info.IsDir() {
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("find a runtime directory: %w", err)
		}
		dir = cache
	}
	dir = filepath.Join(dir, "reddot")
	if err := os.MkdirAll(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("make the runtime directory: %w", err)
	}
	return dir, nil
}
