package screenshot_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/screenshot"
)

// eachBrowser calls test with every kind of browser that is installed, or
// with the one that DYNAMICSCAN_BROWSER_PATH chooses.
func eachBrowser(t *testing.T, test func(t *testing.T, b *screenshot.Browser)) {
	t.Helper()
	eachKind(t, func(t *testing.T, path string) { test(t, launch(t, screenshot.Options{BrowserPath: path})) })
}

func eachKind(t *testing.T, test func(t *testing.T, path string)) {
	t.Helper()
	first := requireBrowser(t)
	if os.Getenv("DYNAMICSCAN_BROWSER_PATH") != "" {
		test(t, first)
		return
	}
	for _, name := range []string{"chromium-headless-shell", "chromium"} {
		t.Run(name, func(t *testing.T) {
			path, err := exec.LookPath(name)
			if err != nil {
				t.Skip(err)
			}
			test(t, path)
		})
	}
}

// galleryOfAll is the variable that has the gallery shown to every kind of
// browser: the whole Chromium takes four times as long as the headless shell.
const galleryOfAll = "DYNAMICSCAN_GALLERY"

// The pages of the gallery ask this site for what they load.
func hostileSite(t *testing.T) http.Handler {
	stuck := hang(t)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/worker.js":
			w.Header().Set("Content-Type", "text/javascript")
			fmt.Fprint(w, `fetch("/other", {method: "POST"})`)
		case "/frame":
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, `<script>new SharedWorker("/worker.js"); new Worker("/worker.js"); navigator.serviceWorker.register("/worker.js")</script>`)
		case "/download":
			w.Header().Set("Content-Disposition", "attachment; filename=x.zip")
			fmt.Fprint(w, "x")
		case "/hang":
			stuck.ServeHTTP(w, r)
		case "/stream":
			for r.Context().Err() == nil && t.Context().Err() == nil {
				if _, err := w.Write(bytes.Repeat([]byte("endless "), 1<<13)); err != nil {
					return
				}
			}
		}
	})
}

// outcome puts in words what became of a page, for the table of the gallery.
func outcome(p screenshot.Picture, err error) string {
	var none *screenshot.NoPictureError
	switch {
	case errors.As(err, &none):
		return none.Error()
	case err != nil:
		return "error: " + err.Error()
	}
	return strings.Join(append([]string{"picture"}, p.Notes...), ", ")
}

// TestHostilePages shows every page of the gallery to the browser, with
// DYNAMICSCAN_GALLERY=all to every kind of browser: each page ends with a
// picture or a reason in its time, nothing that it must not ask for reaches
// the proxy, and the browser serves the next page. With -v it prints a table;
// "make gallery-browsers" does both.
func TestHostilePages(t *testing.T) {
	each := func(t *testing.T, test func(t *testing.T, path string)) { test(t, requireBrowser(t)) }
	if os.Getenv(galleryOfAll) == "all" {
		each = eachKind
	}
	each(t, func(t *testing.T, path string) {
		var wait sync.WaitGroup
		rows := make([]string, len(hostilePages))
		for limit, atOnce := range map[time.Duration]int{restful: 2, hungTime: 4, stuckTime: 2} {
			b := launch(t, screenshot.Options{BrowserPath: path, Deadline: limit})
			turns := make(chan struct{}, atOnce)
			for i, h := range hostilePages {
				if h.limit() != limit {
					continue
				}
				wait.Go(func() { // a subtest would wait for a processor while its page sleeps
					turns <- struct{}{}
					defer func() { <-turns }()
					rows[i] = showHostile(t, b, h)
				})
			}
		}
		wait.Wait()
		var table strings.Builder
		w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "page\tresult\ttime\t")
		for i, row := range rows {
			if row == "" {
				t.Errorf("%s was not shown: no browser has its limit", hostilePages[i].name)
			}
			fmt.Fprint(w, row)
		}
		w.Flush()
		t.Logf("%s\n%s", path, &table)
	})
}

