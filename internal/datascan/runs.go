package datascan

import (
	"context"
	"regexp"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// A page is a text and, of what a page shows, where its pieces are.
type page struct {
	text string
	runs []placed // in the order of the text
	ocr  []span   // pieces that were read from pixels
}

type placed struct {
	span
	box exposure.Box
}

// Runs is Redact for the text of a page in pieces, in the order in which they
// are read. Pieces that touch in the picture are one word, those of one line
// are words, and others are lines: what a page shows in one line, such as a
// name and its value in colours of their own, is looked at as a whole.
//
// The leaks have the Box that holds all of the first occurrence; it is nil
// where no piece of it has one. In pieces that were read from pixels, whose
// letters may be wrong, the beginning of a known token is enough; such a leak
// has the rule "ocr-token".
func (s *Scanner) Runs(ctx context.Context, from Source, runs []exposure.TextRun) (clean string, leaks []exposure.Leak, err error) {
	return s.redact(ctx, from, join(runs))
}

func join(runs []exposure.TextRun) page {
	var p page
	var b strings.Builder
	for i, r := range runs {
		if i > 0 {
			b.WriteString(separator(runs[i-1], r))
		}
		start := b.Len()
		b.WriteString(r.Text)
		if r.Box != (exposure.Box{}) {
			p.runs = append(p.runs, placed{span{start, b.Len()}, r.Box})
		}
		switch last := len(p.ocr) - 1; {
		case r.OCR && i > 0 && runs[i-1].OCR:
			p.ocr[last].end = b.Len()
		case r.OCR:
			p.ocr = append(p.ocr, span{start, b.Len()})
		}
	}
	p.text = b.String()
	return p
}

// separator is what stands between two pieces that follow each other.
func separator(a, b exposure.TextRun) string {
	unknown := a.Box == (exposure.Box{}) || b.Box == (exposure.Box{})
	middle := b.Box.Y + b.Box.Height/2
	sameLine := !unknown && a.OCR == b.OCR && middle >= a.Box.Y && middle < a.Box.Y+a.Box.Height && b.Box.X >= a.Box.X
	switch gap := b.Box.X - (a.Box.X + a.Box.Width); {
	case !sameLine:
		return "\n"
	case gap <= 1 && !a.OCR:
		return ""
	}
	return " "
}

// box returns what holds all of a span in the picture, nil where it is not known.
func (p page) box(s span) *exposure.Box {
	var all *exposure.Box
	for _, r := range p.runs {
		if r.end <= s.start || r.start >= s.end {
			continue
		}
		if all == nil {
			first := r.box
			all = &first
			continue
		}
		right, bottom := max(all.X+all.Width, r.box.X+r.box.Width), max(all.Y+all.Height, r.box.Y+r.box.Height)
		all.X, all.Y = min(all.X, r.box.X), min(all.Y, r.box.Y)
		all.Width, all.Height = right-all.X, bottom-all.Y
	}
	return all
}

// ocrRule is for tokens whose letters were read from pixels: one letter of the
// beginning may have been taken for its like, others lost or parted by spaces.
var ocrRule = rule{name: "ocr-token", kind: exposure.LeakSecret, severity: exposure.SeverityHigh, vague: true}

var ocrToken = regexp.MustCompile(`(?i:BEGIN[A-Z0-9 ]{0,24}PR[I1l|]VATE ?KEY)` +
	`|\b(?:g[hn][pousr][_ ][A-Za-z0-9]{16,}|[A4]K[I1l|][A4][A-Z0-9]{10,}|[sr]k[_ ][l1I|]ive[_ ][A-Za-z0-9]{10,}|g[l1I|]pat-[A-Za-z0-9_-]{12,}` +
	`|xox[abpr]-[A-Za-z0-9-]{10,}|A[I1l|]za[A-Za-z0-9_-]{20,}|ey[J1][A-Za-z0-9_-]{10,}\.\s?ey[J1][A-Za-z0-9_-]{10,}|sk-[A-Za-z0-9_-]{20,}|npm_[A-Za-z0-9]{20,})`)

// misread returns what may be tokens from an offset of a text on, which was read
// from pixels there.
func misread(text string, from int) []secret {
	var found []secret
	for _, m := range ocrToken.FindAllStringIndex(text[min(from, len(text)):], -1) {
		s := span{from + m[0], from + m[1]}
		found = append(found, secret{s, &ocrRule, ocrRule.severity, text[s.start:s.end]})
	}
	return found
}
