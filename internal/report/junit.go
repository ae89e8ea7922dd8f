package report

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// JUnit XML, as CI systems read it: a test case for each endpoint that is
// reachable or may be, and for each that has findings. A case fails with the
// findings that fail the gate, in one element, since some readers show no more;
// it is skipped when the endpoint was left out on purpose. There are no times:
// the same report gives the same file.

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name      string      `xml:"name,attr"`
	Tests     int         `xml:"tests,attr"`
	Failures  int         `xml:"failures,attr"`
	Errors    int         `xml:"errors,attr"`
	Skipped   int         `xml:"skipped,attr"`
	Cases     []junitCase `xml:"testcase"`
	SystemOut string      `xml:"system-out,omitempty"`
}

type junitCase struct {
	Class     string        `xml:"classname,attr"`
	Name      string        `xml:"name,attr"`
	Failure   *junitOutcome `xml:"failure"`
	Skipped   *junitOutcome `xml:"skipped"`
	SystemOut string        `xml:"system-out,omitempty"`
}

type junitOutcome struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// JUnit renders the report as JUnit XML.
func JUnit(w io.Writer, r exposure.Report) error {
	suite := junitSuite{Name: cmp.Or(r.Input, "endpoints"), SystemOut: remarksOf(r)}
	findings := map[string][]exposure.Finding{}
	for _, f := range r.Findings {
		findings[f.EndpointID] = append(findings[f.EndpointID], f)
	}
	for _, result := range r.Results {
		of := findings[result.Endpoint.ID]
		if result.Endpoint.Verdict == exposure.NotExposed && len(of) == 0 {
			continue
		}
		suite.add(junitCaseOf(result, of))
	}
	if suite.Tests == 0 { // some readers take a suite without cases for an error
		suite.add(junitCase{Class: "dynamicscan", Name: "nothing is exposed"})
	}
	all := junitSuites{Name: "dynamicscan", Tests: suite.Tests, Failures: suite.Failures, Skipped: suite.Skipped, Suites: []junitSuite{suite}}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (s *junitSuite) add(c junitCase) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Skipped != nil:
		s.Skipped++
	}
}

func junitCaseOf(result exposure.Result, findings []exposure.Finding) junitCase {
	e := result.Endpoint
	c := junitCase{Class: e.Place(), Name: fmt.Sprintf("%s %s (%s)", hostOf(e), transportText(e), cmp.Or(e.Key, "endpoint"))}
	failing, others := []exposure.Finding{}, []string{}
	for _, f := range findings {
		if f.Failing {
			failing = append(failing, f)
			continue
		}
		others = append(others, findingText(f))
	}
	switch {
	case len(failing) > 0:
		c.Failure = failureOf(failing, e)
	case result.Observed != nil && !result.Observed.PortStatus.Scanned():
		c.Skipped = &junitOutcome{Message: strings.Join(nonEmpty(string(result.Observed.PortStatus), result.Observed.Reason), ": ")}
	}
	c.SystemOut = strings.Join(append(others, "Seen: "+seenText(result)+"."), "\n")
	return c
}

func failureOf(failing []exposure.Finding, e exposure.Endpoint) *junitOutcome {
	message := failing[0].Title
	if more := len(failing) - 1; more > 0 {
		message += fmt.Sprintf(" (and %s)", counted(more, "more finding"))
	}
	lines := []string{}
	for _, f := range failing {
		lines = append(lines, findingText(f))
	}
	lines = append(lines, nonEmpty(Reason(e), Remedy(e))...)
	return &junitOutcome{Message: message, Type: failing[0].Rule, Text: strings.Join(lines, "\n")}
}

// findingText tells a finding in one line.
func findingText(f exposure.Finding) string {
	s := fmt.Sprintf("%s [%s] %s: %s", strings.ToUpper(f.Severity.String()), f.Rule, f.Title, f.Evidence)
	if f.Fix != "" {
		s += " " + f.Fix
	}
	if w := f.Waiver; w != nil {
		s += fmt.Sprintf(" Accepted until %s by %s: %s", w.Expires.UTC().Format("2006-01-02"), exposure.CleanLine(w.Owner), exposure.CleanLine(w.Reason))
	}
	return s
}

// remarksOf says what limits the report as a whole, a line each.
func remarksOf(r exposure.Report) string {
	t := &text{}
	t.remarks(r)
	t.outcome(r)
	return strings.TrimSpace(t.String())
}