func showHostile(t *testing.T, b *screenshot.Browser, h hostilePage) (row string) {
	r := page(h.html)
	if h.change != nil {
		h.change(&r)
	}
	p := startProxy(t, hostileSite(t))
	began := time.Now()
	got, err := b.Shoot(t.Context(), r, p.URL)
	took := time.Since(began)
	result := outcome(got, err)
	if !slices.ContainsFunc(h.want, func(want string) bool {
		return result == want || strings.HasPrefix(want, "no picture") && strings.HasPrefix(result, want)
	}) {
		t.Errorf("%s: Shoot() = %s, want one of %q", h.name, result, h.want)
	}
	if err == nil {
		checkBlue(t, h.name, got, strings.HasPrefix(h.html, blue))
	}
	for _, request := range p.requests() {
		refused := strings.Contains(request, "/other") || strings.Contains(request, "/worker.js") || strings.HasSuffix(request, "/page")
		if refused || !strings.HasPrefix(request, "GET ") && !strings.HasPrefix(request, "CONNECT ") {
			t.Errorf("%s: the page got through with %s", h.name, request)
		}
	}
	if err != nil { // it may have left the browser in a bad way
		next, err := b.Shoot(t.Context(), page(blue), p.URL)
		if err != nil {
			t.Errorf("the page after %s: Shoot() = %v, want a picture", h.name, err)
			return ""
		}
		checkBlue(t, "the page after "+h.name, next, true)
	}
	return fmt.Sprintf("%s\t%s\t%.1fs\t\n", h.name, result, took.Seconds())
}

// checkBlue checks the size of a picture and, of one of the page blue, that it
// is what is seen.
func checkBlue(t *testing.T, name string, got screenshot.Picture, isBlue bool) {
	picture, err := png.Decode(bytes.NewReader(got.PNG))
	if err != nil || picture.Bounds().Size() != image.Pt(1280, 800) {
		t.Errorf("%s: the picture of %d bytes is not one of 1280x800: %v", name, len(got.PNG), err)
		return
	}
	if c := rgb(picture.At(1200, 700)); isBlue && (c != [3]uint8{0, 0, 255} || !strings.HasPrefix(shown(got), "seen")) {
		t.Errorf("%s: pixel is %v, and the text begins %.20q, want the page's blue and what it says", name, c, shown(got))
	}
}

// hostilePage is one page of the gallery.
type hostilePage struct {
	name     string
	html     string
	want     []string                 // "picture" with its notes, or how the reason begins
	deadline time.Duration            // of the browser; 0 means restful
	change   func(*exposure.Response) // may be nil
}

func (p hostilePage) limit() time.Duration {
	if p.deadline == 0 {
		return restful
	}
	return p.deadline
}

const (
	restful   = 8 * time.Second
	hungTime  = 4 * time.Second // half of it is waited for what does not come
	stuckTime = 2 * time.Second // no picture is to be had however long the time
)

var (
	asPicture = []string{"picture"}
	asLoading = []string{"picture, still_loading"}
	asStuck   = []string{"no picture: the page did not answer within"}
	asHeavy   = []string{"picture", "picture, images_unread", "picture, still_loading", "picture, text_cut", "picture, still_loading, text_cut", "no picture"}
)

func script(body string) string { return "<script>" + body + "</script>" }

var hostilePages = slices.Concat(leaving, annoying, writing, hanging, exhausting)

// Pages that want to be somewhere else.
var leaving = []hostilePage{
	{name: "meta refresh to a file", html: blue + `<meta http-equiv=refresh content="0;url=file:///etc/hostname">`, want: asPicture},
	{name: "meta refresh to another page", html: blue + `<meta http-equiv=refresh content="0;url=/other">`, want: asPicture},
	{name: "meta refresh to itself", html: blue + `<meta http-equiv=refresh content="0">`, want: asPicture},
	{name: "location set by a script", html: blue + script(`location = "/other"`), want: asPicture},
	{name: "location set after loading", html: blue + script(`onload = () => setTimeout(() => location = "/other")`) + `<script src=/x.js></script>`, want: asPicture},
	{name: "location of a file", html: blue + script(`location = "file:///etc/hostname"`), want: asPicture},
	{name: "location of the browser", html: blue + script(`location = "chrome://version"`), want: asPicture},
	{name: "location of data", html: blue + script(`location = "data:text/html,other"`), want: asPicture},
	{name: "location of a blob", html: blue + script(`location = URL.createObjectURL(new Blob(["other"], {type: "text/html"}))`) + `<script src=/x.js></script>`,
		want: []string{"picture", "no picture: the page replaced itself"}},
	{name: "about:blank in place", html: blue + script(`location = "about:blank"`) + `<script src=/x.js></script>`, want: []string{"no picture: the page replaced itself"}},
	{name: "reload by a script", html: blue + script(`onload = () => location.reload()`) + `<script src=/x.js></script>`, want: asPicture},
	{name: "leaving with a question", html: blue + script(`onbeforeunload = e => { e.preventDefault(); e.returnValue = "stay" }; onload = () => location = "/other"`), want: asPicture},
	{name: "history without end", html: blue + script(`for (let i = 0; i < 5000; i++) try { history.pushState(0, "", "#" + i) } catch {} ; history.back(); history.go(-2)`), want: asPicture},
	{name: "a frame of a file", html: blue + `<iframe src="file:///etc/hostname"></iframe><iframe src="/page"></iframe>`, want: asPicture},
	{name: "frames in frames", html: blue + script(`if (self === top || self.parent === top) for (let i = 0; i < 9; i++) { const f = document.createElement("iframe"); f.srcdoc = document.documentElement.outerHTML; document.body.append(f) }`), want: asHeavy, deadline: stuckTime},
	{name: "status 401", html: blue, want: asPicture, change: func(r *exposure.Response) {
		r.StatusCode, r.Header["Www-Authenticate"] = 401, []string{`Basic realm="x"`, "Negotiate", "NTLM"}
	}},
}

