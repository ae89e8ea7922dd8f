package probe_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probe"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probe/services"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
)

// talk is the probe of a service that answers a line with a line.
var talk = services.Probe{ID: "line", Talk: func(_ context.Context, conn net.Conn) (map[string]any, error) {
	if _, err := io.WriteString(conn, "ask\n"); err != nil {
		return nil, err
	}
	answer, err := bufio.NewReader(conn).ReadString('\n')
	return map[string]any{"answer": strings.TrimSpace(answer)}, err
}}

// listenFirst waits for a greeting before it asks.
var listenFirst = services.Probe{ID: "greeting", Talk: func(ctx context.Context, conn net.Conn) (map[string]any, error) {
	if _, err := bufio.NewReader(conn).ReadString('\n'); err != nil {
		return nil, err
	}
	return talk.Talk(ctx, conn)
}}

// echo is a service that answers one line, after a greeting of its own.
func echo(t *testing.T, greeting string) *probetest.Listener {
	return probetest.Listen(t, func(conn net.Conn) {
		io.WriteString(conn, greeting)
		line, err := bufio.NewReader(conn).ReadString('\n')
		if err == nil {
			io.WriteString(conn, "you said "+line)
		}
		io.Copy(io.Discard, conn)
	})
}

func TestAServiceIsAskedOverTheConnectionOfItsHandshake(t *testing.T) {
	tests := []struct {
		name     string
		greeting string
		ask      services.Probe
		banner   string
	}{
		{"one that waits", "", talk, ""},
		{"one that speaks first", "220 \x1b[31mmail\u202e ready\r\n", listenFirst, "220 \uFFFD[31mmail\uFFFD ready"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := echo(t, test.greeting)
			got := loopbackProber(probe.Limits{}).Service(t.Context(), "app.test", server.Addr.Addr(), server.Addr.Port(), &test.ask)
			want := exposure.PortObservation{
				Port: server.Addr.Port(), Result: exposure.Open, Banner: test.banner,
				Evidence: []exposure.Evidence{{Probe: test.ask.ID, Fields: map[string]any{"answer": "you said ask"}}},
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("Service (-want +got):\n%s", diff)
			}
			if n := server.Settle(t); n != 1 {
				t.Errorf("%d connections, want 1", n)
			}
		})
	}
}

func TestABannerIsWhatAServiceSendsUnasked(t *testing.T) {
	tests := []struct{ name, sent, want string }{
		{"nothing", "", ""},
		{"SSH", "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "SSH-2.0-OpenSSH_9.2p1 Debian-2"},
		{"MySQL", "\x4a\x00\x00\x00\x0a8.0.36\x00\x08\x00\x00\x00ab\x01caching_sha2_password\x00", "8.0.36 caching_sha2_password"},
		{"escapes", "\x1b]0;owned\x07hello\r\nworld", "]0;owned hello world"},
		{"very long", strings.Repeat("x", 5000), strings.Repeat("x", 256)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := probetest.Banner(t, test.sent)
			began := time.Now()
			got := loopbackProber(probe.Limits{}).Service(t.Context(), "app.test", server.Addr.Addr(), server.Addr.Port(), nil)
			if got.Banner != test.want || got.Result != exposure.Open || len(got.Evidence) > 0 {
				t.Errorf("Service = %+v, want the banner %q", got, test.want)
			}
			if took := time.Since(began); took > time.Second {
				t.Errorf("the wait for a banner took %v", took)
			}
		})
	}
}

func TestAProbeThatLearnsNothingSaysWhy(t *testing.T) {
	failing := services.Probe{ID: "line", Talk: func(context.Context, net.Conn) (map[string]any, error) {
		return nil, errors.New("the answer\x1b is of another protocol")
	}}
	page := services.Probe{ID: "page", Path: "/status", Read: func(exposure.Response) map[string]any { return nil }}
	endless := services.Probe{ID: "line", Talk: func(_ context.Context, conn net.Conn) (map[string]any, error) {
		_, err := io.Copy(io.Discard, conn)
		return nil, err
	}}
	flood := probetest.Listen(t, func(conn net.Conn) {
		for _, err := conn.Write(make([]byte, 32<<10)); err == nil; _, err = conn.Write(make([]byte, 32<<10)) {
		}
	})
	tests := []struct {
		name   string
		server *probetest.Listener
		ask    services.Probe
		want   string
	}{
		{"a silent service", probetest.Silent(t), talk, "no answer within 300ms"},
		{"one that hangs up", probetest.Listen(t, func(net.Conn) {}), talk, "the server closed the connection without an answer"},
		{"another protocol", probetest.Silent(t), failing, "the answer\uFFFD is of another protocol"},
		{"another page", probetest.HTTP(t, http.NotFoundHandler()), page, "the answer is not that of the service that was asked for"},
		{"no HTTP", probetest.Raw(t, 0, "SSH-2.0-x\r\n"), page, "the server does not speak HTTP; its answer looks like SSH"},
		{"one without end", flood, endless, "the answer is longer than the limit"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := loopbackProber(probe.Limits{HTTPTimeout: 300 * time.Millisecond})
			got := p.Service(t.Context(), "app.test", test.server.Addr.Addr(), test.server.Addr.Port(), &test.ask)
			want := []exposure.Evidence{{Probe: test.ask.ID, Fields: map[string]any{}, Reason: test.want}}
			if diff := cmp.Diff(want, got.Evidence); diff != "" || got.Result != exposure.Open {
				t.Errorf("%s, evidence (-want +got):\n%s", got.Result, diff)
			}
		})
	}
}

