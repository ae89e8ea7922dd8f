package provider

import (
	"context"
	"sync"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/store"
)

// sharedStore is one open store for all that a provider instance does at the
// same time. An engine works on ten resources at once: with a store each, most
// of their time goes into opening it and into waiting for each other at the lock
// of the database, where one store queues them.
//
// It is closed when nobody uses it, because nothing tells a provider that its
// work is over. The zero value is ready for use.
type sharedStore struct {
	mu     sync.Mutex
	opened *store.Store
	users  int
}

// open returns the store in dir, and what ends its use. A store that could not
// be opened is tried again by the next one who asks.
func (s *sharedStore) open(ctx context.Context, dir string, o store.Options) (*store.Store, func(), error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users == 0 {
		opened, err := store.Open(ctx, dir, o)
		if err != nil {
			return nil, nil, err
		}
		s.opened = opened
	}
	s.users++
	return s.opened, sync.OnceFunc(s.end), nil
}

func (s *sharedStore) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users--
	if s.users == 0 {
		_ = s.opened.Close() // the scans have their results; nothing is left to lose
	}
}
