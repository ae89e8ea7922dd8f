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

// pairs are the pairs of neighbouring bytes that a text holds. They rule most
// literals out without a search.
type pairs [1 << 16 / 64]uint64

func pairsOf(text string) *pairs {
	var p pairs
	for i := 1; i < len(text); i++ {
		n := uint(text[i-1])<<8 | uint(text[i])
		p[n/64] |= 1 << (n % 64)
	}
	return &p
}

// mayHold reports whether every pair of the literal is there.
func (p *pairs) mayHold(literal string) bool {
	for i := 1; i < len(literal); i++ {
		n := uint(literal[i-1])<<8 | uint(literal[i])
		if p[n/64]&(1<<(n%64)) == 0 {
			return false
		}
	}
	return true
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
