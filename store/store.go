package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"github.com/gofrs/flock"

	"reddot/model"
)

// Memory is the path of a store that lives and ends with its process.
const Memory = ":memory:"

// cacheKilobytes bounds SQLite's page cache for each of the two connections.
const cacheKilobytes = 512

// Options change what a store keeps.
type Options struct {
	// DiscardHistory drops messages instead of keeping them, so that a store in memory stays small
	// however long its process runs; intents, outbox and drafts are kept as ever.
	DiscardHistory bool
}

// Store is an open store. All methods are safe for concurrent use.
type Store struct {
	path    string
	options Options
	lock    *flock.Flock
	// write is the one connection that writes; read is a second one, so that opening a conversation
	// never waits for a batch of history that is being written. In memory both are the same.
	write, read *sql.DB

	// keys caches the numeric keys of conversations; it is guarded by mu, which also makes writes one
	// after the other.
	mu     sync.Mutex
	keys   map[model.ConversationID]int64
	closed bool
}

// Open opens the store in the file at path, making file and directory when they are missing. It returns
// ErrHeld while another process has it, and *NewerError, *CorruptError or *AccessError for what only a
// person can set right; the file is then untouched.
func Open(path string, options Options) (*Store, error) {
	s := &Store{path: path, options: options, keys: map[model.ConversationID]int64{}}
	if path == Memory {
		if err := s.open("file::memory:"); err != nil {
			return nil, err
		}
		return s, nil
	}
	if err := s.claim(); err != nil {
		return nil, err
	}
	if err := s.open(uri(path)); err != nil {
		return nil, errors.Join(err, s.release())
	}
	return s, nil
}

// uri names a file as SQLite wants it, with a slash before a drive letter.
func uri(path string) string {
	slashed := filepath.ToSlash(path)
	if filepath.VolumeName(path) != "" {
		slashed = "/" + slashed
	}
	return "file:" + (&url.URL{Path: slashed}).EscapedPath()
}

// claim makes the directory and the file with the right modes, and takes the lock.
func (s *Store) claim() error {
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return &AccessError{Path: s.path, Err: err}
	}
	s.lock = flock.New(s.path+".lock", flock.SetPermissions(0o600))
	held, err := s.lock.TryLock()
	if err != nil {
		return &AccessError{Path: s.path, Err: err}
	}
	if !held {
		return ErrHeld
	}
	file, err := os.OpenFile(s.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return errors.Join(&AccessError{Path: s.path, Err: err}, s.release())
	}
	return file.Close()
}

func (s *Store) open(uri string) error {
	ctx := context.Background()
	parameters := fmt.Sprintf("?_txlock=immediate&_pragma=busy_timeout(5000)&_pragma=cache_size(-%d)", cacheKilobytes)
	db, err := connect(uri + parameters)
	if err != nil {
		return explain(s.path, err)
	}
	if err := prepare(ctx, db, s.path); err != nil {
		return errors.Join(err, db.Close())
	}
	s.write, s.read = db, db
	if s.path == Memory {
		return nil
	}
	if s.read, err = connect(uri + parameters + "&_pragma=query_only(1)"); err != nil {
		return errors.Join(explain(s.path, err), db.Close())
	}
	return nil
}

// connect opens a database with exactly one connection that stays open.
func connect(dsn string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	db.SetMaxIdleConns(1)
	return db, nil
}

// Path returns where the store lives, Memory for one in memory.
func (s *Store) Path() string { return s.path }

// Close ends the store and lets the next process have it. It is safe to call twice.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	err := s.write.Close()
	if s.read != s.write {
		err = errors.Join(err, s.read.Close())
	}
	return errors.Join(err, s.release())
}

func (s *Store) release() error {
	if s.lock == nil {
		return nil
	}
	return s.lock.Unlock()
}

// update runs change in one transaction; when it returns nil the change is on the disk.
func (s *Store) update(ctx context.Context, doing string, change func(*sql.Tx) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ErrClosed
	}
	err := s.transact(ctx, change)
	if err != nil {
		clear(s.keys) // a key given in a transaction that was undone names nothing
		return fmt.Errorf("%s: %w", doing, explain(s.path, err))
	}
	return nil
}

func (s *Store) transact(ctx context.Context, change func(*sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // a no-op after the commit
	if err := change(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// rows runs a query and hands each row to scan.
func (s *Store) rows(ctx context.Context, doing, query string, scan func(*sql.Rows) error, arguments ...any) error {
	err := eachRow(ctx, s.read, query, scan, arguments...)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, explain(s.path, err))
	}
	return nil
}

func eachRow(ctx context.Context, db *sql.DB, query string, scan func(*sql.Rows) error, arguments ...any) error {
	rows, err := db.QueryContext(ctx, query, arguments...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// key returns the numeric key of a conversation, making one when it has none.
func (s *Store) key(ctx context.Context, tx *sql.Tx, id model.ConversationID) (int64, error) {
	if key, ok := s.keys[id]; ok {
		return key, nil
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO conversations (id) VALUES (?) ON CONFLICT DO NOTHING", string(id)); err != nil {
		return 0, err
	}
	var key int64
	if err := tx.QueryRowContext(ctx, "SELECT key FROM conversations WHERE id = ?", string(id)).Scan(&key); err != nil {
		return 0, err
	}
	s.keys[id] = key
	return key, nil
}
