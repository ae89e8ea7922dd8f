package report

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// explanations are the formats of an explanation.
var explanations = map[string]func(io.Writer, exposure.Explanation) error{
	"text":    explainUnicode,
	"ascii":   explainASCII,
	"svg":     explainSVG,
	"mermaid": explainMermaid,
}

// ExplanationFormats returns the names of the formats of an explanation,
// sorted. "ascii" is the text for a terminal that shows nothing else.
func ExplanationFormats() []string { return slices.Sorted(maps.Keys(explanations)) }

// WriteExplanation renders e in the format to w.
func WriteExplanation(w io.Writer, format string, e exposure.Explanation) error {
	render := explanations[format]
	if render == nil {
		return fmt.Errorf("format %q is none of %s", format, strings.Join(ExplanationFormats(), ", "))
	}
	return render(w, e)
}

// How the explanation of a resource is worded, in every format.

// shownPaths is how many paths are drawn; the others are counted.
const shownPaths = 12

// drawn returns the traces that are worth a picture: those that somebody
// passes, and where there are none those that come nearest. The others stop
// where nothing is declared or behind what is drawn, and get a sentence each.
func drawn(e exposure.Explanation) (paths, others []exposure.Trace) {
	for _, host := range hosts(e.Traces) {
		passing := slices.ContainsFunc(host, func(t exposure.Trace) bool { return t.Stop() < 0 })
		least := silent(slices.MinFunc(host, func(a, b exposure.Trace) int { return silent(a) - silent(b) }))
		for _, t := range host {
			if passing && t.Stop() < 0 || !passing && silent(t) == least {
				paths = append(paths, t)
				continue
			}
			others = append(others, t)
		}
	}
	if len(paths) > shownPaths {
		paths, others = paths[:shownPaths], append(slices.Clone(paths[shownPaths:]), others...)
	}
	return paths, others
}

// hosts divides traces by the host they lead to, in the order of the first of
// each.
func hosts(traces []exposure.Trace) [][]exposure.Trace {
	var out [][]exposure.Trace
	for _, t := range traces {
		i := slices.IndexFunc(out, func(o []exposure.Trace) bool {
			return o[0].Endpoint.Key == t.Endpoint.Key && o[0].Endpoint.Host == t.Endpoint.Host
		})
		if i < 0 {
			out = append(out, []exposure.Trace{t})
			continue
		}
		out[i] = append(out[i], t)
	}
	return out
}

// silent counts the gates that stop a trace because nothing is declared.
func silent(t exposure.Trace) int {
	n := 0
	for _, s := range t.Steps {
		if s.Silent {
			n++
		}
	}
	return n
}

// trafficText names what a trace is about: "tcp 22, 443 to 203.0.113.7".
func trafficText(t exposure.Trace) string {
	return transportText(t.Endpoint) + " to " + hostOf(t.Endpoint)
}

// verdictText says how a trace ends.
func verdictText(t exposure.Trace) string {
	e := t.Endpoint
	switch {
	case e.Verdict == exposure.Exposed:
		return "EXPOSED to " + fromText(e)
	case e.Verdict == exposure.Unknown && e.Likelihood != "":
		return "UNKNOWN, " + e.Likelihood + " exposed to " + fromText(e)
	case e.Verdict == exposure.Unknown:
		return "UNKNOWN"
	case t.Stop() >= 0:
		return "NOT EXPOSED, stopped at " + gateText(t.Steps[t.Stop()].Gate)
	}
	return "NOT EXPOSED, restricted to " + orSensitive(sourcesText(e))
}

func orSensitive(sources string) string {
	if sources == "" {
		return "sources that are not shown"
	}
	return sources
}

// gateText names a gate as prose does: "security group".
func gateText(gate string) string {
	switch gate {
	case "nacl":
		return "network ACL"
	case "vpc":
		return "VPC"
	case "":
		return "gate"
	}
	return strings.ReplaceAll(gate, "_", " ")
}

// admitsText says whom a gate admits by itself: "admits anywhere".
func admitsText(s exposure.Step) string {
	said := "admits " + admittedText(s)
	switch {
	case s.Verdict == exposure.Unknown && s.Likelihood != "":
		said = "not known; " + s.Likelihood + " to admit the internet"
	case s.Verdict == exposure.Unknown:
		said = "not known whom it admits"
	}
	if s.Stops && s.Scope != exposure.ScopeNone {
		said += ", of whom nobody came this far"
	}
	return said
}

func admittedText(s exposure.Step) string {
	switch {
	case s.Scope == exposure.ScopeNone && s.Silent:
		return "nobody: nothing declared speaks of this traffic"
	case s.Scope == exposure.ScopeNone:
		return "nobody"
	case s.Scope == exposure.ScopeWorld:
		return "anywhere"
	case s.Hidden:
		return "sources that are sensitive and not shown"
	}
	listed := slices.Concat(s.Labels, s.Sources)
	if more := s.SourceTotal - len(s.Sources); more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(listed, ", "), more)
	}
	return strings.Join(listed, ", ")
}

