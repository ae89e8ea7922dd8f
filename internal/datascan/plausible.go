package datascan

import (
	"regexp"
	"strings"
	"unicode"
)

// plausible reports whether a value of an assignment may be a real secret:
// at least shortest characters, not all the same, no template and none of the
// words that manuals and forms put there.
func plausible(value string, shortest int) bool {
	value = strings.TrimSpace(value)
	if len(value) < shortest || template.MatchString(value) || code.MatchString(value) {
		return false
	}
	if strings.Count(value, value[:1]) == len(value) {
		return false // ********
	}
	return !standIn.MatchString(value)
}

// template is what is filled in elsewhere: ${VAR}, {{ var }}, %s, <password>,
// or a value that is already hidden.
var template = regexp.MustCompile(`\$\{|\{\{|\$\(|<%|%\(|^\$[A-Za-z_]|^%[A-Za-z_]+%$|^%[sdvq]$|^<|^\[|^\{|^#\{|^@|^&[A-Za-z_]|^\*{2,}|\*{4,}|x{5,}|X{5,}|•|\.\.\.|…`)

// code is an expression, not a value: a call, a member, a path, a selector, the
// name of a constant, the next of a list of numbers.
var code = regexp.MustCompile(`^(?:[A-Za-z_$][\w$]*\.)+[A-Za-z_$][\w$]*$|[A-Za-z_]\(|\)$|^[#.][A-Za-z][\w-]*$|^/[\w./-]*$|^https?://[^@]*$|=>|[;{}]$|^(?:process|os|env|config|System|secrets?)[.\[]|^[A-Z]+(?:_[A-Z]+)+$|^[\d.]+,`)

// standIn are the words that stand in a secret's place.
var standIn = regexp.MustCompile(`(?i)^(?:(?:your|my|the|a|an|enter|new|old|current|confirm|show|hide|forgot|reset|change|invalid|wrong|required|some|example|sample|dummy|test|fake|placeholder)[-_ ]?)*` +
	`(?:password|passwd|pass|pwd|passphrase|secret|secret[-_ ]?key|token|api[-_ ]?key|key|value|here|me|string|text|required|optional|example|sample|placeholder|` +
	`null|none|nil|undefined|true|false|yes|no|empty|unset|redacted|hidden|masked|removed|filtered|fake|test|dummy|changeme|todo|input|field|label|default|bearer|basic|off|on|new-password|current-password|one-time-code)` +
	`(?:[-_ ]?(?:here|goes|value|field|input|label|required|confirm|confirmation|reset|hash|1|123)){0,3}[.!?:*]?$`)

// exampleHost ends an address of the names that documentation uses (RFC 2606).
var exampleHost = regexp.MustCompile(`(?i)@(?:[a-z0-9_-]+\.)*example(?:\.(?:com|org|net))?$`)

// mixed reports whether a value looks made rather than written: letters with
// digits or signs among them. A name or a word of a language is not mixed.
func mixed(value string) bool {
	letters, digits, signs := 0, 0, 0
	for _, r := range value {
		switch {
		case unicode.IsLetter(r):
			letters++
		case unicode.IsDigit(r):
			digits++
		case !strings.ContainsRune("-_. :/,", r):
			signs++
		}
	}
	return letters > 0 && digits+signs > 0 || digits >= 8
}

// acceptUserinfo judges "user:password" of an address.
func acceptUserinfo(userinfo string) bool {
	user, password, _ := strings.Cut(userinfo, ":")
	if template.MatchString(userinfo) || password == masked || strings.Count(password, password[:1]) == len(password) {
		return false
	}
	if standIn.MatchString(password) {
		// "x-oauth-basic" and the like: the user is the token.
		return len(user) >= 20 && mixed(user)
	}
	return !strings.EqualFold(password, "x-oauth-basic") || mixed(user)
}
