package fingerprint

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// looks yields the clues of an answer in the order in which a version is
// trusted: headers, cookies, markup, then each script and meta tag.
func (l *library) looks(r exposure.Response) iter.Seq[[]clue] {
	return func(yield func([]clue) bool) {
		headers := lowerHeaders(r.Header)
		if !yield(named(l.headers, joinValues(headers))) || !yield(named(l.cookies, cookiesOf(headers))) {
			return
		}
		body := strings.ToLower(bodyText(r))
		if !yield(clues(slices.Collect(possibleIn(l.markup, body)), body)) {
			return
		}
		tags := readTags(body)
		// One pass over all sources leaves few rules to hold against each.
		likely := slices.Collect(possibleIn(l.scripts, strings.Join(tags.scripts, "\n")))
		for _, source := range tags.scripts {
			if !yield(clues(likely, source)) {
				return
			}
		}
		for _, meta := range tags.metas {
			if !yield(clues(l.metas[meta.name], meta.content)) {
				return
			}
		}
	}
}

// bodyText is what of the body is looked at: the decoded text, or the bytes
// when nothing decoded them.
func bodyText(r exposure.Response) string {
	text := r.Text
	if text == "" {
		text = string(r.Body[:min(len(r.Body), maxBody)])
	}
	return text[:min(len(text), maxBody)]
}

func possibleIn(rules []rule, text string) iter.Seq[rule] {
	return func(yield func(rule) bool) {
		present := pairsOf(text)
		for _, r := range rules {
			if r.pattern.likely(text, present) && !yield(r) {
				return
			}
		}
	}
}

func clues(rules []rule, text string) []clue {
	found := make([]clue, len(rules))
	for i, r := range rules {
		found[i] = clue{r, text}
	}
	return found
}

// named pairs the rules of an index with the values of the same names.
func named(index map[string][]rule, values map[string]string) []clue {
	var found []clue
	for _, name := range slices.Sorted(maps.Keys(values)) {
		found = append(found, clues(index[name], values[name])...)
	}
	return found
}

// lowerHeaders lower-cases names and values, in the order of the names, until
// the limit is reached.
func lowerHeaders(header map[string][]string) map[string][]string {
	lower := make(map[string][]string, len(header))
	left := maxHeaders
	for _, name := range slices.Sorted(maps.Keys(header)) {
		key := strings.ToLower(name)
		for _, value := range header[name] {
			if left -= len(name) + len(value); left < 0 {
				return lower
			}
			lower[key] = append(lower[key], strings.ToLower(value))
		}
	}
	return lower
}

func joinValues(headers map[string][]string) map[string]string {
	joined := make(map[string]string, len(headers))
	for name, values := range headers {
		joined[name] = strings.Join(values, ", ")
	}
	return joined
}

// cookiesOf reads the name and value of each Set-Cookie field; the last of a
// name stays, as in a browser.
func cookiesOf(headers map[string][]string) map[string]string {
	cookies := map[string]string{}
	for _, field := range headers["set-cookie"] {
		pair, _, _ := strings.Cut(field, ";")
		if name, value, ok := strings.Cut(pair, "="); ok {
			cookies[strings.TrimSpace(name)] = strings.TrimSpace(value)
		}
	}
	return cookies
}

type metaTag struct{ name, content string }

// tags are the different script sources and meta tags of a page, in order.
type tags struct {
	scripts []string
	metas   []metaTag
}

// readTags reads the start tags of a lower-case page.
func readTags(page string) tags {
	var found tags
	seen := map[metaTag]bool{}
	tokens := html.NewTokenizer(strings.NewReader(page))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return found // io.EOF: a strings.Reader has no other error
		case html.StartTagToken, html.SelfClosingTagToken:
		default:
			continue
		}
		tag, more := tokens.TagName()
		kind := string(tag)
		if !more || kind != "script" && kind != "meta" {
			continue
		}
		attributes := readAttributes(tokens)
		m := metaTag{attributes["name"], attributes["content"]}
		if kind == "script" {
			m = metaTag{"", attributes["src"]}
		}
		switch key := (metaTag{kind + " " + m.name, m.content}); {
		case seen[key]:
		case kind == "script" && len(found.scripts) < maxTags:
			seen[key] = true
			found.scripts = append(found.scripts, m.content)
		case kind == "meta" && len(found.metas) < maxTags:
			seen[key] = true
			found.metas = append(found.metas, m)
		}
	}
}

// readAttributes reads the attributes of the current tag, each value cut. Of
// attributes with one name the last stays, as the fingerprints expect.
func readAttributes(tokens *html.Tokenizer) map[string]string {
	attributes := map[string]string{}
	for {
		key, value, more := tokens.TagAttr()
		if len(key) <= len("content") {
			attributes[string(key)] = string(value[:min(len(value), maxValue)])
		}
		if !more {
			return attributes
		}
	}
}
