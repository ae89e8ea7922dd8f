package services

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// What is read of an answer, and kept of it, whatever lengths the server claims.
const (
	maxMessage = 64 << 10 // bytes of one message
	maxLine    = 4 << 10  // bytes of one line
	maxLines   = 100      // lines of one reply
	maxText    = 200      // characters of a text that becomes a fact
	maxNames   = 100      // names of a list that becomes a fact
)

// errForeign is the answer of something else than the protocol that was asked.
var errForeign = errors.New("the answer is not of this protocol")

// errTLS is the answer of a server that wants TLS before anything else.
var errTLS = errors.New("the server wants TLS before anything else")

// foreign tells what an answer is that begins otherwise than it should.
func foreign(answer []byte) error {
	// An alert record of TLS 1.x, RFC 8446 section 5.1.
	if len(answer) >= 2 && answer[0] == 0x15 && answer[1] == 3 {
		return errTLS
	}
	return errForeign
}

// send writes the question.
func send(conn net.Conn, question []byte) error {
	if _, err := conn.Write(question); err != nil {
		return fmt.Errorf("send the question: %w", err)
	}
	return nil
}

// exchange writes the question and reads n bytes of the answer.
func exchange(conn net.Conn, question []byte, n int) ([]byte, error) {
	if err := send(conn, question); err != nil {
		return nil, err
	}
	return receive(conn, n)
}

// farewell ends a conversation as its protocol asks for. The facts are there
// by then, so it does not matter whether anybody hears it.
func farewell(conn net.Conn, goodbye string) { _, _ = io.WriteString(conn, goodbye) }

// receive reads n bytes, but never more than maxMessage. Memory grows with what
// arrives and not with what was announced. An answer that ends early is an
// error, and comes with what there was.
func receive(r io.Reader, n int) ([]byte, error) {
	n = min(max(n, 0), maxMessage)
	b, err := io.ReadAll(io.LimitReader(r, int64(n)))
	switch {
	case err != nil:
		return b, fmt.Errorf("read the answer: %w", err)
	case len(b) < n && len(b) == 0:
		return b, fmt.Errorf("read the answer: %w", io.EOF)
	case len(b) < n:
		return b, fmt.Errorf("read the answer: %w", io.ErrUnexpectedEOF)
	}
	return b, nil
}

// hungUp reports whether the server ended the connection instead of answering.
// Silence until the deadline is something else.
func hungUp(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.ErrClosedPipe) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// text makes a fact of what the server wrote: one clean line, cut.
func text[T string | []byte](raw T) string {
	return exposure.Cut(exposure.CleanLine(string(raw[:min(len(raw), maxLine)])), maxText)
}

// names makes facts of a list: clean, cut, each once, in the order of the server.
func names(raw []string) []string {
	seen, list := map[string]bool{}, []string{}
	for _, s := range raw {
		if s = text(s); s != "" && !seen[s] && len(list) < maxNames {
			seen[s] = true
			list = append(list, s)
		}
	}
	return list
}

// lines reads the lines of a protocol that speaks in text.
type lines struct{ r *bufio.Reader }

func newLines(conn net.Conn) lines {
	return lines{bufio.NewReaderSize(io.LimitReader(conn, maxMessage), maxLine)}
}

// next returns the next line, cleaned and without its end. A line that is
// longer than maxLine is an error.
func (l lines) next() (string, error) {
	raw, err := l.r.ReadSlice('\n')
	if err == nil {
		return exposure.Clean(strings.TrimRight(string(raw), "\r\n")), nil
	}
	if tls := foreign(raw); errors.Is(tls, errTLS) {
		return "", tls
	}
	return "", fmt.Errorf("read a line: %w", err)
}

// coded reads one reply of a protocol whose replies begin with three digits,
// RFC 5321 section 4.2 and RFC 959 section 4.2: "250-first", "250 last".
func (l lines) coded() (code int, texts []string, err error) {
	var first string
	for range maxLines {
		line, err := l.next()
		if err != nil {
			return 0, nil, err
		}
		if first == "" {
			if first = line; !isCoded(line) {
				return 0, nil, errForeign
			}
		}
		same := isCoded(line) && line[:3] == first[:3]
		if !same {
			texts = append(texts, line) // FTP writes the lines in between without the code
			continue
		}
		texts = append(texts, strings.TrimLeft(line[3:], "- "))
		if !strings.HasPrefix(line[3:], "-") {
			return int(first[0]-'0')*100 + int(first[1]-'0')*10 + int(first[2]-'0'), texts, nil
		}
	}
	return 0, nil, fmt.Errorf("read a reply: more than %d lines", maxLines)
}

func isCoded(line string) bool {
	if len(line) < 3 || line[0] < '1' || line[0] > '5' {
		return false
	}
	for _, digit := range line[1:3] {
		if digit < '0' || digit > '9' {
			return false
		}
	}
	return len(line) == 3 || line[3] == ' ' || line[3] == '-'
}

// packet reads the fields of a message one after the other. Past the end every
// field is zero and short is set.
type packet struct {
	rest  []byte
	short bool
}

// take returns the next n bytes, or nil when there are not that many.
func (p *packet) take(n int) []byte {
	if n < 0 || n > len(p.rest) {
		p.short, p.rest = true, nil
		return nil
	}
	field := p.rest[:n]
	p.rest = p.rest[n:]
	return field
}

func (p *packet) byte() byte {
	if b := p.take(1); b != nil {
		return b[0]
	}
	return 0
}

// be reads an unsigned number of n bytes, at most four, the most significant
// first.
func (p *packet) be(n int) int {
	whole := 0
	for _, b := range p.take(n) {
		whole = whole<<8 | int(b)
	}
	return whole
}

// le reads an unsigned number of n bytes, at most four, the least significant
// first.
func (p *packet) le(n int) int {
	whole := 0
	for i, b := range p.take(n) {
		whole |= int(b) << (8 * i)
	}
	return whole
}

// upTo reads up to the next end byte and drops that.
func (p *packet) upTo(end byte) []byte {
	for i, b := range p.rest {
		if b == end {
			field := p.take(i)
			p.take(1)
			return field
		}
	}
	return p.take(-1)
}
