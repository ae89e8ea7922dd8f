package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// lease is how long a claim holds that nobody renews. It is what a process that
// is killed leaves behind.
const lease = 3 * time.Second

// The waits for a claim of another grow from the first to the second.
const (
	shortestPoll = 20 * time.Millisecond
	longestPoll  = 300 * time.Millisecond
)

// claims are what one store has claimed.
type claims struct {
	owner string

	mu   sync.Mutex
	held int
	stop context.CancelFunc // of the renewal, while any is held
}

// Claim makes the caller the only one, of all processes that share the store,
// who looks at the endpoint of key. While another does it calls waiting and waits,
// and when that one has put a result from after a time that suits, it returns the
// result. Otherwise the endpoint is the caller's until it calls release, which it
// must.
//
// A claim is a courtesy that saves scans and not what keeps them apart: that is
// Wait. A process that dies loses its claims within a few seconds.
func (s *Store) Claim(ctx context.Context, key string, after time.Time, waiting func(), suits func(exposure.Observation) bool) (found *exposure.Observation, release func(), err error) {
	for pause := shortestPoll; ; pause = min(pause*3/2, longestPoll) {
		mine, err := s.take(ctx, key)
		if err != nil {
			return nil, nil, fmt.Errorf("claim %s: %w", key, explain(err))
		}
		o, ok, err := s.after(ctx, key, after)
		switch {
		case err != nil && !errors.Is(err, ErrUnreadable):
			s.release(ctx, key, mine)
			return nil, nil, err
		case err == nil && ok && suits(o):
			s.release(ctx, key, mine)
			return &o, nil, nil
		case mine:
			return nil, sync.OnceFunc(func() { s.release(ctx, key, true) }), nil
		}
		waiting()
		if err := sleep(ctx, pause); err != nil {
			return nil, nil, fmt.Errorf("wait for another look at %s: %w", key, err)
		}
	}
}

// claimed asks for the claim of an endpoint (?1) that is neither over (?2) nor
// one of a clock that has been set back since (?3).
const claimed = `SELECT EXISTS (SELECT 1 FROM claims WHERE endpoint = ?1 AND until BETWEEN ?2 AND ?3)`

// take claims the endpoint of key unless somebody has.
func (s *Store) take(ctx context.Context, key string) (mine bool, err error) {
	now := s.now()
	oldest, newest := now.UnixMicro(), now.Add(2*lease).UnixMicro()
	var theirs bool
	err = s.retry(ctx, func() error { return s.db.QueryRowContext(ctx, claimed, key, oldest, newest).Scan(&theirs) })
	if err != nil || theirs {
		return false, err // reading holds nobody up
	}
	err = s.write(ctx, func(tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, claimed, key, oldest, newest).Scan(&theirs); err != nil || theirs {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO claims (endpoint, owner, until) VALUES (?, ?, ?)", key, s.claims.owner, now.Add(lease).UnixMicro())
		return err
	})
	if err != nil || theirs {
		return false, err
	}
	s.hold()
	return true, nil
}

// hold counts a claim, and has all of them renewed while there is one.
func (s *Store) hold() {
	s.claims.mu.Lock()
	defer s.claims.mu.Unlock()
	if s.claims.held++; s.claims.held > 1 {
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	s.claims.stop = stop
	go s.renew(ctx)
}

// renew lets no claim run out. Where it cannot, the claims lapse and another
// process may look as well, in its turn.
func (s *Store) renew(ctx context.Context) {
	for sleep(ctx, lease/3) == nil {
		_ = s.write(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, "UPDATE claims SET until = ? WHERE owner = ?", s.now().Add(lease).UnixMicro(), s.claims.owner)
			return err
		})
	}
}

// release gives up a claim that is mine. It does so too when ctx is over, and
// then not for long: what is left lapses.
func (s *Store) release(ctx context.Context, key string, mine bool) {
	if !mine {
		return
	}
	brief, cancel := context.WithTimeout(context.WithoutCancel(ctx), lease/10)
	defer cancel()
	_ = s.write(brief, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(brief, "DELETE FROM claims WHERE endpoint = ? AND owner = ?", key, s.claims.owner)
		return err
	})
	s.claims.mu.Lock()
	defer s.claims.mu.Unlock()
	if s.claims.held--; s.claims.held == 0 {
		s.claims.stop()
	}
}
