package probe

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/netutil"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// PageProxy is an HTTP proxy on the loopback interface through which a browser
// loads one page. It lets through what goes to the one endpoint and nothing
// else, and dials the address that was checked whatever the page calls it.
//
// Over plain HTTP it passes GET and HEAD only, and neither WebSockets nor
// credentials. A CONNECT tunnel is encrypted, so there it can judge host and
// port alone; the driver of the browser has to stop what else must not happen.
//
// A browser cannot be made to log in to a proxy without a dialogue, so while
// the proxy is open any process of this machine can use it: to reach the
// endpoint that is being scanned, within the limits, and nothing else.
type PageProxy struct {
	prober    *Prober
	site      site
	listener  net.Listener
	server    *http.Server
	transport *http.Transport

	ctx    context.Context // ends when the proxy closes
	cancel context.CancelFunc
	turn   sync.Once // of the page as a whole
	noTurn error

	connections, requests, bytes atomic.Int64

	closing sync.Once
	served  sync.WaitGroup
	mu      sync.Mutex
	closed  bool
	open    map[net.Conn]struct{} // tunnels and connections to the endpoint
	denied  map[string]struct{}
}

// Bounds of what a proxy keeps and accepts.
const (
	maxDenied    = 100 // entries of Denied
	maxClients   = 64  // connections of the browser at once
	maxAuthority = 260 // characters of an entry of Denied
)

// PageProxy opens a proxy for one page load of host at addr and port. addr
// comes from Resolve and is checked again; host is not looked up. The page
// takes its turn at the endpoint when the first connection is made; further
// connections of the same page follow at the connection rate.
//
// The proxy closes by itself when ctx ends or Limits.Page.Duration is over.
func (p *Prober) PageProxy(ctx context.Context, host string, addr netip.Addr, port uint16) (*PageProxy, error) {
	ap := netip.AddrPortFrom(addr.Unmap(), port)
	if err := p.guard.checkAddrPort(ap); err != nil {
		return nil, fmt.Errorf("open page proxy: %w", err)
	}
	s, err := newSite(host, ap, "/")
	if err != nil {
		return nil, fmt.Errorf("open page proxy: %w", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("open page proxy: %w", err)
	}
	x := &PageProxy{prober: p, site: s, listener: listener, open: map[net.Conn]struct{}{}, denied: map[string]struct{}{}}
	x.ctx, x.cancel = context.WithTimeout(ctx, p.limits.Page.Duration)
	x.transport = &http.Transport{
		DialContext:            func(context.Context, string, string) (net.Conn, error) { return x.dial() },
		DisableCompression:     true, // the browser undoes what it asked for
		MaxConnsPerHost:        6,    // what browsers do
		ResponseHeaderTimeout:  p.limits.HTTPTimeout,
		MaxResponseHeaderBytes: p.limits.HeaderBytes,
	}
	x.server = &http.Server{
		Handler:                      http.HandlerFunc(x.serve),
		ReadHeaderTimeout:            5 * time.Second,
		MaxHeaderBytes:               64 << 10,
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     log.New(io.Discard, "", 0), // it would repeat what the page sent
	}
	x.served.Go(func() { _ = x.server.Serve(netutil.LimitListener(listener, maxClients)) }) // ends with Close
	context.AfterFunc(x.ctx, x.shut)
	return x, nil
}

// URL returns the address of the proxy, "http://127.0.0.1:40123".
func (x *PageProxy) URL() string { return "http://" + x.listener.Addr().String() }

// Close ends every connection of the page and returns when none is left. It
// may be called more than once.
func (x *PageProxy) Close() {
	x.cancel()
	x.shut()
	x.served.Wait()
}

// shut closes all sockets. What was being served then fails and returns.
func (x *PageProxy) shut() {
	x.closing.Do(func() {
		x.cancel()
		x.mu.Lock()
		x.closed = true
		for conn := range x.open {
			conn.Close()
		}
		x.mu.Unlock()
		x.server.Close()
		x.transport.CloseIdleConnections()
	})
}

// Denied returns what the page asked for and did not get, sorted and without
// repetition: "203.0.113.9:443" for another host or port, and with the method
// in front, "POST 203.0.113.7:80", for what must not be sent. It holds at most
// 100 entries and is never nil.
func (x *PageProxy) Denied() []string {
	x.mu.Lock()
	defer x.mu.Unlock()
	list := []string{}
	for entry := range x.denied {
		list = append(list, entry)
	}
	slices.Sort(list)
	return list
}

// deny records what was asked for and refuses it. Paths are left out: they may
// hold secrets.
func (x *PageProxy) deny(w http.ResponseWriter, entry string) {
	x.mu.Lock()
	if len(x.denied) < maxDenied {
		x.denied[exposure.Cut(exposure.CleanLine(entry), maxAuthority)] = struct{}{}
	}
	x.mu.Unlock()
	http.Error(w, "not part of the scanned endpoint", http.StatusForbidden)
}

// serve answers one request of the browser.
func (x *PageProxy) serve(w http.ResponseWriter, r *http.Request) {
	if !x.enter() {
		http.Error(w, "closed", http.StatusServiceUnavailable)
		return
	}
	defer x.served.Done()
	over := x.requests.Add(1) > int64(x.prober.limits.Page.Requests)
	isTunnel := r.Method == http.MethodConnect
	authority := r.Host
	if !isTunnel {
		authority = withPort(r.URL.Host)
	}
	switch {
	case !isTunnel && r.URL.Scheme != "http" || authority == "":
		x.deny(w, "a request that is none to a proxy")
	case !x.isSite(authority):
		x.deny(w, authority)
	case over:
		http.Error(w, "too many requests of one page", http.StatusTooManyRequests)
	case isTunnel:
		x.tunnel(w)
	case r.Header.Get("Upgrade") != "":
		x.deny(w, "upgrade "+authority)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		x.deny(w, r.Method+" "+authority)
	default:
		x.forward(w, r)
	}
}

// enter counts a request in, unless the proxy is closed.
func (x *PageProxy) enter() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.closed {
		x.served.Add(1)
	}
	return !x.closed
}

// withPort adds the port that http implies.
func withPort(authority string) string {
	if authority == "" {
		return ""
	}
	if _, _, err := net.SplitHostPort(authority); err == nil {
		return authority
	}
	return net.JoinHostPort(strings.Trim(authority, "[]"), "80")
}

// isSite reports whether authority, "host:port", is the endpoint, by the name
// it is known under or by its address.
func (x *PageProxy) isSite(authority string) bool {
	host, port, err := net.SplitHostPort(authority)
	if err != nil || port != strconv.Itoa(int(x.site.addr.Port())) {
		return false
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.Unmap() == x.site.addr.Addr()
	}
	return strings.EqualFold(strings.TrimSuffix(host, "."), x.site.host)
}
