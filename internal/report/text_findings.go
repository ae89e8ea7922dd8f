package report

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// findingRanges is how many ranges of ports a finding lists.
const findingRanges = 12

// findings writes the open findings, then the accepted ones.
func (t *text) findings(r exposure.Report) {
	results := byID(r.Results)
	last := "" // the endpoint whose path was told last
	for _, waived := range []bool{false, true} {
		for _, f := range r.Findings {
			if (f.Waiver != nil) == waived {
				t.finding(f, results[f.EndpointID], last == f.EndpointID)
				last = f.EndpointID
			}
		}
	}
}

// finding writes one finding. told means that the path of its endpoint stands
// right above.
func (t *text) finding(f exposure.Finding, of exposure.Result, told bool) {
	head := strings.ToUpper(f.Severity.String())
	if f.Waiver != nil {
		head = "WAIVED (" + f.Severity.String() + ")"
	}
	t.line("%s  %s: %s", head, f.Title, exposure.Place(f.ResourceAddress, f.Input))
	reason, remedy := Reason(of.Endpoint), Remedy(of.Endpoint)
	switch {
	case reason == "":
		t.paragraph("  ", f.Evidence)
	case told:
		t.paragraph("  ", f.Evidence+" It is reachable in the same way.")
	default:
		t.paragraph("  ", f.Evidence+" "+reason)
		if remedy != "" {
			t.paragraph("  ", remedy)
		}
	}
	if f.Why != "" {
		t.paragraph("  ", f.Why)
	}
	if f.Fix != "" {
		t.paragraph("  ", f.Fix)
	}
	if f.Reference != "" {
		t.line("  See %s", exposure.CleanLine(f.Reference))
	}
	if len(f.Ports) > 0 {
		t.paragraph("  ", "Ports: "+portsText(f.Ports, findingRanges))
	}
	if picture := pictureOf(of.Observed, f.Port); picture != "" {
		t.line("  Screenshot, in the store: %s", picture)
	}
	t.line("  Rule: %s", f.Rule)
	if w := f.Waiver; w != nil {
		t.paragraph("  ", "Accepted until "+w.Expires.UTC().Format("2006-01-02 15:04 MST")+" by "+exposure.CleanLine(w.Owner)+": "+exposure.CleanLine(w.Reason))
	}
	t.line("")
}

// pictureOf returns the file of the screenshot of a port, empty without one.
func pictureOf(o *exposure.Observation, port uint16) string {
	if o == nil {
		return ""
	}
	for _, p := range o.Ports {
		if p.Port == port && p.HTTP != nil && p.HTTP.Screenshot != nil {
			return p.HTTP.Screenshot.File
		}
	}
	return ""
}

// portsText lists up to n ranges and counts the others.
func portsText(ranges []exposure.PortRange, n int) string {
	texts := make([]string, len(ranges))
	for i, r := range ranges {
		texts[i] = r.String()
	}
	return limited(texts, n, "ranges")
}

// byID finds the result of a finding by the id of its endpoint.
func byID(results []exposure.Result) map[string]exposure.Result {
	byID := map[string]exposure.Result{}
	for _, result := range results {
		byID[result.Endpoint.ID] = result
	}
	return byID
}
