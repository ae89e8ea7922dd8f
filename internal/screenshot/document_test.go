package screenshot_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/screenshot"
)

func TestHeadersThatDoNotFitTheDocumentAreDropped(t *testing.T) {
	d, err := screenshot.NewDocument(exposure.Response{
		URL: "https://example.test/", StatusCode: 401, Body: []byte("<p>x"),
		Header: map[string][]string{
			"Connection":                          {"close, x-hop", "X-Other"},
			"X-Hop":                               {"1"},
			"X-Other":                             {"1"},
			"Content-Encoding":                    {"gzip"},
			"Content-Length":                      {"9"},
			"Transfer-Encoding":                   {"chunked"},
			"Www-Authenticate":                    {"Basic"},
			"Location":                            {"/"},
			"Refresh":                             {"0"},
			"Critical-Ch":                         {"Sec-CH-UA"},
			"Report-To":                           {"{}"},
			"Content-Security-Policy-Report-Only": {"default-src *"},
			"Content-Security-Policy":             {"default-src 'self'", "img-src *"},
			"Content-Type":                        {"text/html; charset=latin1"},
			"Set-Cookie":                          {"b=\xff", "a=1"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"Content-Security-Policy: default-src 'self'", "Content-Security-Policy: img-src *", "Content-Security-Policy: worker-src 'none'",
		"Content-Type: text/html; charset=latin1", "Set-Cookie: b=\uFFFD", "Set-Cookie: a=1",
	}
	if diff := cmp.Diff(want, d.Fields()); diff != "" {
		t.Errorf("fields differ (-want +got):\n%s", diff)
	}
	if d.Status() != 401 {
		t.Errorf("status = %d, want 401", d.Status())
	}
}

func TestResponseThatIsNoPageSaysSo(t *testing.T) {
	header := func(pairs ...string) map[string][]string {
		h := map[string][]string{}
		for i := 0; i < len(pairs); i += 2 {
			h[pairs[i]] = []string{pairs[i+1]}
		}
		return h
	}
	html := "text/html"
	for name, test := range map[string]struct {
		status int
		header map[string][]string
		body   string
		reason string // "" for a page
	}{
		"page":                       {200, header("Content-Type", html), "x", ""},
		"page in capitals":           {200, header("Content-Type", "TEXT/HTML; charset"), "x", ""},
		"page shown inline":          {200, header("Content-Type", html, "Content-Disposition", "inline; filename=a"), "x", ""},
		"undeclared page":            {200, nil, "<html>", ""},
		"JSON":                       {404, header("Content-Type", "application/problem+json"), "{}", ""},
		"image":                      {200, header("Content-Type", "image/png"), "x", ""},
		"redirect with a page":       {302, header("Content-Type", html), "<a href=/>moved</a>", ""},
		"redirect without a body":    {301, header("Content-Type", html), "", "redirect without a page"},
		"redirect with blanks":       {308, header("Content-Type", html), " \r\n", "redirect without a page"},
		"redirect with an archive":   {302, header("Content-Type", "application/zip"), "x", "redirect without a page"},
		"not modified":               {304, nil, "", "redirect without a page"},
		"no content":                 {204, nil, "", "the answer has no body"},
		"error without a body":       {500, header("Content-Type", html), "", "the answer has no body"},
		"attachment":                 {200, header("Content-Type", html, "Content-Disposition", " Attachment;filename=a"), "x", "the answer is a download"},
		"archive":                    {200, header("Content-Type", "application/octet-stream"), "x", "the answer is no page but application/octet-stream"},
		"CSV":                        {200, header("Content-Type", "text/csv"), "a,b", "the answer is no page but text/csv"},
		"video":                      {200, header("Content-Type", "video/mp4"), "x", "the answer is no page but video/mp4"},
		"undeclared archive":         {200, nil, "PK\x03\x04aaaaaaaa", "the answer is no page but application/zip"},
		"hostile type":               {200, header("Content-Type", "a/\x1b[31m"), "x", "the answer is no page but of an unknown type"},
		"hostile type with good end": {200, header("Content-Type", "é/html"), "x", "the answer is no page but of an unknown type"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := screenshot.NewDocument(exposure.Response{URL: "http://203.0.113.7/", StatusCode: test.status, Header: test.header, Body: []byte(test.body)})
			var none *screenshot.NoPictureError
			switch {
			case test.reason == "" && err != nil:
				t.Errorf("NewDocument() = %v, want a page", err)
			case test.reason != "" && (!errors.As(err, &none) || none.Reason != test.reason):
				t.Errorf("NewDocument() = %v, want the reason %q", err, test.reason)
			}
		})
	}
}

func TestOnlyWebAddressesAndLoopbackProxiesAreTaken(t *testing.T) {
	var b screenshot.Browser // refuses before it needs a process
	good := exposure.Response{URL: "http://203.0.113.7/", StatusCode: 204}
	for _, proxy := range []string{"", "direct://", "http://203.0.113.7:8080", "http://localhost:8080", "http://[::1]:8080", "socks5://127.0.0.1:1080", "http://127.0.0.1", "http://u:p@127.0.0.1:80"} {
		var none *screenshot.NoPictureError
		if _, err := b.Shoot(t.Context(), good, proxy); err == nil || errors.As(err, &none) {
			t.Errorf("Shoot(proxy %q) = %v, want a refusal of the proxy", proxy, err)
		}
	}
	for _, u := range []string{"", "file:///etc/hostname", "chrome://version", "/relative", "http://", "http://a\x7f/", "javascript:1"} {
		var none *screenshot.NoPictureError
		r := exposure.Response{URL: u, StatusCode: 200, Body: []byte("x")}
		if _, err := b.Shoot(t.Context(), r, "http://127.0.0.1:8080"); err == nil || errors.As(err, &none) {
			t.Errorf("Shoot(URL %q) = %v, want a refusal of the URL", u, err)
		}
	}
}
