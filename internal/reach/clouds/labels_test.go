package clouds_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/clouds"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// label is what people read in one real file.
type label struct {
	File          string      `json:"file"`
	Cloud         string      `json:"cloud"`
	Exposed       []labelled  `json:"exposed"`
	NotExposed    []labelled  `json:"not_exposed"`
	Indeterminate []labelled  `json:"indeterminate"`
	Restricted    []labelled  `json:"restricted"`
	Traps         interface{} `json:"traps"`
}

type labelled struct {
	Address       string   `json:"address"`
	AltAddresses  []string `json:"alt_addresses"`
	Host          *string  `json:"host"`
	AltHosts      []string `json:"alt_hosts"`
	Ports         string   `json:"ports"`
	PortsOptional string   `json:"ports_optional"`
	Protocol      string   `json:"protocol"`
	Sources       []string `json:"sources"`
	Why           string   `json:"why"`
}

// covered are the clouds whose labels must hold.
var covered = []string{"aws", "azure", "gcp", "digitalocean"}

// TestLabelledFiles holds the analysis against real states and plans that were
// read by hand.
func TestLabelledFiles(t *testing.T) {
	corpus := os.Getenv("DYNAMICSCAN_CORPUS")
	if corpus == "" {
		t.Skip("set DYNAMICSCAN_CORPUS to the folder with LABELS.json to hold the analysis against labelled files")
	}
	raw, err := os.ReadFile(filepath.Join(corpus, "LABELS.json"))
	if err != nil {
		t.Fatal(err)
	}
	var labels []label
	if err := json.Unmarshal(raw, &labels); err != nil {
		t.Fatal(err)
	}
	for _, l := range labels {
		if !slices.Contains(covered, l.Cloud) {
			continue
		}
		t.Run(filepath.Base(l.File), func(t *testing.T) { checkFile(t, filepath.Join(corpus, l.File), l) })
	}
}

func checkFile(t *testing.T, file string, l label) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	in, err := tfstate.Parse(filepath.Base(file), data)
	if err != nil {
		t.Fatal(err)
	}
	a := reach.Analyze(in, clouds.All()...)
	for _, want := range l.Exposed {
		for _, protocol := range want.protocols() {
			checkExposed(t, a, want, protocol, l.Exposed)
		}
	}
	for _, e := range a.Endpoints {
		if e.Verdict == exposure.Exposed && !slices.ContainsFunc(l.Exposed, func(w labelled) bool { return w.covers(e.ResourceAddress) }) {
			t.Errorf("exposed %s %s, which no label says: %s", e.ResourceAddress, e.HostPort(), hops(e))
		}
	}
	for _, want := range append(append([]labelled{}, l.NotExposed...), l.Indeterminate...) {
		for _, e := range of(a, want) {
			if e.Verdict == exposure.Exposed && !labelledExposed(t, e, l.Exposed) {
				t.Errorf("exposed %s %s, want it not to be: %s", e.ResourceAddress, e.HostPort(), want.Why)
			}
		}
	}
	for _, want := range l.NotExposed {
		for _, e := range of(a, want) {
			if e.Verdict == exposure.Unknown {
				t.Errorf("unknown %s %s, want not_exposed (%s): %v", e.ResourceAddress, e.HostPort(), want.Why, e.Unknowns)
			}
		}
	}
	for _, want := range l.Restricted {
		checkRestricted(t, a, want)
	}
}

// checkExposed wants an endpoint at the labelled address and host with every
// labelled port, and no further exposed port there.
func checkExposed(t *testing.T, a *reach.Analysis, want labelled, protocol string, all []labelled) {
	t.Helper()
	var got, allowed []exposure.PortRange
	for _, e := range of(a, want) {
		if e.Verdict == exposure.Exposed && want.at(e.Host) && string(e.Transport) == protocol {
			got = append(got, e.Ports...)
		}
	}
	for _, other := range all { // one resource may have several labels
		if other.covers(want.Address) {
			allowed = append(append(allowed, ranges(t, other.Ports)...), ranges(t, other.PortsOptional)...)
		}
	}
	if missing := without(ranges(t, want.Ports), got); missing != "" {
		t.Errorf("%s (host %s): exposed %s ports %v, want %s as well: %s\n%s", want.Address, want.host(), protocol, got, missing, want.Why, about(a, want))
	}
	if extra := without(got, allowed); extra != "" {
		t.Errorf("%s (host %s): exposed %s ports %s too, want only %s: %s", want.Address, want.host(), protocol, extra, want.Ports, want.Why)
	}
}