// hopText says why, and where it is declared. A step may be several gates in
// one, and then each hop tells which.
func hopText(s exposure.Step, h exposure.Hop) string {
	said := h.Summary
	if h.Gate != "" && h.Gate != s.Gate {
		said = gateText(h.Gate) + ": " + said
	}
	if h.Certainty == exposure.Assumed {
		said += " (assumed)"
	} else if h.Certainty == exposure.May {
		said += " (not certain)"
	}
	if place := h.Place(); place != "" {
		said += " [" + place + "]"
	}
	return said
}

// closingText says what has to change: one thing, or several together.
func closingText(c exposure.Closing) string {
	said := make([]string, len(c.Hops))
	for i, h := range c.Hops {
		said[i] = strings.TrimSuffix(h.Remedy, ".")
		if place := h.Place(); place != "" {
			said[i] += " (" + place + ")"
		}
	}
	text := strings.Join(said, "; and ")
	switch len(c.Hops) {
	case 1:
		return text
	case 2:
		return "both of: " + text
	}
	return fmt.Sprintf("all %d of: %s", len(c.Hops), text)
}

// closingsText says what would close a trace: a heading, and one sentence for
// each change. It is empty for a trace that nobody passes.
func closingsText(t exposure.Trace) (heading string, changes []string) {
	switch {
	case t.Stop() >= 0:
		return "", nil
	case len(t.Closings) == 0:
		return "No single change of what is declared is known to close this path.", nil
	case len(t.Closings) == 1:
		heading = "What would close it:"
	default:
		heading = "What would close it, any one of:"
	}
	for i, c := range t.Closings {
		said := closingText(c)
		if i == 0 && len(t.Closings) > 1 {
			said += " - the smallest, for it is the innermost"
		}
		if !c.Tried {
			said += " (not tried: something else may open it too)"
		}
		changes = append(changes, said+".")
	}
	return heading, changes
}

// restText says of the traces that are not drawn how they end: one sentence for
// each gate that stops them.
func restText(others []exposure.Trace) []string {
	var order []string
	traffic := map[string][]exposure.Trace{}
	for _, t := range others {
		how := verdictText(t)
		if stop := t.Stop(); stop >= 0 {
			how = "stopped at " + gateText(t.Steps[stop].Gate) + ": " + stopReason(t.Steps[stop])
		}
		key := hostOf(t.Endpoint) + ": " + how
		if _, ok := traffic[key]; !ok {
			order = append(order, key)
		}
		traffic[key] = append(traffic[key], t)
	}
	out := []string{}
	for _, key := range order {
		out = append(out, allTraffic(traffic[key])+" to "+key)
	}
	return out
}

func stopReason(s exposure.Step) string {
	if len(s.Hops) == 0 || s.Silent {
		return admitsText(s)
	}
	return enumerate(summaries(s.Hops))
}

// othersFrom is how many ports there are at least where they are told by what
// they are not.
const othersFrom = 60000

// allTraffic joins the ports of traces, by transport.
func allTraffic(traces []exposure.Trace) string {
	parts := []string{}
	for _, transport := range []exposure.Transport{exposure.TCP, exposure.UDP} {
		e := exposure.Endpoint{Transport: transport}
		for _, t := range traces {
			if t.Endpoint.Transport == transport {
				e.Ports = append(e.Ports, t.Endpoint.Ports...)
			}
		}
		e.Ports = exposure.MergePortRanges(e.Ports)
		switch {
		case len(e.Ports) > 1 && exposure.CountPorts(e.Ports) >= othersFrom:
			parts = append(parts, "every other port of "+string(transport))
		case exposure.CountPorts(e.Ports) >= exposure.AllPorts.Count()-1: // port 0 is none
			parts = append(parts, "all of "+string(transport))
		case len(e.Ports) > 0:
			parts = append(parts, transportText(e))
		}
	}
	return strings.Join(parts, " and ")
}

// noPathText says why a resource has no path, and what it is a part of.
func noPathText(e exposure.Explanation) []string {
	switch {
	case len(e.Traces) > 0 && len(e.PartOf) == 0:
		return nil
	case len(e.Traces) > 0:
		return []string{"It also takes part in the paths of other resources:"}
	case e.Uncovered:
		return []string{"The analysis does not know this type of resource, so that nothing is said of it. That is no safety."}
	case len(e.PartOf) == 0:
		return []string{"It has no endpoint of its own, and takes part in no path to another resource."}
	}
	return []string{"It has no endpoint of its own. It takes part in the paths of:"}
}

// partText is one line for an endpoint that a resource is a part of.
func partText(e exposure.Endpoint) string {
	return fmt.Sprintf("%s: %s to %s, %s", e.ResourceAddress, transportText(e), hostOf(e), strings.ReplaceAll(string(e.Verdict), "_", " "))
}

// remarksText says what limits an explanation as a whole.
func remarksText(e exposure.Explanation) []string {
	out := []string{}
	for _, why := range e.Incomplete {
		out = append(out, "The input does not show everything: "+why+".")
	}
	for _, warning := range e.Warnings {
		out = append(out, "Warning: "+warning+".")
	}
	return out
}

// doubtsText says what is not known of a path, and what else there is to say.
func doubtsText(t exposure.Trace) []string {
	out := []string{}
	for _, gap := range t.Endpoint.Unknowns {
		out = append(out, "Not known: "+gapText(gap, ""))
	}
	for _, note := range t.Endpoint.Notes {
		out = append(out, "Note: "+note+".")
	}
	return out
}
