package probe_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probe"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
)

// through returns a client that stands for the browser.
func through(t *testing.T, proxy *probe.PageProxy) *http.Client {
	t.Helper()
	address, err := url.Parse(proxy.URL())
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{
		Proxy:           http.ProxyURL(address),
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{
		Transport:     transport,
		Timeout:       10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func openPage(t *testing.T, p *probe.Prober, server *probetest.Listener) *probe.PageProxy {
	t.Helper()
	proxy, err := p.PageProxy(t.Context(), "web.test", server.Addr.Addr(), server.Addr.Port())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Close)
	return proxy
}

// fetch returns the status and body of a GET, or the error.
func fetch(client *http.Client, url string) string {
	answer, err := client.Get(url)
	if err != nil {
		return "error"
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return fmt.Sprintf("%d cut after %d bytes", answer.StatusCode, len(body))
	}
	return fmt.Sprintf("%d %s", answer.StatusCode, strings.TrimSpace(string(body)))
}

func TestPageProxyReachesTheEndpointAndNothingElse(t *testing.T) {
	hello := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s %s %s", r.Host, r.URL, r.Header.Get("User-Agent"))
	})
	const denied = "403 not part of the scanned endpoint"
	for scheme, server := range map[string]*probetest.Listener{"http": probetest.HTTP(t, hello), "https": probetest.HTTPS(t, hello)} {
		t.Run(scheme, func(t *testing.T) {
			other := probetest.Silent(t)
			p := probe.New(probe.Config{Allowed: probetest.Loopback(), Clock: newClock(), UserAgent: "scanner"})
			proxy := openPage(t, p, server)
			client := through(t, proxy)
			agent := map[string]string{"http": "scanner", "https": "Go-http-client/1.1"}[scheme]
			for _, host := range []string{"web.test", "WEB.test", "127.0.0.1"} {
				want := fmt.Sprintf("200 %s /a?b=c %s", at(server, host+":%PORT%"), agent)
				if got := fetch(client, at(server, scheme+"://"+host+":%PORT%/a?b=c")); got != want {
					t.Errorf("GET from %s = %q, want %q", host, got, want)
				}
			}
			refused := map[string]string{"http": denied, "https": "error"}[scheme]
			for _, url := range []string{
				at(other, scheme+"://web.test:%PORT%/secret"), at(other, scheme+"://127.0.0.1:%PORT%/"),
				at(server, scheme+"://other.test:%PORT%/"), scheme + "://web.test/", scheme + "://169.254.169.254/latest/",
				at(server, scheme+"://127.0.0.2:%PORT%/"), at(server, scheme+"://[::1]:%PORT%/"),
			} {
				if got := fetch(client, url); got != refused {
					t.Errorf("GET %s = %q, want %q", url, got, refused)
				}
			}
			port := map[string]string{"http": ":80", "https": ":443"}[scheme]
			want := []string{
				at(other, "127.0.0.1:%PORT%"), at(server, "127.0.0.2:%PORT%"), "169.254.169.254" + port,
				at(server, "[::1]:%PORT%"), at(server, "other.test:%PORT%"), at(other, "web.test:%PORT%"), "web.test" + port,
			}
			slices.Sort(want) // the ports differ from run to run
			if diff := cmp.Diff(want, proxy.Denied()); diff != "" {
				t.Errorf("Denied differs (-want +got):\n%s", diff)
			}
			if got := other.Settle(t); got != 0 {
				t.Errorf("connections to another port = %d, want 0", got)
			}
		})
	}
}

func TestPageProxySendsNoWriteNoUpgradeAndNoCredentials(t *testing.T) {
	var mu sync.Mutex
	var asked []string
	server := probetest.HTTP(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, r.Method+" "+r.Header.Get("Authorization")+r.Header.Get("Proxy-Authorization")+r.Header.Get("X-Hop"))
	}))
	proxy := openPage(t, loopbackProber(probe.Limits{}), server)
	client := through(t, proxy)
	send := func(method string, header http.Header) int {
		request, err := http.NewRequest(method, at(server, "http://web.test:%PORT%/"), nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header = header
		answer, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		return answer.StatusCode
	}
	credentials := http.Header{
		"Authorization": {"Basic Zm9v"}, "Proxy-Authorization": {"Basic Zm9v"}, "Connection": {"X-Hop"}, "X-Hop": {"1"},
	}
	for method, want := range map[string]int{"GET": 200, "HEAD": 200, "POST": 403, "PUT": 403, "DELETE": 403, "OPTIONS": 403} {
		if got := send(method, credentials); got != want {
			t.Errorf("%s = %d, want %d", method, got, want)
		}
	}
	if got := send("GET", http.Header{"Connection": {"Upgrade"}, "Upgrade": {"websocket"}}); got != 403 {
		t.Errorf("WebSocket = %d, want 403", got)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(asked) != 2 {
		t.Errorf("requests at the server = %q, want GET and HEAD", asked)
	}
	for _, a := range asked {
		if a != "GET " && a != "HEAD " {
			t.Errorf("request at the server = %q, want neither write nor credentials nor hop headers", a)
		}
	}
	want := at(server, "DELETE web.test:%PORT%,OPTIONS web.test:%PORT%,POST web.test:%PORT%,PUT web.test:%PORT%,upgrade web.test:%PORT%")
	if diff := cmp.Diff(strings.Split(want, ","), proxy.Denied()); diff != "" {
		t.Errorf("Denied differs (-want +got):\n%s", diff)
	}
}

func TestPageProxyTakesOneTurnForThePage(t *testing.T) {
	server := probetest.HTTP(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Connection", "close") }))
	turns := &countingThrottle{}
	p := probe.New(probe.Config{Allowed: probetest.Loopback(), Throttle: turns})
	proxy := openPage(t, p, server)
	if turns.taken != 0 {
		t.Errorf("turns before the first connection = %d, want 0", turns.taken)
	}
	client := through(t, proxy)
	for range 5 {
		if got := fetch(client, at(server, "http://web.test:%PORT%/")); got != "200 " {
			t.Fatalf("GET = %q, want 200", got)
		}
	}
	if connections := server.Settle(t); turns.taken != 1 || connections != 5 {
		t.Errorf("turns = %d for %d connections, want 1 for 5", turns.taken, connections)
	}
}

type countingThrottle struct{ taken int }

func (c *countingThrottle) Wait(context.Context, netip.AddrPort) error {
	c.taken++
	return nil
}

func TestPageProxyStopsAtItsLimits(t *testing.T) {
	big := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "close")
		io.WriteString(w, strings.Repeat("x", 64<<10))
	})
	tests := []struct {
		name   string
		limits probe.PageLimits
		want   []string
	}{
		{"requests", probe.PageLimits{Requests: 1}, []string{"200", "429"}},
		{"connections", probe.PageLimits{Connections: 1}, []string{"200", "502"}},
		{"bytes", probe.PageLimits{Bytes: 10 << 10}, []string{"200 cut", "502"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := probetest.HTTP(t, big)
			proxy := openPage(t, loopbackProber(probe.Limits{Page: tt.limits}), server)
			client := through(t, proxy)
			for i, want := range tt.want {
				if got := fetch(client, at(server, "http://web.test:%PORT%/")); !strings.HasPrefix(got, want) {
					t.Errorf("GET %d = %.40q, want %s", i+1, got, want)
				}
			}
		})
	}
}

