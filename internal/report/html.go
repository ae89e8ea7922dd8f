package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

//go:embed html.tmpl
var pageText string

// page is parsed when it is first needed. A template that does not parse fails
// every test of this package.
var page = sync.OnceValues(func() (*template.Template, error) {
	return template.New("report").Funcs(template.FuncMap{"upper": strings.ToUpper}).Parse(pageText)
})

// htmlPage is what the page shows, in the words of the text report.
type htmlPage struct {
	Input     string
	Verdict   string // "Passed" or "Failed"
	Outcome   string
	Counts    []htmlCount
	Findings  []htmlFinding
	Accepted  []htmlFinding
	Tables    []htmlTable
	Unknown   []htmlUnknown
	Assumed   []string
	Remarks   []string
	Uncovered []exposure.TypeCount
}

type htmlCount struct {
	N     int
	What  string
	Alarm bool
}

type htmlFinding struct {
	exposure.Finding
	Place    string // host and port
	Reason   string
	Hops     []exposure.Hop
	Remedy   string
	Ports    string
	Picture  string
	Accepted string
}

type htmlTable struct {
	Title string
	Head  []string
	Rows  [][]string
}

type htmlUnknown struct {
	Head string
	Gaps []string
}

// HTML renders the report as one page that needs nothing else: no script, no
// picture, no font from elsewhere.
func HTML(w io.Writer, r exposure.Report) error {
	parsed, err := page()
	if err != nil {
		return fmt.Errorf("parse the page: %w", err)
	}
	return parsed.Execute(w, pageOf(r))
}

func pageOf(r exposure.Report) htmlPage {
	s := r.Summary()
	t := &text{}
	t.outcome(r)
	p := htmlPage{
		Input: r.Input, Verdict: "Passed", Outcome: strings.Join(strings.Fields(t.String()), " "),
		Counts: []htmlCount{
			{s.Failing, "failing", s.Failing > 0},
			{s.Findings - s.Waived, "findings", false},
			{s.Waived, "accepted", false},
			{s.Exposed, "exposed", false},
			{s.Restricted, "restricted", false},
			{s.Unknown, "unknown", s.Unknown > 0},
			{s.Open, "open", false},
		},
		Tables: tablesOf(r), Unknown: unknownOf(r), Uncovered: r.Uncovered,
	}
	if !r.Passed {
		p.Verdict = "Failed"
	}
	results := byID(r.Results)
	for _, f := range r.Findings {
		of := htmlFindingOf(f, results[f.EndpointID])
		if f.Waiver != nil {
			p.Accepted = append(p.Accepted, of)
			continue
		}
		p.Findings = append(p.Findings, of)
	}
	for _, id := range slices.Sorted(maps.Keys(r.Assumptions)) {
		p.Assumed = append(p.Assumed, r.Assumptions[id])
	}
	for _, why := range r.Incomplete {
		p.Remarks = append(p.Remarks, "The input does not show everything: "+why+".")
	}
	for _, warning := range r.Warnings {
		p.Remarks = append(p.Remarks, warning+".")
	}
	return p
}

func htmlFindingOf(f exposure.Finding, of exposure.Result) htmlFinding {
	e := of.Endpoint
	if f.Port > 0 {
		e.Ports = []exposure.PortRange{{Lo: f.Port, Hi: f.Port}}
	}
	out := htmlFinding{
		Finding: f, Place: e.HostPort(), Hops: of.Endpoint.Hops, Remedy: Remedy(of.Endpoint), Picture: pictureOf(of.Observed, f.Port),
	}
	if len(out.Hops) == 0 {
		out.Reason = Reason(of.Endpoint)
	}
	if len(f.Ports) > 0 {
		out.Ports = portsText(f.Ports, findingRanges)
	}
	if w := f.Waiver; w != nil {
		out.Accepted = fmt.Sprintf("Accepted until %s by %s: %s", w.Expires.UTC().Format("2006-01-02 15:04 MST"), exposure.CleanLine(w.Owner), exposure.CleanLine(w.Reason))
	}
	return out
}

// tablesOf takes the tables of the text report as they are.
func tablesOf(r exposure.Report) []htmlTable {
	tables := []htmlTable{}
	for _, table := range endpointTables(r) {
		if len(table.rows) > 0 {
			tables = append(tables, htmlTable{table.title, tableHead[:len(table.rows[0])], table.rows})
		}
	}
	return tables
}

func unknownOf(r exposure.Report) []htmlUnknown {
	out := []htmlUnknown{}
	for _, group := range unknownGroups(r) {
		e, head := unknownHead(group)
		u := htmlUnknown{Head: head}
		for _, gap := range e.Unknowns {
			u.Gaps = append(u.Gaps, gapText(gap, e.ResourceAddress))
		}
		out = append(out, u)
	}
	return out
}
