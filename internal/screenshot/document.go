package screenshot

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"

	"github.com/go-rod/rod/lib/proto"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// NoPictureError says that a response, looked at properly, gives no picture:
// it is no page, or the page prevents one. Any other error of [Browser.Shoot]
// means that the browser or the run failed.
type NoPictureError struct {
	Reason string // a clause for the report, free of text from the network
}

func (e *NoPictureError) Error() string { return "no picture: " + e.Reason }

func noPicture(format string, args ...any) error {
	return &NoPictureError{Reason: fmt.Sprintf(format, args...)}
}

// document is a response in the form in which it is handed to the page.
type document struct {
	url    string // absolute, http or https, without fragment and credentials
	status int
	header []*proto.FetchHeaderEntry // in the order of their names
	body   []byte
}

// newDocument checks that the browser would show r as a page. The error is a
// *NoPictureError unless the URL is none of a response.
func newDocument(r exposure.Response) (document, error) {
	u, err := url.Parse(r.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return document{}, fmt.Errorf("screenshot of %q: not an http or https URL", exposure.Cut(exposure.CleanLine(r.URL), 200))
	}
	u.Fragment, u.User = "", nil
	header := http.Header(r.Header)
	redirect := r.StatusCode >= 300 && r.StatusCode <= 399
	switch {
	case redirect && !showable(header, r.Body):
		return document{}, noPicture("redirect without a page")
	case len(bytes.TrimSpace(r.Body)) == 0:
		return document{}, noPicture("the answer has no body")
	case disposition(header) == "attachment":
		return document{}, noPicture("the answer is a download")
	case !showable(header, r.Body):
		return document{}, noPicture("the answer is no page but %s", mediaType(header, r.Body))
	}
	// A browser acts on a redirect, on 204 and on 304 instead of showing the
	// body, and the protocol knows no status beyond 599.
	status := r.StatusCode
	if status < 200 || status == 204 || status == 205 || redirect || status > 599 {
		status = 200
	}
	return document{url: u.String(), status: status, header: handedOn(header), body: r.Body}, nil
}

// dropped are the header fields that are not handed to the page: what no
// longer fits the decoded body, what belongs to the connection, and what
// makes the browser ask for the document again, leave it, prefetch, or send
// reports.
var dropped = []string{
	"Content-Encoding", "Content-Length", "Content-Range", "Content-Md5", "Digest", "Content-Digest", "Repr-Digest",
	"Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection",
	"Te", "Trailer", "Transfer-Encoding", "Upgrade", "Www-Authenticate",
	"Accept-Ch", "Critical-Ch", "Location", "Refresh", "Alt-Svc", "Speculation-Rules",
	"Content-Security-Policy-Report-Only", "Nel", "Report-To", "Reporting-Endpoints",
}

// noWorkers is a policy beside the document's own. Nobody sees what a worker
// asks for, and one that is merely stopped runs on for a moment when its page
// is closed.
var noWorkers = &proto.FetchHeaderEntry{Name: "Content-Security-Policy", Value: "worker-src 'none'"}

// handedOn returns the header fields for the page. Fields that "Connection"
// names are dropped too (RFC 9110, 7.6.1). The document's own security policy
// stays: the picture shows what a visitor would see.
func handedOn(header http.Header) []*proto.FetchHeaderEntry {
	without := slices.Clone(dropped)
	for _, list := range header.Values("Connection") {
		for name := range strings.SplitSeq(list, ",") {
			without = append(without, textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name)))
		}
	}
	fields := []*proto.FetchHeaderEntry{}
	for name, values := range header {
		if slices.Contains(without, textproto.CanonicalMIMEHeaderKey(name)) {
			continue
		}
		for _, value := range values {
			fields = append(fields, &proto.FetchHeaderEntry{Name: name, Value: strings.ToValidUTF8(value, "\uFFFD")})
		}
	}
	fields = append(fields, noWorkers)
	slices.SortStableFunc(fields, func(a, b *proto.FetchHeaderEntry) int { return strings.Compare(a.Name, b.Name) })
	return fields
}

func disposition(header http.Header) string {
	kind, _, _ := strings.Cut(header.Get("Content-Disposition"), ";")
	return strings.ToLower(strings.TrimSpace(kind))
}

// showable reports whether Chromium renders the body instead of downloading it.
func showable(header http.Header, body []byte) bool {
	if len(bytes.TrimSpace(body)) == 0 {
		return false
	}
	kind := mediaType(header, body)
	switch kind {
	case "text/calendar", "text/csv", "text/tab-separated-values", "text/vcard", "text/x-calendar", "text/x-vcard":
		return false // Chromium downloads these texts
	case "application/json", "application/xml", "application/xhtml+xml", "application/javascript", "application/x-javascript",
		"image/avif", "image/bmp", "image/gif", "image/jpeg", "image/png", "image/svg+xml", "image/webp",
		"image/vnd.microsoft.icon", "image/x-icon":
		return true
	}
	return strings.HasPrefix(kind, "text/") || strings.HasPrefix(kind, "application/") &&
		(strings.HasSuffix(kind, "+json") || strings.HasSuffix(kind, "+xml"))
}

// mediaType returns the declared type of the body, or what it looks like when
// none is declared. A declared type that is no type at all is
// "of an unknown type".
func mediaType(header http.Header, body []byte) string {
	declared := header.Get("Content-Type")
	if declared == "" {
		declared = http.DetectContentType(body)
	}
	kind, _, err := mime.ParseMediaType(declared)
	if err != nil && kind == "" || strings.Trim(kind, mediaTypeCharacters) != "" || len(kind) > 60 {
		return "of an unknown type"
	}
	return kind
}

// mediaTypeCharacters are those of registered types; the type is shown to
// users, so anything else is not repeated.
const mediaTypeCharacters = "abcdefghijklmnopqrstuvwxyz0123456789/+-._"

// errorName returns the network stack's name of an error, "net::ERR_ABORTED",
// and nothing a page could have written.
func errorName(text string) string {
	if strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789net:") != "" {
		return "no known error"
	}
	return text
}
