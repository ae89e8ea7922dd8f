package scan_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
)

// A connection is one that the endpoint sees.
type connection struct {
	at   time.Time
	mu   sync.Mutex
	sent bytes.Buffer // to the endpoint, up to 64 KB
}

func (c *connection) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sent.Len() < 64<<10 {
		c.sent.Write(b)
	}
	return len(b), nil
}

var requestLine = regexp.MustCompile(`(?m)^([A-Z]+ \S+) HTTP/1\.1\r$`)

// requests returns "GET /path" for each request of the connection.
func (c *connection) requests() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := []string{}
	for _, m := range requestLine.FindAllSubmatch(c.sent.Bytes(), -1) {
		list = append(list, string(m[1]))
	}
	return list
}

// kind names what the connection begins with.
func (c *connection) kind() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch first := c.sent.Bytes(); {
	case len(first) == 0:
		return "nothing"
	case first[0] == 0x16:
		return "TLS"
	}
	return "plain"
}

// counting is a TCP proxy in front of a server that keeps account.
type counting struct {
	addr netip.AddrPort
	mu   sync.Mutex
	list []*connection
}

func countedServer(t *testing.T, server netip.AddrPort) *counting {
	c := &counting{}
	c.addr = probetest.Listen(t, func(conn net.Conn) {
		seen := &connection{at: time.Now()}
		c.mu.Lock()
		c.list = append(c.list, seen)
		c.mu.Unlock()
		to, err := net.Dial("tcp4", server.String())
		if err != nil {
			t.Error(err)
			return
		}
		defer to.Close()
		go func() {
			io.Copy(io.MultiWriter(to, seen), conn)
			to.Close()
		}()
		io.Copy(conn, to)
	}).Addr
	return c
}

// connections returns those so far, in their order.
func (c *counting) connections() []*connection {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.list)
}

// The shop has three parts of its own, each asked for once.
const shop = `<!doctype html><title>Shop</title><link rel=icon href=data:,><link rel=stylesheet href=/style.css><p>hello</p><img src=/a.svg><script src=/app.js></script>`

var parts = []string{"GET /a.svg", "GET /app.js", "GET /style.css"}

func TestWhatOneEndpointSees(t *testing.T) {
	t.Parallel()
	nginx := program(t, "nginx")
	browser(t)
	dir, ports := sites(t), freePorts(t, 1)
	for file, text := range map[string]string{"index.html": shop, "style.css": "p{color:red}", "app.js": "1", "a.svg": `<svg xmlns="http://www.w3.org/2000/svg"/>`} {
		if err := os.WriteFile(filepath.Join(dir, "shut", file), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	config := fmt.Sprintf(`daemon off; master_process off; pid nginx.pid; error_log stderr;
events {}
http {
  types { text/html html; text/css css; text/javascript js; image/svg+xml svg; }
  access_log off; client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
  server { listen 127.0.0.1:%d; root %s/shut; location ~ /\. { deny all; } }
}`, ports[0], dir)
	serve(t, dir, config, ports, nginx, "-p", dir, "-c", filepath.Join(dir, "server.conf"))
	server := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), ports[0])
	for _, mode := range []struct {
		name     string
		extended bool
		probes   [2]int // at least, at most
	}{
		{"default", false, [2]int{1, 1}},
		{"extended", true, [2]int{2, 12}},
	} {
		t.Run(mode.name, func(t *testing.T) {
			t.Parallel()
			counted := countedServer(t, server)
			v := scan.Validation{Request: request(t, at("a", counted.addr)), Gate: scan.Gate{FailOn: exposure.SeverityCritical}}
			v.Settings = webPorts(v.Settings, counted.addr)
			v.Settings.Screenshots = true
			v.Settings.HostRules = settings.HostRules{Enabled: true, Extended: mode.extended}
			r := validate(t, v)
			if shot := r.Results[0].Observed.Ports[0].HTTP.Screenshot; shot == nil || shot.File == "" {
				t.Errorf("screenshot %+v, want a picture: the page was not loaded", shot)
			}
			checkSeen(t, counted.connections(), mode.probes)
		})
	}
}

// checkSeen holds the account against what an endpoint may see: the handshake
// with the GET, then probes one by one, then the parts of the page.
func checkSeen(t *testing.T, list []*connection, probes [2]int) {
	t.Helper()
	var account strings.Builder
	var looks []time.Time // when one began; the connections of the page are one look
	var loaded, asked []string
	for i, c := range list {
		requests := c.requests()
		what := "probe"
		switch {
		case i == 0:
			what = "handshake and GET"
		case len(requests) == 0 || slices.Contains(parts, requests[0]):
			what = "page"
		}
		switch what {
		case "page":
			if len(loaded) == 0 {
				looks = append(looks, c.at)
			}
			loaded = append(loaded, requests...)
		default:
			looks = append(looks, c.at)
			asked = append(asked, requests...)
			if len(requests) != 1 {
				t.Errorf("connection %d (%s) made the requests %q, want one", i+1, what, requests)
			}
		}
		fmt.Fprintf(&account, "%2d  %7.3fs  %-5s  %-17s  %s\n", i+1, c.at.Sub(list[0].at).Seconds(), c.kind(), what, strings.Join(requests, ", "))
	}
	t.Logf("the endpoint saw %d connections and %d requests:\n%s", len(list), len(asked)+len(loaded), account.String())
	if n := len(asked) - 1; len(asked) == 0 || asked[0] != "GET /" || n < probes[0] || n > probes[1] {
		t.Errorf("asked %q, want GET / and %d to %d probes", asked, probes[0], probes[1])
	}
	slices.Sort(loaded)
	if !slices.Equal(loaded, parts) {
		t.Errorf("the page loaded %q, want %q: its parts, and the document not again", loaded, parts)
	}
	for _, path := range asked[min(1, len(asked)):] {
		if path == "GET /" {
			t.Error("the page was asked for twice")
		}
	}
	for i := 1; i < len(looks); i++ {
		// The proxy sees a connection a moment after it was made.
		if between := looks[i].Sub(looks[i-1]); between < 950*time.Millisecond {
			t.Errorf("looks %d and %d began %v apart, want a second", i, i+1, between)
		}
	}
}
