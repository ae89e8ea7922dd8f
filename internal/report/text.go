package report

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// How the text report is laid out: the findings that nobody accepted, worst
// first, each with what was seen, why it is reachable and what closes it; the
// accepted ones; every endpoint that is reachable or may be, in tables; what
// could not be known; and the outcome in the last line. Endpoints that nobody
// can reach are counted only. Prose wraps, table rows do not.

const (
	textWidth  = 80
	typesShown = 12 // resource types that the analysis does not understand
)

// Text renders the report for a person.
func Text(w io.Writer, r exposure.Report) error {
	t := &text{}
	t.findings(r)
	t.endpoints(r)
	t.unknowns(r)
	t.remarks(r)
	t.outcome(r)
	// Addresses and hosts of a state are foreign text too.
	_, err := io.WriteString(w, exposure.Clean(t.String()))
	return err
}

type text struct{ strings.Builder }

func (t *text) line(format string, args ...any) { fmt.Fprintf(t, format+"\n", args...) }

// paragraph writes prose, wrapped and indented. Words that belong together are
// joined by a no-break space, which is written as a plain one.
func (t *text) paragraph(indent, prose string) {
	line, used := indent, 0
	for _, word := range strings.FieldsFunc(prose, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' }) {
		if used > 0 && utf8.RuneCountInString(line)+utf8.RuneCountInString(word)+1 > textWidth {
			t.line("%s", line)
			line, used = indent, 0
		}
		if used > 0 {
			line += " "
		}
		line += strings.ReplaceAll(word, noBreak, " ")
		used++
	}
	t.line("%s", line)
}

const noBreak = "\u00a0"

// remarks tells what limits the report as a whole.
func (t *text) remarks(r exposure.Report) {
	before := t.Len()
	if len(r.Assumptions) > 0 {
		t.line("Assumed, because nothing declares otherwise:")
	}
	for _, id := range slices.Sorted(maps.Keys(r.Assumptions)) {
		t.paragraph("  ", r.Assumptions[id])
	}
	if len(r.Uncovered) > 0 {
		t.paragraph("", "Not covered by the analysis: "+typesText(r.Uncovered)+".")
	}
	for _, why := range r.Incomplete {
		t.paragraph("", "The input does not show everything: "+why+".")
	}
	if t.Len() > before && len(r.Warnings) > 0 {
		t.line("")
	}
	for _, warning := range r.Warnings {
		t.paragraph("", "Warning: "+warning+".")
	}
	if t.Len() > before {
		t.line("")
	}
}

// typesText lists resource types with the most instances first.
func typesText(types []exposure.TypeCount) string {
	sorted := slices.Clone(types)
	slices.SortStableFunc(sorted, func(a, b exposure.TypeCount) int { return b.Count - a.Count })
	names := make([]string, len(sorted))
	for i, u := range sorted {
		names[i] = fmt.Sprintf("%s%s(%d)", u.Type, noBreak, u.Count)
	}
	return limited(names, typesShown, "types")
}

// limited joins the first n items with commas and counts the others. One more
// than n is not worth a count.
func limited(items []string, n int, noun string) string {
	if len(items) <= n+1 {
		return strings.Join(items, ", ")
	}
	return fmt.Sprintf("%s and %d more %s", strings.Join(items[:n], ", "), len(items)-n, noun)
}

// outcome counts the endpoints and says whether the gate passes.
func (t *text) outcome(r exposure.Report) {
	s := r.Summary()
	sentences := []string{endpointsClause(s)}
	switch {
	case r.Offline:
		sentences = append(sentences, "Nothing was sent.")
	case s.Scanned+s.NotScanned > 0:
		sentences = append(sentences, scannedClause(s))
	}
	t.paragraph("", strings.Join(sentences, " "))
	verdict, count := "Passed", "no finding"
	if !r.Passed {
		verdict, count = "Failed", counted(s.Failing, "finding")
	}
	t.paragraph("", fmt.Sprintf("%s: %s%s%s%s%s.", verdict, count, thresholdClause(r), leftOutClause(r), waivedClause(s.Waived), unknownClause(r)))
}

func endpointsClause(s exposure.Summary) string {
	parts := nonZero([]count{{s.Exposed, "exposed"}, {s.Restricted, "restricted"}, {s.Unknown, "unknown"}, {s.NotExposed, "not exposed"}})
	if parts == "" {
		return "No endpoints."
	}
	return "Endpoints: " + parts + "."
}

func scannedClause(s exposure.Summary) string {
	clause := "Scanned: " + nonZero([]count{{s.Open, "open"}, {s.Scanned - s.Open, "closed"}, {s.NotScanned, "not scanned"}}) + "."
	if s.FromStore > 0 {
		clause += fmt.Sprintf(" From an earlier scan: %d.", s.FromStore)
	}
	return clause
}

type count struct {
	n    int
	what string
}

func nonZero(counts []count) string {
	var parts []string
	for _, c := range counts {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c.n, c.what))
		}
	}
	return strings.Join(parts, ", ")
}

func thresholdClause(r exposure.Report) string {
	switch r.FailOn {
	case exposure.SeverityNone:
		return " can fail this run"
	case exposure.SeverityCritical:
		return " of severity critical"
	}
	return " of severity " + r.FailOn.String() + " or worse"
}

func waivedClause(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %d waived", n)
}

// leftOutClause counts the findings that are bad enough to fail the gate and do
// not, because their endpoints were left out on purpose.
func leftOutClause(r exposure.Report) string {
	n := 0
	for _, f := range r.Findings {
		if !f.Failing && f.Waiver == nil && r.FailOn != exposure.SeverityNone && f.Severity >= r.FailOn {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return ", but for " + counted(n, "endpoint") + " left out on purpose"
}

// unknownClause keeps a gate that passes from hiding what nobody could judge.
func unknownClause(r exposure.Report) string {
	n := 0
	for _, result := range r.Results {
		if result.Endpoint.Verdict == exposure.Unknown && result.Observed == nil {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return "; " + counted(n, "unknown endpoint") + " not looked at"
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
