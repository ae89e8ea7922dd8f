package waiver_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/waiver"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func complete() waiver.Text {
	return waiver.Text{Rule: "open-port", Reason: "bastion", Owner: "ops@example.com", Expires: "2026-12-31"}
}

func TestParseReadsACompleteWaiver(t *testing.T) {
	text := complete()
	text.Resource, text.Host, text.Ports, text.Severity = `module.a["x.y"].aws_lb.web[0]`, "*.example.com", []string{"22", "8000-8100"}, "high"
	want := exposure.Waiver{
		Rule: "open-port", Resource: text.Resource, Host: text.Host, Ports: text.Ports, Severity: exposure.SeverityHigh,
		Reason: "bastion", Owner: "ops@example.com", Expires: time.Date(2026, 12, 31, 23, 59, 59, 0, time.UTC),
	}
	got, err := waiver.Parse(text)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("Parse(%+v) = %v (-want +got):\n%s", text, err, diff)
	}
	if err := waiver.Validate(got); err != nil {
		t.Errorf("Validate(%+v) = %v, want nil", got, err)
	}
}

func TestParseTellsEverythingThatIsWrong(t *testing.T) {
	tests := []struct {
		name   string
		change func(*waiver.Text)
		want   []string
	}{
		{"nothing given", func(x *waiver.Text) { *x = waiver.Text{} }, []string{"reason is required", "owner is required", "expires is required", "would cover every finding"}},
		{"blank reason", func(x *waiver.Text) { x.Reason = " \n" }, []string{"reason is required"}},
		{"no owner", func(x *waiver.Text) { x.Owner = "" }, []string{"owner is required"}},
		{"no expiry", func(x *waiver.Text) { x.Expires = "" }, []string{"expires is required"}},
		{"expiry without zone", func(x *waiver.Text) { x.Expires = "2026-12-31T10:00:00" }, []string{`expires "2026-12-31T10:00:00" is neither`}},
		{"day that is none", func(x *waiver.Text) { x.Expires = "2026-02-30" }, []string{`expires "2026-02-30" is neither`}},
		{"nothing covered", func(x *waiver.Text) { x.Rule = "" }, []string{"would cover every finding"}},
		{"everything covered", func(x *waiver.Text) { x.Rule, x.Resource, x.Host, x.Ports = "", "**", "*", []string{"all"} }, []string{"would cover every finding"}},
		{"every port in parts", func(x *waiver.Text) { x.Rule, x.Ports = "", []string{"0-1000", "1001-65535"} }, []string{"would cover every finding"}},
		{"pattern as rule", func(x *waiver.Text) { x.Rule = "http-*" }, []string{`rule "http-*" is not the id of a rule`}},
		{"unknown severity", func(x *waiver.Text) { x.Severity = "huge" }, []string{`severity "huge" is none of critical, high, medium, low`}},
		{"severity none", func(x *waiver.Text) { x.Severity = "none" }, []string{`severity "none" is none of`}},
		{"bad port", func(x *waiver.Text) { x.Ports = []string{"22", "ssh", "9-1"} }, []string{`port "ssh"`, `port range "9-1" ends before it begins`}},
		{"spaces", func(x *waiver.Text) { x.Resource = " aws_lb.web" }, []string{`resource " aws_lb.web" has spaces`}},
		{"control character", func(x *waiver.Text) { x.Host = "a\x1b[31m" }, []string{`host "a\x1b[31m" has spaces around it or characters`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := complete()
			test.change(&text)
			got, err := waiver.Parse(text)
			if err == nil {
				t.Fatalf("Parse(%+v) = %+v, nil, want an error", text, got)
			}
			lines := strings.Split(err.Error(), "\n")
			if len(lines) != len(test.want) {
				t.Errorf("Parse(%+v) = %q, want %d problems", text, lines, len(test.want))
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("Parse(%+v) = %q, want %q in it", text, err, want)
				}
			}
		})
	}
}

func TestParseExpiry(t *testing.T) {
	tests := map[string]string{
		"2026-12-31":                "2026-12-31T23:59:59Z",
		"2028-02-29":                "2028-02-29T23:59:59Z",
		"2026-12-31T01:30:00+02:00": "2026-12-30T23:30:00Z",
		"2026-12-31T01:30:00Z":      "2026-12-31T01:30:00Z",
	}
	for text, want := range tests {
		got, err := waiver.ParseExpiry(text)
		if err != nil || got.Format(time.RFC3339) != want || got.Location() != time.UTC {
			t.Errorf("ParseExpiry(%q) = %v, %v, want %s", text, got, err, want)
		}
	}
}

func TestValidateRequiresAnExpiry(t *testing.T) {
	w, err := waiver.Parse(complete())
	if err != nil {
		t.Fatal(err)
	}
	w.Expires = time.Time{}
	if err := waiver.Validate(w); err == nil || err.Error() != "expires is required" {
		t.Errorf("Validate without expiry = %v, want it required", err)
	}
}
