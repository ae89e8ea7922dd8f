package datascan

import (
	"context"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

// A start says where matches of a pattern can begin, so that it need not be run
// over everything near a keyword: patterns with much before their keyword, as
// most of gitleaks' have, take seconds for a megabyte of keywords.
type start struct {
	words   []string       // in lower case, one of which is in every match; keywords where they are
	pattern *regexp.Regexp // anchored behind one character, without what may be missing at its beginning
	before  []int          // bytes from a match's first to a word in it, each one that there can be
}

// Bounds of the beginnings that are looked at. Patterns with more are run as
// they are.
const (
	mostBeginnings   = 512
	longestBeginning = 40
	mostInClass      = 4 // characters of a class that are told apart
	shortestWord     = 2
)

// startOf returns where matches of a pattern begin, nil when that is not known.
// Where keywords stand at the end of the pattern, as the prefix of a token
// behind the name of its service, it is told by what matches begin with.
func startOf(pattern *regexp.Regexp, keywords []string) *start {
	parsed, err := syntax.Parse(pattern.String(), syntax.Perl)
	if err != nil || len(keywords) == 0 {
		return nil
	}
	parsed = withoutOptional(parsed)
	all, _, known := beginnings(parsed)
	if !known {
		return nil
	}
	for i := range all {
		all[i] = strings.NewReplacer("<", " ", ">", " ").Replace(all[i]) // as in views
	}
	s := &start{words: keywords, before: distances(all, keywords)}
	if s.before == nil {
		for i := range all {
			all[i], _, _ = strings.Cut(all[i], "\x00")
		}
		s.words, s.before = withoutLonger(all), []int{0}
	}
	if slices.ContainsFunc(s.words, func(w string) bool { return len(w) < shortestWord }) {
		return nil
	}
	slices.Sort(s.before)
	s.before = slices.Compact(s.before)
	// The character before decides whether a word begins.
	if s.pattern, err = regexp.Compile(`\A(?s:.)(?:` + parsed.String() + `)`); err != nil {
		return nil
	}
	return s
}

// distances returns where in each of the texts a word begins, nil when one
// holds none of them.
func distances(texts, words []string) []int {
	var all []int
	for _, text := range texts {
		first := -1
		for _, w := range words {
			if i := strings.Index(text, w); i >= 0 && (first < 0 || i < first) {
				first = i
			}
		}
		if first < 0 {
			return nil
		}
		all = append(all, first)
	}
	return all
}

// withoutLonger leaves out the words that begin with another.
func withoutLonger(words []string) []string {
	slices.Sort(words)
	var kept []string
	for _, w := range words {
		if n := len(kept); n == 0 || !strings.HasPrefix(w, kept[n-1]) {
			kept = append(kept, w)
		}
	}
	return kept
}

// withoutOptional drops classes that a match may begin with or not. What is
// left matches whenever the whole did, a little further on, and with the same
// groups.
func withoutOptional(re *syntax.Regexp) *syntax.Regexp {
	if re.Op == syntax.OpAlternate {
		either := &syntax.Regexp{Op: syntax.OpAlternate, Flags: re.Flags}
		for _, sub := range re.Sub {
			either.Sub = append(either.Sub, withoutOptional(sub))
		}
		return either
	}
	if re.Op != syntax.OpConcat {
		return re
	}
	subs := slices.Clone(re.Sub)
	for len(subs) > 1 && isOptionalClass(subs[0]) {
		subs = subs[1:]
	}
	subs[0] = withoutOptional(subs[0])
	return &syntax.Regexp{Op: syntax.OpConcat, Flags: re.Flags, Sub: subs}
}

func isOptionalClass(re *syntax.Regexp) bool {
	optional := re.Op == syntax.OpStar || re.Op == syntax.OpQuest || re.Op == syntax.OpRepeat && re.Min == 0
	return optional && re.Sub[0].Op == syntax.OpCharClass
}

// beginnings returns every text in lower case that matches of re can begin
// with, as far as it is known; NUL stands for any character of one byte. whole
// means that they are all there is to a match.
func beginnings(re *syntax.Regexp) (all []string, whole, ok bool) {
	switch re.Op {
	case syntax.OpLiteral:
		return []string{strings.ToLower(string(re.Rune))}, true, true
	case syntax.OpCharClass:
		return ofClass(re.Rune), true, isASCII(re.Rune)
	case syntax.OpEmptyMatch, syntax.OpWordBoundary, syntax.OpNoWordBoundary, syntax.OpBeginLine, syntax.OpEndLine:
		return []string{""}, true, true
	case syntax.OpCapture:
		return beginnings(re.Sub[0])
	case syntax.OpQuest:
		all, whole, ok = beginnings(re.Sub[0])
		return append(all, ""), whole, ok
	case syntax.OpRepeat:
		if re.Min == re.Max && re.Min <= longestBeginning {
			return inRow(slices.Repeat([]*syntax.Regexp{re.Sub[0]}, re.Min))
		}
	case syntax.OpConcat:
		return inRow(re.Sub)
	case syntax.OpAlternate:
		whole = true
		for _, sub := range re.Sub {
			some, all1, known := beginnings(sub)
			if !known || len(all)+len(some) > mostBeginnings {
				return nil, false, false
			}
			all, whole = append(all, some...), whole && all1
		}
		return all, whole, true
	}
	return []string{""}, false, true // anything may follow
}

// inRow returns the beginnings of parts that follow each other.
func inRow(parts []*syntax.Regexp) (all []string, whole, ok bool) {
	all = []string{""}
	for _, part := range parts {
		some, goesOn, known := beginnings(part)
		switch {
		case !known || len(all[0]) > longestBeginning || len(all)*len(some) > mostBeginnings:
			return all, false, true // what is known so far
		case len(all) == 0:
			return nil, false, false
		}
		longer := []string{}
		for _, a := range all {
			for _, b := range some {
				longer = append(longer, a+b)
			}
		}
		all = longer
		if !goesOn {
			return all, false, true
		}
	}
	return all, true, true
}

// ofClass returns the characters of a class when they are few.
func ofClass(ranges []rune) []string {
	var all []string
	for i := 0; i < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if all = append(all, strings.ToLower(string(r))); len(all) > mostInClass {
				return []string{"\x00"}
			}
		}
	}
	return all
}

