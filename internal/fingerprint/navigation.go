package fingerprint

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// maxRefresh is the longest delay, in seconds, after which a refresh still
// counts as sending the visitor away rather than as a page that reloads.
const maxRefresh = 5

// refreshTarget reads "0; url=https://..." of a meta refresh.
func refreshTarget(base, content string) *url.URL {
	delay, target, ok := strings.Cut(content, ";")
	if !ok {
		delay, target, _ = strings.Cut(content, ",")
	}
	seconds, err := strconv.ParseFloat(strings.TrimSpace(delay), 64)
	if err != nil || !(seconds >= 0 && seconds <= maxRefresh) {
		return nil
	}
	target = strings.TrimSpace(target)
	if len(target) > 3 && strings.EqualFold(target[:3], "url") {
		target = strings.TrimPrefix(strings.TrimSpace(target[3:]), "=")
	}
	return resolve(base, strings.Trim(target, " '\"\t\r\n"))
}

// navigation is an assignment of a literal address to the location.
var navigation = regexp.MustCompile(
	`(?:^|[^\w.$])(?:(?:window|document|self|top|parent)\s*\.\s*){0,2}location(?:\s*\.\s*href)?\s*` +
		`(?:=\s*|\.\s*(?:replace|assign)\s*\(\s*)(?:"([^"\\]*(?:\\.[^"\\]*)*)"|'([^'\\]*(?:\\.[^'\\]*)*)')`)

// runsAtLoad is the start of a script whose first function runs by itself.
var runsAtLoad = regexp.MustCompile(`^\s*(?:[!(]\s*(?:function\b|\(\s*\)\s*=>|async\b)|(?:window\s*\.\s*)?onload\s*=)`)

// scriptTargets returns the literal addresses to which a script sends the
// page when it loads. An assignment inside a function is what a button does,
// unless the function runs by itself.
func (p signInPage) scriptTargets() []string {
	var targets []string
	for _, script := range append([]string{p.onload}, p.scripts...) {
		allowed := 0
		if runsAtLoad.MatchString(script) {
			allowed = 1
		}
		depth, at := 0, 0
		for _, m := range navigation.FindAllStringSubmatchIndex(script, -1) {
			depth += strings.Count(script[at:m[0]], "{") - strings.Count(script[at:m[0]], "}")
			at = m[0]
			if depth > allowed {
				continue
			}
			literal := script[max(m[2], m[4]):max(m[3], m[5])]
			targets = append(targets, scriptEscapes.Replace(literal))
		}
	}
	return targets
}

// scriptEscapes undoes the escapes that templates write into addresses.
var scriptEscapes = strings.NewReplacer(`\/`, "/", `\u0026`, "&", `\x26`, "&", `\u003d`, "=", `\u003D`, "=", `\x3d`, "=", `\x3D`, "=")

// submission is a form that a script posts.
var submission = regexp.MustCompile(`\.\s*(?:submit|requestSubmit|click)\s*\(\s*\)`)

// afterLoad is what a script says before a function that is to run once the
// page is there.
var afterLoad = regexp.MustCompile(`DOMContentLoaded|['"]load['"]|\.\s*ready\s*\(`)

// submitsItself reports whether a script posts a form when the page loads.
func (p signInPage) submitsItself() bool {
	for _, script := range append([]string{p.onload}, p.scripts...) {
		at := submission.FindStringIndex(script)
		if at == nil {
			continue
		}
		before := script[:at[0]]
		depth := strings.Count(before, "{") - strings.Count(before, "}")
		if depth <= 0 || depth == 1 && (runsAtLoad.MatchString(script) || afterLoad.MatchString(before)) {
			return true
		}
	}
	return false
}
