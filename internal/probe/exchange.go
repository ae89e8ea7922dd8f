package probe

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// noAnswerError says why a GET got no HTTP answer. Its text names what was
// recognised and never repeats what the server sent.
type noAnswerError struct {
	reason      string
	otherScheme bool // the server spoke TLS to a plain GET, or plain HTTP to TLS
	mute        bool // the server closed the connection on a plain GET without a byte
	closed      bool // the connection ended before the answer did
}

func (e *noAnswerError) Error() string { return e.reason }

// maxInterim is the number of 1xx answers that are skipped while waiting for
// the final one.
const maxInterim = 8

// get sends the one GET over a connection that has completed its handshake and
// reads the answer. It closes conn. The error is a *noAnswerError.
//
// As soon as a status line was read there is a response; headers and body are
// what arrived within the limits.
func (p *Prober) get(ctx context.Context, conn net.Conn, s site, secure bool) (*exposure.Response, error) {
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	conn.SetDeadline(time.Now().Add(p.limits.HTTPTimeout)) // a closed connection fails in what follows
	stream := conn
	if secure {
		tlsConn, err := p.secure(ctx, conn, s)
		if err != nil {
			return nil, err
		}
		stream = tlsConn
	}
	// A server that refuses the request may answer and close before it has
	// read it all, so the answer is read even when the write failed.
	_, writeErr := io.WriteString(stream, p.request(s, secure))
	heard := &countingReader{r: stream}
	answer, err := p.readAnswer(bufio.NewReader(heard))
	if err != nil {
		why := p.explain(errors.Join(err, writeErr), "HTTP answer", "the server closed the connection without an answer")
		why.mute = !secure && why.closed && heard.n == 0
		return nil, why
	}
	answer.URL = s.url(secure)
	answer.Text = decodeText(answer)
	return answer, nil
}

// request returns the bytes of the GET.
func (p *Prober) request(s site, secure bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "GET %s HTTP/1.1\r\nHost: %s\r\n", s.path, s.authority(secure))
	b.WriteString("Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\nAccept-Encoding: gzip\r\nConnection: close\r\n")
	for _, h := range p.headers {
		fmt.Fprintf(&b, "%s: %s\r\n", h.name, h.value)
	}
	b.WriteString("\r\n")
	return b.String()
}

// readAnswer reads the final answer. When the server sends interim answers and
// nothing more, the last of them is the answer.
func (p *Prober) readAnswer(r *bufio.Reader) (*exposure.Response, error) {
	head := &headReader{r: r, left: p.limits.HeaderBytes}
	code, err := head.statusLine()
	if err != nil {
		return nil, err
	}
	answer, err := head.answer(code)
	answer.HeadersTruncated = err != nil
	for range maxInterim {
		if err != nil || answer.StatusCode >= 200 || answer.StatusCode == 101 {
			break
		}
		if code, err = head.statusLine(); err == nil {
			answer, err = head.answer(code)
			answer.HeadersTruncated = err != nil
		}
	}
	if err != nil {
		answer.Truncated = true
		return answer, nil
	}
	answer.Body, answer.Truncated = p.readBody(r, answer)
	return answer, nil
}

// headReader reads status lines and headers, up to a number of bytes.
type headReader struct {
	r    *bufio.Reader
	left int64
}

var errHeadTooLong = errors.New("the headers are longer than the limit")

// line returns the next line without its end.
func (h *headReader) line() (string, error) {
	var b strings.Builder
	for {
		part, err := h.r.ReadSlice('\n')
		if h.left -= int64(len(part)); h.left < 0 {
			return "", errHeadTooLong
		}
		b.Write(part)
		if err == nil {
			return strings.TrimRight(b.String(), "\r\n"), nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return "", err
		}
	}
}

// statusLine reads one status line and returns its code, 100 to 599.
func (h *headReader) statusLine() (int, error) {
	first, err := h.r.Peek(5)
	if string(first) != "HTTP/" {
		if len(first) == 0 {
			return 0, err
		}
		all, _ := h.r.Peek(h.r.Buffered())
		return 0, otherProtocol(all)
	}
	line, err := h.line()
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(line, " ")
	digits, _, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
	if len(digits) != 3 || strings.Trim(digits, "0123456789") != "" {
		return 0, &noAnswerError{reason: "the status line of the answer has no status code"}
	}
	code := int(digits[0]-'0')*100 + int(digits[1]-'0')*10 + int(digits[2]-'0')
	if exposure.HTTPStatusOf(code) == exposure.HTTPClientError {
		return 0, &noAnswerError{reason: fmt.Sprintf("the HTTP status %d is not between 100 and 599", code)}
	}
	return code, nil
}

// answer reads the headers that follow a status line. The answer is never nil;
// on an error it holds the headers that arrived. A line that is no header is
// passed over.
func (h *headReader) answer(code int) (*exposure.Response, error) {
	answer := &exposure.Response{StatusCode: code, Header: map[string][]string{}}
	last := ""
	for {
		line, err := h.line()
		if err != nil || line == "" {
			return answer, err
		}
		if folded := line[0] == ' ' || line[0] == '\t'; folded {
			if values := answer.Header[last]; len(values) > 0 {
				values[len(values)-1] += " " + strings.TrimSpace(withoutBreaks.Replace(line))
			}
			continue
		}
		name, value, isField := strings.Cut(line, ":")
		last = ""
		if name = strings.TrimSpace(name); isField && httpguts.ValidHeaderFieldName(name) {
			last = textproto.CanonicalMIMEHeaderKey(name)
			answer.Header[last] = append(answer.Header[last], strings.TrimSpace(withoutBreaks.Replace(value)))
		}
	}
}

// withoutBreaks makes spaces of what a field value must not hold (RFC 9110,
// section 5.5); a browser refuses an answer with it.
var withoutBreaks = strings.NewReplacer("\x00", " ", "\r", " ")

// explain turns an error of reading or writing into the reason why there is no
// answer. what is missing, and closed is the reason when the server hung up.
func (p *Prober) explain(err error, what, closed string) *noAnswerError {
	var known *noAnswerError
	switch {
	case errors.As(err, &known):
		return known
	case isTimeout(err):
		return &noAnswerError{reason: fmt.Sprintf("no %s within %s", what, p.limits.HTTPTimeout)}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), isReset(err):
		return &noAnswerError{reason: closed, closed: true}
	}
	return &noAnswerError{reason: exposure.Cut(reason(err), 200)}
}
