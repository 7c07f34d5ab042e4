package core

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"modernc.org/sqlite" // the pure Go driver, registered as "sqlite"
	lib "modernc.org/sqlite/lib"
)

// Memory as a path keeps everything in memory, for tests.
const Memory = ":memory:"

// store is the SQLite file. Only the writer goroutine uses write; read is a pool for
// everybody. In memory both are the same single connection, so a job must never use read.
type store struct {
	path     string
	write    *sql.DB
	read     *sql.DB
	prepared [statements]*sql.Stmt
}

func openStore(path string) (*store, error) {
	if path == Memory {
		return openMemory()
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, &StoreError{Path: path, Reason: "its folder cannot be made", Remedy: "choose another data directory or fix its permissions", Err: err}
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, &StoreError{Path: path, Reason: "it cannot be written", Remedy: "choose another data directory or fix its permissions", Err: err}
	}
	if err := file.Close(); err != nil {
		return nil, &StoreError{Path: path, Reason: "it cannot be written", Remedy: "check the disk", Err: err}
	}
	s := &store{path: path}
	// The file is looked at before anything is set that would write to it.
	if s.write, err = sql.Open("sqlite", dsn(path, "_pragma=busy_timeout(5000)", "_pragma=synchronous(FULL)", "_txlock=immediate")); err != nil {
		return nil, s.explain(err)
	}
	s.write.SetMaxOpenConns(1)
	if err := s.prepare(); err != nil {
		_ = s.write.Close()
		return nil, err
	}
	if s.read, err = sql.Open("sqlite", dsn(path, "_pragma=busy_timeout(5000)", "_pragma=query_only(1)")); err != nil {
		_ = s.close()
		return nil, s.explain(err)
	}
	s.read.SetMaxOpenConns(4)
	s.read.SetMaxIdleConns(4)
	return s, nil
}

func openMemory() (*store, error) {
	db, err := sql.Open("sqlite", "file::memory:?_txlock=immediate")
	if err != nil {
		return nil, fmt.Errorf("open database in memory: %w", err)
	}
	db.SetMaxOpenConns(1)
	s := &store{path: Memory, write: db, read: db}
	if err := s.prepare(); err != nil {
		_ = db.Close()
		return nil, err
	}
	return s, nil
}

func dsn(path string, options ...string) string {
	text := (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()}).String()
	for i, option := range options {
		text += map[bool]string{true: "?", false: "&"}[i == 0] + option
	}
	return text
}

// prepare checks whose file it is, makes the tables in a new one, and prepares the
// writer's statements.
func (s *store) prepare() error {
	var application, version, tables int
	for query, into := range map[string]*int{
		`PRAGMA application_id`:              &application,
		`PRAGMA user_version`:                &version,
		`SELECT count(*) FROM sqlite_master`: &tables,
	} {
		if err := s.write.QueryRow(query).Scan(into); err != nil {
			return s.explain(err)
		}
	}
	switch {
	case tables == 0 && version == 0:
	case application != applicationID:
		return &StoreError{Path: s.path, Reason: "it is the database of another program", Remedy: "choose another data directory; nothing was changed"}
	case version > schemaVersion:
		return &StoreError{
			Path:   s.path,
			Reason: fmt.Sprintf("it was written by a newer version (format %d, this one knows %d)", version, schemaVersion),
			Remedy: "upgrade, or choose another data directory; nothing was changed",
		}
	}
	if s.path != Memory {
		if _, err := s.write.Exec(`PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=4000`); err != nil {
			return s.explain(err)
		}
	}
	for ; version < schemaVersion; version++ {
		step := fmt.Sprintf("BEGIN;%s PRAGMA application_id=%d; PRAGMA user_version=%d; COMMIT", migrations[version], applicationID, version+1)
		if _, err := s.write.Exec(step); err != nil {
			return s.explain(err)
		}
	}
	for i, text := range statementSQL {
		stmt, err := s.write.Prepare(text)
		if err != nil {
			return s.explain(err)
		}
		s.prepared[i] = stmt
	}
	return nil
}

// explain gives an error of SQLite the path and a remedy.
func (s *store) explain(err error) error {
	failure := &StoreError{Path: s.path, Reason: "it cannot be used", Remedy: "check the disk and the permissions", Err: err}
	var code *sqlite.Error
	if !errors.As(err, &code) {
		return failure
	}
	switch code.Code() & 0xff {
	case lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB:
		failure.Reason = "it is damaged"
		failure.Remedy = "move it away to start anew, or restore a copy; nothing was changed"
	case lib.SQLITE_READONLY, lib.SQLITE_PERM, lib.SQLITE_CANTOPEN:
		failure.Reason = "it cannot be written"
		failure.Remedy = "choose another data directory or fix its permissions"
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		failure.Reason = "another process is using it"
		failure.Remedy = "stop the other server or choose another data directory"
	case lib.SQLITE_FULL:
		failure.Reason = "the disk is full"
		failure.Remedy = "make room and start again"
	}
	return failure
}

func (s *store) close() error {
	var errs []error
	for _, stmt := range s.prepared {
		if stmt != nil {
			errs = append(errs, stmt.Close())
		}
	}
	if s.read != nil && s.read != s.write {
		errs = append(errs, s.read.Close())
	}
	return errors.Join(append(errs, s.write.Close())...)
}
