package reach

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// Record is a DNS record that an input declares.
type Record struct {
	Resource string // its resource address
	Provider string // cloud or service that serves it: "aws", "cloudflare"
	Name     string // fully qualified; empty when it is not known yet
	Kind     string // "A", "AAAA", "CNAME", or "ALIAS" for what a provider resolves by itself; others are left out

	// Values are the addresses or names that the record points at, as far as
	// they are known.
	Values []string

	// Targets are the resources that the record points at as such, and
	// Mentions those that an expression names whose value is not known yet.
	Targets, Mentions []string

	Private bool // served inside a network only

	// Via is the name of the service that answers in place of what the record
	// points at. Empty: nobody does.
	Via string
}

// hostName returns s as names are compared: in lower case, without a last dot.
// ok is false for what is no name that could be asked for, such as a wildcard.
func hostName(s string) (name string, ok bool) {
	name = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(s), "."))
	if len(name) > 253 || !strings.Contains(name, ".") {
		return "", false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return "", false
		}
	}
	return name, true
}

// target returns a value of a record as hosts are compared.
func target(value string) string {
	if addr, err := netip.ParseAddr(strings.TrimSpace(value)); err == nil {
		return addr.Unmap().String()
	}
	name, _ := hostName(value)
	return strings.TrimPrefix(name, "dualstack.") // an alias of either family of a load balancer
}

// kinds are those of the records that say where a name leads.
var kinds = []string{"A", "AAAA", "CNAME", "ALIAS"}

// recordsOf returns the records that the clouds read, in order of their
// resource addresses.
func recordsOf(g *Graph, clouds []Cloud) []Record {
	var out []Record
	for _, cloud := range clouds {
		if cloud.Records != nil {
			out = append(out, cloud.Records(g)...)
		}
	}
	// What other kinds hold is no host of the name: a mail server, a text.
	out = slices.DeleteFunc(out, func(r Record) bool { return !slices.Contains(kinds, r.Kind) })
	slices.SortStableFunc(out, func(a, b Record) int { return strings.Compare(a.Resource, b.Resource) })
	return out
}

// proxied returns the candidate of a record behind which a service answers in
// place of the origin. The origin keeps a verdict of its own.
func proxied(r Record) Candidate {
	e := exposure.Endpoint{
		ResourceAddress: r.Resource, Key: "proxied", Kind: "web", SharedFront: true,
		Identity: exposure.Identity{Cloud: r.Provider},
		Notes:    []string{"what " + r.Via + " forwards to is judged on its own"},
	}
	var ok bool
	if e.Host, ok = hostName(r.Name); !ok && r.Name != "" {
		e.Notes = append(e.Notes, exposure.CleanLine(r.Name)+" is no single name that could be asked")
	}
	hop := exposure.Hop{Gate: "cdn", Resource: r.Resource, Certainty: exposure.Must,
		Summary: fmt.Sprintf("%s is answered by %s for everyone", r.Resource, r.Via), Remedy: "Restrict who may pass in " + r.Via}
	return Candidate{
		Endpoint: e, Family: IPv4,
		Slots: []Slot{
			{Transport: exposure.TCP, Ports: exposure.PortRange{Lo: 80, Hi: 80}},
			{Transport: exposure.TCP, Ports: exposure.PortRange{Lo: 443, Hi: 443}},
		},
		Gates: []Gate{{Name: "cdn", Pass: func(f Flow) Passage { return Open(f, hop) }}},
	}
}
