package fingerprint

import "strings"

// What is read of the WWW-Authenticate fields of one answer.
const (
	maxChallengeField = 8 << 10 // bytes of one field
	maxChallenges     = 64
)

// A challenge is one entry of WWW-Authenticate (RFC 9110, section 11.6.1).
type challenge struct {
	scheme string            // lower case
	params map[string]string // names in lower case; the first of a name stays
}

// parseChallenges reads every challenge of the fields. The list is ambiguous
// by design: a comma parts both challenges and the parameters of one, so a
// name followed by "=" is a parameter and any other name a scheme. What
// follows no rule is skipped up to the next comma outside quotes; a quote
// that never closes runs to the end of its field.
func parseChallenges(fields []string) []challenge {
	var all []challenge
	for _, field := range fields {
		p := challengeParser{rest: field[:min(len(field), maxChallengeField)]}
		for len(all)+len(p.found) < maxChallenges && p.next() {
		}
		all = append(all, p.found...)
	}
	return all
}

type challengeParser struct {
	rest  string
	found []challenge
}

// next reads one scheme or one parameter; false at the end of the field.
func (p *challengeParser) next() bool {
	p.rest = strings.TrimLeft(p.rest, ", \t\r\n") // a folded line is white space
	if p.rest == "" {
		return false
	}
	name := p.token()
	if name == "" {
		p.skip()
		return true
	}
	if value, ok := p.value(); ok {
		if n := len(p.found); n > 0 {
			p.found[n-1].set(name, value)
		}
		return true
	}
	spaced := p.rest != "" && strings.ContainsRune(" \t\r\n", rune(p.rest[0]))
	if !spaced && p.rest != "" && p.rest[0] != ',' {
		p.skip() // "Basic/1.0": no scheme has such a name
		return true
	}
	p.found = append(p.found, challenge{scheme: strings.ToLower(name), params: map[string]string{}})
	p.token68()
	return true
}

func (c challenge) set(name, value string) {
	name = strings.ToLower(name)
	if _, twice := c.params[name]; !twice {
		c.params[name] = value
	}
}

// token consumes the characters that RFC 9110 allows in a name.
func (p *challengeParser) token() string {
	end := strings.IndexFunc(p.rest, func(r rune) bool { return !isTokenRune(r) })
	if end < 0 {
		end = len(p.rest)
	}
	name := p.rest[:end]
	p.rest = p.rest[end:]
	return name
}

func isTokenRune(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("!#$%&'*+-.^_`|~", r)
}

// value consumes "=" and what follows, when "=" comes next.
func (p *challengeParser) value() (string, bool) {
	rest, ok := strings.CutPrefix(strings.TrimLeft(p.rest, " \t\r\n"), "=")
	if !ok {
		return "", false
	}
	p.rest = strings.TrimLeft(rest, " \t\r\n")
	if strings.HasPrefix(p.rest, `"`) {
		return p.quoted(), true
	}
	end := strings.IndexAny(p.rest, ", \t\r\n")
	if end < 0 {
		end = len(p.rest)
	}
	value := p.rest[:end]
	p.rest = p.rest[end:]
	return value, true
}

// quoted consumes a quoted string and returns it without its escapes.
func (p *challengeParser) quoted() string {
	var b strings.Builder
	for i := 1; i < len(p.rest); i++ {
		switch c := p.rest[i]; {
		case c == '"':
			p.rest = p.rest[i+1:]
			return b.String()
		case c == '\\' && i+1 < len(p.rest):
			i++
			b.WriteByte(p.rest[i])
		default:
			b.WriteByte(c)
		}
	}
	p.rest = ""
	return b.String()
}

// token68 consumes the single value that some schemes carry in place of
// parameters: "Negotiate YII...==". It stands alone up to the next comma,
// which is what tells it from the name of a parameter.
func (p *challengeParser) token68() {
	rest := strings.TrimLeft(p.rest, " \t\r\n")
	end := strings.IndexFunc(rest, func(r rune) bool { return r != '/' && !isTokenRune(r) })
	if end < 0 {
		end = len(rest)
	}
	after := strings.TrimLeft(rest[end:], "=")
	after = strings.TrimLeft(after, " \t\r\n")
	if after == "" || after[0] == ',' {
		p.rest = after
	}
}

// skip drops what is left up to the next comma outside quotes.
func (p *challengeParser) skip() {
	for p.rest != "" && p.rest[0] != ',' {
		if p.rest[0] == '"' {
			p.quoted()
			continue
		}
		p.rest = p.rest[1:]
	}
}
