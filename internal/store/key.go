package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
)

// keySize is the length of the store's key in bytes.
const keySize = 32

// Key returns the secret of the store: 32 random bytes, made at the first call
// of any process and the same ever after. What is hashed with it can be told
// again with the same store, and not be guessed without. It is as safe as the
// database, which only its owner can read.
func (s *Store) Key(ctx context.Context) ([]byte, error) {
	fresh := make([]byte, keySize)
	rand.Read(fresh) // never fails
	var key []byte
	err := s.write(ctx, func(tx *sql.Tx) error {
		// Whoever comes first decides; the transaction excludes other writers.
		if _, err := tx.ExecContext(ctx, "INSERT INTO keys (name, value) VALUES ('leaks', ?) ON CONFLICT DO NOTHING", fresh); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, "SELECT value FROM keys WHERE name = 'leaks'").Scan(&key)
	})
	if err != nil {
		return nil, fmt.Errorf("read the key of the store: %w", explain(err))
	}
	if len(key) != keySize {
		return nil, fmt.Errorf("read the key of the store: it has %d bytes", len(key))
	}
	return key, nil
}
