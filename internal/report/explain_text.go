package report

import (
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// How the text of an explanation is laid out: for each host and ports with one
// answer a path from the internet down to the resource, a box for each gate
// with what it admits and why, and below it what would close it; then what is
// not drawn, the resources that it takes part in, and what was assumed.

// glyphs are what a path is drawn with.
type glyphs struct {
	topLeft, top, topRight, side, bottomLeft, bottomRight string
	down, stop, bullet                                    string
}

var (
	boxes = glyphs{"┌", "─", "┐", "│", "└", "┘", "▼", "╳", "•"}
	plain = glyphs{"+", "-", "+", "|", "+", "+", "v", "X", "*"}
)

func explainUnicode(w io.Writer, e exposure.Explanation) error { return explainText(w, e, boxes) }
func explainASCII(w io.Writer, e exposure.Explanation) error {
	var out strings.Builder
	if err := explainText(&out, e, plain); err != nil {
		return err
	}
	_, err := io.WriteString(w, strings.Map(func(r rune) rune {
		if r > 126 {
			return '?'
		}
		return r
	}, out.String()))
	return err
}

type sketch struct {
	text
	glyphs
}

func explainText(w io.Writer, e exposure.Explanation, g glyphs) error {
	s := &sketch{glyphs: g}
	s.line("%s", exposure.CleanLine(e.ResourceAddress))
	s.line("")
	paths, others := drawn(e)
	for _, t := range paths {
		s.path(e, t)
	}
	if rest := restText(others); len(rest) > 0 {
		s.line("Not drawn")
		for _, sentence := range rest {
			s.paragraph("  ", sentence+".")
		}
		s.line("")
	}
	s.parts(e)
	s.footer(e)
	_, err := io.WriteString(w, exposure.Clean(strings.TrimRight(s.String(), "\n")+"\n"))
	return err
}

func (s *sketch) path(e exposure.Explanation, t exposure.Trace) {
	s.paragraph("", trafficText(t)+": "+verdictText(t))
	if len(t.Endpoint.Names) > 0 {
		s.paragraph("  ", "also known as "+limited(t.Endpoint.Names, sourcesShown, "names"))
	}
	s.line("")
	s.line("  the internet")
	arrow, beyond := s.down, false
	for _, step := range t.Steps {
		s.line("      %s", s.side)
		s.line("      %s", arrow)
		s.step(step, beyond)
		if step.Stops {
			arrow, beyond = s.glyphs.stop, true
		}
	}
	s.line("      %s", s.side)
	s.line("      %s", arrow)
	s.line("  %s", exposure.CleanLine(e.ResourceAddress))
	s.line("")
	s.closings(t)
	doubts := doubtsText(t)
	for _, sentence := range doubts {
		s.paragraph("  ", sentence)
	}
	if len(doubts) > 0 {
		s.line("")
	}
}

const boxWidth = textWidth - 2

// step draws one gate. Of those behind the one that stops it, it says that
// they are.
func (s *sketch) step(step exposure.Step, beyond bool) {
	head := gateText(step.Gate) + " " + admitsText(step)
	switch {
	case step.Stops:
		head += "; this stops it"
	case beyond:
		head = "(behind the stop) " + head
	}
	lines := wrap(head, boxWidth-4)
	for _, h := range step.Hops {
		for i, l := range wrap(hopText(step, h), boxWidth-6) {
			lead := s.bullet + " "
			if i > 0 {
				lead = "  "
			}
			lines = append(lines, lead+l)
		}
	}
	width := 24
	for _, l := range lines {
		width = max(width, columns(l))
	}
	rule := strings.Repeat(s.top, width+2)
	s.line("  %s%s%s", s.topLeft, rule, s.topRight)
	for _, l := range lines {
		s.line("  %s %s%s %s", s.side, l, strings.Repeat(" ", width-columns(l)), s.side)
	}
	s.line("  %s%s%s", s.bottomLeft, rule, s.bottomRight)
}

func (s *sketch) closings(t exposure.Trace) {
	heading, changes := closingsText(t)
	if heading == "" {
		return
	}
	s.paragraph("  ", heading)
	for _, change := range changes {
		for i, l := range wrap(change, textWidth-6) {
			lead := s.bullet + " "
			if i > 0 {
				lead = "  "
			}
			s.line("    %s%s", lead, l)
		}
	}
	s.line("")
}

// parts lists the endpoints of other resources that this one is a part of.
func (s *sketch) parts(e exposure.Explanation) {
	said := noPathText(e)
	for _, sentence := range said {
		s.paragraph("", sentence)
	}
	for _, endpoint := range e.PartOf {
		s.paragraph("  ", partText(endpoint))
	}
	if len(said) > 0 {
		s.line("")
	}
}

func (s *sketch) footer(e exposure.Explanation) {
	if len(e.Assumptions) > 0 {
		s.line("Assumed, because nothing declares otherwise:")
	}
	for _, id := range slices.Sorted(maps.Keys(e.Assumptions)) {
		s.paragraph("  ", e.Assumptions[id])
	}
	for _, sentence := range remarksText(e) {
		s.paragraph("", sentence)
	}
}

// wrap breaks prose into lines of at most width columns. A word that is
// longer is cut, so that a box keeps its side.
func wrap(prose string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(exposure.CleanLine(prose)) {
		if line != "" && columns(line)+1+columns(word) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		for columns(word) > width {
			var head string
			head, word = cutColumns(word, width)
			lines = append(lines, head)
		}
		line += word
	}
	return append(lines, line)
}
