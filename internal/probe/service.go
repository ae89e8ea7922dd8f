package probe

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probe/services"
)

// Bounds of what a service is asked and how long.
const (
	maxConversation  = 5 * time.Second // one conversation, unless the HTTP time limit is shorter
	maxConversed     = 256 << 10       // bytes read by one conversation
	maxBannerBytes   = 512
	maxBanner        = 256                    // characters of a banner that are kept
	bannerPatience   = 300 * time.Millisecond // beyond the round trip that the handshake took
	greetingPatience = 2 * time.Second        // the longest wait for a banner
)

// Service looks at one port that gets no GET: a handshake with addr, and when
// the port is open, over the same connection, ask. host is the name under which
// the endpoint is known; it is not looked up.
//
// Without ask it sends nothing and keeps what the service sends unasked within
// 300 ms of the round trip that the handshake took: the banner. With ask the
// banner is what the service sends before the probe writes.
//
// A probe that learns nothing leaves evidence with a reason; the result of the
// port is that of its handshake.
func (p *Prober) Service(
	ctx context.Context, host string, addr netip.Addr, port uint16, ask *services.Probe,
) exposure.PortObservation {
	seen := exposure.PortObservation{Port: port}
	ap := netip.AddrPortFrom(addr.Unmap(), port)
	answer, err := p.connect(ctx, ap)
	seen.Result = answer.Result
	if err != nil || answer.Result == exposure.Unverified {
		seen.Result, seen.Detail = exposure.Unverified, answer.Detail
	}
	if answer.Conn == nil {
		return seen
	}
	defer answer.Conn.Close()
	if ask == nil {
		seen.Banner = readBanner(ctx, answer)
		return seen
	}
	asked := p.askOver(ctx, answer.Conn, *ask, host, ap)
	seen.Evidence, seen.Banner, seen.TLS = []exposure.Evidence{asked.evidence}, asked.banner, asked.tls
	return seen
}

// Ask asks one more question of an open port, over a new connection that waits
// its turn. secure says which scheme a GET tries first. The evidence of a probe
// that learnt nothing says why.
func (p *Prober) Ask(
	ctx context.Context, host string, addr netip.Addr, port uint16, secure bool, ask services.Probe,
) exposure.Evidence {
	ap := netip.AddrPortFrom(addr.Unmap(), port)
	answer, err := p.connect(ctx, ap)
	switch {
	case err != nil:
		return nothing(ask, "the connection was not made: "+answer.Detail)
	case answer.Conn == nil:
		return nothing(ask, "the connection was "+string(answer.Result))
	}
	defer answer.Conn.Close()
	ask.Secure = ask.Secure || secure && ask.Path != ""
	return p.askOver(ctx, answer.Conn, ask, host, ap).evidence
}

// answered is what one probe brought.
type answered struct {
	evidence exposure.Evidence
	banner   string
	tls      *exposure.TLS
}

func nothing(ask services.Probe, why string) exposure.Evidence {
	return exposure.Evidence{Probe: ask.ID, Fields: map[string]any{}, Reason: exposure.Cut(exposure.CleanLine(why), 200)}
}

