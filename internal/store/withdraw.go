package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// Withdraw removes what earlier results of key, and of any other endpoint at
// the same URL, keep of a page: its picture, the text of the picture, and the
// beginning of its body. In place of the picture stands reason. Pictures that
// another page has as well stay.
//
// It works in two steps. The first takes all texts away and condemns the files
// in one transaction; the second removes the files. A process that dies in
// between leaves files that no result names, and the next Open removes them
// before anything else.
func (s *Store) Withdraw(ctx context.Context, key, url, reason string) error {
	err := s.write(ctx, func(tx *sql.Tx) error { return withdraw(ctx, tx, key, url, reason) })
	if err != nil {
		return fmt.Errorf("withdraw pictures of %s: %w", url, explain(err))
	}
	s.condemned()
	if err := s.removeCondemned(ctx); err != nil {
		return fmt.Errorf("withdraw pictures of %s: %w", url, explain(err))
	}
	s.emptyLog(ctx)
	return nil
}

// emptyLog empties the write-ahead log, which still holds what the database no
// longer does. While another process reads it stays, until the last one closes.
func (s *Store) emptyLog(ctx context.Context) {
	_, _ = s.db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
}

// withdraw is the first step.
func withdraw(ctx context.Context, tx *sql.Tx, key, url, reason string) error {
	results, err := shown(ctx, tx, key, url)
	if err != nil {
		return err
	}
	for id, o := range results {
		if !takeAway(&o, url, reason) {
			continue
		}
		text, err := json.Marshal(o)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE results SET observation = ? WHERE id = ?", text, id); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO condemned (file) SELECT file FROM pictures WHERE result = ?", id); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM pictures WHERE result = ?", id); err != nil {
			return err
		}
		for _, file := range pictures(o) { // of its other ports
			if _, err := tx.ExecContext(ctx, "INSERT INTO pictures (result, file) VALUES (?, ?)", id, file); err != nil {
				return err
			}
		}
	}
	_, err = tx.ExecContext(ctx, "DELETE FROM condemned WHERE file IN (SELECT file FROM pictures)")
	return err
}

// shown returns the results that may have a picture of the page, by their ids.
// One that cannot be read is left to Latest, which tells.
func shown(ctx context.Context, tx *sql.Tx, key, url string) (map[int64]exposure.Observation, error) {
	quoted, err := json.Marshal(url)
	if err != nil {
		return nil, err
	}
	return observations(ctx, tx, "SELECT id, observation FROM results WHERE endpoint = ? OR instr(observation, CAST(? AS BLOB)) > 0", key, `"url":`+string(quoted))
}

// observations returns the results that a statement chooses, by their ids, and
// leaves out those that cannot be read.
func observations(ctx context.Context, tx *sql.Tx, choose string, arguments ...any) (map[int64]exposure.Observation, error) {
	rows, err := tx.QueryContext(ctx, choose, arguments...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	results := map[int64]exposure.Observation{}
	for rows.Next() {
		var id int64
		var text []byte
		if err := rows.Scan(&id, &text); err != nil {
			return nil, err
		}
		var o exposure.Observation
		if json.Unmarshal(text, &o) == nil {
			results[id] = o
		}
	}
	return results, rows.Err()
}

// takeAway clears what an observation keeps of the page at url, and reports
// whether it kept anything.
func takeAway(o *exposure.Observation, url, reason string) bool {
	changed := false
	for i := range o.Ports {
		h := o.Ports[i].HTTP
		if h == nil || !strings.EqualFold(h.URL, url) {
			continue
		}
		if h.Screenshot != nil && h.Screenshot.File != "" {
			h.Screenshot = &exposure.Screenshot{Reason: reason}
			changed = true
		}
		if h.BodyStart != "" {
			h.BodyStart = ""
			changed = true
		}
	}
	return changed
}

// removeCondemned is the second step.
func (s *Store) removeCondemned(ctx context.Context) error {
	var files []string
	err := s.retry(ctx, func() error {
		rows, err := s.db.QueryContext(ctx, "SELECT file FROM condemned")
		if err != nil {
			return err
		}
		files, err = texts(rows)
		return err
	})
	if err != nil || len(files) == 0 {
		return err
	}
	for _, file := range files {
		if err := s.RemoveScreenshot(file); err != nil {
			return err
		}
	}
	err = s.write(ctx, func(tx *sql.Tx) error {
		for _, file := range files {
			if _, err := tx.ExecContext(ctx, "DELETE FROM condemned WHERE file = ?", file); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.emptyLog(ctx)
	return nil
}
