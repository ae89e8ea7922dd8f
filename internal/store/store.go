// Package store owns what outlives a run: the last results of each endpoint,
// the screenshots, the claims that keep processes from looking at the same
// endpoint at once, and the stamps that keep them from scanning the same address
// and port more than once a second. It is the only user of SQLite.
//
// It refuses to work half: a store that cannot be opened or written is an
// error, because without it nothing holds the throttle. It keeps what it is
// given and judges nothing; secrets are redacted before they come here.
//
// Several processes may use one store at the same time, on one machine. A
// network file system such as NFS will not do: SQLite's write-ahead log needs
// memory that all its processes share.
package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	databaseName   = "results.db"
	screenshotsDir = "screenshots"

	// busyLimit bounds the wait for another process that writes.
	busyLimit = 10 * time.Second
)

// Store is one open store. It is safe for concurrent use.
type Store struct {
	dir      string
	db       *sql.DB
	options  Options
	claims   claims
	interval time.Duration // between two scans of the same address and port
	now      func() time.Time
	sleep    func(context.Context, time.Duration) error

	condemned func() // for tests: called between the two steps of Withdraw
}

// Open opens the store in dir and makes it when there is none: the folder, with
// mode 0700 and a .gitignore that keeps it out of version control, and the
// database. An error means that nothing may be scanned with this store: it
// cannot be written, is no store, is damaged, or a newer version wrote it.
func Open(ctx context.Context, dir string, o Options) (*Store, error) {
	s, err := open(ctx, dir, o)
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", dir, err)
	}
	return s, nil
}

// OpenExisting opens the store in dir to read it: it makes none where there is
// none, which is an error, and removes nothing.
func OpenExisting(ctx context.Context, dir string) (*Store, error) {
	if _, err := os.Stat(filepath.Join(dir, databaseName)); err != nil {
		return nil, fmt.Errorf("open store %s: there is none: %w", dir, err)
	}
	return Open(ctx, dir, Options{reading: true})
}

func open(ctx context.Context, dir string, o Options) (*Store, error) {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := makeFolder(absolute); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", dsn(filepath.Join(absolute, databaseName), o.vfs))
	if err != nil {
		return nil, err
	}
	// One connection: goroutines queue here, in order, and not at the lock of
	// the file, where the wait is a matter of luck.
	db.SetMaxOpenConns(1)
	s := &Store{
		dir: absolute, db: db, options: o.withDefaults(), claims: claims{owner: rand.Text()},
		interval: Interval, now: time.Now, sleep: sleep, condemned: func() {},
	}
	if err := s.prepare(ctx); err != nil {
		db.Close()
		return nil, explain(err)
	}
	return s, nil
}

func (s *Store) prepare(ctx context.Context) error {
	if err := s.migrate(ctx); err != nil {
		return err
	}
	if err := s.removeCondemned(ctx); err != nil || s.options.reading {
		return err
	}
	if err := s.prune(ctx); err != nil {
		return fmt.Errorf("remove what is too old or too much: %w", err)
	}
	return s.sweep(ctx)
}

// makeFolder makes the folders and the files that SQLite would otherwise make
// readable for everyone.
func makeFolder(dir string) error {
	if err := os.MkdirAll(filepath.Join(dir, screenshotsDir), 0o700); err != nil {
		return err
	}
	if err := createOnce(filepath.Join(dir, ".gitignore"), "*\n"); err != nil {
		return err
	}
	return createOnce(filepath.Join(dir, databaseName), "")
}

// createOnce makes a file with mode 0600 and leaves an existing one alone.
func createOnce(name, text string) error {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	return errors.Join(err, file.Close())
}

// dsn names the database as a URI, so that no character of the path can be
// taken for an option. The busy timeout is short because retry asks again: a
// wait inside SQLite would not end with the context.
func dsn(path, vfs string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") { // C:/store
		path = "/" + path
	}
	options := url.Values{
		// secure_delete: what is withdrawn must not stay in free pages.
		"_pragma": {"busy_timeout(250)", "journal_mode(WAL)", "synchronous(NORMAL)", "secure_delete(1)"},
		"_txlock": {"immediate"},
	}
	if vfs != "" {
		options.Set("vfs", vfs)
	}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: options.Encode()}).String()
}

// Dir returns the folder of the store as an absolute path.
func (s *Store) Dir() string { return s.dir }

// Close closes the store. Waits that are under way fail.
func (s *Store) Close() error { return s.db.Close() }

// write runs do in a transaction that no other writer is in, again when
// another process held the database for too long.
func (s *Store) write(ctx context.Context, do func(*sql.Tx) error) error {
	return s.retry(ctx, func() error {
		tx, err := s.db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback() // after a commit it does nothing
		if err := do(tx); err != nil {
			return err
		}
		return tx.Commit()
	})
}

// retry runs do until the database is not busy, for at most busyLimit.
func (s *Store) retry(ctx context.Context, do func() error) error {
	deadline := time.Now().Add(s.options.busy)
	for {
		err := do()
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case code(err) != sqlite3.SQLITE_BUSY:
			return err
		case time.Now().After(deadline):
			return fmt.Errorf("another process held the database for %v: %w", s.options.busy, err)
		}
		if err := sleep(ctx, 5*time.Millisecond); err != nil {
			return err
		}
	}
}

// sleep waits for d or for the end of ctx, whose cause it returns.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// code returns SQLite's primary result code, 0 for an error of another kind.
func code(err error) int {
	if failed, ok := errors.AsType[*sqlite.Error](err); ok {
		return failed.Code() & 0xff
	}
	return 0
}

// explain says in words of the user what SQLite says in its own.
func explain(err error) error {
	switch code(err) {
	case sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("%s is not a database; move it away to start anew: %w", databaseName, err)
	case sqlite3.SQLITE_CORRUPT:
		return fmt.Errorf("%s is damaged; move it away to start anew: %w", databaseName, err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return fmt.Errorf("%s cannot be written: %w", databaseName, err)
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("%s cannot be written, the disk is full: %w", databaseName, err)
	case sqlite3.SQLITE_IOERR:
		return fmt.Errorf("%s cannot be read or written: %w", databaseName, err)
	}
	return err
}
