package fingerprint_test

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/fingerprint"
)

// An authCase is one answer and what it asks for: "method provider [tenant]"
// for each entry, joined by "; ", with "offered" before what is not enforced
// and "|evidence" behind where the evidence matters. Empty: nothing.
type authCase struct {
	name string
	r    exposure.Response
	want string
}

// The tables lie beside this file, by where an answer tells how to sign in.
func authCases() []authCase {
	var all []authCase
	for name, c := range challengeCases {
		all = append(all, authCase{fmt.Sprintf("challenge %d %s", name, c.name), c.r, c.want})
	}
	for i, c := range redirectCases {
		all = append(all, authCase{fmt.Sprintf("redirect %d to %.60s", i, c.location), redirected(c.location), c.want})
	}
	all = append(all, answerCases...)
	return append(all, pageCases...)
}

func TestAuthentication(t *testing.T) {
	enforced, not := 0, 0
	for _, c := range authCases() {
		t.Run(c.name, func(t *testing.T) {
			got := fingerprint.Authentication(c.r, nil)
			if got == nil {
				t.Fatal("Authentication = nil, want an empty slice")
			}
			if len(exposure.MethodsOf(got, exposure.AuthEnforced)) > 0 {
				enforced++
			} else {
				not++
			}
			if diff := cmp.Diff(c.want, describe(got, strings.Contains(c.want, "|"))); diff != "" {
				t.Errorf("Authentication(%d %v %.200q) differs (-want +got):\n%s", c.r.StatusCode, c.r.Header, c.r.Text, diff)
			}
			for _, a := range got {
				if a.Evidence == "" || strings.Contains(a.Evidence, "s3cretstate") || strings.Contains(a.Evidence, "c-123") {
					t.Errorf("evidence %q is empty or holds a value of the answer", a.Evidence)
				}
			}
		})
	}
	if enforced < 80 || not < 80 {
		t.Errorf("%d cases enforce a method and %d do not, want 80 of each", enforced, not)
	}
}

func describe(seen []exposure.Authentication, evidence bool) string {
	var entries []string
	for _, a := range seen {
		text := strings.TrimSpace(string(a.Method) + " " + a.Provider)
		if a.Tenant != "" {
			text += " [" + a.Tenant + "]"
		}
		if a.Verdict != exposure.AuthEnforced {
			text = string(a.Verdict) + " " + text
		}
		if evidence {
			text += "|" + a.Evidence
		}
		entries = append(entries, text)
	}
	return strings.Join(entries, "; ")
}

// A certificate that the handshake asked for and did without is an offer; the
// page that refuses a client without one is not.
func TestTheHandshakeMayAskForACertificate(t *testing.T) {
	asked, quiet := &exposure.TLS{ClientCertificate: true}, &exposure.TLS{}
	refused := answer(400, "<center>No required SSL certificate was sent</center>")
	tests := []struct {
		name string
		r    exposure.Response
		tls  *exposure.TLS
		want string
	}{
		{"asked", answer(200, ""), asked, "offered client_certificate"},
		{"asked beside a challenge", challenged("Basic"), asked, "basic; offered client_certificate"},
		{"asked and refused", refused, asked, "client_certificate"},
		{"refused by a gateway behind", refused, quiet, "client_certificate"},
		{"not asked", answer(200, ""), quiet, ""},
		{"no handshake", answer(200, ""), nil, ""},
	}
	for _, test := range tests {
		if got := describe(fingerprint.Authentication(test.r, test.tls), false); got != test.want {
			t.Errorf("%s: Authentication = %q, want %q", test.name, got, test.want)
		}
	}
}

// answer is a response of https://app.example.test/; headers are pairs.
func answer(status int, text string, headers ...string) exposure.Response {
	r := page(text, headers...)
	r.StatusCode, r.URL = status, "https://app.example.test/"
	return r
}

// at is a response of another address.
func at(address string, r exposure.Response) exposure.Response {
	r.URL = address
	return r
}

func challenged(values ...string) exposure.Response {
	r := answer(401, "")
	r.Header["Www-Authenticate"] = values
	return r
}

func redirected(location string) exposure.Response { return answer(302, "", "Location", location) }

const oidcQuery = "?response_type=code&client_id=c-123&redirect_uri=https%3A%2F%2Fapp.example.test%2Fcb&state=s3cretstate"

// samlXML is the request of issuer to the provider at destination.
func samlXML(destination, issuer string) string {
	return `<?xml version="1.0"?><samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1" Version="2.0" Destination="` +
		destination + `"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">` + issuer + `</saml:Issuer></samlp:AuthnRequest>`
}

// posted encodes a SAML request as a form does, sent as an address does.
func posted(xml string) string { return base64.StdEncoding.EncodeToString([]byte(xml)) }

func sent(xml string) string {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		panic(err) // the level is a constant
	}
	w.Write([]byte(xml)) // a bytes.Buffer takes everything
	w.Close()
	return url.QueryEscape(base64.StdEncoding.EncodeToString(b.Bytes()))
}

func FuzzAuthentication(f *testing.F) {
	for _, c := range authCases() {
		f.Add(c.r.StatusCode, strings.Join(c.r.Header["Www-Authenticate"], ","), strings.Join(c.r.Header["Location"], ""), c.r.Text)
	}
	f.Fuzz(func(t *testing.T, status int, challenge, location, text string) {
		got := fingerprint.Authentication(answer(status, text, "Www-Authenticate", challenge, "Location", location), nil)
		if got == nil {
			t.Fatal("Authentication = nil, want an empty slice")
		}
		for _, a := range got {
			if a.Evidence == "" || a.Evidence != exposure.CleanLine(a.Evidence) || len(a.Evidence) > 600 {
				t.Errorf("evidence %q is empty, long or not clean", a.Evidence)
			}
			if a.Tenant != exposure.CleanLine(a.Tenant) || len(a.Tenant) > 100 {
				t.Errorf("tenant %q is long or not clean", a.Tenant)
			}
			if a.Verdict != exposure.AuthEnforced && a.Verdict != exposure.AuthOffered {
				t.Errorf("verdict %q is none", a.Verdict)
			}
			if a.Method == exposure.AuthBasic && !strings.Contains(strings.ToLower(challenge), "basic") {
				t.Errorf("challenge %q gives basic", challenge)
			}
		}
		if weakest := exposure.WeakestAuth(got); weakest == exposure.AuthBasic && status != 401 {
			t.Errorf("status %d enforces basic", status)
		}
	})
}
