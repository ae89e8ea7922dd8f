package screenshot

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// How much of a page's text is kept, and searched for secrets.
const (
	maxText = 256 << 10 // bytes
	maxRuns = 20_000
)

// boundedRuns cleans the runs and keeps as many as the limits allow: those in
// the picture first, since it may only be kept when all that it shows was
// searched, then those beyond its edges, all in their order. fits is false
// when not even the picture's own are within the limits; cut tells that others
// are left out.
func boundedRuns(runs []exposure.TextRun, width, height int) (kept []exposure.TextRun, cut, fits bool) {
	clean := make([]exposure.TextRun, 0, len(runs))
	bytes, count := 0, 0
	for _, r := range runs {
		if r.Text = exposure.Clean(r.Text); strings.TrimSpace(r.Text) == "" {
			continue // the gap that it fills is seen by the boxes beside it
		}
		clean = append(clean, r)
		if inside(r.Box, width, height) {
			bytes, count = bytes+len(r.Text), count+1
		}
	}
	if bytes > maxText || count > maxRuns {
		return nil, true, false
	}
	kept = clean[:0]
	for _, r := range clean {
		if !inside(r.Box, width, height) {
			if cut = cut || bytes+len(r.Text) > maxText || count == maxRuns; cut {
				continue
			}
			bytes, count = bytes+len(r.Text), count+1
		}
		kept = append(kept, r)
	}
	return kept, cut, true
}

// inside reports whether some of the box is in the picture. A box without
// area still has its place.
func inside(b exposure.Box, width, height int) bool {
	return b.X < width && b.Y < height && b.X+max(b.Width, 1) > 0 && b.Y+max(b.Height, 1) > 0
}
