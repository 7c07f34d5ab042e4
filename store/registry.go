package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"reddot/model"
)

// registrySchema is versioned by PRAGMA user_version, as the store's is.
const registrySchema = `
CREATE TABLE groups (
	place     INTEGER PRIMARY KEY AUTOINCREMENT,
	id        TEXT    NOT NULL UNIQUE,
	pending   INTEGER NOT NULL,
	delivered INTEGER NOT NULL DEFAULT 0,
	problem   TEXT    NOT NULL DEFAULT '',
	attempts  INTEGER NOT NULL DEFAULT 0,
	due       INTEGER NOT NULL DEFAULT 0,
	body      BLOB    NOT NULL
);
CREATE INDEX undelivered ON groups (due) WHERE delivered = 0 AND pending = 0;
`

// registryID marks the file as a registry, kept in PRAGMA application_id ("rddg").
const registryID = 0x72646467

// registryVersion is the format of the file.
const registryVersion = 1

// Registry keeps the groups that were created from here, and which of them the user's own backend has not taken note of.
// Unlike the store, its file is shared: a command records a group beside a screen that runs. It is opened when it is first
// needed, and made when there is something to keep, so that a start does not pay for it. All methods are safe for
// concurrent use.
type Registry struct {
	path string
	mu   sync.Mutex
	db   *sql.DB
}

// Delivery is a group that waits for the user's backend.
type Delivery struct {
	Group model.RegisteredGroup
	// Attempts is how often it was tried.
	Attempts int
}

// NewRegistry returns the registry in the file at path.
func NewRegistry(path string) *Registry { return &Registry{path: path} }

// database opens the file. Without create, a file that is missing is errNoRegistry.
func (r *Registry) database(ctx context.Context, create bool) (*sql.DB, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.db != nil {
		return r.db, nil
	}
	const parameters = "?_txlock=immediate&_pragma=busy_timeout(5000)&_pragma=cache_size(-256)"
	dsn := "file::memory:" + parameters
	if r.path != Memory {
		if _, err := os.Stat(r.path); errors.Is(err, fs.ErrNotExist) && !create {
			return nil, errNoRegistry
		}
		if err := makePrivate(r.path); err != nil {
			return nil, err
		}
		dsn = uri(r.path) + parameters
	}
	db, err := connect(dsn)
	if err != nil {
		return nil, explain(r.path, err)
	}
	if err := r.prepare(ctx, db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	r.db = db
	return db, nil
}

var errNoRegistry = errors.New("there is no registry yet")

// makePrivate makes a file and its directory, readable by their owner alone.
func makePrivate(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return &AccessError{Path: path, Err: err}
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return &AccessError{Path: path, Err: err}
	}
	return file.Close()
}

// prepare verifies the file, and lays the table in an empty one; of two processes that come at once one waits.
func (r *Registry) prepare(ctx context.Context, db *sql.DB) error {
	if _, err := db.ExecContext(ctx, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"); err != nil {
		return explain(r.path, err)
	}
	return r.transact(ctx, db, "open the registry", func(tx *sql.Tx) error {
		var version, application, tables int
		for query, into := range map[string]*int{
			"PRAGMA user_version":                &version,
			"PRAGMA application_id":              &application,
			"SELECT count(*) FROM sqlite_master": &tables,
		} {
			if err := tx.QueryRowContext(ctx, query).Scan(into); err != nil {
				return err
			}
		}
		switch {
		case tables == 0 && version == 0:
			laying := registrySchema + fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", registryID, registryVersion)
			_, err := tx.ExecContext(ctx, laying)
			return err
		case application != registryID:
			return &CorruptError{Path: r.path, Err: errors.New("not a registry of reddot")}
		case version > registryVersion:
			return &NewerError{Path: r.path, Version: version, Known: registryVersion}
		}
		return nil
	})
}

// Close ends the registry. It is safe to call twice.
func (r *Registry) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.db == nil {
		return nil
	}
	err := r.db.Close()
	r.db = nil
	return err
}

// update runs change in one transaction, in a file that is made for it if need be.
func (r *Registry) update(ctx context.Context, doing string, change func(*sql.Tx) error) error {
	db, err := r.database(ctx, true)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return r.transact(ctx, db, doing, change)
}

// existing is update for what has nothing to do where no group was ever created.
func (r *Registry) existing(ctx context.Context, doing string, change func(*sql.Tx) error) error {
	db, err := r.database(ctx, false)
	if errors.Is(err, errNoRegistry) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return r.transact(ctx, db, doing, change)
}

func (r *Registry) transact(ctx context.Context, db *sql.DB, doing string, change func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, explain(r.path, err))
	}
	defer tx.Rollback() //nolint:errcheck // a no-op after the commit
	if err := change(tx); err != nil {
		return fmt.Errorf("%s: %w", doing, explain(r.path, err))
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("%s: %w", doing, explain(r.path, err))
	}
	return nil
}

