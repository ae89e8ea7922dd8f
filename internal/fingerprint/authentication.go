package fingerprint

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// Authentication returns the methods that r enforces or offers, sorted from the
// weakest method to the strongest, then by provider, never nil. One entry
// stands for a method and provider; an enforced one hides an offer of the same,
// and the first evidence stays. tls is the handshake r came through, nil
// without one.
//
// Enforced is what the answer itself demands of a stranger:
//
//   - basic, digest, ntlm, negotiate, bearer: a challenge of that scheme on a
//     401, or on the 407 of a proxy. A bearer challenge that names a known
//     provider is sso.
//   - sso: a redirect to a provider, the mark of an authenticating proxy on a
//     3xx, 401 or 403, or a page that by itself sends the visitor to a provider
//     (a form that posts itself, a refresh, a script) or that is the sign-in
//     page of the provider at this very host.
//   - form: a field for a password on a 401 or 403.
//   - client_certificate: the page with which a server refuses a client
//     without one. A handshake that fails for want of a certificate brings no
//     answer and is not seen here.
//
// Offered is what an answer to everyone tells of: a challenge on any other
// status (RFC 9110, section 11.6.1, lets it say that credentials would change
// the answer), a field for a password, a button, a link or a library of a
// provider, a handshake that asks for a certificate and goes on without.
//
// Evidence is built from fixed words, the matched host name and the names of
// parameters. It holds no query, no token and no other text of the answer.
// Tenant is a name of at most 100 letters, digits, dots and dashes, public in
// the provider's address.
func Authentication(r exposure.Response, tls *exposure.TLS) []exposure.Authentication {
	var found demands
	found.addHeaders(r)
	if r.StatusCode < 300 || r.StatusCode >= 400 { // nobody sees the body of a redirect
		found.addPage(r)
	}
	found.addCertificate(r, tls)
	return found.sorted()
}

// demands gathers what an answer enforces and offers.
type demands []exposure.Authentication

func (d *demands) add(more exposure.Authentication) {
	i := slices.IndexFunc(*d, func(a exposure.Authentication) bool { return a.Method == more.Method && a.Provider == more.Provider })
	switch {
	case i < 0:
		*d = append(*d, more)
		return
	case (*d)[i].Verdict != more.Verdict && more.Verdict == exposure.AuthEnforced:
		more.Tenant = cmp.Or(more.Tenant, (*d)[i].Tenant)
		(*d)[i] = more
	}
	(*d)[i].Tenant = cmp.Or((*d)[i].Tenant, more.Tenant)
}

// provider adds single sign-on by a provider.
func (d *demands) provider(verdict exposure.AuthVerdict, who identity, evidence string) {
	if who.product != "" {
		evidence += " (" + who.product + ")"
	}
	d.add(exposure.Authentication{Method: exposure.AuthSSO, Verdict: verdict, Provider: who.provider, Tenant: who.tenant, Evidence: evidence})
}

func (d demands) sorted() []exposure.Authentication {
	if d = d.withoutGeneric(); d == nil {
		return []exposure.Authentication{}
	}
	order := exposure.AuthMethods()
	slices.SortFunc(d, func(a, b exposure.Authentication) int {
		return cmp.Or(
			cmp.Compare(slices.Index(order, a.Method), slices.Index(order, b.Method)),
			cmp.Compare(a.Provider, b.Provider),
		)
	})
	return d
}

// withoutGeneric drops the protocol as a provider's name when a provider of
// the same verdict, or one that is enforced, is known.
func (d demands) withoutGeneric() demands {
	generic := func(a exposure.Authentication) bool {
		return a.Method == exposure.AuthSSO && (a.Provider == genericOIDC || a.Provider == genericSAML || a.Provider == genericFed)
	}
	named := func(verdict exposure.AuthVerdict) bool {
		return slices.ContainsFunc(d, func(a exposure.Authentication) bool {
			return a.Method == exposure.AuthSSO && !generic(a) && a.Verdict == verdict
		})
	}
	enforced, offered := named(exposure.AuthEnforced), named(exposure.AuthOffered)
	return slices.DeleteFunc(d, func(a exposure.Authentication) bool {
		return generic(a) && (enforced || offered && a.Verdict == exposure.AuthOffered)
	})
}

// addHeaders reads what needs no body: challenges, the redirect and the marks
// of authenticating proxies.
func (d *demands) addHeaders(r exposure.Response) {
	verdict := exposure.AuthOffered
	if r.StatusCode == 401 {
		verdict = exposure.AuthEnforced
	}
	d.addChallenges(r, "WWW-Authenticate", verdict)
	if r.StatusCode == 407 {
		d.addChallenges(r, "Proxy-Authenticate", exposure.AuthEnforced)
	}
	redirect := r.StatusCode >= 300 && r.StatusCode < 400
	if redirect {
		d.addRedirect(r)
	}
	if redirect || r.StatusCode == 401 || r.StatusCode == 403 {
		d.addMarks(r.Header)
	}
}

// addRedirect reads where a 3xx sends the visitor.
func (d *demands) addRedirect(r exposure.Response) {
	locations := headerValues(r.Header, "Location")
	if len(locations) == 0 {
		return
	}
	if u := resolve(r.URL, locations[0]); u != nil { // a second Location has no meaning
		d.addTarget(r.URL, u, exposure.AuthEnforced, "redirect")
	}
}

// addTarget counts u when it is a provider's sign-in address or carries an
// OpenID Connect, SAML or WS-Federation request. How says what sends the
// visitor there.
func (d *demands) addTarget(base string, u *url.URL, verdict exposure.AuthVerdict, how string) {
	who, ok := identify(u)
	query := u.Query()
	if request, saml := decodeSAML(query.Get("SAMLRequest")); saml {
		if from, err := url.Parse(base); err == nil && !ok {
			who, ok = identify(samlTarget(from, u, request))
		}
		how += through(request.issuer)
	} else {
		how += through(query.Get("redirect_uri"))
	}
	if !ok {
		who = identity{provider: protocolOf(query)}
	}
	if who.provider != "" {
		d.provider(verdict, who, how+" to "+hostOf(u))
	}
}

// addMarks looks for the headers and cookies that authenticating proxies set.
func (d *demands) addMarks(header map[string][]string) {
	cookies := cookieNames(header)
	for _, mark := range marks {
		who := identity{provider: mark.provider, product: mark.product}
		if mark.header != "" && mark.matches(headerValues(header, mark.header)) {
			d.provider(exposure.AuthEnforced, who, "header "+mark.header)
		}
		if mark.cookie != "" && slices.ContainsFunc(cookies, func(name string) bool { return strings.HasPrefix(name, mark.cookie) }) {
			d.provider(exposure.AuthEnforced, who, "cookie "+mark.cookie)
		}
	}
}

// headerValues returns the values of a field whatever the case of its name.
func headerValues(header map[string][]string, name string) []string {
	if values, ok := header[name]; ok {
		return values
	}
	var names []string
	for key := range header {
		if strings.EqualFold(key, name) {
			names = append(names, key)
		}
	}
	slices.Sort(names)
	var values []string
	for _, key := range names {
		values = append(values, header[key]...)
	}
	return values
}

func cookieNames(header map[string][]string) []string {
	var names []string
	for _, field := range headerValues(header, "Set-Cookie") {
		name, _, _ := strings.Cut(field, "=")
		names = append(names, strings.TrimSpace(name))
	}
	return names
}
