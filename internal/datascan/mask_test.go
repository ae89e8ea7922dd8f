package datascan_test

import (
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/datascan"
)

func TestAKnownValueIsHiddenHoweverItIsWritten(t *testing.T) {
	m := datascan.NewMask([]string{"Bearer Zq7/pw<&>9é", "abc", "team", "one  two"})
	tests := []struct{ name, text, want string }{
		{"as it is", "X: Bearer Zq7/pw<&>9é.", "X: [redacted]."},
		{"twice", "team, team", "[redacted], [redacted]"},
		{"in a word", "steamer", "s[redacted]er"},
		{"next to itself", "teamteam!", "[redacted]!"},
		{"without its scheme", "token=Zq7/pw<&>9é;", "token=[redacted];"},
		{"in HTML", "<b>Bearer Zq7/pw&lt;&amp;&gt;9é</b>", "<b>[redacted]</b>"},
		{"in HTML by number", "Zq7&#47;pw&#60;&#x26;&gt;9é", "[redacted]"},
		{"in JSON", `{"h":"Bearer Zq7\/pw\u003c\u0026\u003e9é"}`, `{"h":"[redacted]"}`},
		{"in a query", "?h=Bearer+Zq7%2Fpw%3C%26%3E9%C3%A9&x", "?h=[redacted]&x"},
		{"in a path", "/Bearer%20Zq7%2Fpw%3C&%3E9%C3%A9/x", "/[redacted]/x"},
		{"on one line", "one two", "[redacted]"},
		{"cut", "the end: Bearer Zq7/", "the end: [redacted]"},
		{"escapes around it", "&lt;team&gt; &amp;", "&lt;[redacted]&gt; &amp;"},
		{"too short", "abc", "abc"},
		{"another case", "Team", "Team"},
		{"nothing", "", ""},
	}
	for _, test := range tests {
		got, found := m.Hide(test.text)
		if got != test.want || found != (test.text != test.want) {
			t.Errorf("%s: Hide(%q) = %q, %v, want %q", test.name, test.text, got, found, test.want)
		}
	}
	if got, found := (datascan.Mask{}).Hide("team"); got != "team" || found {
		t.Errorf("Hide of no mask = %q, %v, want the text", got, found)
	}
}

func TestWhatIsHiddenIsNoSecretToTheRules(t *testing.T) {
	m := datascan.NewMask([]string{"Zq7pw9Lk2xV4mT8r"})
	for _, text := range []string{
		"API_KEY=Zq7pw9Lk2xV4mT8r", `{"api_key": "Zq7pw9Lk2xV4mT8r"}`, "password = Zq7pw9Lk2xV4mT8r\n", "Authorization: Bearer Zq7pw9Lk2xV4mT8r",
		"<td>API_KEY</td><td>Zq7pw9Lk2xV4mT8r</td>", "https://user:Zq7pw9Lk2xV4mT8r@db.internal/x", `<input type=password value="Zq7pw9Lk2xV4mT8r">`,
	} {
		hidden, _ := m.Hide(text)
		clean, leaks, err := scanner(t).Redact(t.Context(), datascan.Source{Place: "response body"}, hidden)
		if err != nil || len(leaks) > 0 || strings.Contains(clean, "Zq7p") {
			t.Errorf("Redact of what Hide(%q) left = %q, %v, %v, want no leak", text, clean, leaks, err)
		}
	}
}
