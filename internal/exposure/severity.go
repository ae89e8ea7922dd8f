package exposure

import "fmt"

// Severity says how bad an endpoint or a finding is. The zero value is
// SeverityNone; greater is worse, so severities compare with the operators.
type Severity int

// The severities, from harmless to worst.
const (
	SeverityNone Severity = iota
	SeverityLow
	SeverityMedium
	SeverityHigh
	SeverityCritical
)

var severityNames = [...]string{"none", "low", "medium", "high", "critical"}

// Severities returns the names a user may write, from worst to harmless.
func Severities() []string {
	return []string{"critical", "high", "medium", "low", "none"}
}

// String returns the name of s as users write it.
func (s Severity) String() string {
	if s < SeverityNone || s > SeverityCritical {
		return fmt.Sprintf("Severity(%d)", int(s))
	}
	return severityNames[s]
}

// ParseSeverity reads a severity by its exact lower-case name.
func ParseSeverity(name string) (Severity, error) {
	for i, n := range severityNames {
		if n == name {
			return Severity(i), nil
		}
	}
	return SeverityNone, fmt.Errorf("severity %q is none of critical, high, medium, low, none", name)
}

// MarshalText writes the name of s.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *Severity) UnmarshalText(text []byte) error {
	v, err := ParseSeverity(string(text))
	if err != nil {
		return err
	}
	*s = v
	return nil
}
