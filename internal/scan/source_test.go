package scan_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfsource"
)

// configured writes a configuration to a folder and reads it.
func configured(t *testing.T, text string) *tfsource.Source {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := tfsource.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// offline analyses an instance behind a group that opens port 22 to everyone,
// the second of its rules in the source and the first in the plan.
func offline(t *testing.T, config string) exposure.Report {
	t.Helper()
	e := network()
	e.keep("aws_instance.web", instance("203.0.113.7"))
	rules := group(22, "0.0.0.0/0")
	rules["ingress"] = append(rules["ingress"].([]object), group(443, "10.0.0.0/8")["ingress"].([]object)...)
	e.keep("aws_security_group.web", rules)
	return validate(t, scan.Validation{
		Request: scan.Request{Settings: settings.Default(), Now: func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }},
		Input:   e.plan(t), Offline: true, Gate: scan.Gate{FailOn: exposure.SeverityCritical}, Source: configured(t, config),
	})
}

const web = `
resource "aws_security_group" "web" {
  ingress {
    from_port   = 443
    cidr_blocks = ["10.0.0.0/8"]
  }
  ingress {
    from_port   = 22
    cidr_blocks = var.everyone
  }
}

resource "aws_instance" "web" {
}
`

func TestHopsNameTheLineThatDeclaresThem(t *testing.T) {
	r := offline(t, web)
	got := map[string]string{}
	for _, result := range r.Results {
		if result.Endpoint.Verdict != exposure.Exposed {
			continue
		}
		for _, h := range result.Endpoint.Hops {
			got[h.Resource+" "+h.Attribute] = h.Place()
		}
	}
	if got["aws_security_group.web ingress[0].cidr_blocks"] != "main.tf:9" || got["aws_instance.web public_ip"] != "main.tf:13" {
		t.Errorf("places %q, want the rule in line 9 and the instance in line 13", got)
	}
	if place, ok := got["aws_internet_gateway.main "]; ok && place != "" {
		t.Errorf("the gateway is declared in %q, want nowhere", place)
	}
}

func TestCommentsAcceptFindings(t *testing.T) {
	on := func(comment, address string) string {
		header := `resource "` + strings.ReplaceAll(address, ".", `" "`) + `" {`
		return strings.Replace(web, header, "# dynamicscan:"+comment+"\n"+header, 1)
	}
	const rest = ` owner=ops reason="jump host"`
	tests := []struct {
		name, config string
		passed       bool
		warnings     []string
	}{
		{"the port", on("accept 22 until=2030-12-31"+rest, "aws_instance.web"), true, nil},
		{"another port", on("accept 23 until=2030-12-31"+rest, "aws_instance.web"), false, []string{"The waiver for resource aws_instance.web, ports 23 covers no finding"}},
		{"too late", on("accept 22 until=2025-12-31"+rest, "aws_instance.web"), false, []string{"The waiver for resource aws_instance.web, ports 22 expired at 2025-12-31T23:59:59Z"}},
		{"broken", on("accept 22 until=2030-12-31 owner=ops", "aws_instance.web"), false, []string{"The comment at main.tf:13 accepts nothing: reason is required"}},
		{"on the group", on("accept 22 until=2030-12-31"+rest, "aws_security_group.web"), false, []string{"The waiver for resource aws_security_group.web, ports 22 covers no finding"}},
		{"on what the run knows nothing of", web + "# dynamicscan:accept 22 until=2030-12-31" + rest + "\nresource \"aws_lb\" \"other\" {}\n", false, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := offline(t, test.config)
			if r.Passed != test.passed || len(r.Findings) != 1 || (r.Findings[0].Waiver != nil) != test.passed {
				t.Errorf("passed %v with %+v, want %v", r.Passed, r.Findings, test.passed)
			}
			if len(r.Warnings) != len(test.warnings) {
				t.Fatalf("warnings %q, want %q", r.Warnings, test.warnings)
			}
			for i, want := range test.warnings {
				if !strings.HasPrefix(r.Warnings[i], want) {
					t.Errorf("warning %q, want %q", r.Warnings[i], want)
				}
			}
		})
	}
}

func TestEachAcceptedResourceIsNamedExactly(t *testing.T) {
	endpoints := []exposure.Endpoint{}
	for _, address := range []string{`module.a["x"].aws_lb.web[0]`, "module.a[1].aws_lb.web[0]", "module.a.module.b.aws_lb.web", "module.ab.aws_lb.web"} {
		e := exposure.Endpoint{ResourceAddress: address, Host: "203.0.113.7", Transport: exposure.TCP, Ports: []exposure.PortRange{{Lo: 22, Hi: 22}}, Verdict: exposure.Exposed, Access: exposure.AccessUnknown}
		e.ID = exposure.EndpointID(address, "", e.Transport, e.Ports)
		endpoints = append(endpoints, e)
	}
	r := validate(t, scan.Validation{
		Request: scan.Request{Endpoints: endpoints, Settings: settings.Default(), Now: time.Now}, Offline: true, Gate: scan.Gate{FailOn: exposure.SeverityCritical},
		Source: configured(t, "module \"a\" {\n  source = \"x/y/z\"\n  # dynamicscan:accept 22 until=2130-12-31 owner=ops reason=x\n}\n"),
	})
	got := map[string]string{}
	for _, f := range r.Findings {
		got[f.ResourceAddress] = ""
		if f.Waiver != nil {
			got[f.ResourceAddress] = f.Waiver.Resource
		}
	}
	want := map[string]string{
		`module.a["x"].aws_lb.web[0]`:  `module.a["x"].aws_lb.web[0]`,
		"module.a[1].aws_lb.web[0]":    "module.a[1].aws_lb.web[0]",
		"module.a.module.b.aws_lb.web": "module.a.module.b.aws_lb.web",
		"module.ab.aws_lb.web":         "",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("waivers by resource (-want +got):\n%s", diff)
	}
	if len(r.Warnings) > 0 {
		t.Errorf("warnings %q, want none", r.Warnings)
	}
}
