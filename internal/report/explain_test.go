package report_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"html"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/report"
)

func explained() map[string]exposure.Explanation {
	address := exposure.Step{Gate: "address", Verdict: exposure.Exposed, Scope: exposure.ScopeWorld,
		Hops: []exposure.Hop{{Gate: "address", Resource: "aws_instance.web", Summary: "aws_instance.web has the public address 203.0.113.7", Certainty: exposure.Must}}}
	vpc := exposure.Step{Gate: "vpc", Verdict: exposure.Unknown, Likelihood: "likely", Scope: exposure.ScopeWorld,
		Hops: []exposure.Hop{{Gate: "route", Resource: "aws_route_table.a", Summary: "aws_route_table.a sends 0.0.0.0/0 to aws_internet_gateway.main", Certainty: exposure.May}}}
	office := exposure.Hop{Gate: "security_group", Resource: "aws_security_group.web", Attribute: "ingress[0].cidr_blocks", Certainty: exposure.Must,
		Summary: "aws_security_group.web allows 198.51.100.0/24 to tcp port 22", Remedy: "Narrow ingress[0].cidr_blocks of aws_security_group.web", File: "network.tf", Line: 12}
	world := office
	world.Summary, world.Remedy, world.File = "aws_security_group.all allows 0.0.0.0/0 to every protocol", "Narrow ingress[0].cidr_blocks of aws_security_group.all", ""
	group := exposure.Step{Gate: "security_group", Verdict: exposure.Exposed, Scope: exposure.ScopeWorld, Hops: []exposure.Hop{office, world}}
	narrow := exposure.Step{Gate: "security_group", Verdict: exposure.NotExposed, Scope: exposure.ScopeRestricted, Hops: []exposure.Hop{office},
		Sources: []string{"198.51.100.0/24"}, SourceTotal: 9, Labels: []string{"the office"}}
	blocked := exposure.Step{Gate: "nacl", Verdict: exposure.NotExposed, Scope: exposure.ScopeNone, Stops: true,
		Hops: []exposure.Hop{{Gate: "nacl", Resource: "aws_network_acl.a", Summary: "aws_network_acl.a denies 0.0.0.0/0", Certainty: exposure.Must}}}
	silent := exposure.Step{Gate: "security_group", Verdict: exposure.NotExposed, Scope: exposure.ScopeNone, Stops: true, Silent: true}
	on := func(v exposure.Verdict, scope exposure.SourceScope, ports ...exposure.PortRange) exposure.Endpoint {
		return exposure.Endpoint{ResourceAddress: "aws_instance.web", Host: "203.0.113.7", Names: []string{"web.example.com"},
			Transport: exposure.TCP, Ports: ports, Verdict: v, Scope: scope}
	}
	ssh := exposure.PortRange{Lo: 22, Hi: 22}
	others := []exposure.PortRange{{Lo: 0, Hi: 21}, {Lo: 23, Hi: 65535}}
	likely := on(exposure.Unknown, exposure.ScopeWorld, ssh)
	likely.Likelihood, likely.Notes = "likely", []string{"pingable: ICMP echo is admitted"}
	likely.Unknowns = []exposure.Gap{{Resource: "aws_route_table.a", Reason: "the route of aws_route_table.a is known after apply", Remedy: "Run again after apply"}}
	restricted := on(exposure.NotExposed, exposure.ScopeRestricted, ssh)
	restricted.Sources, restricted.SourceTotal = []string{"198.51.100.0/24"}, 1
	base := exposure.Explanation{Input: "x.tfstate", ResourceAddress: "aws_instance.web", Assumptions: map[string]string{"a": "Nothing else is between."}}
	with := func(traces ...exposure.Trace) exposure.Explanation {
		e := base
		e.Traces = traces
		return e
	}
	part := base
	part.ResourceAddress, part.PartOf = "aws_security_group.web", []exposure.Endpoint{on(exposure.Exposed, exposure.ScopeWorld, ssh)}
	unknown := base
	unknown.Uncovered, unknown.Incomplete = true, []string{"the plan is errored"}
	return map[string]exposure.Explanation{
		"open": with(
			exposure.Trace{Endpoint: likely, Steps: []exposure.Step{address, vpc, group}, Closings: []exposure.Closing{
				{Gate: "security_group", Hops: []exposure.Hop{office, world}, Tried: true}, {Gate: "vpc", Hops: []exposure.Hop{{Remedy: "Point the route elsewhere"}}}}},
			exposure.Trace{Endpoint: on(exposure.NotExposed, exposure.ScopeNone, others...), Steps: []exposure.Step{address, vpc, silent}}),
		"restricted": with(exposure.Trace{Endpoint: restricted, Steps: []exposure.Step{address, narrow}}),
		"stopped":    with(exposure.Trace{Endpoint: on(exposure.NotExposed, exposure.ScopeNone, ssh), Steps: []exposure.Step{address, blocked, group}}),
		"part":       part,
		"uncovered":  unknown,
		"hostile":    hostile(with(exposure.Trace{Endpoint: likely, Steps: []exposure.Step{address, group}, Closings: []exposure.Closing{{Hops: []exposure.Hop{office}}}})),
	}
}

