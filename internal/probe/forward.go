package probe

import (
	"io"
	"net/http"
	"strings"
)

// hopByHop are the headers that end at a proxy (RFC 9110, section 7.6.1), and
// credentials, which this package never sends: a page may name its own host
// with a user and password in the URL of an image.
var hopByHop = []string{
	"Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection",
	"Te", "Trailer", "Transfer-Encoding", "Upgrade", "Authorization",
}

// forward passes one plain request on and its answer back. Redirects go to the
// browser, which asks the proxy again.
func (x *PageProxy) forward(w http.ResponseWriter, r *http.Request) {
	out := r.Clone(x.ctx)
	out.RequestURI = ""
	out.Body, out.ContentLength, out.TransferEncoding = http.NoBody, 0, nil
	removeHopByHop(out.Header)
	for _, h := range x.prober.headers {
		out.Header.Set(h.name, h.value)
	}
	answer, err := x.transport.RoundTrip(out)
	if err != nil {
		http.Error(w, "the endpoint did not answer", http.StatusBadGateway)
		return
	}
	defer answer.Body.Close()
	removeHopByHop(answer.Header)
	for name, values := range answer.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.StatusCode)
	if _, err := io.Copy(w, answer.Body); err != nil {
		panic(http.ErrAbortHandler) // the browser must not take the part for the whole
	}
}

func removeHopByHop(header http.Header) {
	for _, value := range header.Values("Connection") {
		for name := range strings.SplitSeq(value, ",") {
			header.Del(strings.TrimSpace(name))
		}
	}
	for _, name := range hopByHop {
		header.Del(name)
	}
}

// tunnel answers a CONNECT: it copies bytes both ways until either side ends.
func (x *PageProxy) tunnel(w http.ResponseWriter) {
	endpoint, err := x.dial()
	if err != nil {
		http.Error(w, "the endpoint did not answer", http.StatusBadGateway)
		return
	}
	defer endpoint.Close()
	raw, early, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, "no tunnel", http.StatusInternalServerError)
		return
	}
	if !x.watch(raw) {
		return
	}
	defer x.unwatch(raw)
	if _, err := io.WriteString(raw, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		return
	}
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		_, _ = io.Copy(endpoint, early) // what the browser sent along with the CONNECT comes first
		endpoint.Close()
	}()
	_, _ = io.Copy(raw, endpoint)
	endpoint.Close()
	raw.Close()
	<-sent
}
