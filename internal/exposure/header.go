package exposure

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// maxRequestHeader is the longest value of a further request header, in bytes.
const maxRequestHeader = 1024

// ownHeaders are the request headers that frame a message or that the scan
// answers for.
var ownHeaders = []string{
	"host", "user-agent", "accept", "accept-encoding", "range", "connection", "keep-alive", "content-length",
	"transfer-encoding", "te", "trailer", "upgrade", "expect",
}

// credentialHeaders name who asks. The scan sees what anyone sees.
var credentialHeaders = []string{"authorization", "cookie", "cookie2"}

// CheckRequestHeader returns nil when a user may have the header sent with each
// request. It refuses what is no header field, what frames the message, what
// the scan sets itself, credentials, and values over 1024 bytes. The error is a
// clause that follows the header's name and never holds its value, which may be
// secret.
func CheckRequestHeader(name, value string) error {
	lower := strings.ToLower(name)
	switch {
	case !isToken(name):
		return fmt.Errorf("%q is not a header name", CleanLine(name))
	case slices.Contains(ownHeaders, lower):
		return errors.New("the scan sets this header itself")
	case slices.Contains(credentialHeaders, lower):
		return errors.New("the scan sends no credentials: it sees what anyone sees")
	case strings.HasPrefix(lower, "proxy-"):
		return errors.New("the header is for a proxy, and the scan uses none")
	case strings.ContainsFunc(value, isControl):
		return errors.New("the value holds characters that a header cannot have")
	case len(value) > maxRequestHeader:
		return fmt.Errorf("the value is longer than %d bytes", maxRequestHeader)
	}
	return nil
}

// isToken reports whether s is a token of RFC 9110, section 5.6.2.
func isToken(s string) bool {
	const others = "!#$%&'*+-.^_`|~"
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		letterOrDigit := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
		return !letterOrDigit && !strings.ContainsRune(others, r)
	})
}

// isControl reports whether r may not stand in a field value: RFC 9110,
// section 5.5, allows a tab and nothing else below a space.
func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }
