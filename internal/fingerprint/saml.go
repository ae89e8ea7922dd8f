package fingerprint

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/xml"
	"io"
	"net/url"
	"strings"
)

// maxSAML bounds, in bytes, an encoded SAML request and what it inflates to.
// Real ones have one or two kilobytes.
const maxSAML = 64 << 10

// A samlRequest is what a SAML request says of the two sides.
type samlRequest struct {
	destination string // the address of the identity provider that is to answer
	issuer      string // the name of the service that asks, often an address
}

// decodeSAML reads the value of a SAMLRequest parameter that asks for a sign-in: base64 of the XML in
// a form, of the deflated XML in an address (SAML 2.0 bindings, 3.4 and 3.5).
// Senders mix the two up, so both are tried. False when it is anything else, such as a request to sign out.
func decodeSAML(value string) (samlRequest, bool) {
	compact := strings.NewReplacer(" ", "+", "\r", "", "\n", "", "\t", "").Replace(value) // " ": a "+" that was unescaped once too often
	if compact == "" || len(compact) > maxSAML {
		return samlRequest{}, false
	}
	encoding := base64.StdEncoding
	if strings.ContainsAny(compact, "-_") {
		encoding = base64.URLEncoding
	}
	raw, err := encoding.WithPadding(base64.NoPadding).DecodeString(strings.TrimRight(compact, "="))
	if err != nil {
		return samlRequest{}, false
	}
	if request, ok := readSAML(bytes.NewReader(raw)); ok {
		return request, true
	}
	return readSAML(io.LimitReader(flate.NewReader(bytes.NewReader(raw)), maxSAML))
}

// readSAML reads the root element of a request and its issuer. What follows
// the issuer may be missing: it says nothing more of who asks whom.
func readSAML(r io.Reader) (samlRequest, bool) {
	var request samlRequest
	decoder := xml.NewDecoder(r)
	decoder.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil } // names are ASCII
	root := false
	for {
		token, err := decoder.Token()
		if err != nil {
			return request, root
		}
		start, ok := token.(xml.StartElement)
		switch {
		case !ok:
		case !root && !isSAMLRequest(start.Name):
			return request, false
		case !root:
			root = true
			for _, a := range start.Attr {
				if a.Name.Local == "Destination" {
					request.destination = a.Value
				}
			}
		case start.Name.Local == "Issuer":
			_ = decoder.DecodeElement(&request.issuer, &start) // cut off: the issuer is not known
			return request, true
		}
	}
}

func isSAMLRequest(name xml.Name) bool {
	return strings.HasPrefix(name.Space, "urn:oasis:names:tc:SAML:") && name.Local == "AuthnRequest"
}

// samlTarget returns the address that answers a SAML request sent to action by
// a page or a redirect of base. That is action, unless a gateway on the own
// host passes the request on and Destination names who answers. A Destination
// on another host than the one it is sent to is a claim and not followed.
func samlTarget(base, action *url.URL, request samlRequest) *url.URL {
	destination := resolve(base.String(), request.destination)
	if destination == nil || hostOf(action) != hostOf(base) {
		return action
	}
	return destination
}
