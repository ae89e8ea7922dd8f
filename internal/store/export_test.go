package store

import (
	"context"
	"time"
)

// SetClock makes s tell and spend time as a test wants.
func (s *Store) SetClock(now func() time.Time, sleep func(context.Context, time.Duration) error) {
	s.now, s.sleep = now, sleep
}

// SetInterval shortens the interval of s.
func (s *Store) SetInterval(d time.Duration) { s.interval = d }

// Exec runs a statement past all checks of s.
func (s *Store) Exec(statement string, args ...any) error {
	_, err := s.db.Exec(statement, args...)
	return err
}

// Sweep runs the sweep of Open.
func (s *Store) Sweep(ctx context.Context) error { return s.sweep(ctx) }

// Integrity returns what SQLite says of the database.
func (s *Store) Integrity() (answer string, err error) {
	err = s.db.QueryRow("PRAGMA integrity_check").Scan(&answer)
	return answer, err
}

// BetweenSteps calls f between the two steps of Withdraw.
func (s *Store) BetweenSteps(f func()) { s.condemned = f }

// Lease is how long a claim holds that nobody renews.
const Lease = lease

// Prune applies the bounds, whenever that was done before.
func (s *Store) Prune(ctx context.Context) error {
	if _, err := s.db.Exec("DELETE FROM stamps"); err != nil {
		return err
	}
	return s.prune(ctx)
}

// PruneWhenDue applies the bounds as Open does.
func (s *Store) PruneWhenDue(ctx context.Context) error { return s.prune(ctx) }

// Count returns how many rows a table has.
func (s *Store) Count(table string) (n int, err error) {
	err = s.db.QueryRow("SELECT count(*) FROM " + table).Scan(&n)
	return n, err
}

// OpenImpatiently is Open that waits for other processes for d only.
func OpenImpatiently(ctx context.Context, dir string, d time.Duration) (*Store, error) {
	return Open(ctx, dir, Options{busy: d})
}

// OpenThrough is Open by another way of SQLite to the files.
func OpenThrough(ctx context.Context, dir, vfs string) (*Store, error) {
	return Open(ctx, dir, Options{vfs: vfs})
}

// OpenSlowly is Open that calls migrated before each step of the migration is
// committed, and keeps what is old.
func OpenSlowly(ctx context.Context, dir string, migrated func(version int)) (*Store, error) {
	return Open(ctx, dir, Options{Retention: 1 << 62, migrating: migrated})
}
