package report

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// What a cell of a table lists.
const (
	sourcesShown = 3
	cellRanges   = 4 // of ports
)

// endpoints writes the tables of what is reachable.
func (t *text) endpoints(r exposure.Report) {
	for _, table := range endpointTables(r) {
		t.table(table.title, table.rows)
	}
}

// endpointTable is a title with the rows below it, possibly none.
type endpointTable struct {
	title string
	rows  [][]string
}

// endpointTables returns the tables of what is reachable. A plan tells what it
// exposes, what stays exposed and what it closes.
func endpointTables(r exposure.Report) []endpointTable {
	exposed, restricted, closed := map[exposure.Change][][]string{}, [][]string{}, [][]string{}
	for _, result := range r.Results {
		e := result.Endpoint
		switch {
		case e.Verdict == exposure.Exposed:
			exposed[result.Change] = append(exposed[result.Change], row(result, fromText(e)))
		case e.Verdict == exposure.NotExposed && e.Scope != exposure.ScopeNone && e.Scope != "":
			restricted = append(restricted, row(result, orSensitive(sourcesText(e))))
		}
	}
	for _, e := range r.Closed {
		closed = append(closed, []string{e.Place(), hostOf(e), transportText(e), fromText(e)})
	}
	return []endpointTable{
		{"Exposed", exposed[""]},
		{"Newly exposed by the plan", exposed[exposure.ChangeNew]},
		{"Exposed before and after the plan", exposed[exposure.ChangeNone]},
		{"Closed by the plan", closed},
		{"Restricted to some sources", restricted},
	}
}

// tableHead names the columns; a table may lack the last ones.
var tableHead = []string{"RESOURCE", "HOST", "PORTS", "FROM", "SEEN", "SEVERITY"}

func row(r exposure.Result, from string) []string {
	return []string{r.Endpoint.Place(), hostOf(r.Endpoint), transportText(r.Endpoint), from, seenText(r), r.Severity.String()}
}

func (t *text) table(title string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	rows = append([][]string{tableHead[:len(rows[0])]}, rows...)
	width := make([]int, len(rows[0]))
	for _, cells := range rows {
		for i, c := range cells {
			width[i] = max(width[i], utf8.RuneCountInString(c))
		}
	}
	t.line("%s", title)
	for _, cells := range rows {
		line := " "
		for i, c := range cells {
			line += fmt.Sprintf(" %-*s ", width[i], c)
		}
		t.line("%s", strings.TrimRight(line, " "))
	}
	t.line("")
}

func hostOf(e exposure.Endpoint) string {
	if e.Host == "" {
		return "(not known yet)"
	}
	return e.Host
}

func transportText(e exposure.Endpoint) string {
	switch {
	case e.Transport == exposure.ICMP || e.Transport == exposure.ICMPv6:
		return string(e.Transport)
	case exposure.CountPorts(e.Ports) >= exposure.AllPorts.Count()-1: // port 0 is none
		return string(e.Transport) + " all"
	}
	return string(e.Transport) + " " + portsText(e.Ports, cellRanges)
}

func fromText(e exposure.Endpoint) string {
	switch e.Scope {
	case exposure.ScopeWorld:
		return "anywhere"
	case exposure.ScopeBroad:
		return "wide ranges"
	case exposure.ScopeProvider:
		return "a provider's ranges"
	}
	return string(e.Scope)
}

// sourcesText lists who is admitted.
func sourcesText(e exposure.Endpoint) string {
	all := slices.Concat(e.SourceLabels, e.Sources)
	total := len(e.SourceLabels) + max(e.SourceTotal, len(e.Sources))
	if total > sourcesShown && len(all) > sourcesShown {
		return fmt.Sprintf("%s and %d more", strings.Join(all[:sourcesShown], ", "), total-sourcesShown)
	}
	return strings.Join(all, ", ")
}

