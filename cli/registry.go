package cli

import (
	"context"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"reddot/cli/backend"
	"reddot/config"
	"reddot/crash"
	"reddot/store"
)

// reportPatience is how long a command that created a group waits at its end for the user's backend to take note. What is
// not delivered then stays in the registry, for the next start.
const reportPatience = 3 * time.Second

// registry is the record of groups that were created from here, and its way to the user's backend.
type registry struct {
	*store.Registry
	// sender is nil where no backend is configured.
	sender *backend.Sender
	stop   context.CancelFunc
	wait   sync.WaitGroup
	// added is set once this process has recorded a group.
	mu    sync.Mutex
	added bool
}

// openRegistry starts to deliver what an earlier run left. Several processes may share the file.
func openRegistry(dir string, settings config.Backend, logger *slog.Logger) *registry {
	running, stop := context.WithCancel(context.Background())
	r := &registry{Registry: store.NewRegistry(filepath.Join(dir, "registry.db")), stop: stop}
	if settings.URL == "" {
		return r
	}
	r.sender = backend.New(backend.Options{URL: settings.URL, Secret: settings.Secret, Registry: r.Registry, Logger: logger})
	r.wait.Go(crash.Guard(func() { r.sender.Run(running) }))
	return r
}

// groupAdded is called after a group was recorded.
func (r *registry) groupAdded() {
	r.mu.Lock()
	r.added = true
	r.mu.Unlock()
	if r.sender != nil {
		r.sender.Wake()
	}
}

// deliverAgain tries at once whatever the backend has not taken note of, also what it refused. It does nothing where no
// backend is configured.
func (r *registry) deliverAgain(ctx context.Context) error {
	if r.sender == nil {
		return nil
	}
	if err := r.sender.Retry(ctx); err != nil {
		return err
	}
	return r.sender.Flush(ctx)
}

// close gives a group of this process a moment to be delivered.
func (r *registry) close() error {
	r.mu.Lock()
	added := r.added
	r.mu.Unlock()
	if added && r.sender != nil {
		ctx, cancel := context.WithTimeout(context.Background(), reportPatience)
		_ = r.sender.Flush(ctx) // what fails is in the registry, for the next start
		cancel()
	}
	r.stop()
	r.wait.Wait()
	return r.Close()
}