func TestPageProxyKeepsABoundedListOfWhatItDenied(t *testing.T) {
	server := probetest.Silent(t)
	proxy := openPage(t, loopbackProber(probe.Limits{Page: probe.PageLimits{Requests: 1000}}), server)
	client := through(t, proxy)
	for i := range 150 {
		fetch(client, fmt.Sprintf("http://host%d.test/", i))
		fetch(client, "http://again.test/")
	}
	if got := len(proxy.Denied()); got != 100 {
		t.Errorf("entries of Denied = %d, want 100", got)
	}
}

func TestPageProxyEnds(t *testing.T) {
	ends := map[string]func(*probe.PageProxy, context.CancelFunc){
		"when it is closed":       func(p *probe.PageProxy, _ context.CancelFunc) { p.Close() },
		"when the context ends":   func(_ *probe.PageProxy, cancel context.CancelFunc) { cancel() },
		"when its time is over":   func(*probe.PageProxy, context.CancelFunc) {},
		"when it is closed twice": func(p *probe.PageProxy, _ context.CancelFunc) { p.Close(); p.Close() },
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			before := runtime.NumGoroutine()
			server := probetest.Silent(t)
			limits := probe.Limits{}
			if name == "when its time is over" {
				limits.Page.Duration = 200 * time.Millisecond
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			proxy, err := loopbackProber(limits).PageProxy(ctx, "web.test", server.Addr.Addr(), server.Addr.Port())
			if err != nil {
				t.Fatal(err)
			}
			address := strings.TrimPrefix(proxy.URL(), "http://")
			tunnel := hang(t, address, at(server, "CONNECT web.test:%PORT% HTTP/1.1\r\nHost: web.test\r\n\r\n"))
			plain := hang(t, address, at(server, "GET http://web.test:%PORT%/ HTTP/1.1\r\nHost: web.test\r\n\r\n"))
			for server.Count() < 2 {
				time.Sleep(time.Millisecond)
			}
			start := time.Now()
			end(proxy, cancel)
			for _, conn := range []net.Conn{tunnel, plain} {
				conn.SetReadDeadline(time.Now().Add(2 * time.Second))
				if _, err := io.Copy(io.Discard, conn); err != nil && err.(net.Error).Timeout() {
					t.Errorf("a connection of the browser is still open 2s after the end")
				}
			}
			proxy.Close()
			if took := time.Since(start); took > time.Second {
				t.Errorf("the end took %s, want less than a second", took)
			}
			if conn, err := net.Dial("tcp4", address); err == nil {
				conn.Close()
				t.Errorf("the proxy still accepts connections")
			}
			settled(t, before+4) // the test server and its two connections stay
		})
	}
}

// hang sends a request to the proxy and leaves the connection open.
func hang(t *testing.T, address, request string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp4", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	io.WriteString(conn, request)
	return conn
}

// settled waits until at most n goroutines are left.
func settled(t *testing.T, n int) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Second); runtime.NumGoroutine() > n; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("goroutines = %d, want at most %d", runtime.NumGoroutine(), n)
		}
	}
}

func TestRequestThatIsNoneToAProxyIsDenied(t *testing.T) {
	server := probetest.Silent(t)
	proxy := openPage(t, loopbackProber(probe.Limits{}), server)
	if got := fetch(http.DefaultClient, proxy.URL()+"/index.html"); got != "403 not part of the scanned endpoint" {
		t.Errorf("GET = %q, want 403", got)
	}
	if got := server.Settle(t); got != 0 {
		t.Errorf("connections = %d, want 0", got)
	}
}
