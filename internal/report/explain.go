package report

import (
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// Reason says in one sentence why an endpoint is reachable, from the outside
// in. It is empty for an endpoint that was declared without a path.
func Reason(e exposure.Endpoint) string {
	if len(e.Hops) == 0 {
		return ""
	}
	return "It is reachable because " + enumerate(summaries(e.Hops)) + "."
}

// Remedy says in a sentence what would close the path of an endpoint, at the
// innermost control that a declaration can change, and where it is declared
// when that is known. Where several rules of that control admit, all of them
// have to change. It is empty when nothing can.
func Remedy(e exposure.Endpoint) string {
	innermost := ""
	var clauses []string
	for _, h := range slices.Backward(e.Hops) {
		if h.Remedy == "" || innermost != "" && h.Gate != innermost {
			continue
		}
		innermost = h.Gate
		clause := h.Remedy
		if place := h.Place(); place != "" {
			clause += " (" + place + ")"
		}
		clauses = append(clauses, clause)
	}
	if len(clauses) == 0 {
		return ""
	}
	slices.Reverse(clauses)
	for i := range clauses[1:] {
		clauses[i+1] = lowerFirst(clauses[i+1])
	}
	return enumerate(clauses) + "."
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

func summaries(hops []exposure.Hop) []string {
	out := make([]string, len(hops))
	for i, h := range hops {
		out[i] = h.Summary
	}
	return out
}

// enumerate joins clauses as prose: "a", "a and b", "a, b and c".
func enumerate(clauses []string) string {
	if len(clauses) < 2 {
		return strings.Join(clauses, "")
	}
	last := len(clauses) - 1
	return strings.Join(clauses[:last], ", ") + " and " + clauses[last]
}