// askOver lets a probe use a connection.
func (p *Prober) askOver(ctx context.Context, conn net.Conn, ask services.Probe, host string, addr netip.AddrPort) answered {
	s, err := newSite(host, addr, ask.Path)
	if err != nil {
		return answered{evidence: nothing(ask, err.Error())}
	}
	if ask.Path != "" {
		return p.question(ctx, conn, s, ask)
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	conn.SetDeadline(time.Now().Add(min(maxConversation, p.limits.HTTPTimeout))) // a closed connection fails in what follows
	stream := conn
	if ask.Secure {
		tlsConn, err := p.secure(ctx, conn, s)
		if err != nil {
			return answered{evidence: nothing(ask, err.Error()), tls: s.heard.tls}
		}
		stream = tlsConn
	}
	overheard := &overheard{Conn: stream}
	fields, err := ask.Talk(ctx, overheard)
	a := answered{evidence: factsOf(ask, fields), banner: bannerText(overheard.banner), tls: s.heard.tls}
	if err != nil {
		a.evidence = nothing(ask, p.silence(ctx, err))
	}
	return a
}

// question sends the GET of a probe.
func (p *Prober) question(ctx context.Context, conn net.Conn, s site, ask services.Probe) answered {
	a := answered{}
	response, err := p.ask(ctx, conn, s, ask.Secure || TLSFirst(s.addr.Port()))
	a.tls = s.heard.tls
	switch {
	case ctx.Err() != nil:
		a.evidence = nothing(ask, "stopped: "+reason(context.Cause(ctx)))
	case err != nil:
		a.evidence = nothing(ask, err.Error())
	default:
		a.evidence = factsOf(ask, ask.Read(*response))
	}
	return a
}

// factsOf returns the evidence of a probe that got an answer.
func factsOf(ask services.Probe, fields map[string]any) exposure.Evidence {
	if fields == nil {
		return nothing(ask, "the answer is not that of the service that was asked for")
	}
	return exposure.Evidence{Probe: ask.ID, Fields: fields}
}

// silence says why a conversation brought nothing.
func (p *Prober) silence(ctx context.Context, err error) string {
	var known *noAnswerError
	switch {
	case ctx.Err() != nil:
		return "stopped: " + reason(context.Cause(ctx))
	case errors.As(err, &known):
		return known.reason
	case isTimeout(err):
		return fmt.Sprintf("no answer within %s", min(maxConversation, p.limits.HTTPTimeout))
	}
	return p.explain(err, "answer", "the server closed the connection without an answer").reason
}

var errLongAnswer = errors.New("the answer is longer than the limit")

// overheard is a connection that bounds what is read and keeps what the peer
// says before anything is written.
type overheard struct {
	net.Conn
	banner []byte
	wrote  bool
	read   int
}

func (o *overheard) Read(b []byte) (int, error) {
	if o.read >= maxConversed {
		return 0, errLongAnswer
	}
	n, err := o.Conn.Read(b[:min(len(b), maxConversed-o.read)])
	if !o.wrote {
		o.banner = append(o.banner, b[:min(n, maxBannerBytes-len(o.banner))]...)
	}
	o.read += n
	return n, err
}

func (o *overheard) Write(b []byte) (int, error) {
	o.wrote = true
	return o.Conn.Write(b)
}

// readBanner returns what the service sends unasked.
func readBanner(ctx context.Context, answer Answer) string {
	stop := context.AfterFunc(ctx, func() { answer.Conn.Close() })
	defer stop()
	answer.Conn.SetDeadline(time.Now().Add(min(answer.took+bannerPatience, greetingPatience)))
	var b [maxBannerBytes]byte
	// The first segment is the greeting; a wait for more would only cost time.
	n, _ := answer.Conn.Read(b[:]) // an error means that there is no more
	return bannerText(b[:n])
}

// bannerText returns the readable part of a greeting on one line. Of a binary
// protocol, such as the first packet of MySQL, these are the runs of at least
// four printable characters.
func bannerText(raw []byte) string {
	text := string(raw)
	if isBinary(raw) {
		runs := strings.FieldsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
		kept := runs[:0]
		for _, run := range runs {
			if len(run) >= 4 {
				kept = append(kept, run)
			}
		}
		text = strings.Join(kept, " ")
	}
	return exposure.Cut(exposure.CleanLine(text), maxBanner)
}

// isBinary reports whether bytes hold what no line of text does.
func isBinary(raw []byte) bool {
	for _, c := range raw {
		if c < ' ' && c != '\t' && c != '\r' && c != '\n' && c != 0x1b || c == 0x7f {
			return true
		}
	}
	return false
}
