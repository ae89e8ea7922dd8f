package report

import (
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
// when that is known. It is empty when none can.
func Remedy(e exposure.Endpoint) string {
	for i := len(e.Hops) - 1; i >= 0; i-- {
		h := e.Hops[i]
		switch place := h.Place(); {
		case h.Remedy == "":
		case place == "":
			return h.Remedy + "."
		default:
			return h.Remedy + " (" + place + ")."
		}
	}
	return ""
}

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
