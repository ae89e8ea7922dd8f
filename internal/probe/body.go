package probe

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http/httputil"
	"slices"
	"strconv"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// readBody reads and decodes the body of an answer, up to the limit. cut is
// true when the body did not arrive whole: it was longer than the limit, too
// slow, broken off or badly framed. What arrived counts.
func (p *Prober) readBody(r *bufio.Reader, answer *exposure.Response) (body []byte, cut bool) {
	if code := answer.StatusCode; code < 200 || code == 204 || code == 304 {
		return nil, false
	}
	framed, length := frame(r, answer.Header)
	// Compressed input that decodes to nothing would otherwise run until the
	// time limit.
	coded := &countingReader{r: io.LimitReader(framed, p.limits.BodyBytes+64<<10)}
	body, err := io.ReadAll(io.LimitReader(decoded(coded, answer.Header), p.limits.BodyBytes+1))
	if int64(len(body)) > p.limits.BodyBytes {
		return body[:p.limits.BodyBytes], true
	}
	return body, err != nil || length >= 0 && coded.n < length || coded.n >= p.limits.BodyBytes+64<<10
}

// frame returns the reader that ends where the body does, and the announced
// length, -1 when none was (RFC 9112, section 6.3).
func frame(r *bufio.Reader, header map[string][]string) (io.Reader, int64) {
	if codings := tokens(header["Transfer-Encoding"]); len(codings) > 0 {
		if codings[len(codings)-1] == "chunked" {
			return httputil.NewChunkedReader(r), -1
		}
		return r, -1
	}
	if lengths := tokens(header["Content-Length"]); len(lengths) > 0 {
		// A length that is none is passed over: the connection ends the body.
		if n, err := strconv.ParseUint(lengths[0], 10, 62); err == nil {
			return io.LimitReader(r, int64(n)), int64(n)
		}
	}
	return r, -1
}

// decoded undoes the content coding. A coding that was not asked for, a second
// one and a body that does not begin as its coding does are left as sent.
func decoded(r io.Reader, header map[string][]string) io.Reader {
	codings := tokens(header["Content-Encoding"])
	if len(codings) != 1 {
		return r
	}
	buffered := bufio.NewReader(r)
	magic, _ := buffered.Peek(2)
	switch {
	case strings.TrimPrefix(codings[0], "x-") == "gzip" && bytes.Equal(magic, []byte{0x1f, 0x8b}):
		return &lazyReader{open: func() (io.Reader, error) { return gzip.NewReader(buffered) }}
	case codings[0] == "deflate" && len(magic) == 2 && magic[0]&0x0f == 8 && (int(magic[0])<<8|int(magic[1]))%31 == 0:
		return &lazyReader{open: func() (io.Reader, error) { return zlib.NewReader(buffered) }}
	case codings[0] == "deflate":
		return flate.NewReader(buffered) // some servers leave the zlib wrapper out
	}
	return buffered
}

// unreadable reports whether the body is still in a coding that readBody left
// as sent, so that it is no text.
func unreadable(header map[string][]string) bool {
	codings := tokens(header["Content-Encoding"])
	known := []string{"", "identity", "gzip", "x-gzip", "deflate"}
	return len(codings) > 1 || len(codings) == 1 && !slices.Contains(known, codings[0])
}

// tokens returns the comma-separated tokens of a header's values in lower case.
func tokens(values []string) []string {
	var list []string
	for _, value := range values {
		for token := range strings.SplitSeq(value, ",") {
			if token = strings.ToLower(strings.TrimSpace(token)); token != "" {
				list = append(list, token)
			}
		}
	}
	return list
}

// countingReader counts the bytes that pass.
type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}

// lazyReader opens its reader at the first read, so that a broken begin is an
// error of reading like any other.
type lazyReader struct {
	open func() (io.Reader, error)
	r    io.Reader
}

func (l *lazyReader) Read(b []byte) (int, error) {
	if l.r == nil {
		r, err := l.open()
		if err != nil {
			return 0, err
		}
		l.r = r
	}
	return l.r.Read(b)
}
