package fingerprint

import (
	"strings"

	"golang.org/x/net/html"
)

// A form is what a sign-in is told by.
type form struct {
	action   string
	fields   map[string]string // input names with their values
	password bool              // it has a field for one
}

// A signInPage is what of a page may sign its visitor in or send them to a
// provider. Each kind is capped at maxTags.
type signInPage struct {
	forms     []form
	refreshes []string // contents of meta refresh
	scripts   []string // inline
	onload    string   // of the body
	frames    []frame
	sources   []string // of scripts and style sheets
	links     []string // of anchors, buttons and areas
	password  bool     // a field for a password, in a form or outside
}

type frame struct{ id, source, dataHost string }

// readPage gathers from the markup what signInPage holds.
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
			kind := string(name)
			attributes := map[string]string{}
			if more && tagsRead[kind] {
				attributes = signInAttributes(tokens)
			}
			if tagsRead[kind] {
				open = page.add(kind, attributes, open)
			}
			if kind == "script" && attributes["src"] == "" && len(page.scripts) < maxTags && tokens.Next() == html.TextToken {
				page.scripts = append(page.scripts, string(tokens.Text()))
			}
		}
	}
}

var tagsRead = map[string]bool{
	"form": true, "input": true, "meta": true, "body": true, "iframe": true, "script": true, "link": true,
	"a": true, "area": true, "button": true,
}

// add takes one tag and says whether the page is now inside a form.
func (p *signInPage) add(kind string, a map[string]string, open bool) bool {
	switch {
	case kind == "form" && len(p.forms) < maxTags:
		p.forms = append(p.forms, form{action: a["action"], fields: map[string]string{}})
		return true
	case kind == "input":
		p.addInput(a, open)
	case kind == "meta" && strings.EqualFold(a["http-equiv"], "refresh") && len(p.refreshes) < maxTags:
		p.refreshes = append(p.refreshes, a["content"])
	case kind == "body" && p.onload == "":
		p.onload = a["onload"]
	case kind == "iframe" && len(p.frames) < maxTags:
		p.frames = append(p.frames, frame{a["id"], a["src"], a["data-host"]})
	case kind == "script" && a["src"] != "" && len(p.sources) < maxTags:
		p.sources = append(p.sources, a["src"])
	case kind == "link" && len(p.sources) < maxTags:
		p.sources = append(p.sources, a["href"])
	case (kind == "a" || kind == "area") && a["href"] != "" && len(p.links) < maxTags:
		p.links = append(p.links, a["href"])
	case kind == "button" && a["formaction"] != "" && len(p.links) < maxTags:
		p.links = append(p.links, a["formaction"])
	}
	return open
}

func (p *signInPage) addInput(a map[string]string, open bool) {
	password := strings.EqualFold(strings.TrimSpace(a["type"]), "password")
	p.password = p.password || password
	if !open || len(p.forms) == 0 {
		return
	}
	f := &p.forms[len(p.forms)-1]
	f.password = f.password || password
	if len(f.fields) < maxTags {
		f.fields[a["name"]] = a["value"]
	}
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
