package exposure

// LeakKind says what a leak gives away.
type LeakKind string

// The kinds of leaks. A leak without one comes from an earlier version, which
// knew secrets only.
const (
	LeakSecret        LeakKind = "secret"         // it opens something: a key, a token, a password
	LeakSensitiveData LeakKind = "sensitive_data" // it tells about people: a card, an identity number, a diagnosis
)

// Leak is a secret or sensitive datum seen in an answer. The value itself is
// redacted where it is found and kept nowhere.
type Leak struct {
	Kind     LeakKind `json:"kind,omitempty"`
	Port     uint16   `json:"port"`
	Rule     string   `json:"rule"`             // "github-pat", "credential-url", "card-number"
	Place    string   `json:"place"`            // response body, response header, page title, page text
	Line     int      `json:"line"`             // 1-based; 0 where a place has no lines
	Column   int      `json:"column,omitempty"` // 1-based, in characters; 0 when not known
	Box      *Box     `json:"box,omitempty"`    // in the picture of the page; nil when not known
	Count    int      `json:"count"`            // how often it stands in this place
	Severity Severity `json:"severity"`         // at least high

	// Key tells the same value again: equal in two leaks of one store if the
	// value is, and no help in finding the value to who has not that store. It
	// is empty for what was not told apart.
	Key string `json:"key,omitempty"`
}

// Sensitive reports whether the leak is sensitive data and no secret.
func (l Leak) Sensitive() bool { return l.Kind == LeakSensitiveData }
