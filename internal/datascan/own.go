package datascan

import (
	"regexp"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// ownRules are the secrets that gitleaks has no rule for, or none that fits a
// page. Values are judged by plausible.
func ownRules() []rule {
	return []rule{
		{
			// The address of a service with a user and a password in it.
			name: "credential-url", severity: exposure.SeverityCritical,
			keywords: []string{"://"}, before: 32, after: 1 << 10,
			pattern: regexp.MustCompile("(?i)\\b[a-z][a-z0-9+.-]{1,30}://([^\\s/?#:@\"'`<>{}()\\[\\]]{0,128}:[^\\s/?#@\"'`<>]{3,256})@(?:[a-z0-9._-]+|\\[[0-9a-f:])"),
			accept:  func(c candidate) bool { return acceptUserinfo(c.secret) && !exampleHost.MatchString(c.match) },
		},
		{
			// KEY=value, as in an .env file, a log or the list of an environment.
			name: "env-secret", severity: exposure.SeverityCritical, vague: true,
			keywords: secretWords, before: 128, after: 512,
			pattern: regexp.MustCompile(`(?m)(?:^|[\s"';,{\[(&?])(?:export\s+)?[A-Z0-9_]{0,60}` + upperNames +
				`[A-Z0-9_]{0,30}["']?[ \t]*(?:=>|=|:)[ \t]*(?:"([^"\n]{4,256})"|'([^'\n]{4,256})'|([^\s"'<>]{4,256}))`),
			accept: func(c candidate) bool { return plausible(c.secret, 4) },
		},
		{
			// The same in two cells of a table: phpinfo() and debug pages.
			name: "env-secret", severity: exposure.SeverityCritical, vague: true, tagged: true,
			keywords: secretWords, before: 128, after: 512,
			pattern: regexp.MustCompile(`[\s>"'\[][A-Z0-9_]{0,60}` + upperNames +
				`[A-Z0-9_]{0,30}["'\]]{0,3}\s*(?:</[a-z]+>\s*){0,2}</(?:td|th|dt)>\s*(?:</?[a-z][^<>]*>\s*){1,6}["']?([^\s<>"']{4,256})["']?\s*<`),
			accept: func(c candidate) bool { return plausible(c.secret, 4) },
		},
		{
			// "password": "value", in JSON, YAML, scripts and settings.
			name: "password-assignment", severity: exposure.SeverityHigh, vague: true,
			keywords: secretWords, before: 128, after: 512,
			pattern: regexp.MustCompile(`(?i)[\w.-]{0,60}` + anyNames + `[\w-]{0,20}["']?\s*(?:=>|:=|=|:)\s*(?:"([^"\s]{6,256})"|'([^'\s]{6,256})')`),
			accept:  func(c candidate) bool { return plausible(c.secret, 6) && mixed(c.secret) },
		},
		{
			// key = value without quotes, alone on its line.
			name: "password-assignment", severity: exposure.SeverityHigh, vague: true,
			keywords: secretWords, before: 128, after: 512,
			pattern: regexp.MustCompile(`(?im)^[ \t]*[\w.-]{0,60}` + anyNames + `[\w-]{0,20}[ \t]*[=:][ \t]*([^\s"'(){}\[\]<>;,]{6,256})[ \t\r]*$`),
			accept:  func(c candidate) bool { return plausible(c.secret, 6) && mixed(c.secret) },
		},
		{
			// A password field that comes filled in.
			name: "password-assignment", severity: exposure.SeverityHigh, vague: true, tagged: true,
			keywords: []string{"password"}, before: 512, after: 512,
			pattern: regexp.MustCompile(`(?i)<input\b(?:[^<>]*\btype=["']?password\b[^<>]*\bvalue=["']([^"'<>]{4,256})["']|[^<>]*\bvalue=["']([^"'<>]{4,256})["'][^<>]*\btype=["']?password\b)`),
			accept:  func(c candidate) bool { return plausible(c.secret, 4) },
		},
		{
			// A request header that a page or a log repeats.
			name: "authorization-header", severity: exposure.SeverityCritical, vague: true,
			keywords: []string{"authorization"}, before: 16, after: 4 << 10,
			pattern: regexp.MustCompile(`(?i)authorization["']?\s*(?:=>|[:=])?[\s"']{0,8}(?:basic|bearer|token)\s+([a-z0-9+/=._~-]{12,1000})`),
			accept:  func(c candidate) bool { return plausible(c.secret, 12) && mixed(c.secret) },
		},
		{
			name: "private-key", severity: exposure.SeverityCritical,
			keywords: []string{"-----begin"}, before: 0, after: 256,
			pattern: regexp.MustCompile(`-----BEGIN[ A-Z0-9_-]{0,100}PRIVATE KEY(?: BLOCK)?-----`),
			extend:  wholeKey,
		},
	}
}

// secretWords are what the name of a secret holds, in lower case.
var secretWords = []string{
	"passw", "pwd", "passphrase", "_pass", "secret", "token", "api_key", "apikey", "api-key", "access_key", "accesskey",
	"private_key", "auth_key", "encryption_key", "app_key", "credential", "dbpass", "connection_string",
}

// upperNames are names as environments write them.
const upperNames = `(?:PASSWORD|PASSWD|PASSPHRASE|_PASS|DBPASS|PWD|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_KEY|AUTH_KEY|ENCRYPTION_KEY|APP_KEY|CREDENTIALS?|CONNECTION_STRING)`

// anyNames are names that are told in any case.
const anyNames = `(?:password|passwd|passphrase|pwd|db_?pass|client_?secret|secret_?key|api_?key|api-key|access_?key|auth_?token|access_?token|refresh_?token|bot_?token)`

// wholeKey extends the first line of a PEM private key to its last. A key
// that was cut has none: then it ends where the alphabet of PEM does. The line
// alone, as programs that read keys contain it, is no secret.
func wholeKey(text string, begin span) (span, bool) {
	const longest, shortest = 64 << 10, 40
	rest := text[begin.end:min(len(text), begin.end+longest)]
	end := strings.Index(rest, "-----") // of the last line, or of the next key
	if end < 0 {
		end = len(rest)
	}
	tail := lastLine.FindString(rest[end:])
	if tail == "" {
		body := strings.TrimLeftFunc(rest[:end], isPEMOrSpace)
		end = len(strings.TrimRight(rest[:end-len(body)], " \t\r\n"))
	}
	if longestRun(rest[:end]) < shortest {
		return span{}, false
	}
	return span{begin.start, begin.end + end + len(tail)}, true
}

var lastLine = regexp.MustCompile(`^-----END[ A-Z0-9_-]{0,100}-----`)

func isPEM(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '+' || r == '/' || r == '='
}

func isPEMOrSpace(r rune) bool { return isPEM(r) || strings.ContainsRune(" \t\r\n\\,:-\"'", r) }

func longestRun(s string) int {
	longest, run := 0, 0
	for _, r := range s {
		if !isPEM(r) {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}
