package probe

import (
	"bytes"
	"mime"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// decodeText returns the body as UTF-8: by its byte order mark, else the
// charset of Content-Type, else the one in the page, else as UTF-8 when it is,
// else as windows-1252. A body in a content coding that was not undone has no
// text.
func decodeText(r *exposure.Response) string {
	if unreadable(r.Header) {
		return ""
	}
	contentType := first(r.Header, "Content-Type")
	encoding, name, certain := charset.DetermineEncoding(r.Body, contentType)
	body := r.Body
	// The guess looks at the first kilobyte only, which may be ASCII.
	if !certain && name == "windows-1252" && utf8.Valid(wholeRunes(body)) {
		name = "utf-8"
	}
	if name != "utf-8" {
		// What could be decoded before an error is kept.
		decoded, _ := encoding.NewDecoder().Bytes(body)
		body = decoded
	}
	return strings.TrimPrefix(strings.ToValidUTF8(string(body), "\uFFFD"), "\uFEFF")
}

// wholeRunes leaves out a last character that the limit may have cut.
func wholeRunes(b []byte) []byte {
	for i := 1; i <= min(utf8.UTFMax, len(b)); i++ {
		if tail := b[len(b)-i:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				return b[:len(b)-i]
			}
			break
		}
	}
	return b
}

func first(header map[string][]string, name string) string {
	if values := header[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// Bounds of what an observation keeps, in characters.
const (
	maxTitle       = 256
	maxHeaderValue = 1024
	maxBodyStart   = 1000
)

// titleWithin is how far into a page its title is looked for, in bytes.
const titleWithin = 256 << 10

// title returns the title of the page, clean and on one line, "" when there is
// none. A title inside an SVG image is not the page's.
func title(r *exposure.Response) string {
	mediaType, _, _ := mime.ParseMediaType(first(r.Header, "Content-Type"))
	if mediaType != "" && !strings.Contains(mediaType, "html") && !strings.Contains(mediaType, "xml") {
		return ""
	}
	z := html.NewTokenizer(strings.NewReader(r.Text[:min(len(r.Text), titleWithin)]))
	images := 0
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return ""
		}
		if kind != html.StartTagToken && kind != html.EndTagToken {
			continue
		}
		tag, _ := z.TagName()
		switch {
		case bytes.Equal(tag, []byte("svg")) && kind == html.StartTagToken:
			images++
		case bytes.Equal(tag, []byte("svg")):
			images = max(0, images-1)
		case bytes.Equal(tag, []byte("title")) && kind == html.StartTagToken && images == 0:
			return titleText(z)
		}
	}
}

// titleText returns the text after the start tag of a title. The text of an
// unclosed title is the rest of the page, so it is cut before it is cleaned.
func titleText(z *html.Tokenizer) string {
	if z.Next() != html.TextToken {
		return ""
	}
	raw := string(z.Text())
	return exposure.Cut(exposure.CleanLine(exposure.Cut(raw, 16*maxTitle)), maxTitle)
}

// observe returns what a report keeps of a response.
func observe(r *exposure.Response) *exposure.HTTPObservation {
	return &exposure.HTTPObservation{
		URL:        r.URL,
		Status:     exposure.HTTPStatusOf(r.StatusCode),
		StatusCode: r.StatusCode,
		Title:      title(r),
		Headers:    observedHeaders(r.Header),

		HeadersTruncated: r.HeadersTruncated,

		BodyStart:      exposure.Cut(exposure.Clean(exposure.Cut(r.Text, 2*maxBodyStart)), maxBodyStart),
		BodyBytes:      int64(len(r.Body)),
		Technologies:   []exposure.Technology{},
		Authentication: []exposure.Authentication{},
	}
}

// unanswered returns what a report says when there was no HTTP answer.
func unanswered(url string, status exposure.HTTPStatus, why string) *exposure.HTTPObservation {
	return &exposure.HTTPObservation{
		URL:            url,
		Status:         status,
		Reason:         why,
		Technologies:   []exposure.Technology{},
		Authentication: []exposure.Authentication{},
	}
}

const redacted = "[redacted]"

// secretHeaders are answered headers whose whole value is a credential, such
// as those of a request that a server echoes.
var secretHeaders = []string{
	"Authorization", "Proxy-Authorization", "Authentication-Info", "Proxy-Authentication-Info", "Cookie",
	"X-Api-Key", "X-Auth-Token", "X-Access-Token", "X-Amz-Security-Token", "X-Vault-Token",
	"X-Csrf-Token", "X-Xsrf-Token", "X-Session-Token", "X-Subject-Token",
}

// observedHeaders returns the headers in the order of their names, values that
// belong together in the order they came. It is never nil.
func observedHeaders(header map[string][]string) []exposure.Header {
	list := []exposure.Header{}
	for name, values := range header {
		for _, value := range values {
			value = exposure.Cut(exposure.Clean(redactHeader(name, value)), maxHeaderValue)
			list = append(list, exposure.Header{Name: name, Value: value})
		}
	}
	slices.SortStableFunc(list, func(a, b exposure.Header) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// redactHeader returns the value without the credential it is or sets.
func redactHeader(name, value string) string {
	switch {
	case slices.Contains(secretHeaders, name):
		return redacted
	case name == "Set-Cookie" || name == "Set-Cookie2":
		pair, attributes, found := strings.Cut(value, ";")
		cookie, _, named := strings.Cut(pair, "=")
		if !named {
			cookie = "" // without a name the whole pair is the value
		}
		if found {
			attributes = ";" + attributes
		}
		return cookie + "=" + redacted + attributes
	}
	return value
}
