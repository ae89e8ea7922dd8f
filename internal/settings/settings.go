// Package settings owns the declared scan scope and behaviour: what a user may
// write, its defaults and its bounds. One parser serves the provider and the
// command line, so that the same words mean the same in both.
//
// It opens nothing and compiles no policy; the Rego text of a custom policy is
// carried as it is.
package settings

import (
	"slices"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// Settings is a complete, valid declaration. Default returns the zero
// configuration's meaning.
type Settings struct {
	Enabled        bool
	ScanInterval   time.Duration // a result younger than this is reused; at least a minute
	MaxStateAge    time.Duration // a state older than this is not scanned by; 0 means any age
	SeverityPolicy string        // permissive, moderate or strict; unused with a CustomPolicy
	CustomPolicy   string        // Rego text; empty for a named policy
	Scope          Scope
	Screenshots    bool
	ScanWindows    []Window // when endpoints may be probed; empty means at any time
	DataScanning   bool     // report secrets in answers; they are redacted in any case
	HostRules      HostRules
	HTTPPorts      []exposure.PortRange // ports that get a GET, beside the supported ones
	AddedPorts     []exposure.PortRange // ports probed where a rule opens more than 100, beside the supported ones
	Limits         Limits
	UserAgent      string // empty means the product's own
	RequestHeaders map[string]string
}

// HostRules say which host configuration rules run, and how far their probes
// may go.
type HostRules struct {
	Enabled  bool
	Extended bool     // every probe that applies, each a second after the other, and those that want to be asked for
	Skip     []string // ids of rules that are left out; package policy knows which there are
	Folder   string   // of the user's own rules; "" for none
}

// Limits bound what a scan may cost the scanned and the scanner.
type Limits struct {
	ConnectionsPerSecond float64       // new connections a second over all endpoints, 1 to 10,000
	Connections          int           // connections at once, 1 to 1,000
	ConnectTimeout       time.Duration // of one handshake, 100ms to 1m
	HTTPTimeout          time.Duration // of one GET with its body, 100ms to 5m
	BodySize             int64         // bytes of a body that are read, 1 KiB to 16 MiB
}

// The severity policies that come with the product.
const (
	Permissive = "permissive"
	Moderate   = "moderate"
	Strict     = "strict"
)

// Default returns what an empty declaration means.
func Default() Settings {
	return Settings{
		Enabled:        true,
		ScanInterval:   24 * time.Hour,
		SeverityPolicy: Moderate,
		Screenshots:    true,
		DataScanning:   true,
		HostRules:      HostRules{Enabled: true},
		Limits: Limits{
			ConnectionsPerSecond: 100,
			Connections:          32,
			ConnectTimeout:       5 * time.Second,
			HTTPTimeout:          10 * time.Second,
			BodySize:             1 << 20,
		},
	}
}

// IsHTTP reports whether an open port gets a GET: the supported HTTP ports and
// those the user added.
func (s Settings) IsHTTP(port uint16) bool {
	return exposure.IsHTTP(port) || within(s.HTTPPorts, port)
}

// Probes reports whether a port is probed although a rule opens so many that
// only some are: the supported ports and those the user added.
func (s Settings) Probes(port uint16) bool {
	return slices.Contains(exposure.SupportedPorts(), port) || within(s.HTTPPorts, port) || within(s.AddedPorts, port)
}

func within(ranges []exposure.PortRange, port uint16) bool {
	for _, r := range ranges {
		if r.Contains(port) {
			return true
		}
	}
	return false
}
