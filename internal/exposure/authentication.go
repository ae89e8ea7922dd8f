package exposure

import (
	"cmp"
	"encoding/json"
	"slices"
)

// AuthMethod is a way in which a server asks who is there.
type AuthMethod string

// The authentication methods, weakest first.
const (
	AuthBasic             AuthMethod = "basic"
	AuthDigest            AuthMethod = "digest"
	AuthNTLM              AuthMethod = "ntlm"
	AuthNegotiate         AuthMethod = "negotiate" // Kerberos, or NTLM where a client has no ticket
	AuthForm              AuthMethod = "form"      // a page with a field for a password
	AuthBearer            AuthMethod = "bearer"    // a token of a provider that is not known
	AuthClientCertificate AuthMethod = "client_certificate"
	AuthSSO               AuthMethod = "sso"
)

// AuthMethods returns every method, weakest first, as a new slice.
func AuthMethods() []AuthMethod {
	return []AuthMethod{
		AuthBasic, AuthDigest, AuthNTLM, AuthNegotiate, AuthForm, AuthBearer, AuthClientCertificate, AuthSSO,
	}
}

// AuthVerdict says whether a stranger got past. The zero value admits
// ignorance and counts for nothing.
type AuthVerdict string

// The verdicts. A page that anyone can read and that shows how to sign in is
// an offer: what it gives without is given to everyone.
const (
	AuthEnforced AuthVerdict = "enforced" // the answer gives a stranger nothing but the way to sign in
	AuthOffered  AuthVerdict = "offered"  // the answer stands for everyone, and tells a way to sign in
)

// Authentication is one method that an endpoint enforces or offers.
type Authentication struct {
	Method   AuthMethod  `json:"method"`
	Verdict  AuthVerdict `json:"verdict"`
	Provider string      `json:"provider,omitempty"` // of SSO: "Okta", "Microsoft Entra ID" ...
	Tenant   string      `json:"tenant,omitempty"`   // the provider's customer, as its address names it: "acme", "acme.example"
	Evidence string      `json:"evidence"`           // where it was seen: "WWW-Authenticate: Basic"
}

// UnmarshalJSON reads what Marshal wrote. Results that were stored before there
// were verdicts list enforced methods alone.
func (a *Authentication) UnmarshalJSON(text []byte) error {
	type plain Authentication
	if err := json.Unmarshal(text, (*plain)(a)); err != nil {
		return err
	}
	a.Verdict = cmp.Or(a.Verdict, AuthEnforced)
	return nil
}

// WeakestAuth returns the weakest enforced method of those that the severity
// tables know: basic, digest, ntlm or sso, and "" when there is none.
//
// Negotiate is ntlm there: it lets a client without a ticket use NTLM. A form,
// a bearer token of an unknown provider and a client certificate have no row
// in the tables and are "no authentication" to them, whatever the verdict. The
// tables judge a login form on a page of status 200 as a page without
// authentication; a 401 that wants a token, and a 400 or 403 that wants a
// certificate, have rows of their own for a method that is not known.
func WeakestAuth(seen []Authentication) AuthMethod {
	for _, method := range AuthMethods() {
		row := method
		switch method {
		case AuthNegotiate:
			row = AuthNTLM
		case AuthForm, AuthBearer, AuthClientCertificate:
			continue
		}
		if slices.Contains(MethodsOf(seen, AuthEnforced), method) {
			return row
		}
	}
	return ""
}

// MethodsOf returns the methods of one verdict, each once, weakest first,
// never nil.
func MethodsOf(seen []Authentication, verdict AuthVerdict) []AuthMethod {
	methods := []AuthMethod{}
	for _, method := range AuthMethods() {
		if slices.ContainsFunc(seen, func(a Authentication) bool { return a.Method == method && a.Verdict == verdict }) {
			methods = append(methods, method)
		}
	}
	return methods
}
