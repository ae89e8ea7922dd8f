package probe

import (
	"context"
	"net/netip"
	"time"
)

// Config says what may be probed and how gently.
type Config struct {
	Allowed    []netip.Prefix    // networks that may be dialled beside public addresses
	Throttle   Throttle          // nil: one scan a second for the same address and port, within this process
	Resolver   Resolver          // nil: the system's, without search domains
	Handshaker Handshaker        // nil: a Dialer with the guard and the connect time limit
	Clock      Clock             // nil: the system's
	Limits     Limits            // zero fields mean the defaults
	UserAgent  string            // empty or unfit for a header: DefaultUserAgent
	Headers    map[string]string // request headers of the settings; those that exposure.CheckRequestHeader refuses are left out
}

// DefaultUserAgent tells the owners of an endpoint who asked.
const DefaultUserAgent = "dynamicscan (+https://github.com/dynamicscan/terraform-provider-dynamicscan)"

// Limits bounds one scan of one port. A zero field means its default; nothing
// can be unlimited.
type Limits struct {
	ConnectTimeout       time.Duration // wait for the handshake; 5s
	HTTPTimeout          time.Duration // one connection's TLS handshake, GET and body together; 10s
	BodyBytes            int64         // decoded body; 1 MiB
	HeaderBytes          int64         // status line and headers, interim answers included; 64 KiB
	ConnectionsPerSecond float64       // over all endpoints, evenly spaced; 100
	Page                 PageLimits
}

// PageLimits bounds what a browser may do at the endpoint for one page.
type PageLimits struct {
	Connections int           // opened to the endpoint; 24
	Requests    int           // requests and tunnels asked of the proxy, denied ones included; 200
	Bytes       int64         // received from the endpoint and sent to it; 16 MiB
	Duration    time.Duration // from the opening of the proxy; 30s
}

const (
	defaultConnectTimeout = 5 * time.Second
	defaultHTTPTimeout    = 10 * time.Second
)

// withDefaults returns l with its defaults filled in.
func (l Limits) withDefaults() Limits {
	return Limits{
		ConnectTimeout:       positive(l.ConnectTimeout, defaultConnectTimeout),
		HTTPTimeout:          positive(l.HTTPTimeout, defaultHTTPTimeout),
		BodyBytes:            positive(l.BodyBytes, 1<<20),
		HeaderBytes:          positive(l.HeaderBytes, 64<<10),
		ConnectionsPerSecond: positive(l.ConnectionsPerSecond, 100),
		Page: PageLimits{
			Connections: positive(l.Page.Connections, 24),
			Requests:    positive(l.Page.Requests, 200),
			Bytes:       positive(l.Page.Bytes, 16<<20),
			Duration:    positive(l.Page.Duration, 30*time.Second),
		},
	}
}

func positive[T int | int64 | float64 | time.Duration](v, otherwise T) T {
	if v > 0 {
		return v
	}
	return otherwise
}

// Prober looks at endpoints. It is safe for concurrent use, and all its
// connections share one rate.
type Prober struct {
	guard      *Guard
	resolver   Resolver
	throttle   Throttle
	handshaker Handshaker
	pace       *pace
	limits     Limits
	headers    []header // of every request, in the order they are sent
}

// New returns a Prober. It opens nothing.
func New(cfg Config) *Prober {
	limits := cfg.Limits.withDefaults()
	guard := NewGuard(cfg.Allowed)
	p := &Prober{
		guard:      guard,
		resolver:   cfg.Resolver,
		throttle:   cfg.Throttle,
		handshaker: cfg.Handshaker,
		limits:     limits,
		headers:    requestHeaders(cfg.UserAgent, cfg.Headers),
	}
	clock := cfg.Clock
	if clock == nil {
		clock = systemClock{}
	}
	if p.resolver == nil {
		p.resolver = systemResolver{}
	}
	if p.throttle == nil {
		p.throttle = NewThrottle(clock)
	}
	if p.handshaker == nil {
		p.handshaker = &Dialer{Guard: guard, Timeout: limits.ConnectTimeout}
	}
	p.pace = newPace(clock, limits.ConnectionsPerSecond)
	return p
}

// connect makes the handshake of one scan of addr, in its turn.
//
// The rate comes before the turn: a wait between the turn and the dial would
// bring two scans of the same port closer together than a second.
func (p *Prober) connect(ctx context.Context, addr netip.AddrPort) (Answer, error) {
	if err := p.guard.checkAddrPort(addr); err != nil {
		return unverified(addr, err) // takes no turn
	}
	if err := p.pace.wait(ctx); err != nil {
		return unverified(addr, err)
	}
	if err := p.throttle.Wait(ctx, addr); err != nil {
		return unverified(addr, err)
	}
	began := time.Now()
	answer, err := p.handshaker.Handshake(ctx, addr)
	answer.took = time.Since(began)
	return answer, err
}
