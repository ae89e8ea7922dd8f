package gallery_test

import (
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
)

// heads are servers whose status line or headers are not as they should be, or
// never come.
func heads() []piece {
	storm := func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://"+r.Host+r.URL.Path+"x", http.StatusFound)
	}
	return []piece{
		{name: "silent", does: "accepts and never answers", serve: unasked(drained), want: closed("no HTTP answer within 3s")},
		{name: "closes", does: "closes without a byte", serve: raw(func(net.Conn) {}), want: closed("closed the connection without an answer")},
		{name: "hangs-up", does: "closes before the request", serve: unasked(func(net.Conn) {}), want: closed("closed the connection without an answer")},
		{name: "resets", does: "resets without a byte", serve: raw(probetest.Reset), want: closed("closed the connection without an answer")},
		{name: "half-closed", does: "closes its sending side and reads on", serve: raw(halfClosed), want: closed("closed the connection without an answer")},
		{name: "drip-status", does: "a status line, a byte every 200 ms", want: closed("no HTTP answer within 3s"),
			serve: raw(func(conn net.Conn) { forever("HTTP/1.1 2", "0", 200*time.Millisecond)(conn) })},
		{name: "slow-headers", does: "a header every 100 ms without end", want: answered("200", "headers cut"),
			serve: raw(forever("HTTP/1.1 200 OK\r\n", "X-A: b\r\n", 100*time.Millisecond))},
		{name: "long-header", does: "one header of 10 MB", want: answered("200", "headers cut"),
			serve: says("HTTP/1.1 200 OK\r\nX-A: " + strings.Repeat("a", 10<<20) + "\r\n\r\nhello")},
		{name: "many-headers", does: "headers without end", want: answered("200", "headers cut"),
			serve: raw(forever("HTTP/1.1 200 OK\r\n", "X-A: b\r\n", 0))},
		{name: "long-status", does: "a status line of 100 MB", want: closed("longer than the limit"), serve: raw(forever("HTTP/1.1 200 ", "OK ", 0))},
		{name: "reset-in-headers", does: "resets among the headers", want: answered("200", "headers cut"),
			serve: raw(func(conn net.Conn) {
				conn.Write([]byte("HTTP/1.1 200 OK\r\nX-A: "))
				time.Sleep(50 * time.Millisecond)
				probetest.Reset(conn)
			})},
		{name: "status-999", does: "HTTP/1.1 999", serve: says("HTTP/1.1 999 Much\r\n\r\nhello"), want: closed("not between 100 and 599")},
		{name: "status-none", does: "a status line without a code", serve: says("HTTP/1.1 OK\r\n\r\nhello"), want: closed("no status code")},
		{name: "http-0.9", does: "HTTP/0.9: a body and nothing else", serve: says("<title>old</title>hello"), want: closed("is not HTTP")},
		{name: "http-9.9", does: "says HTTP/9.9", serve: says("HTTP/9.9 200 OK\r\n\r\nhello"), want: answered("200", "5 bytes")},
		{name: "http-2-only", does: "HTTP/2 in plain text only", want: closed("looks like HTTP/2"),
			serve: raw(func(conn net.Conn) {
				conn.Write([]byte("\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x08\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"))
			})},
		{name: "interim-storm", does: "100 Continue without end", serve: raw(forever("", "HTTP/1.1 100 Continue\r\n\r\n", 0)), want: answered("100")},
		{name: "switches", does: "101 to a protocol of its own, then noise", want: answered("101"),
			serve: raw(forever("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", "\x00\xff", 0))},
		{name: "redirect-storm", does: "redirects to itself, each time elsewhere", serve: web(storm), want: answered("302", "47 bytes")},
		{name: "redirect-metadata", does: "redirects to cloud metadata", want: answered("302", "redirect without a page"),
			serve: says("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/meta-data/\r\nContent-Length: 0\r\n\r\n")},
		{name: "redirect-file", does: "redirects to a file of this machine", want: answered("302", "redirect without a page"),
			serve: says("HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n")},
		{name: "broken-lines", does: "folded, bare and nameless header lines", want: answered("200", "picture, text \"hello"),
			serve: says("HTTP/1.1 200 OK\r\n leading\r\nX-A: b\r\n\tfolded\r\nnonsense\r\n: empty\r\nBad Name: c\r\nX-B\x00: d\r\nX-C: e\x00f\n\r\nhello")},
		{name: "challenges", does: "a thousand challenges in one answer", want: answered("401"),
			serve: says("HTTP/1.1 401 No\r\n" + strings.Repeat("WWW-Authenticate: Basic realm=\"a\x1b[2J\", Digest realm=b\r\n", 1000) + "Content-Length: 0\r\n\r\n")},
		{name: "escapes", does: "terminal escapes in every text", want: answered("200", "title \"\uFFFD[2J"),
			serve: ok("Server: nginx\x1b]52;c;ZXZpbA==\x07\r\nX-\x1b[31m: no\r\nX-Note: \u202Eevil\u2066\r\nContent-Type: text/html; charset=utf-8\r\n",
				"<title>\x1b[2J\x1b]0;owned\x07\u202Egnp.exe\u200B\x9b31m</title>\x1b[2Jbody\r\x08\x7f")},
		{name: "markup", does: "HTML, XML and JSON in its title", want: answered("200", "title"),
			serve: html("<title>&lt;/td&gt;&lt;script&gt;alert(1)&lt;/script&gt;]]&gt;\",\"passed\":true,\"x\":\"${jndi:ldap://x}</title>hello")},
	}
}