// statuses are the port statuses as a table says them.
var statuses = map[exposure.PortStatus]string{
	exposure.StatusScannerDisabled: "scanner disabled",
	exposure.StatusExcluded:        "excluded from scan",
	exposure.StatusUnsupportedPort: "unsupported port",
	exposure.StatusScanFailed:      "scan failed",
}

// seenText says what was seen of an endpoint: "open 22, 443, HTTP 200".
func seenText(r exposure.Result) string {
	o := r.Observed
	if o == nil {
		return "not scanned"
	}
	seen := string(o.PortStatus)
	if plain, ok := statuses[o.PortStatus]; ok {
		seen = plain
	}
	if open := o.OpenPorts(); len(open) > 0 && o.PortsProbed > 1 {
		ranges := make([]exposure.PortRange, len(open))
		for i, port := range open {
			ranges[i] = exposure.PortRange{Lo: port, Hi: port}
		}
		seen += " " + portsText(exposure.MergePortRanges(ranges), cellRanges)
	}
	if p := o.Decisive(); p != nil && p.HTTP != nil && p.HTTP.StatusCode != 0 {
		seen += fmt.Sprintf(", HTTP %d", p.HTTP.StatusCode)
	}
	if o.FromStore {
		seen += " (" + o.ScannedAt.UTC().Format("2006-01-02 15:04") + ")"
	}
	return seen
}

// unknowns writes the endpoints that may be reachable, and what would tell.
func (t *text) unknowns(r exposure.Report) {
	groups := unknownGroups(r)
	if len(groups) > 0 {
		t.line("Unknown")
	}
	for _, group := range groups {
		e, head := unknownHead(group)
		t.line("  %s", head)
		for _, gap := range e.Unknowns {
			t.paragraph("    ", gapText(gap, e.ResourceAddress))
		}
	}
	if len(groups) > 0 {
		t.line("")
	}
}

// unknownGroups gathers the endpoints that may be reachable: ports of one
// resource that miss the same are one group.
func unknownGroups(r exposure.Report) [][]exposure.Result {
	groups := [][]exposure.Result{}
	for _, result := range r.Results {
		if result.Endpoint.Verdict != exposure.Unknown {
			continue
		}
		same := func(g []exposure.Result) bool { return alike(g[0], result) }
		if i := slices.IndexFunc(groups, same); i >= 0 {
			groups[i] = append(groups[i], result)
			continue
		}
		groups = append(groups, []exposure.Result{result})
	}
	return groups
}

// alike reports whether two endpoints differ in nothing but their ports.
func alike(a, b exposure.Result) bool {
	x, y := a.Endpoint, b.Endpoint
	return x.Place() == y.Place() && x.Host == y.Host && x.Transport == y.Transport && x.Likelihood == y.Likelihood &&
		a.Observed == nil && b.Observed == nil && reflect.DeepEqual(x.Unknowns, y.Unknowns)
}

// unknownHead returns the endpoint of a group with the ports of all, and the
// line that names it.
func unknownHead(group []exposure.Result) (exposure.Endpoint, string) {
	first := group[0]
	e := first.Endpoint
	e.Ports = nil
	for _, result := range group {
		e.Ports = append(e.Ports, result.Endpoint.Ports...)
	}
	e.Ports = exposure.MergePortRanges(e.Ports)
	head := fmt.Sprintf("%s  %s  %s", e.Place(), hostOf(e), transportText(e))
	if e.Likelihood != "" {
		head += "  " + e.Likelihood + " exposed"
	}
	if first.Observed != nil {
		head += fmt.Sprintf("  %s  %s", seenText(first), first.Severity)
	}
	return e, head
}

// gapText says in sentences what is missing and how to know it. heading is the
// resource that the line above names.
func gapText(g exposure.Gap, heading string) string {
	s := g.Reason
	if g.Resource != "" && g.Resource != heading && !strings.Contains(s, g.Resource) {
		s = g.Resource + ": " + s
	}
	s = strings.TrimSuffix(s, ".") + "."
	if g.Remedy != "" {
		s += " " + strings.TrimSuffix(g.Remedy, ".") + "."
	}
	return s
}
