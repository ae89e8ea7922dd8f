package fingerprint

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// addPage looks for a page that signs the visitor in, sends them to who does,
// or tells how to.
func (d *demands) addPage(r exposure.Response) {
	text := bodyText(r)
	if !strings.Contains(text, "<") {
		return
	}
	page := readPage(text)
	d.addDepartures(r.URL, page)
	own := d.addOwnSignIn(r, page)
	d.addOffers(r.URL, page)
	if page.password && !own {
		d.addPasswordField(r.StatusCode)
	}
}

// addDepartures reads what takes the visitor away when the page loads.
func (d *demands) addDepartures(base string, page signInPage) {
	for _, content := range page.refreshes {
		if u := refreshTarget(base, content); u != nil {
			d.addTarget(base, u, exposure.AuthEnforced, "page refresh")
		}
	}
	for _, reference := range page.scriptTargets() {
		if u := resolve(base, reference); u != nil {
			d.addTarget(base, u, exposure.AuthEnforced, "script redirect")
		}
	}
	verdict, how := exposure.AuthOffered, "form posts"
	if page.submitsItself() {
		verdict, how = exposure.AuthEnforced, "form posts itself"
	}
	for _, f := range page.forms {
		d.addForm(base, f, verdict, how)
	}
}

// addForm reads a form that asks a provider for a sign-in. One whose request
// waits for a click is an offer.
func (d *demands) addForm(base string, f form, verdict exposure.AuthVerdict, how string) {
	u := resolve(base, f.action)
	if _, answer := f.fields["SAMLResponse"]; u == nil || answer || f.password {
		return // an answer ends a sign-in, and a password is for this very site
	}
	query := u.Query()
	for name, value := range f.fields {
		query.Set(name, value)
	}
	who, known := identify(u)
	if request, ok := decodeSAML(f.fields["SAMLRequest"]); ok {
		if from, err := url.Parse(base); err == nil && !known {
			who, known = identify(samlTarget(from, u, request))
		}
		how += " a SAML request" + through(request.issuer)
	} else {
		how += through(f.fields["redirect_uri"])
	}
	if !known {
		who = identity{provider: protocolOf(query)}
	}
	if who.provider != "" {
		d.provider(verdict, who, how+" to "+hostOf(u))
	}
}

// addOwnSignIn recognises a page that is itself a provider's sign-in page, and
// says whether it is. Each kind needs two marks, so that a page about the
// product does not count.
func (d *demands) addOwnSignIn(r exposure.Response, page signInPage) bool {
	own := false
	found := func(who identity, evidence string) {
		own = true
		d.provider(exposure.AuthEnforced, who, evidence)
	}
	for _, f := range page.forms {
		if who, evidence := ownForm(r, f); evidence != "" {
			found(who, evidence)
		}
	}
	for _, f := range page.frames {
		host := "https://" + f.dataHost
		if f.source != "" {
			host = f.source
		}
		u := resolve(r.URL, host)
		if u == nil || f.id != "duo_iframe" {
			continue
		}
		if who, ok := identifyHost(u); ok && who.provider == duo {
			found(who, "Duo frame of "+hostOf(u))
		}
	}
	if len(headerValues(r.Header, "X-Okta-Request-Id")) > 0 {
		for _, source := range page.sources {
			if u := resolve(r.URL, source); u != nil && oktaFiles.domainOf(hostOf(u)) != "" {
				found(identity{provider: okta}, "Okta sign-in page")
			}
		}
	}
	return own
}

// oktaFiles are the hosts of the files of Okta's sign-in page.
var oktaFiles = signature{domains: []string{"oktacdn.com", "okstatic.com"}}

// ownForm recognises a form that takes the password at the provider's own
// address on this host, and the sign-in form of oauth2-proxy, which may have
// none. No evidence: it is neither.
func ownForm(r exposure.Response, f form) (who identity, evidence string) {
	_, user := f.fields["pf.username"]
	_, password := f.fields["pf.pass"]
	if user && password {
		return identity{provider: ping, product: "PingFederate"}, "sign-in form"
	}
	u, base := resolve(r.URL, f.action), resolve("", r.URL)
	if u == nil || base == nil || hostOf(u) != hostOf(base) {
		return identity{}, ""
	}
	who, ok := identify(u)
	refused := r.StatusCode == 401 || r.StatusCode == 403
	if ok && (f.password || who.provider == proxyOAuth && refused) {
		return who, who.provider + " sign-in form"
	}
	return identity{}, ""
}

// addPasswordField counts a field for a password. Only where the status says
// that the stranger is kept out does the page enforce it.
func (d *demands) addPasswordField(status int) {
	verdict := exposure.AuthOffered
	if status == 401 || status == 403 {
		verdict = exposure.AuthEnforced
	}
	d.add(exposure.Authentication{Method: exposure.AuthForm, Verdict: verdict, Evidence: "password field"})
}

// addOffers reads the links, the libraries and the addresses in scripts that
// belong to a provider.
func (d *demands) addOffers(base string, page signInPage) {
	for _, link := range page.links {
		if u := resolve(base, link); u != nil {
			d.addTarget(base, u, exposure.AuthOffered, "link")
		}
	}
	for _, source := range page.sources {
		u := resolve(base, source)
		if u == nil {
			continue
		}
		for _, l := range signInLibraries {
			if l.matches(u) {
				d.provider(exposure.AuthOffered, identity{provider: l.provider}, "sign-in library of "+hostOf(u))
			}
		}
	}
	for _, script := range page.scripts {
		for _, literal := range addresses.FindAllString(script, maxTags) {
			if u := resolve("", scriptEscapes.Replace(literal)); u != nil {
				if who, ok := identify(u); ok {
					d.provider(exposure.AuthOffered, who, "script names "+hostOf(u))
				}
			}
		}
	}
}

// addresses are the web addresses in a script, with or without escaped slashes.
var addresses = regexp.MustCompile(`https?:(?:\\?/){2}[^\s"'<>` + "`" + `]{1,500}`)

// signInLibraries are the scripts and styles with which a page shows a
// provider's own button or form.
var signInLibraries = []signature{
	{provider: google, domains: []string{"accounts.google.com"}, paths: []string{"/gsi/client"}},
	{provider: entra, domains: []string{"alcdn.msauth.net", "alcdn.msftauth.net"}},
	{provider: okta, domains: []string{"oktacdn.com"}},
	{provider: "Auth0", domains: []string{"cdn.auth0.com"}},
	{provider: duo, domains: []string{"duosecurity.com"}},
}
