package cli

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// progress is a line on a terminal that is written over. Elsewhere it is
// silent.
type progress struct{ terminal io.Writer }

func newProgress(stderr io.Writer) *progress {
	if f, ok := stderr.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return &progress{f}
	}
	return &progress{}
}

// eraseLine returns to the first column and clears the line.
const eraseLine = "\r\x1b[K"

func (p *progress) show(done, total int) {
	if p.terminal != nil {
		fmt.Fprintf(p.terminal, "%sLooked at %d of %d endpoints", eraseLine, done, total)
	}
}

func (p *progress) clear() {
	if p.terminal != nil {
		fmt.Fprint(p.terminal, eraseLine)
	}
}
