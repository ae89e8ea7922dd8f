package tfsource

import (
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// A comment speaks to this program when one of its lines begins with
// "dynamicscan:" and a word. It stands on a block when it is inside the block
// or on its first or last line, or when nothing but comments, each on lines of
// their own, is between the two.

const marker = "dynamicscan:"

// comment is one comment of a file in HCL's own syntax.
type comment struct {
	from, to int // lines
	text     string
	alone    bool // nothing stands before it on its first line
}

// span is a block at the top of a file.
type span struct {
	from, to int    // lines
	block    *block // nil for one that is not read
}

// attach gives the blocks of a file their directives. The problems are the
// directives that stand on none.
func attach(name string, tokens hclsyntax.Tokens, spans []span) []Problem {
	all := comments(tokens)
	after := map[int]comment{} // by the line on which they begin
	for _, c := range all {
		if c.alone {
			after[c.from] = c
		}
	}
	var problems []Problem
	for _, c := range all {
		found := directives(name, c)
		if len(found) == 0 {
			continue
		}
		if owner := ownerOf(c, spans, after); owner != nil {
			owner.directives = append(owner.directives, found...)
			continue
		}
		for _, d := range found {
			problems = append(problems, Problem{d.place, "it stands on no resource, data or module block"})
		}
	}
	return problems
}

func ownerOf(c comment, spans []span, after map[int]comment) *block {
	at := func(line int) (span, bool) {
		for _, s := range spans {
			if s.from <= line && line <= s.to {
				return s, true
			}
		}
		return span{}, false
	}
	if s, ok := at(c.from); ok {
		return s.block
	}
	for c.alone {
		if s, ok := at(c.to + 1); ok {
			return s.block
		}
		next, ok := after[c.to+1]
		if !ok {
			break
		}
		c = next
	}
	return nil
}

func comments(tokens hclsyntax.Tokens) []comment {
	var out []comment
	used := 0 // the last line with something else than a comment
	for _, token := range tokens {
		from, to := token.Range.Start.Line, token.Range.End.Line
		switch token.Type {
		case hclsyntax.TokenNewline:
		case hclsyntax.TokenComment:
			if token.Range.End.Column == 1 { // a comment to the end of its line holds the line feed
				to = max(from, to-1)
			}
			out = append(out, comment{from: from, to: to, text: string(token.Bytes), alone: used < from})
		default:
			used = to
		}
	}
	return out
}

// directives returns the lines of a comment that speak to this program.
func directives(name string, c comment) []directive {
	text := c.text
	switch {
	case strings.HasPrefix(text, "#"):
		text = strings.TrimLeft(text, "#")
	case strings.HasPrefix(text, "//"):
		text = strings.TrimLeft(text, "/")
	default:
		text = strings.TrimSuffix(strings.TrimPrefix(text, "/*"), "*/")
	}
	var out []directive
	for i, line := range strings.Split(text, "\n") {
		if d, ok := directiveText(strings.TrimLeft(line, " \t*")); ok {
			out = append(out, directive{Location{File: name, Line: c.from + i, EndLine: c.from + i}, d})
		}
	}
	return out
}

// directiveText returns what follows the marker at the start of a line. Prose
// that begins with the name of the program and a colon is none.
// One that is nearly a directive is returned whole, to be refused: whoever
// wrote it believes that it accepts something.
func directiveText(line string) (string, bool) {
	line = strings.TrimSpace(line)
	text, ok := strings.CutPrefix(line, marker)
	if ok && text != "" && text[0] >= 'a' && text[0] <= 'z' {
		return text, true
	}
	return line, nearly.MatchString(line)
}

// nearly matches the ways of writing "dynamicscan:accept" that are not it, where
// one of the arguments tells that it is no prose.
var nearly = regexp.MustCompile(`(?i)^(dynamic[-_ ]?scan\s*:\s*accept)\b.*\b(?:until|owner|reason|severity)=`)
