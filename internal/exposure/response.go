package exposure

// Response is the answer to the one GET, as far as the limits let it be read.
// It is what later stages look at; none of them asks the network again.
type Response struct {
	URL        string // "https://203.0.113.7:8443/admin", as requested
	StatusCode int
	Header     map[string][]string // canonical names, values as sent
	Body       []byte              // as sent after content decoding, up to the body limit
	Text       string              // Body decoded to UTF-8 by its declared or sniffed charset; control characters kept
	Truncated  bool                // the body did not arrive whole: limit, time, reset or framing

	HeadersTruncated bool // nor did the headers: limit, time or reset
}
