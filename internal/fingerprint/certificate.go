package fingerprint

import (
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// A refusal is what a server writes to a client that shows no certificate.
type refusal struct {
	product  string
	statuses []int
	text     string // lower case, anywhere in the body
}

// refusals are looked for in the body. nginx answers its own codes 495 and 496
// with status 400, unless a page of the owner's keeps the code.
var refusals = []refusal{
	{"nginx", []int{400, 403, 496}, "no required ssl certificate was sent"},
	{"nginx", []int{400, 403, 495}, "the ssl certificate error"},
	{"Apache", []int{403}, "cannot perform post-handshake authentication"},
	{"IIS", []int{403}, "403.7 - forbidden"},
	{"IIS", []int{403}, "ssl client certificate is required"},
	{"IIS", []int{403}, "the page requires a client certificate"},
	{"Tomcat", []int{400, 401, 403}, "no client certificate chain in this request"},
}

// maxRefusal is how many bytes of a page are searched: these pages are short.
const maxRefusal = 16 << 10

// addCertificate tells whether a client certificate was wanted: by the answer,
// or by the TLS handshake, which then went on without one.
func (d *demands) addCertificate(r exposure.Response, tls *exposure.TLS) {
	if product := refusedWithout(r); product != "" {
		d.add(exposure.Authentication{
			Method: exposure.AuthClientCertificate, Verdict: exposure.AuthEnforced, Evidence: product + " refuses a client without certificate",
		})
	}
	if tls != nil && tls.ClientCertificate {
		d.add(exposure.Authentication{
			Method: exposure.AuthClientCertificate, Verdict: exposure.AuthOffered, Evidence: "the TLS handshake asks for a client certificate",
		})
	}
}

// refusedWithout names the product that refuses a client without certificate,
// "" when the answer is no such refusal.
func refusedWithout(r exposure.Response) string {
	switch r.StatusCode {
	case 495, 496: // nginx's own, passed on as they are
		return "nginx"
	case 400, 401, 403:
	default:
		return ""
	}
	body := bodyText(r)
	body = strings.ToLower(body[:min(len(body), maxRefusal)])
	for _, f := range refusals {
		if slices.Contains(f.statuses, r.StatusCode) && strings.Contains(body, f.text) {
			return f.product
		}
	}
	return ""
}
