package fingerprint

import (
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
	"sync"
)

// A pattern is one regular expression of the data with its tags. It is
// compiled when a text that may match it is first met: most of the thousands
// never are.
type pattern struct {
	expr       string
	literals   []string // lower case; a text that holds none of them cannot match; nil: unknown
	version    string   // template: "\1", "\1?new:old"
	confidence int      // per cent; 100 unless tagged
	compile    func() *regexp.Regexp
}

// splitTags cuts `nginx(?:/([\d.]+))?\;version:\1\;confidence:50`.
func splitTags(text string) pattern {
	parts := strings.Split(text, `\;`)
	p := pattern{expr: parts[0], confidence: 100}
	for _, tag := range parts[1:] {
		key, value, _ := strings.Cut(tag, ":")
		switch key {
		case "version":
			p.version = value
		case "confidence":
			if n, err := strconv.Atoi(value); err == nil {
				p.confidence = n
			}
		}
	}
	return p
}

// parsePattern reads one pattern of the data. An empty expression matches any
// text. The error is that of a bad regular expression.
func parsePattern(text string) (*pattern, error) {
	p := splitTags(text)
	tree, err := syntax.Parse("(?i)"+p.expr, syntax.Perl)
	if err != nil {
		return nil, err
	}
	p.literals = requiredLiterals(tree)
	p.compile = sync.OnceValue(func() *regexp.Regexp {
		re, err := regexp.Compile("(?i)" + p.expr)
		if err != nil {
			return nil // parsed above, so only a size limit could refuse it
		}
		return re
	})
	return &p, nil
}

// possible reports whether the lower-case text could match at all.
func (p *pattern) possible(text string) bool {
	if p.literals == nil {
		return true
	}
	for _, literal := range p.literals {
		if strings.Contains(text, literal) {
			return true
		}
	}
	return false
}

// likely is possible for a text whose pairs are known.
func (p *pattern) likely(text string, present *pairs) bool {
	if p.literals == nil {
		return true
	}
	for _, literal := range p.literals {
		if present.mayHold(literal) && strings.Contains(text, literal) {
			return true
		}
	}
	return false
}

// match evaluates the pattern on lower-case text and returns the version that
// its template gives.
func (p *pattern) match(text string) (version string, ok bool) {
	if p.expr == "" {
		return "", true
	}
	if !p.possible(text) {
		return "", false
	}
	re := p.compile()
	if re == nil {
		return "", false
	}
	if p.version == "" {
		return "", re.MatchString(text) // faster: no groups to track
	}
	groups := re.FindStringSubmatch(text)
	if groups == nil {
		return "", false
	}
	return expandVersion(p.version, groups[1:]), true
}

// expandVersion fills a template: "\1" is the first group, "\1?a:b" is a when
// the first group matched something and b otherwise.
func expandVersion(template string, groups []string) string {
	for i, group := range groups {
		// A captured "?" must not read as a condition.
		group = strings.ReplaceAll(group, "?", "")
		template = strings.ReplaceAll(template, `\`+strconv.Itoa(i+1), group)
	}
	condition, branches, conditional := strings.Cut(template, "?")
	if !conditional {
		return strings.TrimSpace(template)
	}
	yes, no, _ := strings.Cut(branches, ":")
	if condition != "" {
		return strings.TrimSpace(yes)
	}
	return strings.TrimSpace(no)
}

// moreSpecific reports whether version a says more than b: more parts, or as
// many and a higher one.
func moreSpecific(a, b string) bool {
	as, bs := versionParts(a), versionParts(b)
	if len(as) != len(bs) {
		return len(as) > len(bs)
	}
	for i := range as {
		if as[i] != bs[i] {
			return as[i] > bs[i]
		}
	}
	return false
}

// versionParts reads the numbers between the dots; what is no number is 0.
func versionParts(version string) []int {
	fields := strings.FieldsFunc(version, func(r rune) bool { return r == '.' })
	parts := make([]int, len(fields))
	for i, field := range fields {
		if n, err := strconv.Atoi(field); err == nil {
			parts[i] = n
		}
	}
	return parts
}
