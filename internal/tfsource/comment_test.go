package tfsource_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfsource"
	"github.com/google/go-cmp/cmp"
)

const full = `until=2030-12-31 owner=ops reason="jump host"`

// shown lists comments and problems, one line each.
func shown(s *tfsource.Source) []string {
	out := []string{}
	comments, problems := s.Comments()
	for _, c := range comments {
		w := c.Waiver
		out = append(out, fmt.Sprintf("%s %s rule=%s ports=%v %s %s %q", c.Location, w.Resource, w.Rule, w.Ports, w.Owner, w.Expires.Format(time.DateOnly), w.Reason))
	}
	for _, p := range problems {
		out = append(out, p.String())
	}
	return out
}

func TestACommentStandsOnABlockInManyPlaces(t *testing.T) {
	const accept = "dynamicscan:accept 22 " + full
	tests := []struct{ name, src, want string }{
		{"above, hash", "# " + accept + "\nBLOCK {\n}\n", "main.tf:1"},
		{"above, slashes", "//" + accept + "\nBLOCK {\n}\n", "main.tf:1"},
		{"above, block comment", "/*\n * why\n * " + accept + "\n */\nBLOCK {\n}\n", "main.tf:3"},
		{"above, other comments between", "# " + accept + "\n## x\n/* y\n*/\n// z\nBLOCK {\n}\n", "main.tf:1"},
		{"above, dos lines", "# " + accept + "\r\nBLOCK {\r\n}\r\n", "main.tf:1"},
		{"on the first line", "BLOCK { # " + accept + "\n}\n", "main.tf:1"},
		{"before it on its line", "/* " + accept + " */ BLOCK {\n}\n", "main.tf:1"},
		{"inside", "BLOCK {\n  a = 1\n  # " + accept + "\n}\n", "main.tf:3"},
		{"inside a nested block", "BLOCK {\n  b {\n    c = 1 // " + accept + "\n  }\n}\n", "main.tf:3"},
		{"in an expression", "BLOCK {\n  b = [\n    # " + accept + "\n  ]\n}\n", "main.tf:3"},
		{"on the last line", "BLOCK {\n} # " + accept + "\nlocals {\n}\n", "main.tf:2"},
		{"without an end of line", "BLOCK {\n} # " + accept, "main.tf:2"},
		{"behind a byte order mark", "\ufeff# " + accept + "\nBLOCK {\n}\n", "main.tf:1"},

		{"a line between", "# " + accept + "\n\nBLOCK {\n}\n", "problem"},
		{"an argument between", "# " + accept + "\nx = 1\nBLOCK {\n}\n", "problem"},
		{"behind an argument above", "x = 1 # " + accept + "\nBLOCK {\n}\n", "problem"},
		{"below", "BLOCK {\n}\n# " + accept + "\n", "problem"},
		{"on another block", "BLOCK {\n}\n# " + accept + "\nvariable \"x\" {\n}\n", "problem"},
		{"inside another block", "BLOCK {\n}\nvariable \"x\" {\n  # " + accept + "\n}\n", "problem"},

		{"in a string", "BLOCK {\n  a = \"# " + strings.ReplaceAll(accept, `"`, `\"`) + "\"\n}\n", ""},
		{"in a heredoc", "BLOCK {\n  a = <<EOT\n# " + accept + "\nEOT\n}\n", ""},
		{"in prose", "# Write " + accept + "\nBLOCK {\n}\n", ""},
		{"prose that names the program", "# dynamicscan: accept it\n# dynamicscan:\nBLOCK {\n}\n", ""},
	}
	blocks := map[string]string{`resource "aws_lb" "web"`: "aws_lb.web", `data "aws_lb" "web"`: "data.aws_lb.web", `module "web"`: "module.web"}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for block, address := range blocks {
				got := shown(load(t, tree(t, "-- main.tf --\n"+strings.ReplaceAll(test.src, "BLOCK", block))))
				var want []string
				switch test.want {
				case "":
					want = []string{}
				case "problem":
					line := 1 + strings.Count(test.src[:strings.Index(test.src, "dynamicscan")], "\n")
					want = []string{fmt.Sprintf("The comment at main.tf:%d accepts nothing: it stands on no resource, data or module block", line)}
				default:
					want = []string{test.want + " " + address + ` rule= ports=[22] ops 2030-12-31 "jump host"`}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("comments of %q (-want +got):\n%s", block, diff)
				}
			}
		})
	}
}

