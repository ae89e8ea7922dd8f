package screenshot_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/screenshot"
)

// requireReader skips the test without tesseract, but fails where CI is set.
func requireReader(t testing.TB) {
	t.Helper()
	_, err := exec.LookPath("tesseract")
	switch {
	case err == nil:
	case os.Getenv("CI") == "true":
		t.Fatal(err)
	default:
		t.Skip(err)
	}
}

// drawn is a canvas that shows a text at a place of the page.
func drawn(text string, left, top int) string {
	return fmt.Sprintf(`<canvas class=c width=420 height=60 style="position:absolute;left:%dpx;top:%dpx"></canvas>
<script>{ const c = [...document.querySelectorAll(".c")].pop().getContext("2d"); c.fillStyle = "#fff"; c.fillRect(0, 0, 420, 60);
c.fillStyle = "#000"; c.font = "20px sans-serif"; c.fillText(%q, 12, 36) }</script>`, left, top, text)
}

// read returns the lines read from pixels, and the first one with its box.
func read(p screenshot.Picture) (text string, first exposure.TextRun) {
	var list []string
	for _, r := range p.Runs {
		if !r.OCR {
			continue
		}
		if list == nil {
			first = r
		}
		list = append(list, r.Text)
	}
	return strings.Join(list, "\n"), first
}

func TestTextInPixelsIsRead(t *testing.T) {
	requireReader(t)
	b := launch(t, screenshot.Options{})
	painted, err := b.Shoot(t.Context(), page("<!doctype html><p style='font:24px sans-serif'>Quarterly report of the harbour office"), startProxy(t, http.NotFoundHandler()).URL)
	if err != nil {
		t.Fatal(err)
	}
	p := startProxy(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(painted.PNG) }))
	for name, test := range map[string]struct {
		html, want string
		place      exposure.Box // in which the first line must lie
	}{
		"a canvas":                 {drawn("Production database password", 300, 200), "Production database password", exposure.Box{X: 300, Y: 200, Width: 420, Height: 60}},
		"a canvas below the edge":  {drawn("Production database password", 300, 2200), "Production database password", exposure.Box{X: 300, Y: 2200, Width: 420, Height: 60}},
		"an image":                 {`<body style="margin:0"><img src=/x.png>`, "Quarterly report of the harbour office", exposure.Box{Width: 1280, Height: 80}},
		"an image of its own data": {`<img src="data:image/png;base64,` + base64.StdEncoding.EncodeToString(painted.PNG) + `">`, "harbour office", exposure.Box{Width: 1280, Height: 120}},
		"a drawing of an image":    {`<body style="margin:0"><svg width=1280 height=800><image href=/x.png width=1280 height=800></svg>`, "harbour office", exposure.Box{Width: 1280, Height: 80}},
		"white letters on black":   {`<style>canvas{filter:invert(1)}</style>` + drawn("Production database password", 20, 20), "Production database password", exposure.Box{X: 20, Y: 20, Width: 420, Height: 60}},
	} {
		got, err := b.Shoot(t.Context(), page("<!doctype html>"+test.html), p.URL)
		text, first := read(got)
		if err != nil || !strings.Contains(text, test.want) || len(got.Notes) != 0 {
			t.Errorf("%s: Shoot() = %q, %q, %v, want the text %q", name, text, got.Notes, err, test.want)
			continue
		}
		if r, q := first.Box, test.place; r.X < q.X || r.Y < q.Y || r.X+r.Width > q.X+q.Width || r.Y+r.Height > q.Y+q.Height || r.Height < 10 {
			t.Errorf("%s: its box is %+v, want it in %+v", name, r, q)
		}
	}
}

func TestPixelsWithoutTextAreNotRead(t *testing.T) {
	requireReader(t)
	b := launch(t, screenshot.Options{})
	p := startProxy(t, http.NotFoundHandler())
	for name, html := range map[string]string{
		"text of the document": `<p>Production database password`,
		"a hidden canvas":      `<style>canvas{visibility:hidden}</style>` + drawn("Production", 20, 20),
		"one without a box":    `<style>canvas{display:none}</style>` + drawn("Production", 20, 20),
		"tiny pictures":        strings.Repeat(`<svg width=16 height=16><path d="M0 0L9 9"/></svg>`, 500),
	} {
		got, err := b.Shoot(t.Context(), page("<!doctype html>"+html), p.URL)
		if text, _ := read(got); err != nil || text != "" || len(got.Notes) != 0 {
			t.Errorf("%s: Shoot() = %q, %q, %v, want nothing read and no note", name, text, got.Notes, err)
		}
	}
}

