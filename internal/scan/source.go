package scan

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfsource"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/waiver"
	"github.com/zclconf/go-cty/cty"
)

// placeHops gives every hop and blocker the place that declares it, be it in
// the input of the endpoint or in another one.
func (v Validation) placeHops(results []exposure.Result) {
	locate := map[string]func(exposure.Hop) tfsource.Location{}
	for _, s := range v.subjects() {
		if !s.Source.Empty() {
			locate[v.label(s.Input)] = locating(s.Input, s.Source)
		}
	}
	if len(locate) == 0 && !v.Source.Empty() {
		locate[""] = locating(v.Input, v.Source) // declared endpoints only
	}
	for i := range results {
		e := &results[i].Endpoint
		at := func(h exposure.Hop) tfsource.Location {
			input := e.Input
			if address, other, ok := strings.Cut(h.Resource, " (in "); ok {
				h.Resource, input = address, strings.TrimSuffix(other, ")")
			}
			if known := locate[input]; known != nil {
				return known(h)
			}
			return tfsource.Location{}
		}
		e.Hops, e.Blockers = placed(e.Hops, at), placed(e.Blockers, at)
	}
}

// placed returns the hops with their places, in a copy: endpoints of one path
// share them.
func placed(hops []exposure.Hop, locate func(exposure.Hop) tfsource.Location) []exposure.Hop {
	hops = slices.Clone(hops)
	for i, h := range hops {
		l := locate(h)
		hops[i].File, hops[i].Line = l.File, l.Line
	}
	return hops
}

// placing returns what gives hops the places that declare them.
func placing(input *tfstate.Input, source *tfsource.Source) func([]exposure.Hop) []exposure.Hop {
	if source.Empty() {
		return func(hops []exposure.Hop) []exposure.Hop { return hops }
	}
	locate := locating(input, source)
	return func(hops []exposure.Hop) []exposure.Hop { return placed(hops, locate) }
}

// locating returns what finds the places of hops.
func locating(input *tfstate.Input, source *tfsource.Source) func(exposure.Hop) tfsource.Location {
	values := map[string]func() cty.Value{}
	if input != nil {
		for _, r := range input.Resources {
			values[r.Address] = r.Values
		}
	}
	type step struct{ resource, attribute string }
	places := map[step]tfsource.Location{} // many endpoints share a step, and rules take time to tell apart
	return func(h exposure.Hop) tfsource.Location {
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
		return l
	}
}

// commented returns the waivers that stand in the configuration of each input
// as comments: one for each of its resources with findings that a comment
// covers, so that each names exactly one resource. Comments that cannot be read
// become warnings.
//
// A comment that covers no finding, of any input that was made from it, is
// returned for its block, and so told as a waiver without use, unless the input
// has nothing of that block: a gate that is given a few endpoints says nothing
// of the rest of the configuration.
func (v Validation) commented(report *exposure.Report) []exposure.Waiver {
	subjects := v.subjects()
	if len(subjects) == 0 {
		subjects = []Subject{{nil, v.Source}}
	}
	waivers := []exposure.Waiver{}
	unused := map[*tfsource.Source]map[int]exposure.Waiver{} // by the comment's index
	used := map[*tfsource.Source]map[int]bool{}
	for _, s := range subjects {
		comments, problems := s.Source.Comments()
		if used[s.Source] == nil {
			used[s.Source], unused[s.Source] = map[int]bool{}, map[int]exposure.Waiver{}
			for _, p := range problems {
				report.Warnings = append(report.Warnings, p.String())
			}
		}
		label := v.label(s.Input)
		for i, c := range comments {
			if err := v.checkRule(c); err != nil {
				report.Warnings = appendNew(report.Warnings, tfsource.Problem{Location: c.Location, Message: err.Error()}.String())
				continue
			}
			w := c.Waiver
			w.Input = label
			covered := coveredBy(c, label, report.Findings)
			for _, address := range covered {
				w.Resource, used[s.Source][i] = address, true
				waivers = append(waivers, w)
			}
			if len(covered) == 0 && holds(c, s.Input, label, *report) {
				unused[s.Source][i] = w
			}
		}
	}
	for _, s := range subjects {
		for _, i := range slices.Sorted(maps.Keys(unused[s.Source])) {
			if !used[s.Source][i] {
				waivers = append(waivers, unused[s.Source][i])
			}
		}
		delete(unused, s.Source) // several inputs may share it
	}
	return waivers
}

// checkRule returns why the rule that a comment names is none.
func (v Validation) checkRule(c tfsource.Comment) error {
	if c.Waiver.Rule == "" {
		return nil
	}
	return WaivableRules(v.Settings.HostRules)(c.Waiver.Rule)
}

// accepted returns what tells the findings that a waiver in force covers, be it
// one of the gate or a comment.
func (v Validation) accepted() func(exposure.Finding) bool {
	now := v.Now()
	subjects := v.subjects()
	if len(subjects) == 0 {
		subjects = []Subject{{nil, v.Source}}
	}
	comments := map[string][]tfsource.Comment{} // by the label of the input
	for _, s := range subjects {
		comments[v.label(s.Input)], _ = s.Source.Comments() // commented tells the problems
	}
	return func(f exposure.Finding) bool {
		waivers := slices.Clone(v.Gate.Waivers)
		for _, c := range comments[f.Input] {
			if w := c.Waiver; c.Concerns(f.ResourceAddress) {
				w.Resource = f.ResourceAddress
				waivers = append(waivers, w)
			}
		}
		_, waived, _ := waiver.Match(now, waivers, []exposure.Finding{f})
		return len(waived) > 0
	}
}

// coveredBy returns the addresses of the resources of an input with findings
// that a comment covers, be it expired or not, sorted.
func coveredBy(c tfsource.Comment, input string, findings []exposure.Finding) []string {
	covered := []string{}
	for _, f := range findings {
		w := c.Waiver
		w.Resource = f.ResourceAddress
		if f.Input != input || !c.Concerns(f.ResourceAddress) || slices.Contains(covered, f.ResourceAddress) {
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

// holds reports whether the run is about the block of a comment, of an input
// that may be nil.
func holds(c tfsource.Comment, input *tfstate.Input, label string, report exposure.Report) bool {
	if input != nil {
		for _, r := range input.Resources {
			if c.Concerns(r.Address) {
				return true
			}
		}
	}
	return slices.ContainsFunc(report.Results, func(r exposure.Result) bool {
		return r.Endpoint.Input == label && c.Concerns(r.Endpoint.ResourceAddress)
	})
}
