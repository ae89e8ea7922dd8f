package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// Kept is how many results of one endpoint the store keeps: the newest.
const Kept = 10

// Put keeps an observation under key, the endpoint's own, and forgets all but
// the Kept newest of that key. Screenshots that no result names any more are
// removed when a store is opened. o.FromStore is not kept. o.ScannedAt has to be
// set.
func (s *Store) Put(ctx context.Context, key string, o exposure.Observation) error {
	if key == "" || o.ScannedAt.IsZero() {
		return errors.New("store result: it has no endpoint or no time")
	}
	o.FromStore = false
	text, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("store result of %s: %w", key, err)
	}
	err = s.write(ctx, func(tx *sql.Tx) error {
		if err := insert(ctx, tx, key, o, text); err != nil {
			return err
		}
		return forget(ctx, tx, key)
	})
	if err != nil {
		return fmt.Errorf("store result of %s: %w", key, explain(err))
	}
	return nil
}

func insert(ctx context.Context, tx *sql.Tx, key string, o exposure.Observation, text []byte) error {
	var id int64
	err := tx.QueryRowContext(ctx, "INSERT INTO results (endpoint, scanned_at, observation) VALUES (?, ?, ?) RETURNING id",
		key, o.ScannedAt.UnixMicro(), text).Scan(&id)
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

// outdated selects the results of an endpoint (?1) beyond the newest (?2).
const outdated = `SELECT id FROM results WHERE endpoint = ?1 ORDER BY scanned_at DESC, id DESC LIMIT -1 OFFSET ?2`

// forget drops the outdated results of an endpoint.
func forget(ctx context.Context, tx *sql.Tx, key string) error {
	for _, statement := range []string{
		"DELETE FROM pictures WHERE result IN (" + outdated + ")",
		"DELETE FROM results WHERE id IN (" + outdated + ")",
	} {
		if _, err := tx.ExecContext(ctx, statement, key, Kept); err != nil {
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
// A result that cannot be read is an error and ok is false: the caller scans
// again, and the next Put makes up for it.
func (s *Store) Latest(ctx context.Context, key string) (o exposure.Observation, ok bool, err error) {
	var text []byte
	err = retry(ctx, func() error {
		return s.db.QueryRowContext(ctx,
			"SELECT observation FROM results WHERE endpoint = ? ORDER BY scanned_at DESC, id DESC LIMIT 1", key).Scan(&text)
	})
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return exposure.Observation{}, false, nil
	case err != nil:
		return exposure.Observation{}, false, fmt.Errorf("read result of %s: %w", key, explain(err))
	}
	if err := json.Unmarshal(text, &o); err != nil {
		return exposure.Observation{}, false, fmt.Errorf("read result of %s: %w", key, err)
	}
	if o.ScannedAt.IsZero() {
		return exposure.Observation{}, false, fmt.Errorf("read result of %s: it has no time", key)
	}
	return o, true, nil
}

// History returns the kept observations of key, newest first and never nil.
// Those that cannot be read are left out: they are of the past.
func (s *Store) History(ctx context.Context, key string) ([]exposure.Observation, error) {
	var stored []string
	err := retry(ctx, func() error {
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
