package screenshot_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/screenshot"
)

func TestTextIsWhatThePagePaints(t *testing.T) {
	b := launch(t, screenshot.Options{})
	p := startProxy(t, http.NotFoundHandler())
	long := strings.Repeat("ghp", 200)
	got, err := b.Shoot(t.Context(), page(`<!doctype html><meta charset=utf-8><title>not painted</title>
<h1>Über   <i>uns</i>&#x202e;</h1><div style="display:none">none</div><div style="visibility:hidden">hidden</div>
<p style="width:100px;overflow-wrap:anywhere">`+long+`</p>
<pre>a
  b</pre><span>x</span><span>y</span> <b>z</b>
<div id=host></div><script>host.attachShadow({mode: "closed"}).innerHTML = "<p>closed shadow</p>"</script>
<style>q::before { content: "pseudo " }</style><q>quoted</q>
<div style="margin-top:2000px">below &#x1F600; the edge</div>
<input value="typed"><input type=password value="hunter2"><input type=hidden value=hidden>
<textarea>written</textarea><p>after the fields
<iframe srcdoc="<p>in a frame</p><iframe srcdoc='<p>in its frame'>"></iframe>
<iframe sandbox srcdoc="<p>in a sandbox"></iframe>`), p.URL)
	if err != nil {
		t.Fatalf("Shoot() = %v", err)
	}
	text := shown(got)
	for _, want := range []string{
		"Über uns", long, "a\n  b", "xy z", "closed shadow", "pseudo quoted", "below \U0001F600 the edge", "typed",
		"written\nafter the fields", "in a frame", "in its frame", "in a sandbox",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page shows %q, want it to contain %q", text, want)
		}
	}
	for _, not := range []string{"not painted", "none", "hidden", "hunter2", "\u202e"} {
		if strings.Contains(text, not) {
			t.Errorf("the page shows %q, want it without %q", text, not)
		}
	}
}

// Every word stands on a colour of its own; where that colour begins in the
// picture, the word's box must lie.
func TestTextIsWhereThePictureShowsIt(t *testing.T) {
	eachBrowser(t, func(t *testing.T, b *screenshot.Browser) {
		p := startProxy(t, http.NotFoundHandler())
		got, err := b.Shoot(t.Context(), page(`<!doctype html><style>body{margin:0} b{position:absolute;display:block;font:16px/20px monospace}</style>
<b style="left:40px;top:560px;background:#ff0000">page</b>
<input style="position:absolute;left:600px;top:800px;width:200px;height:30px;border:0;background:#00ff00;padding:0" value="field">
<div id=h style="position:absolute;left:900px;top:560px;background:#0000ff;font:16px/20px monospace"></div><script>h.attachShadow({mode: "closed"}).innerHTML = "shadow"</script>
<iframe style="position:absolute;left:300px;top:600px;border:7px solid;padding:5px" srcdoc="<style>body{margin:0;height:3000px}b{position:absolute;background:#ffff00}</style>
<b style='left:10px;top:520px'>framed</b><script>scrollTo(0,500)</script>"></iframe>
<p style="position:absolute;top:5000px">far</p><script>scrollTo(0, 500)</script>`), p.URL)
		if err != nil {
			t.Fatalf("Shoot() = %v", err)
		}
		picture := decode(t, got)
		for text, colour := range map[string][3]uint8{"page": {255, 0, 0}, "field": {0, 255, 0}, "shadow": {0, 0, 255}, "framed": {255, 255, 0}} {
			r := runOf(t, got, text)
			if r.Box.Width < 8 || r.Box.Height < 8 {
				t.Errorf("%q has the box %+v, want one with an area", text, r.Box)
				continue
			}
			corners := [2][3]uint8{rgb(picture.At(r.Box.X, r.Box.Y)), rgb(picture.At(r.Box.X+r.Box.Width-1, r.Box.Y+r.Box.Height-1))}
			if corners != [2][3]uint8{colour, colour} {
				t.Errorf("%q has the box %+v with corners %v, want %v", text, r.Box, corners, colour)
			}
			if outside := rgb(picture.At(r.Box.X-1, r.Box.Y)); outside == colour {
				t.Errorf("%q has the box %+v, and its colour goes on before it", text, r.Box)
			}
		}
		if far := runOf(t, got, "far"); far.Box.Y < 4500 || far.Box.Y > 4550 {
			t.Errorf("what is below the picture has the box %+v, want it at about 4516", far.Box)
		}
	})
}

func runOf(t *testing.T, p screenshot.Picture, text string) exposure.TextRun {
	t.Helper()
	for _, r := range p.Runs {
		if r.Text == text {
			return r
		}
	}
	t.Errorf("no run is %q: %+v", text, p.Runs)
	return exposure.TextRun{}
}

func TestLongTextIsCutBeyondThePictureOnly(t *testing.T) {
	b := launch(t, screenshot.Options{})
	p := startProxy(t, http.NotFoundHandler())
	long := strings.Repeat("<p>"+strings.Repeat("é ", 99), 2000)
	got, err := b.Shoot(t.Context(), page("<!doctype html><meta charset=utf-8>"+long+"<p style='position:absolute;top:0'>at the top"), p.URL)
	if err != nil {
		t.Fatalf("Shoot() = %v", err)
	}
	bytes := 0
	for _, r := range got.Runs {
		bytes += len(r.Text)
	}
	if bytes > 256<<10 || bytes < 250<<10 {
		t.Errorf("the runs have %d bytes, want 256 KB or a little less", bytes)
	}
	if diff := cmp.Diff([]string{exposure.NoteTextCut}, got.Notes); diff != "" {
		t.Errorf("notes differ (-want +got):\n%s", diff)
	}
	runOf(t, got, "at the top")
}

func TestRunsAreBounded(t *testing.T) {
	in, out := exposure.Box{X: 1279, Y: 799, Width: 9, Height: 9}, exposure.Box{X: 0, Y: 800, Width: 9, Height: 9}
	run := func(b exposure.Box, text string) exposure.TextRun { return exposure.TextRun{Text: text, Box: b} }
	many := func(b exposure.Box, n int) (runs []exposure.TextRun) {
		for range n {
			runs = append(runs, run(b, "a"))
		}
		return runs
	}
	for name, test := range map[string]struct {
		runs      []exposure.TextRun
		kept      int
		cut, fits bool
	}{
		"none":                          {nil, 0, false, true},
		"blank":                         {[]exposure.TextRun{run(in, " \n")}, 0, false, true},
		"as many as may be":             {append(many(in, 10_000), many(out, 10_000)...), 20_000, false, true},
		"one more beyond the picture":   {append(many(out, 10_001), many(in, 10_000)...), 20_000, true, true},
		"one more in the picture":       {many(in, 20_001), 0, true, false},
		"a long one beyond the picture": {[]exposure.TextRun{run(out, strings.Repeat("a", 256<<10)), run(in, "a")}, 1, true, true},
		"a long one in the picture":     {[]exposure.TextRun{run(in, strings.Repeat("a", 256<<10+1))}, 0, true, false},
	} {
		kept, cut, fits := screenshot.BoundedRuns(test.runs, 1280, 800)
		if len(kept) != test.kept || cut != test.cut || fits != test.fits {
			t.Errorf("%s: BoundedRuns() = %d runs, cut %t, fits %t, want %d, %t, %t", name, len(kept), cut, fits, test.kept, test.cut, test.fits)
		}
	}
}
