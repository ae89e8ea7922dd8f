package tfsource

import (
	"errors"
	"fmt"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/waiver"
)

// Comment is a waiver that stands in the configuration:
//
//	# dynamicscan:accept open-port 22 until=2030-12-31 owner=ops reason="jump host"
//
// It names a rule, ports (22,8000-8100), or both, and has to have all three of
// until, owner and reason. With severity=high it accepts nothing worse.
type Comment struct {
	Location
	Waiver exposure.Waiver // its Resource is the address of the block, without instance keys

	text      string
	module    bool
	addresses []string // of the block, without instance keys, sorted
}

// Concerns reports whether the resource instance of that address is declared
// by the block on which the comment stands: any instance of it, and for a
// module block everything below.
func (c Comment) Concerns(resourceAddress string) bool {
	plain := withoutKeys(resourceAddress)
	for _, address := range c.addresses {
		if plain == address && !c.module || c.module && strings.HasPrefix(plain, address+".") {
			return true
		}
	}
	return false
}

// parseAccept reads a directive on the block of that address. The error tells
// everything that is wrong with it, one line each.
func parseAccept(address, directive string) (exposure.Waiver, error) {
	verb, rest, _ := strings.Cut(strings.ReplaceAll(directive, "\t", " "), " ")
	if start := nearly.FindStringSubmatch(directive); start != nil {
		return exposure.Waiver{}, fmt.Errorf("it begins with %q, which has to read %saccept", start[1], marker)
	}
	if verb != "accept" {
		return exposure.Waiver{}, fmt.Errorf("%s%s is not known; %saccept is", marker, exposure.CleanLine(verb), marker)
	}
	words, err := split(rest)
	if err != nil {
		return exposure.Waiver{}, err
	}
	t, problems := waiverText(words)
	if t.Rule == "" && len(t.Ports) == 0 {
		problems = append(problems, errors.New("it names no rule and no port"))
	}
	if _, err := waiver.ParseExpiry(t.Expires); err != nil {
		problems = append(problems, untilProblem(t.Expires))
		t.Expires = "2000-01-01" // so that the same is not told twice
	}
	t.Resource = address
	w, err := waiver.Parse(t)
	if err := errors.Join(append(problems, err)...); err != nil {
		return exposure.Waiver{}, err
	}
	return w, nil
}

func untilProblem(until string) error {
	if until == "" {
		return errors.New("until is required: a date such as 2030-12-31, or a time in RFC 3339")
	}
	return fmt.Errorf("until %q is neither a date such as 2030-12-31 nor a time in RFC 3339", exposure.CleanLine(until))
}

// waiverText sorts the words of a directive.
func waiverText(words []word) (t waiver.Text, problems []error) {
	fields := map[string]*string{"until": &t.Expires, "owner": &t.Owner, "reason": &t.Reason, "severity": &t.Severity}
	given := map[string]bool{}
	for _, w := range words {
		switch field := fields[w.key]; {
		case w.key != "" && field == nil:
			problems = append(problems, fmt.Errorf("%q is not known; until, owner, reason and severity are", exposure.CleanLine(w.key)))
		case given[w.key]:
			problems = append(problems, fmt.Errorf("%s is given twice", w.key))
		case w.key != "":
			given[w.key] = true
			*field = exposure.CleanLine(w.value)
		case w.value[0] >= '0' && w.value[0] <= '9' || w.value == "all":
			t.Ports = append(t.Ports, strings.Split(w.value, ",")...)
		case t.Rule != "":
			problems = append(problems, fmt.Errorf("%q: it names a rule already; write a comment for each", exposure.CleanLine(w.value)))
		default:
			t.Rule = exposure.CleanLine(w.value)
		}
	}
	return t, problems
}

// word is value, or key=value.
type word struct{ key, value string }

// split cuts a directive at its spaces. A value may stand in double quotes,
// inside which a backslash takes away the meaning of the next character. What
// stands alone is never empty.
func split(s string) ([]word, error) {
	var out []word
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		var w word
		end := strings.IndexAny(s, " =\"")
		if end > 0 && s[end] == '=' {
			w.key, s = s[:end], s[end+1:]
		}
		value, rest, err := cutValue(s)
		switch {
		case err != nil:
			return nil, err
		case value == "" && w.key == "", w.key == "" && strings.HasPrefix(value, "="):
			return nil, errors.New("a name is missing before = or in quotes")
		case rest != "" && rest[0] != ' ':
			return nil, fmt.Errorf("a space is missing before %q", exposure.Cut(exposure.CleanLine(rest), 20))
		}
		w.value, s = value, rest
		out = append(out, w)
	}
	return out, nil
}

// cutValue cuts the value at the start of s.
func cutValue(s string) (value, rest string, err error) {
	if !strings.HasPrefix(s, `"`) {
		end := strings.IndexAny(s, " \"")
		if end < 0 {
			return s, "", nil
		}
		return s[:end], s[end:], nil
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:], nil
		case s[i] == '\\' && i+1 < len(s):
			i++
		}
		b.WriteByte(s[i])
	}
	return "", "", errors.New("a quote is not closed")
}