func TestAFurtherQuestionWaitsItsTurn(t *testing.T) {
	server := probetest.HTTPS(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, r.Method+" "+r.URL.Path)
	}))
	p := probe.New(probe.Config{Allowed: probetest.Loopback()}) // with the real clock
	page := services.Probe{ID: "page", Path: "/status", Read: func(r exposure.Response) map[string]any { return map[string]any{"text": r.Text} }}
	began := time.Now()
	seen, _ := p.Port(t.Context(), "web.test", server.Addr.Addr(), server.Addr.Port(), &probe.Get{TLSFirst: true})
	got := p.Ask(t.Context(), "web.test", server.Addr.Addr(), server.Addr.Port(), true, page)
	if diff := cmp.Diff(exposure.Evidence{Probe: "page", Fields: map[string]any{"text": "GET /status"}}, got); diff != "" {
		t.Errorf("Ask (-want +got):\n%s", diff)
	}
	if took, n := time.Since(began), server.Settle(t); took < time.Second || n != 2 || seen.Result != exposure.Open {
		t.Errorf("%d connections in %v, want 2, a second apart", n, took)
	}
	refused := p.Ask(t.Context(), "web.test", probetest.Refusing(t).Addr(), probetest.Refusing(t).Port(), true, page)
	if refused.Reason != "the connection was refused" {
		t.Errorf("Ask of a refused port = %+v", refused)
	}
}

func TestTheFactsOfTheTLSHandshakeAreKept(t *testing.T) {
	tests := []struct {
		name      string
		host      string
		configure func(*tls.Config)
		version   string
		matches   bool
		asked     bool
	}{
		{"TLS 1.3", "web.test", func(*tls.Config) {}, "TLS 1.3", true, false},
		{"another name", "other.test", func(*tls.Config) {}, "TLS 1.3", false, false},
		{"the address", "127.0.0.1", func(*tls.Config) {}, "TLS 1.3", true, false},
		{"TLS 1.0 only", "web.test", func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS10 }, "TLS 1.0", true, false},
		{"a client certificate is asked for", "web.test", func(c *tls.Config) { c.ClientAuth = tls.RequestClientCert }, "TLS 1.3", true, true},
		{"one is needed, TLS 1.3", "web.test", func(c *tls.Config) { c.ClientAuth = tls.RequireAnyClientCert }, "TLS 1.3", true, true},
		{"one is needed, TLS 1.2", "web.test", func(c *tls.Config) { c.ClientAuth, c.MaxVersion = tls.RequireAnyClientCert, tls.VersionTLS12 }, "TLS 1.2", true, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := probetest.HTTPS(t, http.NotFoundHandler(), test.configure)
			got, _ := loopbackProber(probe.Limits{}).Port(t.Context(), test.host, server.Addr.Addr(), server.Addr.Port(), &probe.Get{TLSFirst: true})
			if got.TLS == nil || len(got.TLS.Chain) != 1 {
				t.Fatalf("TLS %+v, want facts", got.TLS)
			}
			c := got.TLS.Chain[0]
			if got.TLS.Version != test.version || got.TLS.NameMatches != test.matches || got.TLS.ClientCertificate != test.asked || got.TLS.CipherSuite == "" {
				t.Errorf("TLS %+v, want %s, %t, %t", got.TLS, test.version, test.matches, test.asked)
			}
			if !c.SelfSigned || c.Subject != "CN=web.test" || c.KeyAlgorithm != "ECDSA" || c.KeyBits != 256 || !cmp.Equal(c.Names, []string{"127.0.0.1", "web.test"}) {
				t.Errorf("certificate %+v", c)
			}
			if n := server.Settle(t); n != 1 {
				t.Errorf("%d connections, want 1", n)
			}
		})
	}
}

// etcd says nothing to a plain GET on its port with TLS.
func TestAServiceThatHangsUpOnAPlainGETIsAskedOverTLS(t *testing.T) {
	page := services.Probe{ID: "page", Path: "/version", Read: func(r exposure.Response) map[string]any { return map[string]any{"url": r.URL} }}
	inner := probetest.HTTPS(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "{}") }))
	for name, secure := range map[string]bool{"one with TLS": true, "one without": false} {
		t.Run(name, func(t *testing.T) {
			server := probetest.Listen(t, func(conn net.Conn) {
				hello := make([]byte, 3)
				if _, err := io.ReadFull(conn, hello); err != nil || hello[0] != 0x16 || !secure {
					return
				}
				there, err := net.Dial("tcp4", inner.Addr.String())
				if err != nil {
					return
				}
				defer there.Close()
				there.Write(hello)
				go io.Copy(there, conn)
				io.Copy(conn, there)
			})
			got := loopbackProber(probe.Limits{}).Service(t.Context(), "app.test", server.Addr.Addr(), server.Addr.Port(), &page)
			want := exposure.Evidence{Probe: "page", Fields: map[string]any{}, Reason: "the server closed the connection without an answer"}
			if secure {
				want = exposure.Evidence{Probe: "page", Fields: map[string]any{"url": "https://app.test:" + at(server, "%PORT%") + "/version"}}
			}
			if diff := cmp.Diff([]exposure.Evidence{want}, got.Evidence); diff != "" || secure != (got.TLS != nil) {
				t.Errorf("Service (-want +got), TLS %v:\n%s", got.TLS, diff)
			}
		})
	}
}
