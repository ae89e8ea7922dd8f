package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// textWidth is where the lines of a text report wrap.
const textWidth = 100

// Text renders the report for a person: the findings with their reasons, then
// every endpoint in a line, then what could not be known, then the outcome.
func Text(w io.Writer, r exposure.Report) error {
	t := &text{}
	t.findings(r)
	t.endpoints(r)
	t.unknowns(r)
	t.remarks(r)
	t.outcome(r)
	_, err := io.WriteString(w, t.String())
	return err
}

type text struct{ strings.Builder }

func (t *text) line(format string, args ...any) { fmt.Fprintf(t, format+"\n", args...) }

// paragraph writes prose, wrapped and indented.
func (t *text) paragraph(indent, prose string) {
	line := indent
	for _, word := range strings.Fields(prose) {
		if len(line)+len(word)+1 > textWidth && strings.TrimSpace(line) != "" {
			t.line("%s", strings.TrimRight(line, " "))
			line = indent
		}
		line += word + " "
	}
	t.line("%s", strings.TrimRight(line, " "))
}

func (t *text) findings(r exposure.Report) {
	endpoints := map[string]exposure.Endpoint{}
	for _, result := range r.Results {
		endpoints[result.Endpoint.ID] = result.Endpoint
	}
	for _, f := range r.Findings {
		t.line("%s  %s: %s", strings.ToUpper(f.Severity.String()), f.Title, f.ResourceAddress)
		e := endpoints[f.EndpointID]
		t.paragraph("  ", f.Evidence+" "+Reason(e))
		if remedy := Remedy(e); remedy != "" {
			t.paragraph("  ", remedy)
		}
		t.line("  Rule: %s", f.Rule)
		if f.Waiver != nil {
			t.line("  Waived until %s by %s: %s", f.Waiver.Expires.UTC().Format("2006-01-02 15:04"), f.Waiver.Owner, f.Waiver.Reason)
		}
		t.line("")
	}
}

// sections are the groups of endpoints, in the order of the report.
var sections = []struct {
	title string
	holds func(exposure.Endpoint) bool
}{
	{"Exposed", func(e exposure.Endpoint) bool { return e.Verdict == exposure.Exposed }},
	{"Restricted to some sources", func(e exposure.Endpoint) bool {
		return e.Verdict == exposure.NotExposed && e.Scope != exposure.ScopeNone && e.Scope != ""
	}},
}

func (t *text) endpoints(r exposure.Report) {
	for _, section := range sections {
		rows := [][]string{}
		for _, result := range r.Results {
			if section.holds(result.Endpoint) {
				rows = append(rows, row(result))
			}
		}
		t.table(section.title, rows)
	}
}

func row(r exposure.Result) []string {
	e := r.Endpoint
	state := "not looked at"
	if r.Observed != nil {
		state = string(r.Observed.PortStatus)
		if p := r.Observed.Decisive(); p != nil && p.HTTP != nil && p.HTTP.StatusCode != 0 {
			state += fmt.Sprintf(", HTTP %d", p.HTTP.StatusCode)
		}
	}
	from := string(e.Scope)
	if e.Verdict == exposure.NotExposed {
		from = strings.Join(slices.Concat(e.Sources, e.SourceLabels), ", ")
	}
	return []string{e.ResourceAddress, hostOf(e), string(e.Transport) + " " + exposure.FormatPorts(e.Ports), from, state, r.Severity.String()}
}

func hostOf(e exposure.Endpoint) string {
	if e.Host == "" {
		return "(known after apply)"
	}
	return e.Host
}

func (t *text) table(title string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	width := make([]int, len(rows[0]))
	for _, cells := range rows {
		for i, c := range cells {
			width[i] = max(width[i], len([]rune(c)))
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

func (t *text) unknowns(r exposure.Report) {
	heading := false
	for _, result := range r.Results {
		e := result.Endpoint
		if e.Verdict != exposure.Unknown {
			continue
		}
		if !heading {
			t.line("Unknown")
			heading = true
		}
		t.line("  %s  %s %s  (%s exposed)", e.ResourceAddress, e.Transport, exposure.FormatPorts(e.Ports), e.Likelihood)
		for _, gap := range e.Unknowns {
			t.paragraph("    ", gapSentence(gap))
		}
	}
	if heading {
		t.line("")
	}
}

func gapSentence(g exposure.Gap) string {
	s := g.Reason
	if g.Resource != "" && !strings.Contains(s, g.Resource) {
		s = g.Resource + ": " + s
	}
	if g.Remedy != "" {
		s += "; " + g.Remedy
	}
	return s + "."
}

func (t *text) remarks(r exposure.Report) {
	if len(r.Uncovered) > 0 {
		names := make([]string, len(r.Uncovered))
		for i, u := range r.Uncovered {
			names[i] = fmt.Sprintf("%s (%d)", u.Type, u.Count)
		}
		t.paragraph("", "Resource types that the analysis does not understand: "+strings.Join(names, ", ")+".")
	}
	for _, why := range r.Incomplete {
		t.paragraph("", "The input does not show everything: "+why+".")
	}
	for _, warning := range r.Warnings {
		t.paragraph("", "Warning: "+warning+".")
	}
	if len(r.Uncovered)+len(r.Incomplete)+len(r.Warnings) > 0 {
		t.line("")
	}
}

func (t *text) outcome(r exposure.Report) {
	s := r.Summary()
	t.line("%d exposed, %d restricted, %d unknown, %d not exposed. %d looked at, %d open, %d not looked at.",
		s.Exposed, s.Restricted, s.Unknown, s.NotExposed, s.Scanned, s.Open, s.Exposed+s.Unknown-s.Scanned)
	if r.Passed {
		t.line("Passed: no finding at or above %s%s.", r.FailOn, waivedClause(s.Waived))
		return
	}
	t.line("Failed: %s at or above %s%s.", counted(s.Failing, "finding"), r.FailOn, waivedClause(s.Waived))
}

func waivedClause(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %d waived", n)
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
