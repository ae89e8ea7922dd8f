package policy_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/policy"
)

const header = "package dynamicscan.severity\n\n"

var openPort = policy.Input{PortStatus: exposure.StatusOpen, Port: 5432, Kind: "compute", Project: "shop"}

func TestNamedRefusesAnUnknownName(t *testing.T) {
	for _, name := range []string{"", "Strict", "custom", "../policy"} {
		if p, err := policy.Named(name); err == nil {
			t.Errorf("Named(%q) = %v, want an error", name, p)
		}
		if got := policy.Source(name); got != "" {
			t.Errorf("Source(%q) = %q, want nothing", name, got)
		}
	}
}

func TestSourcesOfNamedPoliciesAreCustomPolicies(t *testing.T) {
	inputs := []policy.Input{
		openPort, {PortStatus: exposure.StatusClosed}, {PortStatus: exposure.StatusOpen, HTTPStatusCode: 404},
		{PortStatus: exposure.StatusOpen, HTTPStatusCode: 403, DirectlyExposedBucket: true},
	}
	for _, name := range policy.Names() {
		copied, err := policy.Custom(policy.Source(name))
		if err != nil {
			t.Fatalf("Custom(Source(%q)): %v", name, err)
		}
		for _, in := range inputs {
			want, errWant := mustNamed(t, name).Severity(t.Context(), in)
			got, errGot := copied.Severity(t.Context(), in)
			if got != want || errGot != nil || errWant != nil {
				t.Errorf("copy of %s: Severity(%v) = %v, %v, want %v, %v", name, in, got, errGot, want, errWant)
			}
		}
	}
}

func TestCustomSeesEveryDocumentedField(t *testing.T) {
	p, err := policy.Custom(header + `default severity := "none"

severity := "high" if {
	input.port_status == "open"
	input.handshake == "successful"
	input.http_status == "2xx"
	input.http_status_code == 204
	input.authentication == "ntlm"
	input.enforced_authentication == ["negotiate", "client_certificate"]
	"form" in input.offered_authentication
	input.directly_exposed_bucket
	input.port == 8443
	input.transport == "tcp"
	input.kind == "lb"
	input.project == "shop"
}
`)
	if err != nil {
		t.Fatal(err)
	}
	all := policy.Input{
		PortStatus: exposure.StatusOpen, HTTPStatusCode: 204, Authentication: exposure.AuthNTLM,
		Enforced: "negotiate,client_certificate", Offered: "form,sso",
		DirectlyExposedBucket: true, Port: 8443, Kind: "lb", Project: "shop",
	}
	if got, err := p.Severity(t.Context(), all); err != nil || got != exposure.SeverityHigh {
		t.Errorf("Severity(%v) = %v, %v, want high", all, got, err)
	}
	all.Project = "blog"
	if got, err := p.Severity(t.Context(), all); err != nil || got != exposure.SeverityNone {
		t.Errorf("Severity of another project = %v, %v, want none", got, err)
	}
}

