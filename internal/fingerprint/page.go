package fingerprint

import (
	"strings"

	"golang.org/x/net/html"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// A form is what a sign-in is told by.
type form struct {
	action string
	fields map[string]string // input names with their values
}

// A signInPage is what of a page may send its visitor to a provider.
type signInPage struct {
	forms     []form
	refreshes []string // contents of meta refresh
	scripts   []string // inline
	onload    string   // of the body
	frames    []frame
	sources   []string // of scripts and style sheets
}

type frame struct{ id, source, dataHost string }

// addPage looks for a page that signs the visitor in by itself.
func (d *demands) addPage(r exposure.Response) {
	text := bodyText(r)
	if !strings.Contains(text, "<") {
		return
	}
	page := readPage(text)
	for _, content := range page.refreshes {
		if u := refreshTarget(r.URL, content); u != nil {
			d.addTarget(u, "page refresh")
		}
	}
	for _, reference := range page.scriptTargets() {
		if u := resolve(r.URL, reference); u != nil {
			d.addTarget(u, "script redirect")
		}
	}
	if page.submitsItself() {
		d.addForms(r.URL, page.forms)
	}
	d.addSignIn(r, page)
}

// addForms reads forms that a script posts when the page loads.
func (d *demands) addForms(base string, forms []form) {
	for _, f := range forms {
		u := resolve(base, f.action)
		if _, answer := f.fields["SAMLResponse"]; u == nil || answer {
			continue // an answer ends a sign-in
		}
		_, saml := f.fields["SAMLRequest"]
		oidc := f.fields["client_id"] != "" && f.fields["response_type"] != ""
		fed := f.fields["wa"] == "wsignin1.0"
		switch provider := providerOf(u); {
		case provider != "":
			d.add(exposure.AuthSSO, provider, "form posts itself to "+hostOf(u))
		case saml:
			d.add(exposure.AuthSSO, genericSAML, "form posts a SAML request to "+hostOf(u))
		case oidc:
			d.add(exposure.AuthSSO, genericOIDC, "form posts itself to "+hostOf(u))
		case fed:
			d.add(exposure.AuthSSO, genericFed, "form posts itself to "+hostOf(u))
		}
	}
}

// addSignIn recognises a page that is itself a provider's sign-in page. Each
// needs two marks, so that a page about the product does not count.
func (d *demands) addSignIn(r exposure.Response, page signInPage) {
	for _, f := range page.forms {
		_, user := f.fields["pf.username"]
		_, password := f.fields["pf.pass"]
		if user && password {
			d.add(exposure.AuthSSO, "Ping", "PingFederate sign-in form")
		}
	}
	for _, f := range page.frames {
		host := "https://" + f.dataHost
		if f.source != "" {
			host = f.source
		}
		if u := resolve(r.URL, host); u != nil && f.id == "duo_iframe" && providerOfHost(u) == "Duo" {
			d.add(exposure.AuthSSO, "Duo", "Duo frame of "+hostOf(u))
		}
	}
	okta := len(headerValues(r.Header, "X-Okta-Request-Id")) > 0
	for _, source := range page.sources {
		u := resolve(r.URL, source)
		if okta && u != nil && (signature{domains: []string{"oktacdn.com"}}).ownsHost(hostOf(u)) {
			d.add(exposure.AuthSSO, "Okta", "Okta sign-in page")
		}
	}
	if r.StatusCode == 401 || r.StatusCode == 403 {
		for _, f := range page.forms {
			if u := resolve(r.URL, f.action); u != nil && providerOf(u) == "oauth2-proxy" {
				d.add(exposure.AuthSSO, "oauth2-proxy", "oauth2-proxy sign-in form")
			}
		}
	}
}

// readPage gathers from the markup what signInPage holds, each kind capped.
func readPage(text string) signInPage {
	var page signInPage
	open := false // inside a form
	tokens := html.NewTokenizer(strings.NewReader(text))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return page
		case html.EndTagToken:
			if name, _ := tokens.TagName(); string(name) == "form" {
				open = false
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := tokens.TagName()
			attributes := map[string]string{}
			if kind := string(name); more && tagsRead[kind] {
				attributes = signInAttributes(tokens)
				open = page.add(kind, attributes, open)
			}
			if string(name) == "script" && attributes["src"] == "" && len(page.scripts) < maxTags && tokens.Next() == html.TextToken {
				page.scripts = append(page.scripts, string(tokens.Text()))
			}
		}
	}
}

var tagsRead = map[string]bool{
	"form": true, "input": true, "meta": true, "body": true, "iframe": true, "script": true, "link": true,
}

// add takes one tag and says whether the page is now inside a form.
func (p *signInPage) add(kind string, a map[string]string, open bool) bool {
	switch {
	case kind == "form" && len(p.forms) < maxTags:
		p.forms = append(p.forms, form{a["action"], map[string]string{}})
		return true
	case kind == "input" && open && len(p.forms) > 0 && len(p.forms[len(p.forms)-1].fields) < maxTags:
		p.forms[len(p.forms)-1].fields[a["name"]] = a["value"]
	case kind == "meta" && strings.EqualFold(a["http-equiv"], "refresh") && len(p.refreshes) < maxTags:
		p.refreshes = append(p.refreshes, a["content"])
	case kind == "body" && p.onload == "":
		p.onload = a["onload"]
	case kind == "iframe" && len(p.frames) < maxTags:
		p.frames = append(p.frames, frame{a["id"], a["src"], a["data-host"]})
	case kind == "script" && len(p.sources) < maxTags:
		p.sources = append(p.sources, a["src"])
	case kind == "link" && len(p.sources) < maxTags:
		p.sources = append(p.sources, a["href"])
	}
	return open
}

// signInAttributes reads the attributes of the current tag. As in a browser
// the first of a name stays.
func signInAttributes(tokens *html.Tokenizer) map[string]string {
	attributes := map[string]string{}
	for {
		key, value, more := tokens.TagAttr()
		if _, twice := attributes[string(key)]; !twice && len(attributes) < maxTags {
			attributes[string(key)] = string(value)
		}
		if !more {
			return attributes
		}
	}
}
