package probe_test

import (
	"testing"
	"unicode/utf8"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probe"
)

func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>a</title>",
		"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 404 \r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
		"HTTP/1.0 200\nContent-Encoding: gzip\nSet-Cookie: a=b; c\n folded\n\n\x1f\x8b\x08\x00\x00",
		"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nContent-Length: 9\r\n\r\n\x78\x9c\x4b\x04",
		"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-16\r\n\r\n\xff\xfe\x00\xd8",
	} {
		f.Add([]byte(seed))
	}
	const limit = 256
	p := probe.New(probe.Config{Limits: probe.Limits{BodyBytes: limit, HeaderBytes: 512}})
	f.Fuzz(func(t *testing.T, raw []byte) {
		response, seen := p.ReadAnswer(raw)
		if response == nil {
			return
		}
		if len(response.Body) > limit || exposure.HTTPStatusOf(response.StatusCode) != seen.Status || !utf8.ValidString(response.Text) {
			t.Errorf("response = %+v: over the limit, a wrong status or invalid text", response)
		}
		kept := []string{seen.Title, seen.BodyStart}
		for _, h := range seen.Headers {
			kept = append(kept, h.Name, h.Value)
		}
		for _, s := range kept {
			if exposure.Clean(s) != s || utf8.RuneCountInString(s) > 1024 {
				t.Errorf("kept text %q is not clean or too long", s)
			}
		}
	})
}
