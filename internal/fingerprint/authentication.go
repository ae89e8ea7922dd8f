package fingerprint

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// Authentication returns the methods that r itself demands of a stranger,
// sorted from the weakest method to the strongest, then by provider, never
// nil. One entry stands for a method and provider, with the first evidence.
//
//   - basic, digest, ntlm: a challenge of that scheme on a 401; Negotiate
//     counts as ntlm. A challenge on any other status, and a proxy's challenge
//     (407), demand nothing of this request.
//   - sso: a 401 challenge that names a provider, a redirect to one, the mark
//     of an authenticating proxy on a 3xx, 401 or 403, or a page that by itself
//     sends the visitor to one (a form that posts itself, a refresh, a script)
//     or that is the provider's sign-in page.
//
// A button or a link to a provider is an offer and is not returned. Bearer
// challenges without a known provider, client certificates and password forms
// are none of the four methods and are not returned either.
//
// Evidence is built from fixed words and the matched host name. It holds no
// query, no token and no other text of the answer.
func Authentication(r exposure.Response) []exposure.Authentication {
	var found demands
	if r.StatusCode == 401 {
		found.addChallenges(parseChallenges(headerValues(r.Header, "WWW-Authenticate")))
	}
	if r.StatusCode >= 300 && r.StatusCode < 400 {
		found.addRedirect(r)
	}
	if r.StatusCode >= 300 && r.StatusCode < 400 || r.StatusCode == 401 || r.StatusCode == 403 {
		found.addMarks(r.Header)
	}
	if r.StatusCode < 300 || r.StatusCode >= 400 { // nobody sees the body of a redirect
		found.addPage(r)
	}
	return found.sorted()
}

// demands gathers what an answer demands.
type demands []exposure.Authentication

func (d *demands) add(method exposure.AuthMethod, provider, evidence string) {
	same := func(a exposure.Authentication) bool { return a.Method == method && a.Provider == provider }
	if !slices.ContainsFunc(*d, same) {
		*d = append(*d, exposure.Authentication{Method: method, Provider: provider, Evidence: evidence})
	}
}

func (d demands) sorted() []exposure.Authentication {
	strength := map[exposure.AuthMethod]int{
		exposure.AuthBasic: 0, exposure.AuthDigest: 1, exposure.AuthNTLM: 2, exposure.AuthSSO: 3,
	}
	if d = d.withoutGeneric(); d == nil {
		return []exposure.Authentication{}
	}
	slices.SortFunc(d, func(a, b exposure.Authentication) int {
		return cmp.Or(cmp.Compare(strength[a.Method], strength[b.Method]), cmp.Compare(a.Provider, b.Provider))
	})
	return d
}

// withoutGeneric drops the protocol as a provider's name when the provider
// itself is known.
func (d demands) withoutGeneric() demands {
	generic := func(a exposure.Authentication) bool {
		return a.Provider == genericOIDC || a.Provider == genericSAML || a.Provider == genericFed
	}
	named := func(a exposure.Authentication) bool { return a.Method == exposure.AuthSSO && !generic(a) }
	if !slices.ContainsFunc(d, named) {
		return d
	}
	return slices.DeleteFunc(d, generic)
}

// addChallenges reads the schemes of a 401.
func (d *demands) addChallenges(challenges []challenge) {
	for _, c := range challenges {
		switch c.scheme {
		case "basic":
			d.add(exposure.AuthBasic, "", "WWW-Authenticate: Basic")
		case "digest":
			d.add(exposure.AuthDigest, "", "WWW-Authenticate: Digest")
		case "ntlm":
			d.add(exposure.AuthNTLM, "", "WWW-Authenticate: NTLM")
		case "negotiate":
			d.add(exposure.AuthNTLM, "", "WWW-Authenticate: Negotiate")
		case "cloudflare-access":
			d.add(exposure.AuthSSO, "Cloudflare Access", "WWW-Authenticate: Cloudflare-Access")
		case "bearer":
			d.addBearer(c)
		}
	}
}

// addBearer looks for a provider in the addresses that a Bearer challenge may
// carry; resource_metadata is that of RFC 9728.
func (d *demands) addBearer(c challenge) {
	for _, name := range []string{"authorization_uri", "resource_metadata", "authorization"} {
		u, err := url.Parse(c.params[name])
		if err != nil || !u.IsAbs() {
			continue
		}
		if p := providerOfHost(u); p != "" {
			d.add(exposure.AuthSSO, p, "WWW-Authenticate: Bearer with "+name+" at "+hostOf(u))
		}
	}
}

// addRedirect reads where a 3xx sends the visitor.
func (d *demands) addRedirect(r exposure.Response) {
	locations := headerValues(r.Header, "Location")
	if len(locations) == 0 {
		return
	}
	if u := resolve(r.URL, locations[0]); u != nil { // a second Location has no meaning
		d.addTarget(u, "redirect")
	}
}

// addTarget counts u when it is a provider's sign-in address or carries an
// OpenID Connect or SAML request. How says what sends the visitor there.
func (d *demands) addTarget(u *url.URL, how string) {
	provider := providerOf(u)
	if provider == "" {
		provider = genericProvider(u)
	}
	if provider != "" {
		d.add(exposure.AuthSSO, provider, how+" to "+hostOf(u))
	}
}

// addMarks looks for the headers and cookies that authenticating proxies set.
func (d *demands) addMarks(header map[string][]string) {
	cookies := cookieNames(header)
	for _, mark := range marks {
		if mark.header != "" && mark.matches(headerValues(header, mark.header)) {
			d.add(exposure.AuthSSO, mark.provider, "header "+mark.header)
		}
		if mark.cookie != "" && slices.ContainsFunc(cookies, func(name string) bool { return strings.HasPrefix(name, mark.cookie) }) {
			d.add(exposure.AuthSSO, mark.provider, "cookie "+mark.cookie)
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
