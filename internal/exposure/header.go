package exposure

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
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
	case !httpguts.ValidHeaderFieldName(name):
		return fmt.Errorf("%q is not a header name", CleanLine(name))
	case slices.Contains(ownHeaders, lower):
		return errors.New("the scan sets this header itself")
	case slices.Contains(credentialHeaders, lower):
		return errors.New("the scan sends no credentials: it sees what anyone sees")
	case strings.HasPrefix(lower, "proxy-"):
		return errors.New("the header is for a proxy, and the scan uses none")
	case !httpguts.ValidHeaderFieldValue(value):
		return errors.New("the value holds characters that a header cannot have")
	case len(value) > maxRequestHeader:
		return fmt.Errorf("the value is longer than %d bytes", maxRequestHeader)
	}
	return nil
}
