package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// schemaVersion is the format of the file, kept in PRAGMA user_version.
const schemaVersion = 2

// applicationID marks the file as ours, kept in PRAGMA application_id ("rddc").
const applicationID = 0x72646463

// Messages are clustered by conversation and position, so that a page of history is one walk along the
// tree; tie orders messages of one second in C2C and is empty in groups, where the position is unique.
const schema = `
CREATE TABLE conversations (
	key   INTEGER PRIMARY KEY,
	id    TEXT NOT NULL UNIQUE,
	state BLOB,
	last  BLOB
);
CREATE TABLE messages (
	conversation INTEGER NOT NULL,
	position     INTEGER NOT NULL,
	tie          TEXT    NOT NULL,
	body         BLOB    NOT NULL,
	PRIMARY KEY (conversation, position, tie)
) WITHOUT ROWID;
CREATE TABLE outbox (
	place        INTEGER PRIMARY KEY AUTOINCREMENT,
	sender       TEXT    NOT NULL,
	client_time  INTEGER NOT NULL,
	random       INTEGER NOT NULL,
	conversation TEXT    NOT NULL,
	body         BLOB    NOT NULL,
	UNIQUE (sender, client_time, random)
);
CREATE TABLE drafts (
	conversation TEXT PRIMARY KEY,
	text         TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE reads (
	conversation TEXT PRIMARY KEY,
	progress     BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE notes_seen (
	place INTEGER PRIMARY KEY AUTOINCREMENT,
	id    TEXT NOT NULL UNIQUE
);
CREATE TABLE notes_cursor (
	only   INTEGER PRIMARY KEY CHECK (only = 1),
	cursor INTEGER NOT NULL
);
` + noticesTable

// upgrades turn a file of a format into one of the next.
var upgrades = map[int]string{1: noticesTable}

// prepare verifies the file before anything is written to it, and lays the tables in an empty one.
func prepare(ctx context.Context, db *sql.DB, path string) error {
	var version, application, tables int
	for query, into := range map[string]*int{
		"PRAGMA user_version":                &version,
		"PRAGMA application_id":              &application,
		"SELECT count(*) FROM sqlite_master": &tables,
	} {
		if err := db.QueryRowContext(ctx, query).Scan(into); err != nil {
			return explain(path, err)
		}
	}
	switch {
	case tables == 0 && version == 0:
		return create(ctx, db, path)
	case application != applicationID:
		return &CorruptError{Path: path, Err: errors.New("not a store of reddot")}
	case version > schemaVersion:
		return &NewerError{Path: path, Version: version, Known: schemaVersion}
	case version < 1:
		return &CorruptError{Path: path, Err: fmt.Errorf("unknown format %d", version)}
	case version < schemaVersion:
		return upgrade(ctx, db, path, version)
	}
	return configure(ctx, db, path)
}

// upgrade brings a file of an older version up to date, in one step.
func upgrade(ctx context.Context, db *sql.DB, path string, version int) error {
	steps := ""
	for ; version < schemaVersion; version++ {
		steps += upgrades[version]
	}
	return lay(ctx, db, path, steps)
}

func create(ctx context.Context, db *sql.DB, path string) error {
	return lay(ctx, db, path, schema+fmt.Sprintf("PRAGMA application_id = %d;", applicationID))
}

// lay runs statements that end in a file of the current format, all or nothing.
func lay(ctx context.Context, db *sql.DB, path, statements string) error {
	if err := configure(ctx, db, path); err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return explain(path, err)
	}
	defer tx.Rollback() //nolint:errcheck // a no-op after the commit
	if _, err := tx.ExecContext(ctx, statements+fmt.Sprintf("PRAGMA user_version = %d;", schemaVersion)); err != nil {
		return explain(path, err)
	}
	return explain(path, tx.Commit())
}

// configure sets what is a property of the file or of the writing connection.
func configure(ctx context.Context, db *sql.DB, path string) error {
	_, err := db.ExecContext(ctx, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
	return explain(path, err)
}