// hostile is an explanation in which every name does its worst.
func hostile(e exposure.Explanation) exposure.Explanation {
	name := "aws_instance.x[\"]]>\\\"--><script>alert('1')</script>%%{init}%%`*_#quot;&amp;|{a}\x1b[31m\u202e" + strings.Repeat("x", 120) + "\"]"
	e.ResourceAddress = name
	t := &e.Traces[0]
	t.Endpoint.Host, t.Endpoint.Names, t.Endpoint.Notes = "\"]\nclick a href \"javascript:alert(1)\"", []string{name}, []string{name}
	for i := range t.Steps {
		t.Steps[i].Hops = []exposure.Hop{{Gate: "<b>", Summary: name, File: "<a>.tf", Line: 1}}
	}
	t.Closings[0].Hops = []exposure.Hop{{Remedy: "Remove " + name}}
	e.PartOf = []exposure.Endpoint{{ResourceAddress: name, Host: name, Transport: exposure.TCP}}
	return e
}

func explanation(t *testing.T, format string, e exposure.Explanation) string {
	t.Helper()
	var out bytes.Buffer
	if err := report.WriteExplanation(&out, format, e); err != nil {
		t.Fatalf("WriteExplanation(%s): %v", format, err)
	}
	return out.String()
}

func TestExplanationsReadAsTheirGoldenFiles(t *testing.T) {
	for name, e := range explained() {
		for _, format := range report.ExplanationFormats() {
			t.Run(name+" as "+format, func(t *testing.T) {
				golden(t, "explain-"+name+"."+format+".golden", []byte(explanation(t, format, e)))
			})
		}
	}
}

func TestAnExplanationInText(t *testing.T) {
	for name, e := range explained() {
		for _, format := range []string{"text", "ascii"} {
			for line := range strings.Lines(explanation(t, format, e)) {
				line = strings.TrimSuffix(line, "\n")
				if n := utf8.RuneCountInString(line); n > 80 && name != "hostile" {
					t.Errorf("%s as %s: line %q has %d characters, want at most 80", name, format, line, n)
				}
				for _, r := range line {
					if r < ' ' || r == 0x7f || r == '\u202e' || format == "ascii" && r > 126 {
						t.Errorf("%s as %s: line %q holds %U", name, format, line, r)
					}
				}
			}
		}
	}
}

// A picture is one XML document with the elements that are drawn and no other,
// whatever the names in it say, and refers to nothing.
func TestAnExplanationAsSVGIsWellFormedAndSelfContained(t *testing.T) {
	drawn := map[string]bool{"svg": true, "title": true, "style": true, "rect": true, "text": true, "path": true}
	for name, e := range explained() {
		d := xml.NewDecoder(strings.NewReader(explanation(t, "svg", e)))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			start, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			if !drawn[start.Name.Local] {
				t.Errorf("%s: the picture holds <%s>", name, start.Name.Local)
			}
			for _, a := range start.Attr {
				if strings.HasPrefix(a.Name.Local, "on") || strings.Contains(a.Name.Local, "href") {
					t.Errorf("%s: the picture has the attribute %s", name, a.Name.Local)
				}
			}
		}
	}
}

// Each line of a flowchart is of our making: a label cannot end its quotes.
func TestLabelsOfMermaidStayInTheirQuotes(t *testing.T) {
	for name, e := range explained() {
		for line := range strings.Lines(explanation(t, "mermaid", e)) {
			line = strings.TrimSuffix(line, "\n")
			if n := strings.Count(line, `"`); n != 0 && n != 2 {
				t.Errorf("%s: line %q has %d quotes, want two or none", name, line, n)
			}
			_, label, quoted := strings.Cut(line, `["`)
			label, _, _ = strings.Cut(label, `"]`)
			if quoted && strings.ContainsAny(strings.ReplaceAll(label, "<br/>", ""), "<>`%[]{}|") {
				t.Errorf("%s: label %q holds what Mermaid reads", name, label)
			}
		}
	}
}

func TestAnUnknownFormatOfAnExplanationIsAnError(t *testing.T) {
	if err := report.WriteExplanation(io.Discard, "png", exposure.Explanation{}); err == nil || !strings.Contains(err.Error(), "mermaid") {
		t.Errorf("WriteExplanation(png) = %v, want an error that names the formats", err)
	}
}

// A character that takes two columns is no reason to leave the picture.
func TestAPictureWithWideCharacters(t *testing.T) {
	for name, e := range explained() {
		e.ResourceAddress = `aws_instance.web["` + strings.Repeat("京", 120) + `"]`
		seen := 0
		for line := range strings.Lines(explanation(t, "svg", e)) {
			text, drawn := strings.CutSuffix(line, "</text>\n")
			_, text, _ = strings.Cut(text, ">")
			if !drawn || !strings.Contains(text, "京") {
				continue
			}
			seen++
			if n := utf8.RuneCountInString(html.UnescapeString(text)) + strings.Count(text, "京"); n > 102 {
				t.Errorf("%s: line %q takes %d columns, want at most 102", name, text, n)
			}
		}
		if seen < 3 {
			t.Errorf("%s has %d lines with the address, want it wrapped", name, seen)
		}
	}
}