func isASCII(ranges []rune) bool { return len(ranges) > 0 && ranges[len(ranges)-1] < 0x80 }

// findFrom returns the secrets whose matches begin where the keywords say.
func (r *rule) findFrom(ctx context.Context, v view, text string) ([]span, error) {
	var found []span
	end := 0 // of the last match
	for i, at := range r.starts(v) {
		if i%64 == 0 && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if at < end {
			continue
		}
		m := r.begins.matchAt(text, at, r.after)
		if m == nil {
			continue
		}
		end = m[1]
		if s, ok := r.secretIn(v, text, m); ok {
			found = append(found, s)
		}
	}
	return found, nil
}

// starts returns where a match may begin, ascending.
func (r *rule) starts(v view) []int {
	var all []int
	for _, hit := range hits(v, r.begins.words) {
		for _, before := range r.begins.before {
			if hit >= before {
				all = append(all, hit-before)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// matchAt returns the match that begins at an offset of the text, as
// FindStringSubmatchIndex does.
func (s *start) matchAt(text string, at, longest int) []int {
	end := min(len(text), at+longest)
	from := at - 1 // the character before, on which the pattern may look back
	var piece string
	if at > 0 {
		piece = text[from:end]
	} else {
		piece = "\n" + text[:end]
	}
	m := s.pattern.FindStringSubmatchIndex(piece)
	for i := range m {
		if m[i] >= 0 {
			m[i] += from
		}
	}
	if m != nil {
		m[0] = at
	}
	return m
}
