// Package services knows how to ask a service about its configuration: one
// read-only question for each protocol, and what the answer shows.
//
// It opens no connection: package probe does, under its guard and throttle, and
// hands over a connection that has a deadline and a limit in bytes. It never
// logs in, never writes, and never judges; what it brings is evidence for the
// rules of package policy.
package services

import (
	"cmp"
	"context"
	"net"
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// Probe is one way to learn how a service is configured. Exactly one of Talk,
// Path and Page is set.
type Probe struct {
	ID string // stable, the Probe of the evidence: "redis"

	// Ports are those on which the service usually listens, and Technologies
	// the names under which package fingerprint recognises it. Either calls
	// for the probe. Without both, and with Page, it reads every answer.
	Ports        []uint16
	Technologies []string

	// General is the place among the probes that every web page calls for, from
	// 1; 0 for the probe of one service. Technologies narrow a general probe
	// down to pages of which one is recognised.
	General int

	// Secure services speak TLS from the first byte. Talk then has the
	// connection within TLS, and Path is asked for over TLS first.
	Secure bool

	// OptIn probes run only where the settings ask for them: they send more
	// than one request, or something that a careful owner would want to be
	// asked about first.
	OptIn bool

	// Talk speaks with the service over a connection that has just been made.
	// What it reads before it writes is kept as the banner of the port.
	Talk Conversation

	// Path is what one HTTP GET asks for, and Read takes the facts from the
	// answer. It returns nil when the answer is not of this service.
	Path string
	Read func(r exposure.Response) map[string]any

	// Page takes facts from the answer that the one GET of the port brought.
	// It sends nothing, and returns nil when there is nothing to tell.
	Page func(r exposure.Response) map[string]any
}

// Conversation asks a service over conn and returns facts: values that JSON
// holds, texts cleaned (exposure.CleanLine) and cut. It bounds what it reads,
// and must neither close conn nor set its deadline. An error means that nothing
// was learnt, such as an answer of another protocol; a refusal ("NOAUTH") is a
// fact, not an error.
type Conversation func(ctx context.Context, conn net.Conn) (map[string]any, error)

// Probes returns every probe, sorted by ID. A new slice each time.
func Probes() []Probe {
	all := slices.Concat(conversations, web, pages)
	slices.SortFunc(all, func(a, b Probe) int { return cmp.Compare(a.ID, b.ID) })
	return all
}
