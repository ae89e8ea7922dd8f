package tfsource_test

import (
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfsource"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/waiver"
)

func FuzzParseAccept(f *testing.F) {
	f.Add("accept open-port 22 " + full)
	f.Add(`accept 22,80-90 until=2030-12-31T00:00:00Z owner="a \" b" reason=x=`)
	f.Add("accept =\" \\")
	f.Fuzz(func(t *testing.T, text string) {
		w, err := tfsource.ParseAccept("aws_lb.web", text)
		if err != nil {
			return
		}
		if invalid := waiver.Validate(w); invalid != nil {
			t.Errorf("ParseAccept(%q) = %+v, which is invalid: %v", text, w, invalid)
		}
		if w.Resource != "aws_lb.web" || w.Rule == "" && len(w.Ports) == 0 || !strings.HasPrefix(text, "accept") {
			t.Errorf("ParseAccept(%q) = %+v, want a rule or ports of aws_lb.web", text, w)
		}
		for _, s := range []string{w.Rule, w.Owner, w.Reason} {
			if exposure.CleanLine(s) != s {
				t.Errorf("ParseAccept(%q) = %+v, want %q clean", text, w, s)
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add(false, []byte(strings.SplitN(twoRules, "--\n", 2)[1]), "ingress[1].cidr_blocks[0]")
	f.Add(false, []byte("# dynamicscan:accept 22 "+full+"\nresource \"test_x\" \"a\" { b = \"${[for x in y : x]}%{if z}%{endif}\" }"), "b[0]")
	f.Add(true, []byte(`{"resource":{"test_x":{"a":[{"//":"dynamicscan:accept 1","b":{"c":[1,"${x}"]},"dynamic":[{"d":{}}]}]}}}`), "b[0].c[1]")
	f.Fuzz(func(t *testing.T, json bool, src []byte, path string) {
		name := "main.tf"
		if json {
			name = "main.tf.json"
		}
		s, err := tfsource.Parse(name, src)
		if err != nil {
			if !strings.HasPrefix(err.Error(), name+":") || exposure.Clean(err.Error()) != err.Error() {
				t.Errorf("Parse(%q) = %q, want an error with its place", src, err)
			}
			return
		}
		lines := strings.Count(string(src), "\n") + 1
		check := func(l tfsource.Location) {
			if l.File != name || l.Line < 1 || l.EndLine < l.Line || l.EndLine > lines {
				t.Errorf("Parse(%q): %+v, want a place in the file", src, l)
			}
		}
		state := values(t, `{"ingress":[{"from_port":443,"cidr_blocks":["0.0.0.0/0"]},{"from_port":22}],"b":{"c":[1,2]},"d":[{},{}]}`)
		for _, p := range []string{path, "ingress[1].cidr_blocks", "b[0].c[1]", "d[1]"} {
			if l, ok := s.Locate("test_x.a", p, state); ok {
				check(l)
			}
		}
		comments, problems := s.Comments()
		for _, c := range comments {
			check(c.Location)
		}
		for _, p := range problems {
			check(p.Location)
		}
	})
}
