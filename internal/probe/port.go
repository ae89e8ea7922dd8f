package probe

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// Get asks for the one HTTP GET of a port.
type Get struct {
	Path     string // with its query; empty means "/"
	TLSFirst bool   // which scheme is tried first, see TLSFirst
}

// TLSFirst reports whether TLS is tried first on port: on 443 and on the other
// ports that end in 443. On the rest plain HTTP is.
func TLSFirst(port uint16) bool { return strings.HasSuffix(strconv.Itoa(int(port)), "443") }

// Port looks at one port: a handshake with addr, and when the port is open and
// get is not nil, one GET over the same connection. host is the name under
// which the endpoint is known, for the Host header, SNI and the URL; it is not
// looked up. A nil get means the handshake alone.
//
// When the first answer shows the other scheme, it asks once more with that
// one, on a new connection that waits its turn. A server that closes on a plain
// GET without a byte is asked once more too, since many that speak TLS alone do
// that. Redirects are never followed.
//
// An unverified port says why in Detail. The response is nil when there was no
// HTTP answer; HTTP is nil when no GET was due. When ctx ends before the
// answer is complete, the port is unverified, although it may be known to be
// open: half a look is not reported as a whole one.
func (p *Prober) Port(
	ctx context.Context, host string, addr netip.Addr, port uint16, get *Get,
) (exposure.PortObservation, *exposure.Response) {
	seen := exposure.PortObservation{Port: port}
	ap := netip.AddrPortFrom(addr.Unmap(), port)
	answer, err := p.connect(ctx, ap)
	seen.Result = answer.Result
	if err != nil || answer.Result == exposure.Unverified {
		seen.Result, seen.Detail = exposure.Unverified, answer.Detail
	}
	if answer.Conn == nil {
		return seen, nil
	}
	defer answer.Conn.Close()
	if get == nil {
		return seen, nil
	}
	s, err := newSite(host, ap, get.Path)
	if err != nil {
		seen.HTTP = unanswered(s.url(get.TLSFirst), exposure.HTTPUnsupportedPath, err.Error())
		return seen, nil
	}
	response, err := p.ask(ctx, answer.Conn, s, get.TLSFirst)
	seen.TLS = s.heard.tls
	var silent *schemeError
	switch {
	case ctx.Err() != nil && (err != nil || response.Truncated):
		seen.Result = exposure.Unverified
		seen.Detail = "stopped before the HTTP answer was read: " + reason(context.Cause(ctx))
		return seen, nil
	case errors.As(err, &silent):
		seen.HTTP = unanswered(s.url(silent.secure), exposure.HTTPClientError, silent.Error())
		return seen, nil
	}
	seen.HTTP = observe(response)
	return seen, response
}

// schemeError says why a GET got no HTTP answer under the scheme that was
// tried last.
type schemeError struct {
	secure bool
	err    error
}

func (e *schemeError) Error() string { return e.err.Error() }
func (e *schemeError) Unwrap() error { return e.err }

// ask sends the GET, and once more with the other scheme when the first answer
// shows that one, or a plain GET met a closed door. An HTTP answer to the first
// stands when the second brings none, and so does the closed door when there
// was no TLS behind it. The error is a *schemeError.
func (p *Prober) ask(ctx context.Context, conn net.Conn, s site, secure bool) (*exposure.Response, error) {
	answer, err := p.get(ctx, conn, s, secure)
	if !showsOtherScheme(answer, err, secure) {
		return answer, underScheme(secure, err)
	}
	again, errAgain := p.askAgain(ctx, s, !secure)
	switch {
	case errAgain == nil || ctx.Err() != nil:
	case answer != nil:
		return answer, nil
	case isMute(err) && !learntMore(s, errAgain):
		return nil, underScheme(secure, err)
	}
	return again, underScheme(!secure, errAgain)
}

func underScheme(secure bool, err error) error {
	if err == nil {
		return nil
	}
	return &schemeError{secure, err}
}

// askAgain sends the GET on a new connection.
func (p *Prober) askAgain(ctx context.Context, s site, secure bool) (*exposure.Response, error) {
	answer, err := p.connect(ctx, s.addr)
	switch {
	case err != nil:
		return nil, fmt.Errorf("the server speaks %s, but the second connection was not made: %s", schemeOf(secure), answer.Detail)
	case answer.Conn == nil:
		return nil, fmt.Errorf("the server speaks %s, but the second connection was %s", schemeOf(secure), answer.Result)
	}
	return p.get(ctx, answer.Conn, s, secure)
}

// learntMore reports whether a second look says more than that the door is
// closed.
func learntMore(s site, err error) bool {
	var none *noAnswerError
	return errors.As(err, &none) && (!none.closed || s.heard.tls != nil)
}

// isMute reports whether a plain GET met a closed door.
func isMute(err error) bool {
	var none *noAnswerError
	return errors.As(err, &none) && none.mute
}

func showsOtherScheme(answer *exposure.Response, err error, secure bool) bool {
	var none *noAnswerError
	if errors.As(err, &none) {
		return none.otherScheme || none.mute
	}
	return err == nil && !secure && asksForTLS(answer)
}