// What is nearly a directive accepts nothing, and is told: whoever wrote it
// waits for it to work. Prose that only names the program is neither.
func TestADirectiveThatIsNearlyOne(t *testing.T) {
	tests := map[string]string{
		"Dynamicscan:Accept 22 " + full:   "Dynamicscan:Accept",
		"dynamicscan: accept 22 " + full:  "dynamicscan: accept",
		"dynamic-scan:accept 22 " + full:  "dynamic-scan:accept",
		"DYNAMICSCAN:ACCEPT 22 OWNER=ops": "DYNAMICSCAN:ACCEPT",
		"dynamicscan: accept only 22":     "",
		"dynamicscan: see the runbook":    "",
		"the dynamicscan:accept syntax":   "",
		"dynamicscan-accept 22 is a typo": "",
	}
	for text, start := range tests {
		want := []string{}
		if start != "" {
			want = append(want, fmt.Sprintf("The comment at main.tf:1 accepts nothing: it begins with %q, which has to read dynamicscan:accept", start))
		}
		got := shown(load(t, tree(t, "-- main.tf --\n# "+text+"\nresource \"aws_lb\" \"web\" {}\n")))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("comment %q (-want +got):\n%s", text, diff)
		}
	}
}

func TestWhatACommentSays(t *testing.T) {
	problem := func(text string) string { return "The comment at main.tf:1 accepts nothing: " + text }
	accepted := func(text string) string { return "main.tf:1 aws_lb.web " + text }
	tests := []struct{ text, want string }{
		{"accept open-port " + full, accepted(`rule=open-port ports=[] ops 2030-12-31 "jump host"`)},
		{"accept open-port 22,8000-8100 443 " + full, accepted(`rule=open-port ports=[22 8000-8100 443] ops 2030-12-31 "jump host"`)},
		{"accept " + full + " 22", accepted(`rule= ports=[22] ops 2030-12-31 "jump host"`)},
		{"accept all " + full, accepted(`rule= ports=[all] ops 2030-12-31 "jump host"`)},
		{"accept\t22  until=2020-01-01T10:00:00+02:00\towner=\"a b\" reason=x=y", accepted(`rule= ports=[22] a b 2020-01-01 "x=y"`)},
		{`accept 22 until=2030-12-31 owner=ops reason="say \"hi\" \\ bye"`, accepted(`rule= ports=[22] ops 2030-12-31 "say \"hi\" \\ bye"`)},
		{`accept "open-port" until="2030-12-31" owner=ops reason=x`, accepted(`rule=open-port ports=[] ops 2030-12-31 "x"`)},

		{`accept 22 until=2030-12-31 reason="x"`, problem("owner is required")},
		{`accept 22 until=2030-12-31 owner="" reason=" "`, problem("reason is required; owner is required")},
		{"accept 22 owner=ops reason=x", problem("until is required: a date such as 2030-12-31, or a time in RFC 3339")},
		{"accept 22 until=tomorrow owner=ops reason=x", problem(`until "tomorrow" is neither a date such as 2030-12-31 nor a time in RFC 3339`)},
		{"accept 22 until=2030-02-30 owner=ops reason=x", problem(`until "2030-02-30" is neither a date such as 2030-12-31 nor a time in RFC 3339`)},
		{"accept " + full, problem("it names no rule and no port")},
		{"accept 70000 " + full, problem(`port "70000" is not a number from 0 to 65535, a range such as 8000-8100, or all`)},
		{"accept 22, " + full, problem(`port "" is not a number from 0 to 65535, a range such as 8000-8100, or all`)},
		{"accept open-* " + full, problem(`rule "open-*" is not the id of a rule: it cannot be a pattern`)},
		{"accept a b " + full, problem(`"b": it names a rule already; write a comment for each`)},
		{"accept 22 expires=2030-12-31 " + full, problem(`"expires" is not known; until, owner, reason and severity are`)},
		{"accept 22 owner=dev " + full, problem("owner is given twice")},
		{"accept 22 severity=none " + full, problem(`severity "none" is none of critical, high, medium, low`)},
		{`accept 22 reason="x until=2030-12-31`, problem("a quote is not closed")},
		{`accept 22 reason="x"owner=ops`, problem(`a space is missing before "owner=ops"`)},
		{`accept 22 reason=x"y" owner=ops`, problem(`a space is missing before "\"y\" owner=ops"`)},
		{`accept "" ` + full, problem("a name is missing before = or in quotes")},
		{"accept =x " + full, problem("a name is missing before = or in quotes")},
		{"acept 22 " + full, problem("dynamicscan:acept is not known; dynamicscan:accept is")},
		{"accept:22 " + full, problem("dynamicscan:accept:22 is not known; dynamicscan:accept is")},
		{"accept", problem("it names no rule and no port; until is required: a date such as 2030-12-31, or a time in RFC 3339; reason is required; owner is required")},
	}
	for _, test := range tests {
		got := shown(load(t, tree(t, "-- main.tf --\n# dynamicscan:"+test.text+"\nresource \"aws_lb\" \"web\" {}\n")))
		if diff := cmp.Diff([]string{test.want}, got); diff != "" {
			t.Errorf("comment %q (-want +got):\n%s", test.text, diff)
		}
	}
}