// labelledExposed reports whether the ports of an endpoint are labelled exposed:
// a resource may be so at some ports and indeterminate at others.
func labelledExposed(t *testing.T, e exposure.Endpoint, labels []labelled) bool {
	t.Helper()
	return slices.ContainsFunc(labels, func(w labelled) bool {
		return w.covers(e.ResourceAddress) && without(e.Ports, append(ranges(t, w.Ports), ranges(t, w.PortsOptional)...)) == ""
	})
}

func checkRestricted(t *testing.T, a *reach.Analysis, want labelled) {
	t.Helper()
	for _, e := range of(a, want) {
		if e.Scope != exposure.ScopeRestricted || e.Verdict != exposure.NotExposed {
			continue
		}
		if without(ranges(t, want.Ports), e.Ports) == "" && slices.Equal(e.Sources, want.Sources) && want.at(e.Host) {
			return
		}
	}
	t.Errorf("%s: no endpoint on %s restricted to %v: %s\n%s", want.Address, want.Ports, want.Sources, want.Why, about(a, want))
}

func (w labelled) covers(address string) bool {
	return w.Address == address || slices.Contains(w.AltAddresses, address)
}

func (w labelled) at(host string) bool {
	return w.Host == nil || strings.EqualFold(*w.Host, host) ||
		slices.ContainsFunc(w.AltHosts, func(h string) bool { return strings.EqualFold(h, host) })
}

func (w labelled) host() string {
	if w.Host == nil {
		return "any"
	}
	return *w.Host
}

func (w labelled) protocols() []string {
	switch w.Protocol {
	case "":
		return []string{"tcp"}
	case "all":
		return []string{"tcp", "udp"}
	}
	return []string{w.Protocol}
}

func of(a *reach.Analysis, w labelled) []exposure.Endpoint {
	var out []exposure.Endpoint
	for _, e := range a.Endpoints {
		if w.covers(e.ResourceAddress) {
			out = append(out, e)
		}
	}
	return out
}

// about lists all that the analysis says of a label's resource.
func about(a *reach.Analysis, w labelled) string {
	var b strings.Builder
	for _, e := range append(of(a, w), a.Blocked...) {
		if w.covers(e.ResourceAddress) {
			fmt.Fprintf(&b, "  %s %s %s %s: %s %v\n", e.Verdict, e.Likelihood, e.HostPort(), e.Transport, hops(e), e.Unknowns)
		}
	}
	return b.String()
}

func hops(e exposure.Endpoint) string {
	var out []string
	for _, h := range append(slices.Clone(e.Hops), e.Blockers...) {
		out = append(out, h.Summary)
	}
	return strings.Join(out, "; ")
}

func ranges(t *testing.T, text string) []exposure.PortRange {
	t.Helper()
	var out []exposure.PortRange
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		r, err := exposure.ParsePortRange(part)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

// without returns the ports of list that are not in other, empty when all are.
func without(list, other []exposure.PortRange) string {
	var missing []exposure.PortRange
	for _, r := range list {
		for port := int(r.Lo); port <= int(r.Hi); port++ {
			if !slices.ContainsFunc(other, func(o exposure.PortRange) bool { return o.Contains(uint16(port)) }) {
				missing = append(missing, exposure.PortRange{Lo: uint16(port), Hi: uint16(port)})
			}
		}
	}
	return exposure.FormatPorts(exposure.MergePortRanges(missing))
}
