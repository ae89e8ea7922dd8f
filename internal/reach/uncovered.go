package reach

import (
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// uncovered counts the managed resources that no cloud understands, by type.
func uncovered(in *tfstate.Input, clouds []Cloud) []exposure.TypeCount {
	counts, byType := map[string]int{}, map[string][]Cloud{}
	for i := range in.Resources {
		if r := &in.Resources[i]; r.Mode == tfstate.Managed {
			covered, known := byType[r.Type]
			if !known {
				covered = covering(r.Type, clouds)
				byType[r.Type] = covered
			}
			if !slices.ContainsFunc(covered, func(c Cloud) bool { return c.Judges == nil || c.Judges(r) }) {
				counts[r.Type]++
			}
		}
	}
	out := []exposure.TypeCount{}
	for t, n := range counts {
		out = append(out, exposure.TypeCount{Type: t, Count: n})
	}
	slices.SortFunc(out, func(a, b exposure.TypeCount) int { return strings.Compare(a.Type, b.Type) })
	return out
}

// covering returns the clouds that understand a type.
func covering(resourceType string, clouds []Cloud) []Cloud {
	var out []Cloud
	for _, c := range clouds {
		if strings.HasPrefix(resourceType, c.Prefix) && c.Covers(resourceType) {
			out = append(out, c)
		}
	}
	return out
}
