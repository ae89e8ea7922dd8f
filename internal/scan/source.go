package scan

import (
	"slices"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfsource"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/waiver"
	"github.com/zclconf/go-cty/cty"
)

// placeHops gives every hop and blocker the place that declares it.
func (v Validation) placeHops(results []exposure.Result) {
	place := placing(v.Input, v.Source)
	for i := range results {
		e := &results[i].Endpoint
		e.Hops, e.Blockers = place(e.Hops), place(e.Blockers)
	}
}

// placing returns what gives hops the places that declare them, in a copy of
// the list.
func placing(input *tfstate.Input, source *tfsource.Source) func([]exposure.Hop) []exposure.Hop {
	if source.Empty() {
		return func(hops []exposure.Hop) []exposure.Hop { return hops }
	}
	values := map[string]func() cty.Value{}
	if input != nil {
		for _, r := range input.Resources {
			values[r.Address] = r.Values
		}
	}
	type step struct{ resource, attribute string }
	places := map[step]tfsource.Location{} // many endpoints share a step, and rules take time to tell apart
	return func(hops []exposure.Hop) []exposure.Hop {
		hops = slices.Clone(hops) // endpoints of one path share them
		for i, h := range hops {
			at := step{h.Resource, h.Attribute}
			l, known := places[at]
			if !known {
				value := cty.NilVal
				if of := values[h.Resource]; of != nil {
					value = of()
				}
				l, _ = source.Locate(h.Resource, h.Attribute, value)
				places[at] = l
			}
			hops[i].File, hops[i].Line = l.File, l.Line
		}
		return hops
	}
}

// commented returns the waivers that stand in the configuration as comments:
// one for each resource with findings that a comment covers, so that each
// names exactly one resource. Comments that cannot be read become warnings.
//
// A comment that covers no finding is returned for its block, and so told as a
// waiver without use, unless the run has nothing of that block: a gate that is
// given a few endpoints says nothing of the rest of the configuration.
func (v Validation) commented(report *exposure.Report) []exposure.Waiver {
	comments, problems := v.Source.Comments()
	for _, p := range problems {
		report.Warnings = append(report.Warnings, p.String())
	}
	waivers := []exposure.Waiver{}
	for _, c := range comments {
		covered := coveredBy(c, report.Findings)
		if len(covered) == 0 && v.holds(c, *report) {
			covered = []string{c.Waiver.Resource}
		}
		for _, address := range covered {
			w := c.Waiver
			w.Resource = address
			waivers = append(waivers, w)
		}
	}
	return waivers
}

// coveredBy returns the addresses of the resources with findings that a
// comment covers, be it expired or not, sorted.
func coveredBy(c tfsource.Comment, findings []exposure.Finding) []string {
	covered := []string{}
	for _, f := range findings {
		w := c.Waiver
		w.Resource = f.ResourceAddress
		if !c.Concerns(f.ResourceAddress) || slices.Contains(covered, f.ResourceAddress) {
			continue
		}
		// Nothing has expired at the beginning of time.
		if _, waived, _ := waiver.Match(time.Time{}, []exposure.Waiver{w}, []exposure.Finding{f}); len(waived) > 0 {
			covered = append(covered, f.ResourceAddress)
		}
	}
	slices.Sort(covered)
	return covered
}

// holds reports whether the run is about the block of a comment.
func (v Validation) holds(c tfsource.Comment, report exposure.Report) bool {
	if v.Input != nil {
		for _, r := range v.Input.Resources {
			if c.Concerns(r.Address) {
				return true
			}
		}
	}
	return slices.ContainsFunc(report.Results, func(r exposure.Result) bool { return c.Concerns(r.Endpoint.ResourceAddress) })
}
