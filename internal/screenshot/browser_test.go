package screenshot_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/screenshot"
)

// requireBrowser returns the browser to test with. DYNAMICSCAN_BROWSER_PATH
// chooses one; without any the test is skipped, but fails where CI is set.
func requireBrowser(t testing.TB) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("screenshots are not supported on windows yet")
	}
	path, err := screenshot.Find(os.Getenv("DYNAMICSCAN_BROWSER_PATH"))
	switch {
	case err == nil:
		return path
	case os.Getenv("CI") == "true":
		t.Fatal(err)
	default:
		t.Skip(err)
	}
	return ""
}

func launch(t testing.TB, o screenshot.Options) *screenshot.Browser {
	t.Helper()
	if o.BrowserPath == "" {
		o.BrowserPath = requireBrowser(t)
	}
	if o.ProfileDir == "" {
		o.ProfileDir = t.TempDir()
	}
	b, err := screenshot.Launch(t.Context(), o)
	if err != nil {
		t.Fatalf("Launch(%+v): %v", o, err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
		left, err := os.ReadDir(o.ProfileDir)
		if err != nil || len(left) != 0 {
			t.Errorf("after Close() the profile folder holds %v, %v", left, err)
		}
	})
	return b
}

// proxy forwards to one server only, whatever host is asked for, and keeps
// count of what the browser wanted.
type proxy struct {
	*httptest.Server
	mu   sync.Mutex
	seen []string // "GET http://..." in the order of arrival
}

func startProxy(t testing.TB, site http.Handler) *proxy {
	t.Helper()
	p := &proxy{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.seen = append(p.seen, r.Method+" "+r.RequestURI)
		p.mu.Unlock()
		if r.Method == http.MethodConnect || r.URL.Host != siteHost {
			http.Error(w, "not allowed", http.StatusForbidden)
			return
		}
		site.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		p.CloseClientConnections()
		p.Close()
	})
	return p
}

func (p *proxy) requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string{}, p.seen...)
}

// siteHost is where the tests' pages pretend to be. Only the proxy answers for
// it: what listens there counts those who come by themselves.
var (
	siteHost        string
	siteConnections *atomic.Int32
)

func TestMain(m *testing.M) {
	if dir := os.Getenv("SCREENSHOT_TEST_VICTIM"); dir != "" {
		victim(dir)
	}
	siteHost, siteConnections = countConnections()
	code := m.Run()
	if n := siteConnections.Load(); n != 0 {
		fmt.Printf("FAIL: %d connections went to the page's own server, past the proxy\n", n)
		code = 1
	}
	os.Exit(code)
}

// victim is what a test kills: it runs in a process of its own.
func victim(dir string) {
	b, err := screenshot.Launch(context.Background(), screenshot.Options{
		BrowserPath: os.Getenv("DYNAMICSCAN_BROWSER_PATH"), ProfileDir: dir, Deadline: time.Minute,
	})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	siteHost = "127.0.0.1:8080"
	go b.Shoot(context.Background(), page(blue+`<script>for (;;);</script>`), os.Getenv("SCREENSHOT_TEST_PROXY"))
	time.Sleep(time.Second)
	fmt.Println("ready")
	time.Sleep(time.Minute)
	os.Exit(0)
}

// countConnections listens on a loopback port and counts who connects.
func countConnections() (address string, count *atomic.Int32) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	count = &atomic.Int32{}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			count.Add(1)
			conn.Close()
		}
	}()
	return l.Addr().String(), count
}

func page(html string) exposure.Response {
	return exposure.Response{
		URL: "http://" + siteHost + "/page", StatusCode: 200,
		Header: map[string][]string{"Content-Type": {"text/html; charset=utf-8"}},
		Body:   []byte(html),
	}
}

func decode(t testing.TB, p screenshot.Picture) image.Image {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(p.PNG))
	if err != nil {
		t.Fatalf("decode the picture of %d bytes: %v", len(p.PNG), err)
	}
	return img
}

// shown is the text of a picture's runs: what touches is a word, what stands
// side by side are words, and the rest are lines.
func shown(p screenshot.Picture) string {
	var b strings.Builder
	var last exposure.Box
	for i, r := range p.Runs {
		beside := r.Box.Y < last.Y+last.Height && last.Y < r.Box.Y+r.Box.Height && r.Box.X >= last.X
		switch {
		case i == 0:
		case !beside:
			b.WriteByte('\n')
		case r.Box.X-(last.X+last.Width) > 1:
			b.WriteByte(' ')
		}
		b.WriteString(r.Text)
		last = r.Box
	}
	return b.String()
}

func rgb(c color.Color) [3]uint8 {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	return [3]uint8{n.R, n.G, n.B}
}

func TestShootShowsTheCapturedPage(t *testing.T) {
	b := launch(t, screenshot.Options{})
	p := startProxy(t, http.NotFoundHandler())
	got, err := b.Shoot(t.Context(), page(`<!doctype html><title>T</title><body style="margin:0;background:#c01020">
<h1>Sign in</h1><p>Welcome to <b>the con</b>sole</p>`), p.URL)
	if err != nil {
		t.Fatalf("Shoot() = %v", err)
	}
	img := decode(t, got)
	if size := img.Bounds().Size(); size != image.Pt(1280, 800) {
		t.Errorf("picture is %v, want 1280x800", size)
	}
	if c := rgb(img.At(1200, 700)); c != [3]uint8{0xc0, 0x10, 0x20} {
		t.Errorf("pixel is %v, want the page's background", c)
	}
	if want := "Sign in\nWelcome to the console"; shown(got) != want {
		t.Errorf("the page shows %q, want %q", shown(got), want)
	}
	for _, r := range p.requests() {
		if strings.HasSuffix(r, "/page") {
			t.Errorf("the document was asked for again: %s", r)
		}
	}
}

// BenchmarkShoot tells the time of one picture, alone and when others wait
// too, for every kind of browser that is installed.
func BenchmarkShoot(b *testing.B) {
	r := page(`<!doctype html><title>T</title><h1>Sign in</h1>` + strings.Repeat("<p>some text of a page", 50))
	for _, kind := range []string{"chromium-headless-shell", "chromium"} {
		path, err := exec.LookPath(kind)
		if err != nil {
			continue
		}
		for _, atOnce := range []int{1, 4} {
			b.Run(fmt.Sprintf("%s/%d at once", kind, atOnce), func(b *testing.B) {
				browser := launch(b, screenshot.Options{BrowserPath: path})
				p := startProxy(b, http.NotFoundHandler())
				shots := make(chan struct{})
				var wait sync.WaitGroup
				for range atOnce {
					wait.Go(func() {
						for range shots {
							if _, err := browser.Shoot(b.Context(), r, p.URL); err != nil {
								b.Error(err)
							}
						}
					})
				}
				b.ResetTimer()
				for range b.N {
					shots <- struct{}{}
				}
				close(shots)
				wait.Wait()
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "shots/s")
			})
		}
	}
}