func TestControlCharactersOfACommentAreNotShown(t *testing.T) {
	got := shown(load(t, tree(t, "-- main.tf --\n# dynamicscan:accept 22 until=2030-12-31 owner=o\x1b[31m reason=\"a\u202eb\"\n# dynamicscan:accept 22 un\x1btil=1\nresource \"aws_lb\" \"web\" {}\n")))
	for _, line := range got {
		if exposure.Clean(line) != line {
			t.Errorf("%q, want no control characters", line)
		}
	}
	if len(got) != 2 {
		t.Errorf("%q, want a comment and a problem", got)
	}
}

func TestACommentConcernsAllInstancesOfItsBlock(t *testing.T) {
	s := load(t, tree(t, `
-- main.tf --
# dynamicscan:accept 22 `+full+`
resource "aws_lb" "web" {
  # dynamicscan:accept 80 `+full+`
}
module "a" {
  source = "./m"
}
module "b" {
  # dynamicscan:accept open-port `+full+`
  source = "./m"
}
-- m/main.tf --
resource "aws_lb" "web" { # dynamicscan:accept 443 `+full+`
}
-- web_override.tf --
resource "aws_lb" "web" { # dynamicscan:accept 8080 `+full+`
}
-- x.tf.json --
{"resource": {"aws_lb": {"json": {"//": ["why", "dynamicscan:accept 1 until=2030-12-31 owner=ops reason=x"]},
  "text": {"//": "dynamicscan:accept 2"}, "other": {"//": {"metadata": 1}}}}}
`))
	want := []string{
		`m/main.tf:1 module.a.aws_lb.web rule= ports=[443] ops 2030-12-31 "jump host"`,
		`main.tf:1 aws_lb.web rule= ports=[22] ops 2030-12-31 "jump host"`,
		`main.tf:3 aws_lb.web rule= ports=[80] ops 2030-12-31 "jump host"`,
		`main.tf:9 module.b rule=open-port ports=[] ops 2030-12-31 "jump host"`,
		`web_override.tf:1 aws_lb.web rule= ports=[8080] ops 2030-12-31 "jump host"`,
		`x.tf.json:1 aws_lb.json rule= ports=[1] ops 2030-12-31 "x"`,
		"The comment at x.tf.json:2 accepts nothing: until is required: a date such as 2030-12-31, or a time in RFC 3339; reason is required; owner is required",
	}
	if diff := cmp.Diff(want, shown(s)); diff != "" {
		t.Fatalf("comments (-want +got):\n%s", diff)
	}
	concerned := map[string][]string{
		"aws_lb.web":                                {"main.tf:1", "main.tf:3", "web_override.tf:1"},
		"aws_lb.web[0]":                             {"main.tf:1", "main.tf:3", "web_override.tf:1"},
		`aws_lb.web["a.b"]`:                         {"main.tf:1", "main.tf:3", "web_override.tf:1"},
		"aws_lb.web2":                               {},
		"data.aws_lb.web":                           {},
		"module.a.aws_lb.web":                       {"m/main.tf:1"},
		`module.a["x"].aws_lb.web[1]`:               {"m/main.tf:1"},
		`module.a["x"].module.c["y"].aws_lb.web[1]`: {},
		"module.b[0].aws_lb.web":                    {"m/main.tf:1", "main.tf:9"},
		"module.b[0].module.x.aws_instance.any[0]":  {"main.tf:9"},
		"module.bb.aws_lb.x":                        {},
		"module.b":                                  {},
		"":                                          {},
	}
	comments, _ := s.Comments()
	for address, want := range concerned {
		got := []string{}
		for _, c := range comments {
			if c.Concerns(address) {
				got = append(got, c.String())
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("comments that concern %s (-want +got):\n%s", address, diff)
		}
	}
}

func TestTheSameConfigurationReadsTheSame(t *testing.T) {
	var b strings.Builder
	for i := range 20 {
		fmt.Fprintf(&b, "-- f%d.tf --\nresource \"aws_lb\" \"w%d\" {\n# dynamicscan:accept %d %s\n# dynamicscan:accept x=%d\n}\n# dynamicscan:x%d\n", i%7, i, i, full, i, i)
	}
	dir := tree(t, b.String())
	want := shown(load(t, dir))
	for range 5 {
		if diff := cmp.Diff(want, shown(load(t, dir))); diff != "" {
			t.Fatalf("another reading (-first +now):\n%s", diff)
		}
	}
}
