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

// lastLine returns the last line that is not blank, cleaned and cut to 200
// characters.
func (t *tail) lastLine() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := strings.TrimSpace(strings.ToValidUTF8(string(t.kept), ""))
	return exposure.Cut(exposure.CleanLine(text[strings.LastIndexByte(text, '\n')+1:]), 200)
}
