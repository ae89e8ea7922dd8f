package store

import (
	"cmp"
	"fmt"
	"strconv"
	"time"
)

// What a store keeps when its Options do not say.
const (
	DefaultKeep      = 10
	DefaultRetention = 90 * 24 * time.Hour
	DefaultMaxBytes  = 1 << 30
)

// What users may ask for.
const (
	leastRetention, mostRetention = 24 * time.Hour, 10 * 365 * 24 * time.Hour
	leastMiB, mostMiB             = 16, 1 << 20
)

// Options bounds what a store keeps. A zero field means its default. The bounds
// are applied by Open, at most once an hour by all processes together; Keep also
// by Put.
type Options struct {
	Keep      int           // results of one endpoint, the newest
	Retention time.Duration // the age from which on a result goes, be it the only one of its endpoint
	MaxBytes  int64         // of database and screenshots together

	reading   bool              // nothing is made and nothing is pruned
	vfs       string            // for tests: SQLite's way to the files; empty: its own
	busy      time.Duration     // for tests: in the place of busyLimit
	migrating func(version int) // for tests: called before a step of the migration is committed
}

// SetRetention reads a duration as users write it. Without a text the default
// stands. The error is a clause that quotes the text.
func (o *Options) SetRetention(text string) error {
	if text == "" {
		return nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < leastRetention || d > mostRetention {
		return fmt.Errorf("%q is not a duration from 24h to 87600h such as \"2160h\"", text)
	}
	o.Retention = d
	return nil
}

// SetMaxSize reads a number of MiB. Without a text the default stands. The error
// is a clause that quotes the text.
func (o *Options) SetMaxSize(text string) error {
	if text == "" {
		return nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < leastMiB || n > mostMiB {
		return fmt.Errorf("%q is not a whole number of MiB from %d to %d", text, leastMiB, mostMiB)
	}
	o.MaxBytes = n << 20
	return nil
}

func (o Options) withDefaults() Options {
	o.Keep = cmp.Or(o.Keep, DefaultKeep)
	o.Retention = cmp.Or(o.Retention, DefaultRetention)
	o.MaxBytes = cmp.Or(o.MaxBytes, DefaultMaxBytes)
	o.busy = cmp.Or(o.busy, busyLimit)
	if o.migrating == nil {
		o.migrating = func(int) {}
	}
	return o
}