// RegisterGroup keeps a group before its creation is asked for. A group that is there already is left alone and returned.
func (r *Registry) RegisterGroup(ctx context.Context, group model.RegisteredGroup) (before *model.RegisteredGroup, err error) {
	err = r.update(ctx, "record the group "+group.ID, func(tx *sql.Tx) error {
		known, err := scanGroup(tx.QueryRowContext(ctx, selectGroups+" WHERE id = ?", group.ID).Scan)
		if err == nil {
			before = &known.Group
			return nil
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO groups (id, pending, body) VALUES (?, 1, ?)", group.ID, encodeGroup(group))
		return err
	})
	return before, err
}

// ConfirmGroup says that the group exists. It then waits for the backend, also one that was delivered in an earlier life.
func (r *Registry) ConfirmGroup(ctx context.Context, group model.RegisteredGroup) error {
	return r.update(ctx, "record the group "+group.ID, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO groups (id, pending, body) VALUES (?, 0, ?) ON CONFLICT (id) DO UPDATE
			SET pending = 0, delivered = 0, problem = '', attempts = 0, due = 0, body = excluded.body`, group.ID, encodeGroup(group))
		return err
	})
}

// WithdrawGroup forgets a group that was never confirmed.
func (r *Registry) WithdrawGroup(ctx context.Context, id string) error {
	return r.update(ctx, "forget the group "+id, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM groups WHERE id = ? AND pending = 1", id)
		return err
	})
}

// RegisteredGroups returns all groups, newest first.
func (r *Registry) RegisteredGroups(ctx context.Context) ([]model.RegisteredGroup, error) {
	var groups []model.RegisteredGroup
	err := r.existing(ctx, "read the registry", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, selectGroups+" ORDER BY place DESC")
		if err != nil {
			return err
		}
		return eachGroup(rows, func(d Delivery) { groups = append(groups, d.Group) })
	})
	return groups, err
}

// ClaimDeliveries returns groups that are due for the backend, oldest first, and gives whoever asks a while to deliver them:
// until then nobody else gets them, and afterwards they are due again.
func (r *Registry) ClaimDeliveries(ctx context.Context, now time.Time, hold time.Duration, most int) ([]Delivery, error) {
	var due []Delivery
	err := r.existing(ctx, "look for groups to deliver", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, selectGroups+" WHERE delivered = 0 AND pending = 0 AND due <= ? ORDER BY place LIMIT ?", now.UnixMilli(), most)
		if err != nil {
			return err
		}
		if err := eachGroup(rows, func(d Delivery) { due = append(due, d) }); err != nil {
			return err
		}
		for _, d := range due {
			if _, err := tx.ExecContext(ctx, "UPDATE groups SET due = ? WHERE id = ?", now.Add(hold).UnixMilli(), d.Group.ID); err != nil {
				return err
			}
		}
		return nil
	})
	return due, err
}

// NextDelivery says when the next group is due; false if none waits.
func (r *Registry) NextDelivery(ctx context.Context) (time.Time, bool, error) {
	var due sql.NullInt64
	err := r.existing(ctx, "look for groups to deliver", func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, "SELECT min(due) FROM groups WHERE delivered = 0 AND pending = 0").Scan(&due)
	})
	return time.UnixMilli(due.Int64), due.Valid, err
}

// GroupDelivered says that the backend took note of a group.
func (r *Registry) GroupDelivered(ctx context.Context, id string) error {
	return r.update(ctx, "note the delivery of "+id, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE groups SET delivered = 1, problem = '' WHERE id = ?", id)
		return err
	})
}

// DeliveryFailed says why the backend did not take note, and when the next attempt is due.
func (r *Registry) DeliveryFailed(ctx context.Context, id, problem string, due time.Time) error {
	return r.update(ctx, "note the failed delivery of "+id, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE groups SET problem = ?, attempts = attempts + 1, due = ? WHERE id = ? AND delivered = 0",
			problem, due.UnixMilli(), id)
		return err
	})
}

// RetryDeliveries makes everything that waits due at once.
func (r *Registry) RetryDeliveries(ctx context.Context) error {
	return r.existing(ctx, "retry deliveries", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE groups SET due = 0 WHERE delivered = 0")
		return err
	})
}

const selectGroups = "SELECT pending, delivered, problem, attempts, body FROM groups"

func eachGroup(rows *sql.Rows, each func(Delivery)) error {
	defer rows.Close()
	for rows.Next() {
		delivery, err := scanGroup(rows.Scan)
		if err != nil {
			return err
		}
		each(delivery)
	}
	return rows.Err()
}

func scanGroup(scan func(...any) error) (Delivery, error) {
	var d Delivery
	var pending, delivered bool
	var problem string
	var body []byte
	if err := scan(&pending, &delivered, &problem, &d.Attempts, &body); err != nil {
		return d, err
	}
	err := json.Unmarshal(body, &d.Group)
	d.Group.Pending, d.Group.Delivered, d.Group.Problem = pending, delivered, problem
	return d, err
}

// encodeGroup keeps what does not change with the delivery, which has columns of its own.
func encodeGroup(group model.RegisteredGroup) []byte {
	group.Pending, group.Delivered, group.Problem = false, false, ""
	// Names and numbers always marshal.
	body, _ := json.Marshal(group)
	return body
}
