package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// migrations holds the statements that take the schema from version i to i+1.
// Those of a released version never change; a change is one more entry.
var migrations = []string{
	// 1
	`CREATE TABLE results (
		id          INTEGER PRIMARY KEY,
		endpoint    TEXT    NOT NULL,
		scanned_at  INTEGER NOT NULL, -- microseconds since 1970
		observation BLOB    NOT NULL  -- JSON
	) STRICT;
	CREATE INDEX results_newest ON results (endpoint, scanned_at, id);
	CREATE TABLE pictures (
		result INTEGER NOT NULL REFERENCES results (id),
		file   TEXT    NOT NULL,
		PRIMARY KEY (result, file)
	) STRICT, WITHOUT ROWID;
	CREATE INDEX pictures_file ON pictures (file);
	CREATE TABLE throttle (
		address TEXT    PRIMARY KEY,
		next    INTEGER NOT NULL -- microseconds since 1970: the earliest next scan
	) STRICT, WITHOUT ROWID;`,
	// 2
	`CREATE TABLE keys (
		name  TEXT PRIMARY KEY,
		value BLOB NOT NULL
	) STRICT, WITHOUT ROWID;
	CREATE TABLE condemned ( -- screenshots to be removed, whatever happens
		file TEXT PRIMARY KEY
	) STRICT, WITHOUT ROWID;`,
	// 3
	`CREATE TABLE endpoints ( -- what the results under a key are about
		key      TEXT PRIMARY KEY,
		resource TEXT NOT NULL,
		name     TEXT NOT NULL, -- tells several endpoints of one resource apart
		host     TEXT NOT NULL,
		ports    TEXT NOT NULL, -- 22, 8000-8100
		path     TEXT NOT NULL
	) STRICT, WITHOUT ROWID;
	ALTER TABLE results ADD COLUMN severity TEXT; -- by the policy of the time; NULL: nobody judged
	CREATE INDEX results_oldest ON results (scanned_at, id);
	CREATE TABLE claims (
		endpoint TEXT    PRIMARY KEY,
		owner    TEXT    NOT NULL,
		until    INTEGER NOT NULL -- microseconds since 1970
	) STRICT, WITHOUT ROWID;
	CREATE TABLE stamps (
		name TEXT    PRIMARY KEY,
		at   INTEGER NOT NULL -- microseconds since 1970
	) STRICT, WITHOUT ROWID;`,
}

// applicationID marks the file as ours: "dyns".
const applicationID = 0x64796e73

// migrate brings the database to the newest version. It writes even when there
// is nothing to do, so that a store that is read-only is found out here and not
// after the first scan.
func (s *Store) migrate(ctx context.Context) error {
	var mode string
	err := s.retry(ctx, func() error { return s.db.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode) })
	if err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("the file system does not support a shared write-ahead log (journal mode %q)", mode)
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		version, err := versionOf(ctx, tx)
		if err != nil {
			return err
		}
		for ; version < len(migrations); version++ {
			if _, err := tx.ExecContext(ctx, migrations[version]); err != nil {
				return fmt.Errorf("migrate to schema version %d: %w", version+1, err)
			}
			s.options.migrating(version + 1)
		}
		// PRAGMA takes no parameters; both values are our own numbers.
		_, err = tx.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, version))
		if err != nil {
			return err
		}
		return s.forgetTurns(ctx, tx)
	})
}

// versionOf returns the schema version, 0 for an empty database. A database of
// something else, or of a newer version, is an error.
func versionOf(ctx context.Context, tx *sql.Tx) (int, error) {
	var version, application, tables int
	err := errors.Join(
		tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version),
		tx.QueryRowContext(ctx, "PRAGMA application_id").Scan(&application),
		tx.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables),
	)
	switch {
	case err != nil:
		return 0, err
	case version == 0 && application == 0 && tables == 0:
		return 0, nil
	case application != applicationID:
		return 0, fmt.Errorf("%s is the database of another program", databaseName)
	case version > len(migrations):
		return 0, fmt.Errorf("a newer version of this program wrote it: schema version %d, this one knows up to %d", version, len(migrations))
	case version < 1:
		return 0, fmt.Errorf("%s has no valid schema version", databaseName)
	}
	return version, nil
}
