package fingerprint

import (
	"regexp/syntax"
	"strings"
)

// maxLiterals bounds the alternatives kept for one pattern; looking for more
// of them costs more than running the expression.
const maxLiterals = 32

// requiredLiterals returns lower-case strings of which every match of re on
// lower-case text holds at least one, or nil when there is no such set.
func requiredLiterals(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return []string{strings.ToLower(string(re.Rune))}
	case syntax.OpCapture, syntax.OpPlus:
		return requiredLiterals(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min >= 1 {
			return requiredLiterals(re.Sub[0])
		}
	case syntax.OpConcat:
		return mostSelective(re.Sub)
	case syntax.OpAlternate:
		return anyOf(re.Sub)
	}
	return nil
}

// mostSelective returns the set of the part whose shortest literal is the
// longest: all parts must match, so any one of them may serve.
func mostSelective(parts []*syntax.Regexp) []string {
	var best []string
	for _, part := range parts {
		if set := requiredLiterals(part); set != nil && shortest(set) > shortest(best) {
			best = set
		}
	}
	return best
}

// anyOf joins the sets of the alternatives; one without a set spoils it.
func anyOf(alternatives []*syntax.Regexp) []string {
	var all []string
	for _, alternative := range alternatives {
		set := requiredLiterals(alternative)
		if set == nil || len(all)+len(set) > maxLiterals {
			return nil
		}
		all = append(all, set...)
	}
	return all
}

// shortest is 0 for no set.
func shortest(set []string) int {
	if len(set) == 0 {
		return 0
	}
	n := len(set[0])
	for _, literal := range set[1:] {
		n = min(n, len(literal))
	}
	return n
}
