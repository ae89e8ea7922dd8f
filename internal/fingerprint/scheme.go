package fingerprint

import (
	"net/url"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// schemes are the methods by the names of their challenges, in lower case. A
// scheme that is not here, such as HOBA or SCRAM-SHA-256, is none we know.
var schemes = map[string]exposure.AuthMethod{
	"basic":     exposure.AuthBasic,
	"digest":    exposure.AuthDigest,
	"ntlm":      exposure.AuthNTLM,
	"negotiate": exposure.AuthNegotiate,
	"kerberos":  exposure.AuthNegotiate, // an old name that some servers still send
	"bearer":    exposure.AuthBearer,
	"dpop":      exposure.AuthBearer, // RFC 9449: a bearer token that is bound to a key
}

var schemeNames = map[string]string{
	"basic": "Basic", "digest": "Digest", "ntlm": "NTLM", "negotiate": "Negotiate", "kerberos": "Kerberos",
	"bearer": "Bearer", "dpop": "DPoP",
}

// addChallenges reads the challenges of one field of r.
func (d *demands) addChallenges(r exposure.Response, field string, verdict exposure.AuthVerdict) {
	for _, c := range parseChallenges(headerValues(r.Header, field)) {
		if c.scheme == "cloudflare-access" {
			// Cloudflare sends it along with its redirect too.
			if r.StatusCode >= 300 && r.StatusCode < 500 {
				verdict = exposure.AuthEnforced
			}
			d.provider(verdict, identity{provider: "Cloudflare Access"}, field+": Cloudflare-Access")
			continue
		}
		method := schemes[c.scheme]
		if method == "" || method == exposure.AuthBearer && d.addBearer(c, field, verdict) {
			continue
		}
		d.add(exposure.Authentication{Method: method, Verdict: verdict, Evidence: field + ": " + schemeNames[c.scheme] + c.remark(r.URL)})
	}
}

// addBearer looks for a provider in the addresses that a challenge for a token
// may carry; resource_metadata is that of RFC 9728.
func (d *demands) addBearer(c challenge, field string, verdict exposure.AuthVerdict) bool {
	for _, name := range []string{"authorization_uri", "resource_metadata", "authorization", "issuer"} {
		u, err := url.Parse(c.params[name])
		if err != nil || !u.IsAbs() {
			continue
		}
		if who, ok := identifyHost(u); ok {
			d.provider(verdict, who, field+": "+schemeNames[c.scheme]+" with "+name+" at "+hostOf(u))
			return true
		}
	}
	return false
}

// remark tells what makes a challenge weaker than its scheme is: a password
// that crosses the network in the clear, a digest of the broken MD5.
func (c challenge) remark(address string) string {
	switch c.scheme {
	case "basic":
		if strings.HasPrefix(strings.ToLower(address), "http:") {
			return " over plain HTTP"
		}
	case "digest":
		// MD5 is what a challenge without an algorithm means (RFC 7616, section 3.3).
		if algorithm := strings.ToLower(c.params["algorithm"]); algorithm == "" || strings.HasPrefix(algorithm, "md5") {
			return " with MD5"
		}
	}
	return ""
}
