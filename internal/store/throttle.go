package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/netip"
	"time"
)

// Interval is the least time between the starts of two scans of the same
// address and port: one second, and a little for a process that wakes up late
// from the wait before.
const Interval = time.Second + 25*time.Millisecond

// throttleHorizon is how far ahead turns are reserved. A stamp farther ahead is
// none of a queue but of a clock that has been set back since.
const throttleHorizon = 10 * time.Minute

// reserve takes the next turn of an address: not before now (?2), not before
// the stamp unless it lies beyond the horizon (?4). It returns that turn and
// leaves the stamp an interval (?3) later.
const reserve = `
	INSERT INTO throttle (address, next) VALUES (?1, ?2 + ?3)
	ON CONFLICT (address) DO UPDATE SET
		next = CASE WHEN next > ?2 + ?4 THEN ?2 ELSE max(next, ?2) END + ?3
	RETURNING next - ?3`

// Wait returns when it is the caller's turn to scan addr, and the turns of all
// processes that share the store are at least Interval apart. They are reserved
// in the order of the calls; a turn that a cancelled context leaves unused is
// lost. An error means that addr must not be scanned.
func (s *Store) Wait(ctx context.Context, addr netip.AddrPort) error {
	// One host must not have two turns for being written in two ways.
	key := netip.AddrPortFrom(addr.Addr().Unmap().WithZone(""), addr.Port()).String()
	var turn int64
	err := s.write(ctx, func(tx *sql.Tx) error {
		now := s.now().UnixMicro() // now that no other process is in between
		return tx.QueryRowContext(ctx, reserve, key, now, s.interval.Microseconds(), throttleHorizon.Microseconds()).Scan(&turn)
	})
	if err != nil {
		return fmt.Errorf("reserve a turn for %s: %w", addr, explain(err))
	}
	ahead := time.Duration(turn-s.now().UnixMicro()) * time.Microsecond
	if ahead <= 0 {
		return nil
	}
	if err := s.sleep(ctx, ahead); err != nil {
		return fmt.Errorf("wait for the turn of %s: %w", addr, err)
	}
	return nil
}

// forgetTurns drops the stamps of turns that are long over, and those of a clock
// that has been set back since: neither holds anybody up.
func (s *Store) forgetTurns(ctx context.Context, tx *sql.Tx) error {
	now := s.now()
	_, err := tx.ExecContext(ctx, "DELETE FROM throttle WHERE next < ? OR next > ?",
		now.Add(-throttleHorizon).UnixMicro(), now.Add(throttleHorizon+s.interval).UnixMicro())
	return err
}
