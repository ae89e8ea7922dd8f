package exposure

// Leak is a secret or sensitive datum seen in an answer. The value itself is
// redacted where it is found and kept nowhere.
type Leak struct {
	Port     uint16   `json:"port"`
	Rule     string   `json:"rule"`     // "github-pat", "credential-url"
	Place    string   `json:"place"`    // response body, response header, page title, page text
	Line     int      `json:"line"`     // 1-based; 0 where a place has no lines
	Count    int      `json:"count"`    // how often the rule matched in this place
	Severity Severity `json:"severity"` // at least high
}