func TestCustomSaysWhereAndWhatIsWrong(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"empty", " \n", "line 1, column 1: the severity policy is empty"},
		{"syntax", header + "severity := \"low\" if {\n\tinput.port ==\n}\n", "line 5, column 1: "},
		{"Rego v0", header + "severity = \"low\" { true }\n", "line 3, column 1: "},
		{"another package", "package severity\n\nseverity := \"low\"\n", "line 1, column 1: the package is severity and has to be dynamicscan.severity"},
		{"no rule", header + "level := \"low\"\n", "line 1, column 1: the policy defines no rule severity"},
		{"a set", header + "severity contains \"low\"\n", "line 3, column 1: the rule severity has to have one value"},
		{"an object", header + "severity.open := \"low\"\n", "line 3, column 1: the rule severity has to have one value"},
		{"a function", header + "severity(x) := \"low\" if x\n", "line 3, column 1: the rule severity has to have one value"},
		{"no value", header + "severity if input.port == 1\n", "line 3, column 1: the value of the rule severity is not"},
		{"unknown name", header + "severity := \"urgent\"\n", `line 3, column 13: severity "urgent" is none of critical`},
		{"unknown name in else", header + "severity := \"low\" if input.port == 1\n\nelse := \"bad\"\n", `line 5, column 9: severity "bad" is none`},
		{"misspelt field", header + "severity := \"low\" if input.http_code == 200\n", "line 3, column 22: undefined ref: input.http_code"},
		{"misspelt function", header + "severity := lowr(\"LOW\")\n", "line 3, column 13: undefined function lowr"},
		{"network", header + "severity := http.send({\"method\": \"get\", \"url\": \"http://192.0.2.1\"}).body\n", "line 3, column 13: http.send is not available to a severity policy"},
		{"name resolution", header + "severity := \"low\" if net.lookup_ip_addr(\"example.com\")\n", "net.lookup_ip_addr is not available"},
		{"environment", header + "severity := opa.runtime().env.X\n", "opa.runtime is not available"},
		{"clock", header + "severity := \"low\" if time.now_ns() > 1\n", "time.now_ns is not available"},
		{"randomness", header + "severity := \"low\" if rand.intn(\"x\", 2) == 1\n", "rand.intn is not available"},
		{"identifier", header + "severity := uuid.rfc4122(\"x\")\n", "uuid.rfc4122 is not available"},
		{"remote schema", header + "severity := \"low\" if json.match_schema({}, {})[0]\n", "json.match_schema is not available"},
		{"clock in a token", header + "severity := \"low\" if io.jwt.decode_verify(\"x\", {})[0]\n", "io.jwt.decode_verify is not available"},
		{"clash of types", header + "severity := \"low\" if input.port == \"443\"\n", "line 3, column 22: the two sides never match (left : number, right : string)"},
		{"unknown variable", header + "severity := worst\n", "line 3, column 13: var worst is unsafe: nothing gives it a value"},
		{"too long", header + strings.Repeat("#", 70_000), "more than the 65536 allowed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := policy.Custom(test.text)
			switch {
			case err == nil:
				t.Errorf("Custom(%.200q) = nil, want an error with %q", test.text, test.want)
			case !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n"):
				t.Errorf("Custom(%.200q) = %q, want one line with %q", test.text, err, test.want)
			}
		})
	}
}

func TestAnAnswerThatIsNoneIsAnErrorAndCritical(t *testing.T) {
	tests := []struct{ name, rules, want string }{
		{"undefined", `severity := "low" if input.port == 1`, "no answer; the input was port_status \"open\""},
		{"unknown name", `severity := sprintf("%s!", [input.kind])`, `severity "compute!" is none of`},
		{"no text", `severity := input.port`, "not the name of a severity"},
		{"two answers", "severity := \"low\" if input.port > 1\n\nseverity := \"high\" if input.port > 2", "line 5, column 1: "},
		{"failing function", `severity := "low" if to_number(input.kind) == 1`, "line 3, column 22: "},
		{"endless", `severity := "low" if count([1 | some x in numbers.range(1, 100000); some y in numbers.range(1, 100000); x * y == -1]) == 1`, "no answer within 250ms"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, err := policy.Custom(header + test.rules + "\n")
			if err != nil {
				t.Fatalf("Custom(%q): %v", test.rules, err)
			}
			start := time.Now()
			got, err := p.Severity(t.Context(), openPort)
			if err == nil || !strings.Contains(err.Error(), test.want) || got != exposure.SeverityCritical {
				t.Errorf("Severity(%v) = %v, %v, want critical and an error with %q", openPort, got, err, test.want)
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("Severity took %v, want about 250ms", took)
			}
		})
	}
}

func TestSeverityEndsWithItsContext(t *testing.T) {
	stopped := errors.New("the user pressed Ctrl-C")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stopped)
	p, err := policy.Custom(header + "severity := \"low\"\n")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := p.Severity(ctx, openPort); !errors.Is(err, stopped) || got != exposure.SeverityCritical {
		t.Errorf("Severity after cancel = %v, %v, want critical, %v", got, err, stopped)
	}
}

func TestSeverityIsSafeForConcurrentUse(t *testing.T) {
	p, err := policy.Custom(policy.Source("moderate"))
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	for range 8 {
		running.Go(func() {
			for code := 100; code < 160; code++ {
				in := policy.Input{PortStatus: exposure.StatusOpen, HTTPStatusCode: code}
				want := exposure.SeverityHigh
				if code == 101 {
					want = exposure.SeverityCritical
				}
				if got, err := p.Severity(t.Context(), in); err != nil || got != want {
					t.Errorf("Severity(%v) = %v, %v, want %v", in, got, err, want)
				}
			}
		})
	}
	running.Wait()
}

func BenchmarkSeverity(b *testing.B) {
	p := mustNamed(b, "moderate")
	b.Run("never asked before", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			in := policy.Input{PortStatus: exposure.StatusOpen, HTTPStatusCode: 403, Project: fmt.Sprint(i)}
			if _, err := p.Severity(b.Context(), in); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("asked before", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			if _, err := p.Severity(b.Context(), openPort); err != nil {
				b.Fatal(err)
			}
		}
	})
}
