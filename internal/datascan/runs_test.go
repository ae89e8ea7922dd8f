package datascan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/datascan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

func run(text string, x, y, width int) exposure.TextRun {
	return exposure.TextRun{Text: text, Box: exposure.Box{X: x, Y: y, Width: width, Height: 16}}
}

func TestALeakOfAPageHasItsPlaceInThePicture(t *testing.T) {
	pat := "gh" + "p_" + made(40, alnum, 36)
	tests := []struct {
		name string
		runs []exposure.TextRun
		line int
		want *exposure.Box
	}{
		{"in one piece", []exposure.TextRun{run("Hello", 0, 0, 50), run("key "+pat, 10, 40, 300)}, 2, &exposure.Box{X: 10, Y: 40, Width: 300, Height: 16}},
		{"in two that touch", []exposure.TextRun{run(pat[:9], 10, 40, 60), run(pat[9:], 70, 41, 240)}, 1, &exposure.Box{X: 10, Y: 40, Width: 300, Height: 17}},
		{"behind its name", []exposure.TextRun{run("DB_PASSWORD=", 10, 40, 100), run("sw0rd"+"fish-77", 110, 40, 80)}, 1, &exposure.Box{X: 110, Y: 40, Width: 80, Height: 16}},
		{"in a column beside its name", []exposure.TextRun{run("password:", 10, 40, 60), run("sw0rd"+"fish-77", 200, 40, 80)}, 1, &exposure.Box{X: 200, Y: 40, Width: 80, Height: 16}},
		{"where boxes are not known", []exposure.TextRun{{Text: pat}}, 1, nil},
	}
	for _, test := range tests {
		clean, leaks, err := scanner(t).Runs(t.Context(), datascan.Source{Place: "page text"}, test.runs)
		if err != nil || len(leaks) != 1 || strings.Contains(clean, pat[5:]) || strings.Contains(clean, "fish") {
			t.Errorf("%s: Runs = %q, %+v, %v, want one leak", test.name, clean, leaks, err)
			continue
		}
		if diff := cmp.Diff(test.want, leaks[0].Box); diff != "" || leaks[0].Line != test.line {
			t.Errorf("%s: line %d, want %d; box (-want +got):\n%s", test.name, leaks[0].Line, test.line, diff)
		}
	}
}

func TestPiecesOfTwoColumnsAreNoWord(t *testing.T) {
	pat := "gh" + "p_" + made(41, alnum, 36)
	_, leaks, err := scanner(t).Runs(t.Context(), datascan.Source{}, []exposure.TextRun{run(pat[:20], 10, 40, 60), run(pat[20:], 400, 40, 60)})
	if err != nil || len(leaks) != 0 {
		t.Errorf("leaks %+v, %v, want none", leaks, err)
	}
}

func TestATokenThatIsReadWronglyFromPixelsIsPossible(t *testing.T) {
	a := made(42, alnum, 30)
	for _, text := range []string{"gn" + "p_" + a, "A" + "KlA" + strings.ToUpper(a[:16]), "sk_" + "1ive_" + a[:20], "-----BEGIN RSA PRlVATE " + "KEY"} {
		r := run("the key: "+text, 0, 0, 100)
		if _, leaks, err := scanner(t).Runs(t.Context(), datascan.Source{}, []exposure.TextRun{r}); err != nil || len(leaks) != 0 {
			t.Errorf("Runs(%q) of letters = %+v, %v, want none", text, leaks, err)
		}
		r.OCR = true
		clean, leaks, err := scanner(t).Runs(t.Context(), datascan.Source{}, []exposure.TextRun{run("x", 0, 90, 9), r})
		if err != nil || len(leaks) != 1 || leaks[0].Rule != "ocr-token" || leaks[0].Box == nil || strings.Contains(clean, text) {
			t.Errorf("Runs(%q) of pixels = %q, %+v, %v, want a possible token", text, clean, leaks, err)
		}
	}
}
