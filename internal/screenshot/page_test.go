package screenshot_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/screenshot"
)

// blue is a page whose background tells whether it is still what is shown.
const blue = `<!doctype html><body style="margin:0;background:#0000ff">seen`

// wantBlue checks that the picture is the page blue.
func wantBlue(t *testing.T, got screenshot.Picture, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("Shoot() = %v, want a picture", err)
	}
	if c := rgb(decode(t, got).At(1200, 700)); c != [3]uint8{0, 0, 255} {
		t.Errorf("pixel is %v, want the page's blue", c)
	}
	if !strings.HasPrefix(shown(got), "seen") {
		t.Errorf("Text = %q, want it to begin with %q", shown(got), "seen")
	}
}

// hang is a site that never answers, until the test ends.
func hang(t *testing.T) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-t.Context().Done():
		}
	})
}

func TestSubresourcesComeThroughTheProxyOnly(t *testing.T) {
	b := launch(t, screenshot.Options{})
	square := image.NewNRGBA(image.Rect(0, 0, 50, 50))
	for i := range 50 * 50 {
		square.Set(i%50, i/50, color.NRGBA{0, 255, 0, 255})
	}
	var green bytes.Buffer
	if err := png.Encode(&green, square); err != nil {
		t.Fatal(err)
	}
	p := startProxy(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/green.png":
			w.Write(green.Bytes())
		case "/late.js":
			fmt.Fprint(w, `fetch("/late.txt").then(r => r.text()).then(s => document.body.append(s))`)
		case "/late.txt":
			fmt.Fprint(w, "added by a script")
		}
	}))
	other, connections := countConnections()
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer udp.Close()
	got, err := b.Shoot(t.Context(), page(`<!doctype html><body style="margin:0"><img src=/green.png style="position:absolute;top:0;left:0">
<img src="http://`+other+`/a.png"><link rel=preconnect href="http://`+other+`"><link rel=dns-prefetch href="//name.example.invalid">
<iframe src="http://`+other+`/frame"></iframe><script src="http://localhost:`+other[len("127.0.0.1:"):]+`/x.js"></script>
<img src="http://name.example.invalid/a.png"><script src=/late.js></script>
<script>new WebSocket("ws://`+other+`/"); new EventSource("http://`+other+`/");
const c = new RTCPeerConnection({iceServers: [{urls: ["stun:`+udp.LocalAddr().String()+`", "turn:`+other+`?transport=tcp"], username: "a", credential: "b"}]});
c.createDataChannel("x"); c.createOffer().then(o => c.setLocalDescription(o))</script>`), p.URL)
	if err != nil {
		t.Fatalf("Shoot() = %v", err)
	}
	if c := rgb(decode(t, got).At(25, 25)); c != [3]uint8{0, 255, 0} {
		t.Errorf("pixel of the image is %v, want green", c)
	}
	if !strings.Contains(shown(got), "added by a script") {
		t.Errorf("Text = %q, want what the script added", shown(got))
	}
	if n := connections.Load(); n != 0 {
		t.Errorf("%d connections went past the proxy", n)
	}
	udp.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
	if n, _, err := udp.ReadFrom(make([]byte, 100)); err == nil {
		t.Errorf("%d bytes of UDP went past the proxy", n)
	}
	if seen := strings.Join(p.requests(), "\n"); !strings.Contains(seen, "http://"+other+"/a.png") {
		t.Errorf("the proxy saw\n%s\nwant the other port among it", seen)
	}
}

func TestStatusesThatBrowsersTreatSpeciallyAreShown(t *testing.T) {
	b := launch(t, screenshot.Options{})
	for name, change := range map[string]func(*exposure.Response){
		"401 with a challenge": func(r *exposure.Response) {
			r.StatusCode = 401
			r.Header["Www-Authenticate"] = []string{`Basic realm="x"`}
		},
		"407":             func(r *exposure.Response) { r.StatusCode = 407; r.Header["Proxy-Authenticate"] = []string{"Basic"} },
		"302 with a page": func(r *exposure.Response) { r.StatusCode = 302; r.Header["Location"] = []string{"/other"} },
		"500":             func(r *exposure.Response) { r.StatusCode = 500 },
		"999":             func(r *exposure.Response) { r.StatusCode = 999 },
		"wrong length": func(r *exposure.Response) {
			r.Header["Content-Length"] = []string{"3"}
			r.Header["Content-Encoding"] = []string{"gzip"}
		},
		"a refresh header":       func(r *exposure.Response) { r.Header["Refresh"] = []string{"0; url=/other"} },
		"https":                  func(r *exposure.Response) { r.URL = "https://" + siteHost + "/page" },
		"a port browsers fear":   func(r *exposure.Response) { r.URL = "http://127.0.0.1:6000/" },
		"a name nobody knows":    func(r *exposure.Response) { r.URL = "http://Name.Example.invalid:8080" },
		"a preloaded https name": func(r *exposure.Response) { r.URL = "http://name.dev/" },
		"no content type":        func(r *exposure.Response) { delete(r.Header, "Content-Type") },
		"plain text": func(r *exposure.Response) {
			r.Header["Content-Type"] = []string{"text/html"}
			r.Header["X-Content-Type-Options"] = []string{"nosniff"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := page(blue)
			change(&r)
			p := startProxy(t, http.NotFoundHandler())
			got, err := b.Shoot(t.Context(), r, p.URL)
			wantBlue(t, got, err)
		})
	}
}

func TestPagesShareNothing(t *testing.T) {
	b := launch(t, screenshot.Options{})
	p := startProxy(t, http.NotFoundHandler())
	html := blue + `<script>document.body.append(" [" + document.cookie + (localStorage.a || "") + "]");
document.cookie = "a=secret"; localStorage.a = "secret"</script>`
	var wait sync.WaitGroup
	for range 6 {
		wait.Go(func() {
			got, err := b.Shoot(t.Context(), page(html), p.URL)
			if want := "seen []"; err != nil || shown(got) != want {
				t.Errorf("Shoot() = %q, %v, want %q", shown(got), err, want)
			}
		})
	}
	wait.Wait()
}

func TestCancelledShotReturnsAtOnce(t *testing.T) {
	b := launch(t, screenshot.Options{})
	p := startProxy(t, hang(t))
	for name, html := range map[string]string{"hanging": blue + `<img src=/hang>`, "looping": blue + `<script>for (;;);</script>`} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			began := time.Now()
			_, err := b.Shoot(ctx, page(html), p.URL)
			if took := time.Since(began); !errors.Is(err, context.Canceled) || took > 2*time.Second {
				t.Errorf("Shoot() = %v after %v, want context.Canceled within a second of the cancellation at 1s", err, took)
			}
		})
	}
}
