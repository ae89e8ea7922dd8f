package iam

import "strings"

// overlaps reports whether some text matches both patterns, in which * stands
// for any text and ? for any character.
func overlaps(a, b string) bool {
	type place struct{ i, j int }
	seen := map[place]bool{}
	var walk func(i, j int) bool
	walk = func(i, j int) bool {
		if seen[place{i, j}] {
			return false
		}
		seen[place{i, j}] = true
		switch {
		case i == len(a) && j == len(b):
			return true
		case i < len(a) && a[i] == '*':
			return walk(i+1, j) || j < len(b) && walk(i, j+1)
		case j < len(b) && b[j] == '*':
			return walk(i, j+1) || i < len(a) && walk(i+1, j)
		case i == len(a) || j == len(b):
			return false
		}
		return (a[i] == b[j] || a[i] == '?' || b[j] == '?') && walk(i+1, j+1)
	}
	return walk(0, 0)
}

// covers reports whether every text that matches the pattern b matches the
// pattern a too: it matches b as a text in which * fits only a * of a. It may
// miss a cover that only several wildcards in a row make, and never claims one
// that is not there.
func covers(a, b string) bool {
	i, j := 0, 0
	star, resume := -1, 0 // the last * of a, and where b goes on when it takes one more
	for j < len(b) {
		switch {
		case i < len(a) && a[i] == '*':
			star, resume = i, j
			i++
		case i < len(a) && b[j] != '*' && (a[i] == b[j] || a[i] == '?'):
			i++
			j++
		case star >= 0:
			resume++
			i, j = star+1, resume
		default:
			return false
		}
	}
	return strings.Trim(a[i:], "*") == ""
}

// speaksOfAction reports whether p may hold the action, and whether that is
// certain. Actions know no case.
func (p Patterns) speaksOfAction(action string) (yes, sure bool) {
	action = strings.ToLower(action)
	for _, pattern := range p.List {
		if covers(strings.ToLower(pattern), action) {
			return !p.Except, true
		}
	}
	return p.Except || p.Unknown > 0, p.Unknown == 0
}

// withinReach returns the part of the asked resources that p speaks of, as
// patterns, none when there is none. Unknown patterns of an allow statement
// stand for all that is asked for: AWS refuses a resource policy that speaks
// of nothing the resource has.
func (p Patterns) withinReach(asked string) []string {
	if p.Except {
		for _, pattern := range p.List {
			if covers(pattern, asked) {
				return nil
			}
		}
		return []string{asked}
	}
	var out []string
	if p.Unknown > 0 || len(p.List) == 0 {
		out = append(out, asked)
	}
	for _, pattern := range p.List {
		switch {
		case covers(pattern, asked):
			out = append(out, asked)
		case overlaps(pattern, asked):
			out = append(out, pattern)
		}
	}
	return out
}

// coverAll reports whether p speaks of all resources of the pattern, and
// whether it may, for all that is known.
func (p Patterns) coverAll(pattern string) (yes, maybe bool) {
	if p.Except {
		for _, except := range p.List {
			if overlaps(except, pattern) {
				return false, false
			}
		}
		return p.Unknown == 0, true
	}
	for _, own := range p.List {
		if covers(own, pattern) {
			return true, true
		}
	}
	return len(p.List)+p.Unknown == 0, p.Unknown > 0 || len(p.List) == 0
}
