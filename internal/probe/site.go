package probe

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// site is what one GET asks for.
type site struct {
	host string         // the name the user knows, or the address
	addr netip.AddrPort // where it is dialled
	path string         // escaped, with the query

	heard *heard // what its connections show beside the answer; never nil
}

// heard is what the connections to a site show beside the answer.
type heard struct {
	tls *exposure.TLS // of the latest TLS handshake, nil without one
}

// newSite returns the site of a GET, or why its path cannot be asked for.
func newSite(host string, addr netip.AddrPort, path string) (site, error) {
	if literal, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		host = literal.Unmap().WithZone("").String() // a zone is free text
	} else if host, err = hostName(host); err != nil {
		// Host and SNI must not carry what is no name; the address answers for it.
		host = addr.Addr().String()
	}
	escaped, err := escapePath(path)
	if err != nil {
		escaped = "/" + strings.TrimLeft(exposure.Cut(exposure.CleanLine(path), 200), "/") // only to be shown
	}
	return site{host, addr, escaped, &heard{}}, err
}

// url returns the address of the page as a browser writes it: without the port
// that the scheme implies.
func (s site) url(secure bool) string {
	return schemeOf(secure) + "://" + s.authority(secure) + s.path
}

// authority returns the host and port of the URL and of the Host header.
func (s site) authority(secure bool) string {
	port := s.addr.Port()
	if secure && port == 443 || !secure && port == 80 {
		if strings.Contains(s.host, ":") {
			return "[" + s.host + "]"
		}
		return s.host
	}
	return net.JoinHostPort(s.host, strconv.Itoa(int(port)))
}

// serverName returns the name for SNI, empty for an address: RFC 6066 allows
// names only.
func (s site) serverName() string {
	if _, err := netip.ParseAddr(s.host); err == nil {
		return ""
	}
	return s.host
}

func schemeOf(secure bool) string {
	if secure {
		return "https"
	}
	return "http"
}

// maxPath is the longest path that is asked for, in bytes after escaping.
const maxPath = 8 << 10

// escapePath returns path as it stands in the request line. An empty path is
// "/"; a fragment is left out, as browsers do. A path with a wildcard or a
// placeholder names no page, and one with control characters none that anyone
// meant.
func escapePath(path string) (string, error) {
	if path == "" {
		return "/", nil
	}
	path, _, _ = strings.Cut(path, "#")
	page, _, _ := strings.Cut(path, "?")
	open := strings.IndexByte(page, '{')
	switch {
	case !strings.HasPrefix(path, "/"):
		return "", errors.New("the path does not begin with a slash")
	case strings.Contains(page, "*"), open >= 0 && strings.Contains(page[open:], "}"):
		return "", errors.New("the path holds a wildcard or a placeholder")
	case strings.ContainsFunc(path, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return "", errors.New("the path holds control characters")
	}
	escaped := percentEncode(path)
	if len(escaped) > maxPath {
		return "", fmt.Errorf("the path is longer than %d bytes", maxPath)
	}
	return escaped, nil
}

// percentEncode escapes what RFC 3986 does not allow in a path and query, and a
// percent sign that begins no escape.
func percentEncode(path string) string {
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		c := path[i]
		isEscape := c == '%' && i+2 < len(path) && isHex(path[i+1]) && isHex(path[i+2])
		if isEscape || c > ' ' && c < 0x7f && !strings.ContainsRune("%\"<>\\^`{|}", rune(c)) {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

// header is one field of a request.
type header struct{ name, value string }

// requestHeaders returns the headers of every request but Host.
func requestHeaders(userAgent string, extra map[string]string) []header {
	if userAgent == "" || !httpguts.ValidHeaderFieldValue(userAgent) {
		userAgent = DefaultUserAgent
	}
	headers := []header{{"User-Agent", userAgent}}
	var own []header
	for name, value := range extra {
		if exposure.CheckRequestHeader(name, value) == nil {
			own = append(own, header{name, value})
		}
	}
	slices.SortFunc(own, func(a, b header) int { return strings.Compare(a.name, b.name) })
	return append(headers, own...)
}
