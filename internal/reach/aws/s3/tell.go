package s3

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
)

// Message rules: a hop is a clause that begins with the resource address. What
// a sensitive policy says is never part of it, only that it admits somebody.

// summary tells what the policy grants, to whom and by which statement.
func (d document) summary(g granted) string {
	if d.policy == nil {
		return fmt.Sprintf("%s of %s may admit anyone", d.attribute, d.from.Address)
	}
	by := strings.Join(g.Statements, ", ")
	if d.sensitive {
		return fmt.Sprintf("the policy of %s (sensitive) lets strangers %s", d.from.Address, enumerate(g.classes))
	}
	return exposure.Clean(fmt.Sprintf("%s lets %s %s (%s)", d.from.Address, whom(g.May), enumerate(g.classes), by))
}

// whom names the sources of a grant, at most three of them.
func whom(s reach.Set) string {
	if reach.ScopeOf(s) == exposure.ScopeWorld {
		return "anyone"
	}
	prefixes := s.Prefixes()
	texts := make([]string, 0, 3)
	for _, p := range prefixes[:min(len(prefixes), 3)] {
		texts = append(texts, p.String())
	}
	if more := len(prefixes) - len(texts); more > 0 {
		return fmt.Sprintf("%s and %d more ranges", strings.Join(texts, ", "), more)
	}
	return enumerate(texts)
}

// enumerate joins words as in a sentence: "list, read and write".
func enumerate(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

func certainty(b reach.Bound) exposure.Certainty {
	if b.Must.IsEmpty() {
		return exposure.May
	}
	return exposure.Must
}

// appendNew appends what the list does not hold yet.
func appendNew[T comparable](list []T, more ...T) []T {
	for _, v := range more {
		if !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list
}
