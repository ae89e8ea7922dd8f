package probe_test

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probe"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
)

// answering starts a server that gives its nth connection the nth answer; the
// last one repeats.
func answering(t *testing.T, answers ...string) *probetest.Listener {
	var n atomic.Int64
	return probetest.Listen(t, func(conn net.Conn) {
		i := min(int(n.Add(1)), len(answers)) - 1
		probetest.ReadHead(conn)
		io.WriteString(conn, answers[i])
	})
}

// Many servers that speak TLS alone close on plain text without an alert.
func TestAClosedDoorIsTriedOnceMoreOverTLS(t *testing.T) {
	certified := probetest.HTTPS(t, http.NotFoundHandler())
	behind := probetest.Listen(t, func(conn net.Conn) {
		first := probetest.ReadHead(conn)
		if !strings.HasPrefix(first, "\x16") {
			return
		}
		server, err := net.Dial("tcp4", certified.Addr.String())
		if err != nil {
			return
		}
		defer server.Close()
		io.WriteString(server, first)
		go io.Copy(server, conn)
		io.Copy(conn, server)
	})
	seen, response := look(t, loopbackProber(probe.Limits{}), behind, probe.Get{})
	if response == nil || response.StatusCode != http.StatusNotFound || !strings.HasPrefix(seen.HTTP.URL, "https:") || seen.TLS == nil {
		t.Errorf("response %+v, observation %+v, want 404 over TLS", response, seen)
	}
	if got := behind.Settle(t); got != 2 {
		t.Errorf("connections = %d, want 2", got)
	}
}

func TestOtherSchemeIsTriedOnceWhenTheAnswerShowsIt(t *testing.T) {
	ok := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "fine") })
	tests := []struct {
		name   string
		server *probetest.Listener
		get    probe.Get
		scheme string
	}{
		{"plain to a Go TLS server", probetest.HTTPS(t, ok), probe.Get{}, "https"},
		{"TLS to a plain server", probetest.HTTP(t, ok), probe.Get{TLSFirst: true}, "http"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			clock := newClock()
			p := probe.New(probe.Config{Allowed: probetest.Loopback(), Clock: clock})
			seen, response := look(t, p, tt.server, tt.get)
			if response == nil || response.StatusCode != 200 || response.Text != "fine" {
				t.Fatalf("response = %+v, observation %+v, want 200 fine", response, seen.HTTP)
			}
			if want := at(tt.server, tt.scheme+"://web.test:%PORT%/"); response.URL != want || seen.HTTP.URL != want {
				t.Errorf("URL = %s, %s, want %s", response.URL, seen.HTTP.URL, want)
			}
			if got := tt.server.Settle(t); got != 2 {
				t.Errorf("connections = %d, want 2", got)
			}
			sleeps := clock.sleeps()
			if got := sleeps[len(sleeps)-1]; got != time.Second {
				t.Errorf("longest wait = %s, want the second's turn of 1s", got)
			}
		})
	}
}

func TestSchemeIsKeptWhenTheFirstAnswerCounts(t *testing.T) {
	for name, server := range map[string]*probetest.Listener{
		"plain": probetest.HTTP(t, http.NotFoundHandler()),
		"TLS":   probetest.HTTPS(t, http.NotFoundHandler()),
	} {
		seen, _ := look(t, loopbackProber(probe.Limits{}), server, probe.Get{TLSFirst: name == "TLS"})
		if seen.HTTP == nil || seen.HTTP.StatusCode != 404 || server.Settle(t) != 1 {
			t.Errorf("%s: observation = %+v after %d connections, want 404 after 1", name, seen.HTTP, server.Count())
		}
	}
}

func TestHTTPAnswerStandsWhenTheOtherSchemeBringsNone(t *testing.T) {
	for name, notice := range map[string]string{
		"nginx":  "<center>The plain HTTP request was sent to HTTPS port</center>",
		"Apache": "Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />",
		"Tomcat": "Bad Request\r\nThis combination of host and port requires TLS.\r\n",
		"Webmin": "This web server is running in SSL mode. Try the URL instead.",
	} {
		server := answering(t, "HTTP/1.1 400 Bad Request\r\n\r\n"+notice, "")
		seen, response := look(t, loopbackProber(probe.Limits{}), server, probe.Get{})
		if response == nil || response.StatusCode != 400 || !strings.HasPrefix(seen.HTTP.URL, "http://") {
			t.Errorf("%s: response = %+v, observation %+v, want the first answer", name, response, seen.HTTP)
		}
		if got := server.Settle(t); got != 2 {
			t.Errorf("%s: connections = %d, want 2", name, got)
		}
	}
}

func TestPageThatSpeaksOfTLSIsNoNotice(t *testing.T) {
	page := "HTTP/1.1 200 OK\r\n\r\n" + strings.Repeat("long page ", 500) + "the plain HTTP request was sent to HTTPS port"
	server := answering(t, page)
	look(t, loopbackProber(probe.Limits{}), server, probe.Get{})
	if got := server.Settle(t); got != 1 {
		t.Errorf("connections = %d, want 1", got)
	}
}

func TestTroubleOfTheOtherSchemeIsTheReason(t *testing.T) {
	alert := "\x15\x03\x01\x00\x02\x02\x0a" // fatal, unexpected message
	tests := []struct {
		name, url, reason string
		server            *probetest.Listener
		get               probe.Get
		connections       int
	}{
		{
			"a TLS alert to plain, then nothing", "https://web.test:%PORT%/",
			"the server closed the connection during the TLS handshake", answering(t, alert, ""), probe.Get{}, 2,
		},
		{
			"a TLS alert each time", "https://web.test:%PORT%/",
			"tls: unexpected message", answering(t, alert), probe.Get{}, 2,
		},
		{
			"plain HTTP to TLS, then SSH", "http://web.test:%PORT%/",
			"the server does not speak HTTP; its answer looks like SSH",
			answering(t, "HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-x\r\n"), probe.Get{TLSFirst: true}, 2,
		},
		{
			"SSH to TLS", "https://web.test:%PORT%/",
			"the server does not speak HTTP; its answer looks like SSH",
			answering(t, "SSH-2.0-x\r\n"), probe.Get{TLSFirst: true}, 1,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			seen, response := look(t, loopbackProber(probe.Limits{}), tt.server, tt.get)
			want := &exposure.HTTPObservation{
				URL: at(tt.server, tt.url), Status: exposure.HTTPClientError, Reason: tt.reason,
				Technologies: []exposure.Technology{}, Authentication: []exposure.Authentication{},
			}
			if diff := cmp.Diff(want, seen.HTTP); diff != "" || response != nil {
				t.Errorf("response %v, observation differs (-want +got):\n%s", response, diff)
			}
			if got := tt.server.Settle(t); got != tt.connections {
				t.Errorf("connections = %d, want %d", got, tt.connections)
			}
		})
	}
}

func TestServerThatAsksForAClientCertificateIsAClientError(t *testing.T) {
	server := probetest.HTTPS(t, http.NotFoundHandler(), func(c *tls.Config) { c.ClientAuth = tls.RequireAnyClientCert })
	seen, response := look(t, loopbackProber(probe.Limits{}), server, probe.Get{TLSFirst: true})
	if response != nil || seen.HTTP == nil || seen.HTTP.Status != exposure.HTTPClientError ||
		seen.HTTP.Reason != "tls: certificate required" {
		t.Errorf("observation = %+v, want client_error for want of a certificate", seen.HTTP)
	}
}
