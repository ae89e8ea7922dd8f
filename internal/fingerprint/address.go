package fingerprint

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// An identity is who signs a visitor in.
type identity struct {
	provider string
	product  string // of the provider, where it has several that look different
	tenant   string // the provider's customer, where the address names one
}

// identify tells whose sign-in address u is.
func identify(u *url.URL) (identity, bool) {
	return identifyBy(u, signature.matches)
}

// identifyHost tells whose host u names, for addresses that are not themselves
// a sign-in page.
func identifyHost(u *url.URL) (identity, bool) {
	return identifyBy(u, func(s signature, u *url.URL) bool {
		return len(s.domains) > 0 && len(s.query) == 0 && s.domainOf(hostOf(u)) != ""
	})
}

func identifyBy(u *url.URL, matches func(signature, *url.URL) bool) (identity, bool) {
	for _, s := range signatures {
		if matches(s, u) {
			who := identity{provider: s.provider, product: s.product}
			if s.tenant != nil {
				who.tenant = tenantName(s.tenant(s, u))
			}
			return who, true
		}
	}
	return identity{}, false
}

var tenantNames = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// tenantName returns name when it can be one: it is told to the user, and
// whoever runs the server wrote it.
func tenantName(name string) string {
	switch strings.ToLower(name) {
	case "common", "organizations", "consumers", "www", "login", "api": // everybody's
		return ""
	}
	if !tenantNames.MatchString(name) {
		return ""
	}
	return name
}

// tenantOfLabels returns what stands before the provider's domain.
func tenantOfLabels(s signature, u *url.URL) string {
	host := hostOf(u)
	return strings.TrimSuffix(strings.TrimSuffix(host, s.domainOf(host)), ".")
}

// tenantOfPath returns the first segment of the path.
func tenantOfPath(_ signature, u *url.URL) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	return first
}

// tenantOfRealm returns the segment after "/realms/".
func tenantOfRealm(_ signature, u *url.URL) string {
	_, rest, _ := strings.Cut(u.Path, "/realms/")
	realm, _, _ := strings.Cut(rest, "/")
	return realm
}

// tenantOfGoogle returns the Workspace domain, to which the sign-in is limited.
func tenantOfGoogle(_ signature, u *url.URL) string { return u.Query().Get("hd") }

func (s signature) matches(u *url.URL) bool {
	if len(s.domains) > 0 && s.domainOf(hostOf(u)) == "" {
		return false
	}
	path := u.EscapedPath()
	if len(s.paths) > 0 && !slices.ContainsFunc(s.paths, func(p string) bool { return pathMatches(path, p) }) {
		return false
	}
	return !slices.ContainsFunc(s.query, func(wanted string) bool { return !queryMatches(u, wanted) })
}

// domainOf returns the domain of s that host is or lies below, "" for none. It
// matches on label boundaries: neither evilokta.com nor okta.com.example.org
// is below okta.com.
func (s signature) domainOf(host string) string {
	for _, domain := range s.domains {
		if host == domain || strings.HasSuffix(host, "."+domain) {
			return domain
		}
	}
	return ""
}

// pathMatches reports whether path begins with want, in any case, and ends or
// goes on with another segment there; "*" in want is one segment, and a path
// before "/realms/" is that of an older Keycloak.
func pathMatches(path, want string) bool {
	path, want = strings.ToLower(path), strings.ToLower(want)
	before, after, wild := strings.Cut(want, "*")
	if !wild {
		rest, ok := strings.CutPrefix(path, want)
		return ok && (strings.HasSuffix(want, "/") || rest == "" || strings.ContainsRune("/;.", rune(rest[0])))
	}
	_, rest, ok := strings.Cut(path, before)
	if !ok {
		return false
	}
	segment, _, _ := strings.Cut(rest, "/")
	return segment != "" && strings.HasPrefix(rest[len(segment):], after)
}

// queryMatches looks for "name" or for "name=prefix of the value".
func queryMatches(u *url.URL, wanted string) bool {
	name, prefix, _ := strings.Cut(wanted, "=")
	query := u.Query()
	return query.Has(name) && strings.HasPrefix(query.Get(name), prefix)
}

// protocolOf names the protocol of a sign-in request to an unknown host.
func protocolOf(query url.Values) string {
	pushed := query.Has("request_uri") || query.Has("request") // RFC 9101, RFC 9126: the rest is in there
	switch {
	case query.Has("client_id") && (pushed || query.Has("response_type") && query.Has("redirect_uri")):
		return genericOIDC
	case query.Has("SAMLRequest"):
		return genericSAML
	case query.Get("wa") == "wsignin1.0":
		return genericFed
	}
	return ""
}

// through names the gateway that asks for a sign-in in the application's
// place, by the address to which the provider is to answer or by the name
// under which the gateway asks.
func through(reference string) string {
	u := resolve("", reference)
	if u == nil {
		return ""
	}
	for _, g := range gateways {
		if g.domain != "" && (signature{domains: []string{g.domain}}).domainOf(hostOf(u)) == "" {
			continue
		}
		if g.path == "" || pathMatches(u.EscapedPath(), g.path) {
			return " through " + g.name
		}
	}
	return ""
}

// hostOf returns the host name of u in lower case without a final dot, or
// "" when it holds anything but the characters of a host name.
func hostOf(u *url.URL) string {
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	odd := func(r rune) bool {
		return !('a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '-' || r == '.' || r == ':' || r == '_')
	}
	if len(host) > 253 || strings.ContainsFunc(host, odd) {
		return ""
	}
	return host
}

// resolve reads reference as a browser at base would. Nil when it is no
// address of http or https with a host name.
func resolve(base, reference string) *url.URL {
	const maxReference = 16 << 10
	reference = strings.TrimSpace(reference)
	if reference == "" || len(reference) > maxReference {
		return nil
	}
	b, err := url.Parse(base)
	if err != nil {
		return nil
	}
	u, err := b.Parse(reference)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || hostOf(u) == "" {
		return nil
	}
	return u
}
