package provider_test

import (
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"
	"time"
)

// server is one loopback address and port that a test opens and closes.
type server struct {
	t        *testing.T
	address  string
	port     int
	accepted atomic.Int64
	page     atomic.Pointer[http.HandlerFunc]
	http     *http.Server
}

// serve opens a server on a free loopback port. Every request changes its
// answer in the body and the date, never in the title.
func serve(t *testing.T, page http.HandlerFunc) *server {
	t.Helper()
	s := &server{t: t, address: "127.0.0.1:0"}
	s.answer(page)
	s.open()
	t.Cleanup(s.close)
	return s
}

func (s *server) answer(page http.HandlerFunc) { s.page.Store(&page) }

// open listens, on the same port as before when it was closed.
func (s *server) open() {
	s.t.Helper()
	l, err := net.Listen("tcp", s.address)
	if err != nil {
		s.t.Fatal(err)
	}
	s.address, s.port = l.Addr().String(), l.Addr().(*net.TCPAddr).Port
	s.http = &http.Server{
		ReadHeaderTimeout: 5 * time.Second,
		Handler:           http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*s.page.Load())(w, r) }),
	}
	go func() { _ = s.http.Serve(&counted{l, &s.accepted}) }()
}

func (s *server) close() { _ = s.http.Close() }

// counted counts what a listener accepts.
type counted struct {
	net.Listener
	accepted *atomic.Int64
}

func (c *counted) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err == nil {
		c.accepted.Add(1)
	}
	return conn, err
}

var requests atomic.Int64

// adminPage is open to all. Its title stays, everything else changes.
func adminPage(w http.ResponseWriter, _ *http.Request) {
	n := requests.Add(1)
	w.Header().Set("X-Request-Id", strconv.FormatInt(n, 10))
	fmt.Fprintf(w, "<!doctype html><title>Acme admin</title><p>Request %d at %s</p>", n, time.Now())
}

// askPassword answers as a server behind basic authentication does.
func askPassword(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("WWW-Authenticate", `Basic realm="Acme"`)
	http.Error(w, "Sign in.", http.StatusUnauthorized)
}

// freePort returns a loopback port on which nothing listens.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

// hangingListener accepts and never answers, and counts what it accepted.
func hangingListener(t *testing.T) (port int, accepted *atomic.Int64) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	accepted = &atomic.Int64{}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			accepted.Add(1)
			t.Cleanup(func() { _ = conn.Close() })
		}
	}()
	return l.Addr().(*net.TCPAddr).Port, accepted
}

// pageWith answers every request with the same HTML.
func pageWith(html string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, html)
	}
}