// Pages that want attention.
var annoying = []hostilePage{
	{name: "popups", html: blue + script(`for (let i = 0; i < 20; i++) window.open("/other?" + i)`), want: asPicture},
	{name: "a storm of dialogs", html: blue + script(`for (let i = 0; i < 30; i++) { alert(i); confirm(i); prompt(i) }`), want: asPicture},
	{name: "dialogs without end", html: blue + script(`for (;;) alert(1)`), want: asStuck, deadline: stuckTime},
	{name: "printing", html: blue + script(`for (let i = 0; i < 20; i++) print()`), want: asPicture},
	{name: "a download", html: blue + `<iframe src="/download"></iframe><a id=a href="data:application/zip,x" download=x.zip></a>` + script(`a.click()`), want: asPicture},
	{name: "permissions", html: blue + script(`Notification.requestPermission(); navigator.geolocation.getCurrentPosition(() => document.body.style.background = "red");
navigator.mediaDevices?.getUserMedia({video: true}).then(() => document.body.style.background = "red")`), want: asPicture},
	{name: "full screen", html: blue + script(`document.documentElement.requestFullscreen().catch(() => {}); try { resizeTo(99, 99); moveTo(9, 9) } catch {}`), want: asPicture},
	{name: "closing itself", html: blue + script(`close(); open("", "_self").close()`), want: asHeavy, deadline: stuckTime},
	{name: "a handler of schemes", html: blue + `<iframe src="mailto:a@example.com"></iframe>` + script(`location = "tel:123"`), want: []string{"picture", "picture, still_loading"}, deadline: hungTime},
}

// Pages that want to write, or to reach what is not theirs.
var writing = []hostilePage{
	{name: "a form that sends itself", html: blue + `<form method=post action=/other><input name=a></form>` + script(`document.forms[0].submit()`), want: asPicture},
	{name: "a form that sends into a frame", html: blue + `<iframe name=f></iframe><form method=post action=/other target=f></form>` + script(`document.forms[0].submit()`), want: asPicture},
	{name: "a script that writes", html: blue + script(`fetch("/other", {method: "POST", body: "x"}); navigator.sendBeacon("/other", "x")`), want: asPicture},
	{name: "the page asked for by a script", html: blue + script(`fetch("/page"); fetch("/page#a")`), want: asPicture},
	{name: "a service worker", html: blue + script(`navigator.serviceWorker.register("/worker.js")`), want: asPicture},
	{name: "a worker that asks for the page", html: blue + script(`new SharedWorker("/worker.js"); navigator.serviceWorker.register("/worker.js")`) + `<script src=/x.js></script>`, want: asPicture},
	{name: "a frame with workers", html: blue + `<iframe src=/frame></iframe><script src=/x.js></script>`, want: asPicture},
	{name: "a socket to metadata", html: blue + script(`for (const a of ["169.254.169.254", "[fd00:ec2::254]", "10.0.0.1"]) new WebSocket("ws://" + a + "/latest/")`) +
		`<img src="http://169.254.169.254/latest/meta-data/">`, want: asPicture},
	{name: "objects of a file", html: blue + `<object data="file:///etc/hostname"></object><embed src="file:///etc/hostname"><link rel=stylesheet href="file:///etc/hostname">`, want: []string{"picture", "picture, images_unread"}},
}

