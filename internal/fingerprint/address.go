package fingerprint

import (
	"net/url"
	"slices"
	"strings"
)

// providerOf names the provider whose sign-in address u is, "" for none.
func providerOf(u *url.URL) string {
	for _, s := range signatures {
		if s.matches(u) {
			return s.provider
		}
	}
	return ""
}

// providerOfHost names the provider by the host alone, for addresses that are
// not themselves a sign-in page.
func providerOfHost(u *url.URL) string {
	for _, s := range signatures {
		if len(s.domains) > 0 && len(s.query) == 0 && s.ownsHost(hostOf(u)) {
			return s.provider
		}
	}
	return ""
}

func (s signature) matches(u *url.URL) bool {
	if len(s.domains) > 0 && !s.ownsHost(hostOf(u)) {
		return false
	}
	path := u.EscapedPath()
	if len(s.paths) > 0 && !slices.ContainsFunc(s.paths, func(p string) bool { return pathMatches(path, p) }) {
		return false
	}
	return !slices.ContainsFunc(s.query, func(wanted string) bool { return !queryMatches(u, wanted) })
}

// ownsHost matches on label boundaries: neither evilokta.com nor
// okta.com.example.org is below okta.com.
func (s signature) ownsHost(host string) bool {
	return slices.ContainsFunc(s.domains, func(domain string) bool {
		return host == domain || strings.HasSuffix(host, "."+domain)
	})
}

// pathMatches reports whether path begins with want, in any case; "*" in want
// is one segment, and a path before "/realms/" is that of an older Keycloak.
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

// genericProvider names the protocol of a sign-in request to an unknown host.
func genericProvider(u *url.URL) string {
	query := u.Query()
	switch {
	case query.Has("response_type") && query.Has("client_id") && query.Has("redirect_uri"):
		return genericOIDC
	case query.Has("SAMLRequest"):
		return genericSAML
	case query.Get("wa") == "wsignin1.0":
		return genericFed
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
