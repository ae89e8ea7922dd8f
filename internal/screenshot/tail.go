package screenshot

import (
	"strings"
	"sync"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// tail is a writer that keeps the end of what is written to it. It is safe
// for concurrent use; the zero value is empty.
type tail struct {
	mu   sync.Mutex
	kept []byte
}

const tailBytes = 4 << 10

// Write implements io.Writer. It never fails.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, p[max(0, len(p)-tailBytes):]...)
	t.kept = t.kept[max(0, len(t.kept)-tailBytes):]
	return len(p), nil
}

// lastLine returns the line that tells most of how the browser ended, cleaned
// and cut to 200 characters: the last that says it is fatal, since a crash
// goes on to complain about its own report, or else the last that is not blank.
func (t *tail) lastLine() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	telling := ""
	for line := range strings.Lines(string(t.kept)) {
		line = exposure.CleanLine(strings.ToValidUTF8(line, ""))
		fatal := strings.Contains(line, ":FATAL:")
		if line != "" && (fatal || !strings.Contains(telling, ":FATAL:")) {
			telling = line
		}
	}
	return exposure.Cut(telling, 200)
}

// tells reports whether a text is among what is kept.
func (t *tail) tells(text string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Contains(string(t.kept), text)
}
