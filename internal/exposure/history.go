package exposure

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// History is what is kept of the looks at one endpoint.
type History struct {
	ResourceAddress   string   `json:"resource_address"` // empty when an early version kept the looks
	Host              string   `json:"host"`
	ResolvedAddresses []string `json:"resolved_addresses"` // at the newest look
	Ports             []string `json:"ports"`              // ports and ranges that were asked, as users write them
	Path              string   `json:"path,omitempty"`
	Looks             []Look   `json:"looks"` // newest first, never nil
}

// Look is what one look at an endpoint brought, in short.
type Look struct {
	ScannedAt      time.Time  `json:"scanned_at"`
	PortStatus     PortStatus `json:"port_status"`
	Reason         string     `json:"reason,omitempty"` // why the endpoint was not scanned
	OpenPorts      []uint16   `json:"validated_open_ports"`
	HTTPStatus     HTTPStatus `json:"http_status,omitempty"` // of the port that decided the severity
	HTTPStatusCode int        `json:"http_status_code,omitempty"`
	Title          string     `json:"web_page_title,omitempty"`
	Severity       *Severity  `json:"severity"` // by the policy of the time; nil when nobody judged
	Changes        []string   `json:"changes"`  // since the look before, in clauses; never nil
}

// LookOf returns an observation in short. It has no Changes.
func LookOf(o Observation, severity *Severity) Look {
	l := Look{
		ScannedAt: o.ScannedAt, PortStatus: o.PortStatus, Reason: o.Reason, OpenPorts: o.OpenPorts(),
		Severity: severity, Changes: []string{},
	}
	if p := o.Decisive(); p != nil && p.HTTP != nil {
		l.HTTPStatus, l.HTTPStatusCode, l.Title = p.HTTP.Status, p.HTTP.StatusCode, p.HTTP.Title
	}
	return l
}

// Compare says of every look what changed since the one before it. What a look
// that failed could not see is compared with the last that saw it.
func (h *History) Compare() {
	for i := range h.Looks {
		look := &h.Looks[i]
		look.Changes = []string{}
		if i+1 == len(h.Looks) {
			continue
		}
		if was := h.Looks[i+1].PortStatus; was != look.PortStatus {
			look.Changes = append(look.Changes, fmt.Sprintf("%s, was %s", look.PortStatus, was))
		}
		seen := slices.IndexFunc(h.Looks[i+1:], func(l Look) bool { return l.PortStatus.Scanned() })
		if look.PortStatus.Scanned() && seen >= 0 {
			look.Changes = append(look.Changes, look.changes(h.Looks[i+1+seen])...)
		}
	}
}

// changes compares two looks that both saw the endpoint.
func (l Look) changes(before Look) []string {
	var out []string
	if opened := without(l.OpenPorts, before.OpenPorts); len(opened) > 0 {
		out = append(out, "opened "+FormatPorts(opened))
	}
	if closed := without(before.OpenPorts, l.OpenPorts); len(closed) > 0 {
		out = append(out, "closed "+FormatPorts(closed))
	}
	if l.HTTP() != before.HTTP() {
		out = append(out, fmt.Sprintf("%s, was %s", orNo(l.HTTP(), "HTTP answer"), orNo(before.HTTP(), "none")))
	}
	if l.Title != before.Title {
		out = append(out, fmt.Sprintf("title %q, was %q", l.Title, before.Title))
	}
	if l.Severity != nil && before.Severity != nil && *l.Severity != *before.Severity {
		out = append(out, fmt.Sprintf("severity %s, was %s", *l.Severity, *before.Severity))
	}
	return out
}

// HTTP returns "HTTP 200", or the HTTP status that is no class, or "" without a
// GET.
func (l Look) HTTP() string {
	if l.HTTPStatusCode != 0 {
		return fmt.Sprintf("HTTP %d", l.HTTPStatusCode)
	}
	return string(l.HTTPStatus)
}

func orNo(text, none string) string {
	switch {
	case text != "":
		return text
	case none == "none":
		return none
	}
	return "no " + none
}

// without returns the ports of a that are not among b.
func without(a, b []uint16) []PortRange {
	var out []PortRange
	for _, p := range a {
		if !slices.Contains(b, p) {
			out = append(out, PortRange{Lo: p, Hi: p})
		}
	}
	return MergePortRanges(out)
}

// Concerns reports whether a name means the endpoint: its host, an address of
// it, or its resource, a module or a resource with several instances.
func (h History) Concerns(name string) bool {
	rest, within := strings.CutPrefix(h.ResourceAddress, name)
	within = within && h.ResourceAddress != "" && (rest == "" || rest[0] == '[' || rest[0] == '.')
	return within || strings.EqualFold(h.Host, name) || slices.Contains(h.ResolvedAddresses, name)
}
