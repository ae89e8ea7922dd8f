package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"time"
)

const (
	// pruneEvery is how often the bounds are applied, by all processes together.
	pruneEvery = time.Hour

	// pruneBatch is how many results or pictures go in one transaction, so that
	// other processes come in between.
	pruneBatch = 200

	// compactBelow bounds how much is written anew to give space back: more than
	// that would hold other processes up.
	compactBelow = 64 << 20
)

// spaceGone stands in the place of a picture that had to go.
const spaceGone = "removed to keep the store within its size"

// prune applies the bounds: first go results past retention, then what is beyond
// the newest ones of an endpoint, then, while the store is too large, the oldest
// pictures, the oldest results that are not the only or newest of their
// endpoint, and last the oldest of all. Every step is a transaction, and a
// picture's file goes after the last result that names it, so a process that
// dies in between leaves nothing that the next one does not finish.
func (s *Store) prune(ctx context.Context) error {
	due, err := s.pruningIsDue(ctx)
	if err != nil || !due {
		return err
	}
	if err := s.expire(ctx); err != nil {
		return err
	}
	if err := s.shrink(ctx); err != nil {
		return err
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			DELETE FROM endpoints WHERE key NOT IN (SELECT endpoint FROM results);
			DELETE FROM claims WHERE until < ?`, s.now().Add(-pruneEvery).UnixMicro())
		return err
	})
}

// pruningIsDue reports whether an hour has passed since any process pruned, and
// if so makes it this one's work.
func (s *Store) pruningIsDue(ctx context.Context) (due bool, err error) {
	const stale = `SELECT NOT EXISTS (SELECT 1 FROM stamps WHERE name = 'pruned' AND at BETWEEN ? AND ?)`
	now := s.now()
	oldest, newest := now.Add(-pruneEvery).UnixMicro(), now.UnixMicro()
	err = s.retry(ctx, func() error { return s.db.QueryRowContext(ctx, stale, oldest, newest).Scan(&due) })
	if err != nil || !due {
		return false, err // the common case waits for no writer
	}
	err = s.write(ctx, func(tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, stale, oldest, newest).Scan(&due); err != nil || !due {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO stamps (name, at) VALUES ('pruned', ?)", newest)
		return err
	})
	return due, err
}

// The results that may go, the oldest first, with their sizes.
const (
	past = `SELECT id, length(observation) FROM results WHERE scanned_at < ? ORDER BY scanned_at, id LIMIT ?`

	beyond = `SELECT id, length(observation) FROM (
		SELECT id, observation, row_number() OVER (PARTITION BY endpoint ORDER BY scanned_at DESC, id DESC) AS place FROM results
	) WHERE place > ? LIMIT ?`

	notNewest = `SELECT id, length(observation) FROM results AS r WHERE id <> (
		SELECT id FROM results WHERE endpoint = r.endpoint ORDER BY scanned_at DESC, id DESC LIMIT 1
	) ORDER BY scanned_at, id LIMIT ?`

	anyResult = `SELECT id, length(observation) FROM results ORDER BY scanned_at, id LIMIT ?`
)

// all is more than any store holds.
const all = 1 << 60

// expire drops the results that are too old or too many.
func (s *Store) expire(ctx context.Context) error {
	for {
		old, err := s.drop(ctx, all, past, s.now().Add(-s.options.Retention).UnixMicro())
		if err != nil {
			return err
		}
		more, err := s.drop(ctx, all, beyond, s.options.Keep)
		if err != nil || old+more == 0 {
			return err
		}
	}
}

// shrink brings the store within its size.
func (s *Store) shrink(ctx context.Context) error {
	excess, err := s.excess(ctx)
	if err != nil || excess <= 0 {
		return err
	}
	if err := s.dropPictures(ctx, excess); err != nil {
		return err
	}
	for _, choose := range []string{notNewest, anyResult} {
		for dropped := 1; dropped > 0; {
			if excess, err = s.excess(ctx); err != nil || excess <= 0 {
				s.compact(ctx)
				return err
			}
			if dropped, err = s.drop(ctx, excess, choose); err != nil {
				return err
			}
		}
	}
	s.compact(ctx)
	return nil
}

// drop drops a batch of the results that a statement chooses, until their texts
// have the size, and returns how many.
func (s *Store) drop(ctx context.Context, size int64, choose string, arguments ...any) (dropped int, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		dropped = 0
		ids, err := chosen(ctx, tx, size, choose, append(arguments, pruneBatch)...)
		if err != nil {
			return err
		}
		for _, id := range ids {
			for _, statement := range []string{"DELETE FROM pictures WHERE result = ?", "DELETE FROM results WHERE id = ?"} {
				if _, err := tx.ExecContext(ctx, statement, id); err != nil {
					return err
				}
			}
		}
		dropped = len(ids)
		return nil
	})
	return dropped, err
}

func chosen(ctx context.Context, tx *sql.Tx, size int64, choose string, arguments ...any) ([]int64, error) {
	rows, err := tx.QueryContext(ctx, choose, arguments...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []int64
	for size > 0 && rows.Next() {
		var id, length int64
		if err := rows.Scan(&id, &length); err != nil {
			return nil, err
		}
		ids, size = append(ids, id), size-length
	}
	return ids, rows.Err()
}

// excess returns by how many bytes the store is too large. Free pages of the
// database do not count, for they are used again, nor do pictures that no result
// names, for they go.
func (s *Store) excess(ctx context.Context) (int64, error) {
	pages, free, size, err := s.pages(ctx)
	if err != nil {
		return 0, err
	}
	named, err := s.named(ctx)
	if err != nil {
		return 0, err
	}
	total := (pages - free) * size
	for _, file := range named {
		total += s.sizeOf(file)
	}
	return total - s.options.MaxBytes, nil
}

// pages returns how many pages the database has, how many of them are free, and
// how large one is.
func (s *Store) pages(ctx context.Context) (pages, free, size int64, err error) {
	err = s.retry(ctx, func() error {
		return s.db.QueryRowContext(ctx, "SELECT page_count, freelist_count, page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size").
			Scan(&pages, &free, &size)
	})
	return pages, free, size, err
}

// named returns the pictures that results name, those first whose newest result
// is the oldest.
func (s *Store) named(ctx context.Context) (files []string, err error) {
	err = s.retry(ctx, func() error {
		rows, err := s.db.QueryContext(ctx, "SELECT file FROM pictures JOIN results ON id = result GROUP BY file ORDER BY max(scanned_at), file")
		if err != nil {
			return err
		}
		files, err = texts(rows)
		return err
	})
	return files, err
}

// sizeOf returns the size of a picture, 0 when it is gone.
func (s *Store) sizeOf(file string) int64 {
	info, err := os.Stat(filepath.Join(s.dir, filepath.FromSlash(file)))
	if err != nil {
		return 0
	}
	return info.Size()
}

// dropPictures takes the oldest pictures from the results that name them, until
// they have the size. sweep removes the files.
func (s *Store) dropPictures(ctx context.Context, size int64) error {
	files, err := s.named(ctx)
	if err != nil {
		return err
	}
	for len(files) > 0 && size > 0 {
		n := 0
		for ; n < min(len(files), pruneBatch) && size > 0; n++ {
			size -= s.sizeOf(files[n])
		}
		err := s.write(ctx, func(tx *sql.Tx) error {
			for _, file := range files[:n] {
				if err := dropPicture(ctx, tx, file); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		files = files[n:]
	}
	return nil
}

func dropPicture(ctx context.Context, tx *sql.Tx, file string) error {
	results, err := observations(ctx, tx, "SELECT id, observation FROM results WHERE id IN (SELECT result FROM pictures WHERE file = ?)", file)
	if err != nil {
		return err
	}
	for id, o := range results {
		for _, p := range o.Ports {
			if p.HTTP != nil && p.HTTP.Screenshot != nil && p.HTTP.Screenshot.File == file {
				p.HTTP.Screenshot.File, p.HTTP.Screenshot.Reason = "", spaceGone // the text stays
			}
		}
		text, err := json.Marshal(o)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE results SET observation = ? WHERE id = ?", text, id); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, "DELETE FROM pictures WHERE file = ?", file)
	return err
}

// compact gives free pages back when they are many and the rest is written
// quickly. Where it cannot, the file stays larger than it need be.
func (s *Store) compact(ctx context.Context) {
	pages, free, size, err := s.pages(ctx)
	if err == nil && free > pages/4 && (pages-free)*size < compactBelow {
		_, _ = s.db.ExecContext(ctx, "VACUUM")
		s.emptyLog(ctx)
	}
}
