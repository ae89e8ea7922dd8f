package datascan_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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

// So must the keywords of all rules, however they are joined.
func TestTextMadeOfKeywordsIsSearchedInTime(t *testing.T) {
	s := scanner(t)
	for _, between := range []string{"", "-", " ", "=", `":"`} {
		for name, words := range map[string]string{"lower": strings.Join(datascan.Keywords(), between), "upper": strings.ToUpper(strings.Join(datascan.Keywords(), between))} {
			text := strings.Repeat(words+between, 128<<10/len(words))
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			start := time.Now()
			_, _, err := s.Redact(ctx, datascan.Source{Host: "acme.org"}, text)
			cancel()
			if err != nil {
				t.Errorf("Redact(128 KB of keywords in %s case with %q between) = %v after %v", name, between, err, time.Since(start))
			}
		}
	}
}

// What is found from where a match can begin is what is found everywhere near a
// keyword.
func TestStartsLoseNothing(t *testing.T) {
	quick, slow := scanner(t), datascan.WithoutStarts()
	random := rand.New(rand.NewPCG(1, 2))
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	value := func(n int, from string) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = from[random.IntN(len(from))]
		}
		return string(b)
	}
	found := 0
	for _, word := range datascan.Keywords() {
		var text strings.Builder
		for _, n := range []int{15, 16, 20, 24, 32, 36, 40, 44, 64} {
			for _, from := range []string{letters, letters[:26] + letters[52:], "abcdef0123456789", letters[26:]} {
				v := value(n, from)
				fmt.Fprintf(&text, "x %s%s\nmy.%s_key = \"%s\"\n%s: '%s'\n", word, v, word, v, strings.ToUpper(word), v)
			}
		}
		want, leaks, err := slow.Redact(t.Context(), datascan.Source{Host: "acme.org"}, text.String())
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := quick.Redact(t.Context(), datascan.Source{Host: "acme.org"}, text.String())
		if err != nil {
			t.Fatal(err)
		}
		found += len(leaks)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("text of %q differs (-everywhere +from starts):\n%s", word, diff)
		}
	}
	if found < 300 {
		t.Errorf("%d leaks were found, want more to compare", found)
	}
}