func TestReadingPixelsIsBounded(t *testing.T) {
	requireReader(t)
	b := launch(t, screenshot.Options{})
	p := startProxy(t, http.NotFoundHandler())
	var many strings.Builder
	for i := range 40 {
		many.WriteString(drawn(fmt.Sprintf("number %d", i), i%3*420, i/3*60))
	}
	began := time.Now()
	got, err := b.Shoot(t.Context(), page("<!doctype html>"+many.String()), p.URL)
	text, _ := read(got)
	if err != nil || !slices.Equal(got.Notes, []string{exposure.NoteImagesUnread}) || !strings.Contains(text, "number") {
		t.Errorf("Shoot() = %q, notes %q, %v, want some read and the note that not all were", text, got.Notes, err)
	}
	if took := time.Since(began); took > 16*time.Second {
		t.Errorf("Shoot() took %v", took)
	}
}

func TestMissingReaderIsToldOnce(t *testing.T) {
	var mu sync.Mutex
	var told []string
	b := launch(t, screenshot.Options{Warn: func(s string) {
		mu.Lock()
		defer mu.Unlock()
		told = append(told, s)
	}})
	t.Setenv("PATH", t.TempDir())
	p := startProxy(t, http.NotFoundHandler())
	for range 2 {
		got, err := b.Shoot(t.Context(), page("<!doctype html>"+drawn("Production", 20, 20)), p.URL)
		if err != nil || !slices.Equal(got.Notes, []string{exposure.NoteImagesUnread}) {
			t.Errorf("Shoot() = notes %q, %v, want a picture and the note", got.Notes, err)
		}
	}
	told = slices.DeleteFunc(told, func(s string) bool { return strings.Contains(s, "sandbox") })
	if diff := cmp.Diff([]string{"Text in images is not read: tesseract is not installed"}, told); diff != "" {
		t.Errorf("what was told differs (-want +got):\n%s", diff)
	}
}

func TestWordsOfALineAreOneRun(t *testing.T) {
	table := "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n" +
		"4\t1\t1\t1\t1\t0\t20\t10\t200\t30\t-1\t\n" +
		"5\t1\t1\t1\t1\t1\t20\t12\t80\t20\t91.5\tsk_live\n" +
		"5\t1\t1\t1\t1\t2\t120\t10\t100\t31\t12\t\x1b4eC\n" +
		"5\t1\t1\t1\t2\t1\t20\t50\t80\t20\t96\tnext\n" +
		"5\t1\t1\t1\t2\t2\tx\t50\t80\t20\t96\tbroken\n" +
		"5\t1\t1\t1\t2\t2\t-5\t50\t80\t20\t96\tbroken\n" +
		"5\t1\t1\t1\t2\n"
	want := []exposure.TextRun{
		{Text: "sk_live \uFFFD4eC", Box: exposure.Box{X: 110, Y: 205, Width: 100, Height: 16}, OCR: true},
		{Text: "next", Box: exposure.Box{X: 110, Y: 225, Width: 40, Height: 10}, OCR: true},
	}
	if diff := cmp.Diff(want, screenshot.Lines(table, exposure.Box{X: 100, Y: 200, Width: 300, Height: 90})); diff != "" {
		t.Errorf("runs differ (-want +got):\n%s", diff)
	}
}

func TestBoxesAreSplitAtThePicturesEdges(t *testing.T) {
	box := func(x, y, w, h int) exposure.Box { return exposure.Box{X: x, Y: y, Width: w, Height: h} }
	inner, outer := screenshot.Split([]exposure.Box{
		box(-10, -100, 100, 2000), box(1270, 0, 100, 100), box(10, 10, 100, 5), box(10, 10, 100, 50), box(10, 10, 100, 50),
		box(0, 1<<25, 100, 100), box(1<<25, 0, 100, 100), box(0, 0, 1<<26, 1<<26), box(5, 5, -3, -3),
	}, 1280, 800)
	if diff := cmp.Diff([]exposure.Box{box(0, 0, 90, 800), box(10, 10, 100, 50), box(0, 0, 1280, 800)}, inner); diff != "" {
		t.Errorf("inner boxes differ (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]exposure.Box{box(0, -100, 90, 100), box(0, 800, 90, 1100), box(0, 800, 1280, 15200)}, outer); diff != "" {
		t.Errorf("outer boxes differ (-want +got):\n%s", diff)
	}
}
