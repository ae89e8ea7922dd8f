package probe_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probe"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
)

// loopbackProber may dial the test servers and does not wait for turns.
func loopbackProber(limits probe.Limits) *probe.Prober {
	return probe.New(probe.Config{Allowed: probetest.Loopback(), Clock: newClock(), Limits: limits})
}

// look asks the server for one GET.
func look(t *testing.T, p *probe.Prober, server *probetest.Listener, get probe.Get) (exposure.PortObservation, *exposure.Response) {
	t.Helper()
	return p.Port(t.Context(), "web.test", server.Addr.Addr(), server.Addr.Port(), &get)
}

// at replaces %PORT% by the port of the server.
func at(server *probetest.Listener, text string) string {
	_, port, _ := net.SplitHostPort(server.Addr.String())
	return strings.ReplaceAll(text, "%PORT%", port)
}

func TestPortSendsOneGetOverTheConnectionOfTheHandshake(t *testing.T) {
	heads := make(chan string, 2)
	server := probetest.Listen(t, func(conn net.Conn) {
		heads <- probetest.ReadHead(conn)
		io.WriteString(conn, "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
	})
	p := probe.New(probe.Config{
		Allowed: probetest.Loopback(), UserAgent: "scanner of example.com",
		Headers: map[string]string{
			"X-Scan": "yes", "X-Contact": "team@example.com",
			"Host": "evil.test", "Authorization": "Basic Zm9v", "Content-Length": "5", "X-Split": "a\r\nX-Smuggled: b", "bad name": "x",
		},
	})
	seen, _ := look(t, p, server, probe.Get{Path: "/a b/ü?q=1 2#part"})
	want := at(server, "GET /a%20b/%C3%BC?q=1%202 HTTP/1.1\r\n"+
		"Host: web.test:%PORT%\r\n"+
		"Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n"+
		"Accept-Encoding: gzip\r\n"+
		"Connection: close\r\n"+
		"User-Agent: scanner of example.com\r\n"+
		"X-Contact: team@example.com\r\n"+
		"X-Scan: yes\r\n\r\n")
	if diff := cmp.Diff(want, <-heads); diff != "" {
		t.Errorf("request differs (-want +got):\n%s", diff)
	}
	if seen.HTTP == nil || seen.HTTP.StatusCode != 302 {
		t.Errorf("observation = %+v, want status 302", seen.HTTP)
	}
	if got := server.Settle(t); got != 1 {
		t.Errorf("connections = %d, want 1: redirects are not followed", got)
	}
}

func TestPortWithoutGetMakesTheHandshakeOnly(t *testing.T) {
	server := probetest.Silent(t)
	seen, response := loopbackProber(probe.Limits{}).Port(t.Context(), "web.test", server.Addr.Addr(), server.Addr.Port(), nil)
	want := exposure.PortObservation{Port: server.Addr.Port(), Result: exposure.Open}
	if diff := cmp.Diff(want, seen); diff != "" || response != nil {
		t.Errorf("response %v, observation differs (-want +got):\n%s", response, diff)
	}
}

func TestClosedPortHasNoHTTP(t *testing.T) {
	for want, addr := range map[exposure.PortResult]func(testing.TB) netip.AddrPort{
		exposure.Refused: probetest.Refusing, exposure.Filtered: probetest.Filtered,
	} {
		t.Run(string(want), func(t *testing.T) {
			ap := addr(t)
			p := loopbackProber(probe.Limits{ConnectTimeout: 200 * time.Millisecond})
			seen, response := p.Port(t.Context(), "web.test", ap.Addr(), ap.Port(), &probe.Get{})
			if diff := cmp.Diff(exposure.PortObservation{Port: ap.Port(), Result: want}, seen); diff != "" || response != nil {
				t.Errorf("response %v, observation differs (-want +got):\n%s", response, diff)
			}
		})
	}
}

func TestObservationIsCleanAndRedacted(t *testing.T) {
	body := "<!doctype html><svg><title>icon</title></svg><title> Log\x1b[31m\n  in &amp; out\u202e</title>" + strings.Repeat("x", 3000)
	server := probetest.Raw(t, 0, "HTTP/1.1 200 OK\r\n"+
		"x-long: "+strings.Repeat("v", 2000)+"\r\n"+
		"Set-Cookie: session=s3cr3t; Path=/; HttpOnly\r\nSet-Cookie: theme=dark\r\nSet-Cookie: bare\r\n"+
		"Authorization: Basic Zm9vOmJhcg==\r\nContent-Type: text/html; charset=utf-8\r\nX-Evil: a\x1b[2Jb\r\n\r\n"+body)
	seen, response := look(t, loopbackProber(probe.Limits{}), server, probe.Get{Path: "/login"})
	want := &exposure.HTTPObservation{
		URL:        at(server, "http://web.test:%PORT%/login"),
		Status:     "2xx",
		StatusCode: 200,
		Title:      "Log\uFFFD[31m in & out\uFFFD",
		Headers: []exposure.Header{
			{Name: "Authorization", Value: "[redacted]"},
			{Name: "Content-Type", Value: "text/html; charset=utf-8"},
			{Name: "Set-Cookie", Value: "session=[redacted]; Path=/; HttpOnly"},
			{Name: "Set-Cookie", Value: "theme=[redacted]"},
			{Name: "Set-Cookie", Value: "=[redacted]"},
			{Name: "X-Evil", Value: "a\uFFFD[2Jb"},
			{Name: "X-Long", Value: strings.Repeat("v", 1024)},
		},
		BodyStart:      exposure.Cut(exposure.Clean(body), 1000),
		BodyBytes:      int64(len(body)),
		Technologies:   []exposure.Technology{},
		Authentication: []exposure.Authentication{},
	}
	if diff := cmp.Diff(want, seen.HTTP); diff != "" {
		t.Errorf("observation differs (-want +got):\n%s", diff)
	}
	if response == nil || string(response.Body) != body || response.Text != body || response.Truncated || response.URL != want.URL {
		t.Errorf("response = %+v, want the whole body as sent", response)
	}
}

func TestStatusLineThatWasReadIsAResult(t *testing.T) {
	tests := []struct {
		name      string
		pieces    []string
		code      int
		body      string
		truncated bool
	}{
		{"whole", []string{"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"}, 200, "body", false},
		{"no length", []string{"HTTP/1.0 404 Not Found\r\n\r\ngone"}, 404, "gone", false},
		{"line feeds only", []string{"HTTP/1.1 500\nContent-Length: 2\n\nno"}, 500, "no", false},
		{"in pieces", []string{"HT", "TP/1.1 2", "01 Made\r", "\nContent-Le", "ngth: 4\r\n\r", "\nbo", "dy"}, 201, "body", false},
		{"chunked", []string{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n"}, 200, "body", false},
		{"chunks break off", []string{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n9\r\ndy"}, 200, "body", true},
		{"bad chunk", []string{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\nzz\r\ndy"}, 200, "bo", true},
		{"body shorter than announced", []string{"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\nbody"}, 200, "body", true},
		{"body longer than announced", []string{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nbody"}, 200, "bo", false},
		{"negative length", []string{"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nbody"}, 200, "body", false},
		{"headers break off", []string{"HTTP/1.1 403 Forbidden\r\nX-A: 1\r\nX-B"}, 403, "", true},
		{"a line that is no header", []string{"HTTP/1.1 200 OK\r\nnonsense\r\n: empty\r\nbad name: x\r\nContent-Length: 2\r\n\r\nokay"}, 200, "ok", false},
		{"no content", []string{"HTTP/1.1 204 No Content\r\n\r\nsurplus"}, 204, "", false},
		{"interim answers", []string{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\nok"}, 200, "ok", false},
		{"only an interim answer", []string{"HTTP/1.1 102 Processing\r\n\r\n"}, 102, "", true},
		{"interim answers without end", []string{strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 50)}, 103, "", false},
		{"switching protocols", []string{"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n\x00\x01"}, 101, "", false},
		{"lowest status", []string{"HTTP/1.1 100 \r\n\r\n"}, 100, "", true},
		{"highest status", []string{"HTTP/1.1 599 Busy\r\n\r\n"}, 599, "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := probetest.Raw(t, 5*time.Millisecond, tt.pieces...)
			seen, response := look(t, loopbackProber(probe.Limits{}), server, probe.Get{})
			if response == nil {
				t.Fatalf("no response, observation %+v, want status %d", seen.HTTP, tt.code)
			}
			if response.StatusCode != tt.code || string(response.Body) != tt.body || response.Truncated != tt.truncated {
				t.Errorf("response = %d %q truncated %t, want %d %q truncated %t",
					response.StatusCode, response.Body, response.Truncated, tt.code, tt.body, tt.truncated)
			}
			if seen.HTTP.StatusCode != tt.code || seen.HTTP.Status != exposure.HTTPStatusOf(tt.code) || seen.Result != exposure.Open {
				t.Errorf("observation = %+v of %s port, want status %d", seen.HTTP, seen.Result, tt.code)
			}
			if got := server.Settle(t); got != 1 {
				t.Errorf("connections = %d, want 1", got)
			}
		})
	}
}

func TestResetInTheMiddleKeepsWhatArrived(t *testing.T) {
	for head, want := range map[string]int{"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\npart": 200, "HTT": 0} {
		server := probetest.Listen(t, func(conn net.Conn) {
			probetest.ReadHead(conn)
			io.WriteString(conn, head)
			time.Sleep(50 * time.Millisecond) // a reset discards what was not read yet
			probetest.Reset(conn)
		})
		seen, response := look(t, loopbackProber(probe.Limits{}), server, probe.Get{})
		switch {
		case want == 0 && (response != nil || seen.HTTP == nil || seen.HTTP.Status != exposure.HTTPClientError):
			t.Errorf("%q: observation = %+v, want client_error", head, seen.HTTP)
		case want != 0 && (response == nil || response.StatusCode != want || string(response.Body) != "part" || !response.Truncated):
			t.Errorf("%q: response = %+v, want %d with the part of the body", head, response, want)
		}
	}
}

func TestHeadersThatDoNotArriveWholeAreToldApart(t *testing.T) {
	p := probe.New(probe.Config{Limits: probe.Limits{HeaderBytes: 512, BodyBytes: 4}})
	for raw, want := range map[string]bool{
		"HTTP/1.1 200 OK\r\nA: b\r\n\r\n":                                   false,
		"HTTP/1.1 200 OK\r\nA: b\r\n\r\nlonger than the limit":              false,
		"HTTP/1.1 200 OK\r\nA: b\r\n":                                       true,
		"HTTP/1.1 200 OK\r\nA: b\r\nC":                                      true,
		"HTTP/1.1 200 OK\r\nA: " + strings.Repeat("b", 600) + "\r\n\r\n":    true,
		"HTTP/1.1 200 OK\r\n" + strings.Repeat("A: b\r\n", 100) + "\r\n":    true,
		"HTTP/1.1 100 Continue\r\n\r\n":                                     false,
		"HTTP/1.1 100 Continue\r\nA: b":                                     true,
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401 No\r\nWWW-Authenticate:": true,
	} {
		response, seen := p.ReadAnswer([]byte(raw))
		if response == nil || response.HeadersTruncated != want || seen.HeadersTruncated != want {
			t.Errorf("%.60q: response %+v, observation %+v, want headers truncated %v", raw, response, seen, want)
		}
	}
}

func TestOtherProtocolIsAClientErrorThatRepeatsNothing(t *testing.T) {
	const shut = "the server closed the connection without an answer"
	tests := []struct{ name, answer, reason string }{
		{"ssh", "SSH-2.0-OpenSSH_9.9 s3cr3t\r\n", "the server does not speak HTTP; its answer looks like SSH"},
		{"smtp", "220 mail s3cr3t\r\n", "the server does not speak HTTP; its answer looks like SMTP or FTP"},
		{"redis", "-NOAUTH Authentication required. s3cr3t\r\n", "the server does not speak HTTP; its answer looks like Redis"},
		{"mysql", "\x4a\x00\x00\x00\x0a8.0.36\x00s3cr3t", "the server does not speak HTTP; its answer looks like MySQL"},
		{"http/2", "\x00\x00\x00\x04\x00\x00\x00\x00\x00", "the server does not speak HTTP; its answer looks like HTTP/2"},
		{"http/0.9", "<html>\x1b[31ms3cr3t</html>", "the server's answer is not HTTP"},
		{"no status code", "HTTP/1.1 s3cr3t\r\n\r\n", "the status line of the answer has no status code"},
		{"status too high", "HTTP/1.1 999 s3cr3t\r\n\r\n", "the HTTP status 999 is not between 100 and 599"},
		{"status too low", "HTTP/1.1 099 s3cr3t\r\n\r\n", "the HTTP status 99 is not between 100 and 599"},
		{"endless status line", "HTTP/1.1 200 " + strings.Repeat("a", 5000), "the headers are longer than the limit"},
		{"nothing", "", shut},
		{"a cut status line", "HTTP/1.1 20", shut},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := probetest.Raw(t, 0, tt.answer)
			seen, response := look(t, loopbackProber(probe.Limits{HeaderBytes: 4096}), server, probe.Get{})
			want := exposure.PortObservation{Port: server.Addr.Port(), Result: exposure.Open, HTTP: &exposure.HTTPObservation{
				URL: at(server, "http://web.test:%PORT%/"), Status: exposure.HTTPClientError, Reason: tt.reason,
				Technologies: []exposure.Technology{}, Authentication: []exposure.Authentication{},
			}}
			if diff := cmp.Diff(want, seen); diff != "" || response != nil {
				t.Errorf("response %v, observation differs (-want +got):\n%s", response, diff)
			}
			connections := 1
			if tt.answer == "" {
				connections = 2 // TLS may be behind a door that is closed to plain text
			}
			if got := server.Settle(t); got != connections {
				t.Errorf("connections = %d, want %d", got, connections)
			}
		})
	}
}

func TestSlownessEndsAtTheHTTPTimeout(t *testing.T) {
	endless := func(start string) *probetest.Listener {
		return probetest.Listen(t, func(conn net.Conn) {
			probetest.ReadHead(conn)
			io.WriteString(conn, start)
			for {
				if _, err := io.WriteString(conn, "x"); err != nil {
					return
				}
				time.Sleep(10 * time.Millisecond)
			}
		})
	}
	tests := []struct {
		name   string
		server *probetest.Listener
		get    probe.Get
		status exposure.HTTPStatus
		reason string
	}{
		{"silence", probetest.Silent(t), probe.Get{}, exposure.HTTPClientError, "no HTTP answer within 300ms"},
		{"silence to TLS", probetest.Silent(t), probe.Get{TLSFirst: true}, exposure.HTTPClientError, "no TLS answer within 300ms"},
		{"slow status line", endless("HTTP/1.1 200 "), probe.Get{}, exposure.HTTPClientError, "no HTTP answer within 300ms"},
		{"slow headers", endless("HTTP/1.1 200 OK\r\nX-A: "), probe.Get{}, "2xx", ""},
		{"slow body", endless("HTTP/1.1 200 OK\r\n\r\n"), probe.Get{}, "2xx", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			seen, response := look(t, loopbackProber(probe.Limits{HTTPTimeout: 300 * time.Millisecond}), tt.server, tt.get)
			if took := time.Since(start); took > 2*time.Second {
				t.Errorf("Port took %s, want about 300ms", took)
			}
			if seen.HTTP == nil || seen.HTTP.Status != tt.status || seen.HTTP.Reason != tt.reason {
				t.Errorf("observation = %+v, want %s %q", seen.HTTP, tt.status, tt.reason)
			}
			if response != nil && !response.Truncated {
				t.Errorf("response = %+v, want it truncated", response)
			}
		})
	}
}

func TestCancellationEndsAtOnceAndLeavesThePortUnverified(t *testing.T) {
	slowBody := probetest.Listen(t, func(conn net.Conn) {
		io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\nbegin")
		io.Copy(io.Discard, conn)
	})
	var connections atomic.Int64
	slowRetry := probetest.Listen(t, func(conn net.Conn) {
		probetest.ReadHead(conn)
		if connections.Add(1) == 1 {
			io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.")
			return
		}
		io.Copy(io.Discard, conn)
	})
	for name, tt := range map[string]struct {
		server *probetest.Listener
		get    *probe.Get
	}{
		"retry":     {slowRetry, &probe.Get{}},
		"no answer": {probetest.Silent(t), &probe.Get{}},
		"TLS":       {probetest.Silent(t), &probe.Get{TLSFirst: true}},
		"body":      {slowBody, &probe.Get{}},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(50*time.Millisecond, cancel)
		start := time.Now()
		seen, response := loopbackProber(probe.Limits{}).Port(ctx, "web.test", tt.server.Addr.Addr(), tt.server.Addr.Port(), tt.get)
		if took := time.Since(start); took > time.Second {
			t.Errorf("%s: Port took %s after the cancellation, want less than a second", name, took)
		}
		want := exposure.PortObservation{
			Port: tt.server.Addr.Port(), Result: exposure.Unverified,
			Detail: "stopped before the HTTP answer was read: context canceled",
		}
		if diff := cmp.Diff(want, seen); diff != "" || response != nil {
			t.Errorf("%s: response %v, observation differs (-want +got):\n%s", name, response, diff)
		}
	}
}

func TestCancellationWhileWaitingForATurnSendsNothing(t *testing.T) {
	server := probetest.Silent(t)
	p := probe.New(probe.Config{Allowed: probetest.Loopback()})
	p.Port(t.Context(), "web.test", server.Addr.Addr(), server.Addr.Port(), nil)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	seen, _ := p.Port(ctx, "web.test", server.Addr.Addr(), server.Addr.Port(), nil)
	if seen.Result != exposure.Unverified || !strings.Contains(seen.Detail, "wait for a turn") {
		t.Errorf("Port = %+v, want unverified for want of a turn", seen)
	}
	if got := server.Settle(t); got != 1 {
		t.Errorf("connections = %d, want 1", got)
	}
}

func TestBodyIsDecodedUpToTheLimit(t *testing.T) {
	const limit = 64 << 10
	packed := func(w func(io.Writer) io.WriteCloser, n int) string {
		var b bytes.Buffer
		z := w(&b)
		z.Write(bytes.Repeat([]byte("a"), n))
		z.Close()
		return b.String()
	}
	gz := func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }
	zl := func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }
	tests := []struct {
		name, coding, body string
		want               int
		truncated          bool
	}{
		{"plain, at the limit", "", strings.Repeat("a", limit), limit, false},
		{"plain, over the limit", "", strings.Repeat("a", limit+1), limit, true},
		{"gzip", "gzip", packed(gz, 1000), 1000, false},
		{"gzip bomb", "gzip", packed(gz, 4<<20), limit, true},
		{"gzip breaks off", "x-gzip", packed(gz, 1000)[:20], 1000, true},
		{"gzip that is none", "gzip", "plain text", 10, false},
		{"deflate", "deflate", packed(zl, 1000), 1000, false},
		{"deflate bomb", "deflate", packed(zl, 4<<20), limit, true},
		{"unknown coding", "br", "\x0b\x02\x80hello\x03", 9, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			head := "HTTP/1.1 200 OK\r\n"
			if tt.coding != "" {
				head += "Content-Encoding: " + tt.coding + "\r\n"
			}
			server := probetest.Raw(t, 0, head+"\r\n"+tt.body)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			seen, response := look(t, loopbackProber(probe.Limits{BodyBytes: limit}), server, probe.Get{})
			runtime.ReadMemStats(&after)
			if got := after.TotalAlloc - before.TotalAlloc; got > 3<<20 {
				t.Errorf("bytes allocated = %d, want at most 3 MiB: no more than the limit is to be decoded", got)
			}
			if response == nil {
				t.Fatalf("no response, observation %+v", seen.HTTP)
			}
			if len(response.Body) != tt.want || response.Truncated != tt.truncated || seen.HTTP.BodyBytes != int64(tt.want) {
				t.Errorf("body of %d bytes (observed %d), truncated %t; want %d, %t",
					len(response.Body), seen.HTTP.BodyBytes, response.Truncated, tt.want, tt.truncated)
			}
			if tt.coding == "br" && response.Text != "" {
				t.Errorf("text of an unknown coding = %q, want none", response.Text)
			}
		})
	}
}

func TestCompressedNothingWithoutEndStopsAtALimitOfItsOwn(t *testing.T) {
	var empty bytes.Buffer
	gzip.NewWriter(&empty).Close()
	members := bytes.Repeat(empty.Bytes(), 1000)
	server := probetest.Listen(t, func(conn net.Conn) {
		probetest.ReadHead(conn)
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
		for {
			if _, err := conn.Write(members); err != nil {
				return
			}
		}
	})
	start := time.Now()
	_, response := look(t, loopbackProber(probe.Limits{BodyBytes: 4096}), server, probe.Get{})
	if response == nil || len(response.Body) != 0 || !response.Truncated || time.Since(start) > 5*time.Second {
		t.Errorf("response = %+v after %s, want a truncated one before the time limit of 10s", response, time.Since(start))
	}
}

func TestTextIsDecodedToUTF8(t *testing.T) {
	late := strings.Repeat("a", 2000)
	tests := []struct{ name, contentType, body, want string }{
		{"declared", "text/html; charset=iso-8859-1", "caf\xe9", "café"},
		{"byte order mark", "text/html; charset=iso-8859-1", "\xef\xbb\xbfcafé", "café"},
		{"utf-16", "text/html", "\xff\xfec\x00a\x00f\x00\xe9\x00", "café"},
		{"in the page", "text/html", `<meta charset="windows-1251">` + "\xcf", `<meta charset="windows-1251">П`},
		{"undeclared utf-8", "text/plain", "café", "café"},
		{"undeclared utf-8, late", "text/plain", late + "é", late + "é"},
		{"undeclared latin", "text/plain", "caf\xe9!", "café!"},
		{"declared utf-8 that is none", "text/html; charset=utf-8", "caf\xe9!", "caf\uFFFD!"},
		{"unknown charset", "text/html; charset=nonsense", "café", "café"},
		{"control characters stay", "text/plain", "a\x1bb", "a\x1bb"},
	}
	for _, tt := range tests {
		server := probetest.Raw(t, 0, "HTTP/1.1 200 OK\r\nContent-Type: "+tt.contentType+"\r\n\r\n"+tt.body)
		_, response := look(t, loopbackProber(probe.Limits{}), server, probe.Get{})
		if response == nil || response.Text != tt.want || string(response.Body) != tt.body {
			t.Errorf("%s: response = %+v, want the text %q", tt.name, response, tt.want)
		}
	}
}

func TestTitle(t *testing.T) {
	tests := []struct{ name, contentType, body, want string }{
		{"html", "text/html", "<html><head><TITLE lang=en>\n Hello <b>you</b>\n</TITLE>", "Hello <b>you</b>"},
		{"first of two", "text/html", "<title>one</title><title>two</title>", "one"},
		{"no content type", "", "<title>one</title>", "one"},
		{"entities", "text/html", "<title>a &lt; b&nbsp;c</title>", "a < b c"},
		{"in a script", "text/html", "<script>'<title>no</title>'</script><title>yes</title>", "yes"},
		{"in a comment", "text/html", "<!-- <title>no</title> --><title>yes</title>", "yes"},
		{"in an image", "text/html", "<svg><title>no</title></svg>", ""},
		{"empty", "text/html", "<title></title><title>second</title>", ""},
		{"unclosed", "text/html", "<title>" + strings.Repeat("é", 300), strings.Repeat("é", 256)},
		{"not a page", "application/json", `"<title>no</title>"`, ""},
	}
	for _, tt := range tests {
		head := "HTTP/1.1 200 OK\r\n"
		if tt.contentType != "" {
			head += "Content-Type: " + tt.contentType + "; charset=utf-8\r\n"
		}
		server := probetest.Raw(t, 0, head+"\r\n"+tt.body)
		seen, _ := look(t, loopbackProber(probe.Limits{}), server, probe.Get{})
		if seen.HTTP == nil || seen.HTTP.Title != tt.want {
			t.Errorf("%s: observation = %+v, want the title %q", tt.name, seen.HTTP, tt.want)
		}
	}
}

func TestPathThatNamesNoPageIsNotAskedFor(t *testing.T) {
	var asked atomic.Int64
	server := probetest.HTTP(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	p := loopbackProber(probe.Limits{})
	for path, reason := range map[string]string{
		"/*/foo":                        "the path holds a wildcard or a placeholder",
		"/{path}/foo":                   "the path holds a wildcard or a placeholder",
		"/{proxy+}":                     "the path holds a wildcard or a placeholder",
		"no/slash":                      "the path does not begin with a slash",
		"/a\r\nX: b":                    "the path holds control characters",
		"/" + strings.Repeat("a", 9000): "the path is longer than 8192 bytes",
	} {
		seen, response := look(t, p, server, probe.Get{Path: path})
		if seen.Result != exposure.Open || seen.HTTP == nil || seen.HTTP.Status != exposure.HTTPUnsupportedPath ||
			seen.HTTP.Reason != reason || response != nil || strings.ContainsAny(seen.HTTP.URL, "\r\n") {
			t.Errorf("Port(%.20q) = %s %+v, want unsupported: %s", path, seen.Result, seen.HTTP, reason)
		}
	}
	for _, path := range []string{"", "/", "/open{brace", "/?q=*&r={x}", "/%zz"} {
		if seen, _ := look(t, p, server, probe.Get{Path: path}); seen.HTTP == nil || seen.HTTP.StatusCode != 200 {
			t.Errorf("Port(%q) = %+v, want status 200", path, seen.HTTP)
		}
	}
	if got := asked.Load(); got != 5 {
		t.Errorf("requests = %d, want 5", got)
	}
}

func TestHostDecidesTheNameThatIsAskedFor(t *testing.T) {
	type asked struct{ host, sni string }
	requests := make(chan asked, 1)
	server := probetest.HTTPS(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		requests <- asked{r.Host, r.TLS.ServerName}
	}))
	_, port, _ := net.SplitHostPort(server.Addr.String())
	for host, want := range map[string]asked{
		"web.test":              {"web.test:" + port, "web.test"},
		"127.0.0.1":             {"127.0.0.1:" + port, ""},
		"[2001:db8::1]":         {"[2001:db8::1]:" + port, ""},
		"evil\r\nX: y":          {"127.0.0.1:" + port, ""},
		"fe80::1%a\r\nX-Evil:1": {"[fe80::1]:" + port, ""},
	} {
		seen, _ := loopbackProber(probe.Limits{}).Port(t.Context(), host, server.Addr.Addr(), server.Addr.Port(), &probe.Get{TLSFirst: true})
		if seen.HTTP == nil || seen.HTTP.StatusCode != 200 {
			t.Errorf("Port(%q) = %+v, want status 200", host, seen)
			continue
		}
		if got := <-requests; got != want {
			t.Errorf("Port(%q) asked for %+v, want %+v", host, got, want)
		}
	}
}

func TestTLSFirst(t *testing.T) {
	for port, want := range map[uint16]bool{443: true, 8443: true, 6443: true, 10443: true, 80: false, 4430: false, 44: false} {
		if got := probe.TLSFirst(port); got != want {
			t.Errorf("TLSFirst(%d) = %t, want %t", port, got, want)
		}
	}
}

func TestOldTLSIsReached(t *testing.T) {
	old := func(c *tls.Config) {
		c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS10
		c.CipherSuites = []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA}
	}
	server := probetest.HTTPS(t, http.NotFoundHandler(), old)
	if seen, _ := look(t, loopbackProber(probe.Limits{}), server, probe.Get{TLSFirst: true}); seen.HTTP == nil || seen.HTTP.StatusCode != 404 {
		t.Errorf("observation = %+v, want status 404", seen.HTTP)
	}
}