// Pages that wait for what does not come.
var hanging = []hostilePage{
	{name: "an image that hangs", html: blue + `<img src=/hang>`, want: asLoading, deadline: hungTime},
	{name: "a script that hangs", html: blue + `<script src=/hang></script>`, want: asLoading, deadline: hungTime},
	{name: "a stylesheet that hangs", html: `<!doctype html><link rel=stylesheet href=/hang>` + blue[len("<!doctype html>"):], want: asLoading, deadline: hungTime},
	{name: "a frame that hangs", html: blue + `<iframe src=/hang></iframe>`, want: asLoading, deadline: hungTime},
	{name: "an image without end", html: blue + `<img src=/stream>`, want: []string{"picture", "picture, still_loading"}, deadline: hungTime},
	{name: "a fetch that hangs", html: blue + script(`fetch("/hang")`), want: asPicture, deadline: hungTime},
}

// Pages that want all there is.
var exhausting = []hostilePage{
	{name: "a script without end", html: blue + script(`for (;;);`), want: asStuck, deadline: stuckTime},
	{name: "a loop after loading", html: blue + script(`onload = () => setTimeout(() => { for (;;); }, 0)`), want: []string{"picture", asStuck[0]}, deadline: stuckTime},
	{name: "requests without end", html: blue + script(`for (let i = 0; i < 100000; i++) fetch("/a?" + i)`), want: []string{"no picture: "}, deadline: stuckTime},
	{name: "a pattern without end", html: blue + script(`/(a+)+b/.test("a".repeat(60))`), want: asStuck, deadline: stuckTime},
	{name: "a page that grows", html: blue + script(`setInterval(() => { for (let i = 0; i < 100; i++) document.body.append(document.createElement("p"), "more") }, 10)`), want: asHeavy, deadline: stuckTime},
	{name: "a page that writes itself", html: blue + script(`for (let i = 0; i < 2e5; i++) document.write("<p>more")`), want: asHeavy, deadline: stuckTime},
	{name: "numbers without end", html: blue + script(`const a = []; for (;;) a.push(new Array(1e5).fill(Math.random()))`), want: []string{"no picture"}, deadline: hungTime},
	{name: "bytes without end", html: blue + script(`const a = []; try { for (;;) a.push(new Uint8Array(5e7).fill(1)) } catch { a.length = 0 }`), want: asHeavy, deadline: hungTime},
	{name: "a string without end", html: blue + script(`let s = "a"; try { for (;;) s += s } catch {}`), want: asHeavy, deadline: stuckTime},
	{name: "a million nodes", html: blue + script(`let f = document.createDocumentFragment(); for (let i = 0; i < 1e6; i++) f.append(document.createElement("i")); document.body.append(f)`), want: asHeavy, deadline: stuckTime},
	{name: "deep nodes", html: blue + strings.Repeat("<div>", 50_000) + "deep", want: asHeavy, deadline: stuckTime},
	{name: "200,000 pixels", html: blue + `<div style="height:200000px;width:200000px"></div>`, want: asPicture},
	{name: "a canvas of a billion pixels", html: blue + `<canvas width=32000 height=32000 style="position:absolute;top:3000px;width:9px"></canvas>` + script(`document.querySelector("canvas").getContext("2d")?.fillRect(0, 0, 32000, 32000)`), want: asHeavy, deadline: stuckTime},
	{name: "WebGL", html: blue + `<canvas id=c width=9 height=9></canvas>` + script(`const g = c.getContext("webgl"); for (let i = 0; i < 50; i++) document.createElement("canvas").getContext("webgl"); if (g) { g.clearColor(1, 0, 0, 1); g.clear(g.COLOR_BUFFER_BIT) }`), want: asPicture},
	{name: "a huge title", html: blue + "<title>" + strings.Repeat("title ", 1<<20) + "</title>", want: []string{"picture", "picture, still_loading"}},
	{name: "a huge style", html: blue + `<p style="filter:` + strings.Repeat("blur(99px) ", 99) + `;position:absolute">x</p>`, want: asHeavy, deadline: stuckTime},
	{name: "a font of a mile", html: blue + `<p style="position:absolute;top:900px;font-size:9999999px">x</p>`, want: asHeavy, deadline: stuckTime},
	{name: "an animation", html: blue + script(`const tick = () => { document.title = Math.random(); requestAnimationFrame(tick) }; tick()`), want: asPicture},
	{name: "text over text", html: `<!doctype html><style>p{position:absolute;top:0;left:0}</style>` + strings.Repeat("<p>"+strings.Repeat("over ", 20), 4000), want: []string{"no picture: the page shows more text than can be searched"}},
}
