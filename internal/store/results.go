package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// ErrUnreadable is that of a result that was kept and cannot be read. The next
// Put makes up for it.
var ErrUnreadable = errors.New("it cannot be read")

// wrongClock is how much later than a new result an older one may claim to be
// before it is taken for one of a clock that has been set back since.
const wrongClock = time.Hour

// Put keeps an observation of the endpoint e under key, which is the endpoint's
// own and that of the way it was asked, and forgets all but the newest of that
// key, as many as the options say. Screenshots that no result names any more are
// removed when a store is opened. o.Severity is that of the policy of the time;
// o.FromStore is not kept. o.ScannedAt has to be set.
func (s *Store) Put(ctx context.Context, key string, e exposure.Endpoint, o exposure.Observation) error {
	if key == "" || o.ScannedAt.IsZero() {
		return errors.New("store result: it has no endpoint or no time")
	}
	o.FromStore = false
	text, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("store result of %s: %w", key, err)
	}
	err = s.write(ctx, func(tx *sql.Tx) error {
		if err := describe(ctx, tx, key, e); err != nil {
			return err
		}
		if err := insert(ctx, tx, key, o, text); err != nil {
			return err
		}
		return s.forget(ctx, tx, key, o.ScannedAt)
	})
	if err != nil {
		return fmt.Errorf("store result of %s: %w", key, explain(err))
	}
	return nil
}

// describe keeps what the results under a key are about.
func describe(ctx context.Context, tx *sql.Tx, key string, e exposure.Endpoint) error {
	_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO endpoints (key, resource, name, host, ports, path) VALUES (?, ?, ?, ?, ?, ?)`,
		key, e.ResourceAddress, e.Key, e.Host, exposure.FormatPorts(e.Ports), e.Path)
	return err
}

func insert(ctx context.Context, tx *sql.Tx, key string, o exposure.Observation, text []byte) error {
	var id int64
	err := tx.QueryRowContext(ctx, "INSERT INTO results (endpoint, scanned_at, observation, severity) VALUES (?, ?, ?, ?) RETURNING id",
		key, o.ScannedAt.UnixMicro(), text, o.Severity.String()).Scan(&id)
	if err != nil {
		return err
	}
	for _, file := range pictures(o) {
		if _, err := tx.ExecContext(ctx, "INSERT INTO pictures (result, file) VALUES (?, ?)", id, file); err != nil {
			return err
		}
	}
	return nil
}

// pictures returns the screenshots that an observation names, each once.
func pictures(o exposure.Observation) []string {
	files := []string{}
	for _, p := range o.Ports {
		if p.HTTP != nil && p.HTTP.Screenshot != nil && p.HTTP.Screenshot.File != "" {
			files = append(files, p.HTTP.Screenshot.File)
		}
	}
	slices.Sort(files)
	return slices.Compact(files)
}

// outdated selects the results of an endpoint (?1) beyond the newest (?2), and
// those from after a time (?3).
const outdated = `
	SELECT id FROM results WHERE endpoint = ?1 AND scanned_at > ?3
	UNION SELECT id FROM (SELECT id FROM results WHERE endpoint = ?1 AND scanned_at <= ?3 ORDER BY scanned_at DESC, id DESC LIMIT -1 OFFSET ?2)`

// forget drops the outdated results of an endpoint, of which one was taken now.
func (s *Store) forget(ctx context.Context, tx *sql.Tx, key string, now time.Time) error {
	for _, statement := range []string{
		"DELETE FROM pictures WHERE result IN (" + outdated + ")",
		"DELETE FROM results WHERE id IN (" + outdated + ")",
	} {
		if _, err := tx.ExecContext(ctx, statement, key, s.options.Keep, now.Add(wrongClock).UnixMicro()); err != nil {
			return err
		}
	}
	return nil
}

// texts reads the one column of rows and closes them.
func texts(rows *sql.Rows) ([]string, error) {
	defer rows.Close()
	all := []string{}
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		all = append(all, text)
	}
	return all, rows.Err()
}

// Latest returns the newest observation of key. ok is false when there is none.
// A result that cannot be read is ErrUnreadable and ok is false: the caller scans
// again, and the next Put makes up for it.
func (s *Store) Latest(ctx context.Context, key string) (o exposure.Observation, ok bool, err error) {
	return s.after(ctx, key, time.Time{})
}

// after is Latest for observations from after a time.
func (s *Store) after(ctx context.Context, key string, after time.Time) (o exposure.Observation, ok bool, err error) {
	var text []byte
	err = s.retry(ctx, func() error {
		return s.db.QueryRowContext(ctx,
			"SELECT observation FROM results WHERE endpoint = ? AND scanned_at > ? ORDER BY scanned_at DESC, id DESC LIMIT 1", key, after.UnixMicro()).Scan(&text)
	})
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return exposure.Observation{}, false, nil
	case err != nil:
		return exposure.Observation{}, false, fmt.Errorf("read result of %s: %w", key, explain(err))
	}
	if err := json.Unmarshal(text, &o); err != nil {
		return exposure.Observation{}, false, fmt.Errorf("read result of %s: %w: %w", key, ErrUnreadable, err)
	}
	if o.ScannedAt.IsZero() {
		return exposure.Observation{}, false, fmt.Errorf("read result of %s: %w: it has no time", key, ErrUnreadable)
	}
	return o, true, nil
}

// History returns the kept observations of key, newest first and never nil.
// Those that cannot be read are left out: they are of the past.
func (s *Store) History(ctx context.Context, key string) ([]exposure.Observation, error) {
	var stored []string
	err := s.retry(ctx, func() error {
		rows, err := s.db.QueryContext(ctx,
			"SELECT observation FROM results WHERE endpoint = ? ORDER BY scanned_at DESC, id DESC", key)
		if err != nil {
			return err
		}
		stored, err = texts(rows)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read results of %s: %w", key, explain(err))
	}
	all := []exposure.Observation{}
	for _, text := range stored {
		var o exposure.Observation
		if json.Unmarshal([]byte(text), &o) == nil && !o.ScannedAt.IsZero() {
			all = append(all, o)
		}
	}
	return all, nil
}
