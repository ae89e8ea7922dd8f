package datascan_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/datascan"
)

// What a rule waits for, again and again, must not keep the scanner: a caller
// gives a megabyte seconds, of which this is an eighth.
func TestTextMadeOfBeginningsIsSearchedInTime(t *testing.T) {
	s := scanner(t)
	for _, piece := range []string{
		"a@b.", "a1@a-", "x@y.zz ", "+1 ", "+12345678 ", "1", "1 ", "12-", "4539 ", "passport number ", "passport no <a>", "date of birth value", "diagnosis A00 ",
		"AB12", "DE12 3456 ", "%41", "%2", "QUFBQUFBQUFBQUFBQUFB ", "QUFBQUFBQUFBQUFBQUFB", `\n`, "&lt;", "patient diagnos E11.9 ", "ABCDEF12A12A123A ", "mrn,value",
	} {
		text := strings.Repeat(piece, 128<<10/len(piece))
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		start := time.Now()
		_, _, err := s.Redact(ctx, datascan.Source{Host: "acme.org"}, text)
		cancel()
		if err != nil {
			t.Errorf("Redact(128 KB of %q) = %v after %v", piece, err, time.Since(start))
		}
	}
}
