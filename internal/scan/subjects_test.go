package scan_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

func beside(inputs ...*tfstate.Input) scan.Validation {
	v := scan.Validation{Request: scan.Request{Settings: settings.Default(), Now: time.Now}, Offline: true, Input: inputs[0], Gate: scan.Gate{FailOn: exposure.SeverityCritical}}
	for _, in := range inputs[1:] {
		v.Others = append(v.Others, scan.Subject{Input: in})
	}
	return v
}

// told in lines: "aws_instance.web (in a.tfstate) 22 new".
func places(r exposure.Report) []string {
	out := []string{}
	for _, result := range r.Results {
		if e := result.Endpoint; e.Verdict == exposure.Exposed {
			out = append(out, e.Place()+" "+exposure.FormatPorts(e.Ports)+" "+string(result.Change))
		}
	}
	return out
}

func open(address, host, sg string, port uint16) estate {
	e := network()
	web, g := instance(host), group(port, "0.0.0.0/0")
	web["id"], web["vpc_security_group_ids"], g["id"] = "i-"+host, []string{sg}, sg
	e.keep(address, web)
	e.keep("aws_security_group.web", g)
	return e
}

// The same address in two states is two endpoints, with an id each that does
// not depend on their order, and a waiver for one input is none for the other.
func TestTheSameAddressInTwoInputs(t *testing.T) {
	a := open("aws_instance.web", "203.0.113.1", "sg-a", 22).state(t, "a.tfstate")
	b := open("aws_instance.web", "203.0.113.2", "sg-b", 22).state(t, "b.tfstate")
	v := beside(a, b)
	v.Gate.Waivers = []exposure.Waiver{{Resource: "aws_instance.web", Input: "b.tfstate", Reason: "jump host", Owner: "ops", Expires: time.Now().Add(time.Hour)}}
	r := validate(t, v)
	want := []string{"aws_instance.web (in a.tfstate) 22 ", "aws_instance.web (in b.tfstate) 22 "}
	if diff := cmp.Diff(want, places(r)); diff != "" {
		t.Fatalf("exposed (-want +got):\n%s", diff)
	}
	ids := map[string]string{}
	for _, result := range r.Results {
		ids[result.Endpoint.Input] = result.Endpoint.ID
	}
	if ids["a.tfstate"] == ids["b.tfstate"] {
		t.Errorf("both have the id %s", ids["a.tfstate"])
	}
	for _, f := range r.Findings {
		if waived := f.Waiver != nil; waived != (f.Input == "b.tfstate") || f.EndpointID != ids[f.Input] {
			t.Errorf("finding of %q, endpoint %s: waived is %v", f.Input, f.EndpointID, waived)
		}
	}
	for _, result := range validate(t, beside(b, a)).Results {
		if e := result.Endpoint; e.ID != ids[e.Input] {
			t.Errorf("the other way round %s has the id %s, want %s", e.Place(), e.ID, ids[e.Input])
		}
	}
	alone, both := validate(t, beside(a)), validate(t, beside(a, open("aws_instance.other", "203.0.113.2", "sg-b", 22).state(t, "b.tfstate")))
	i := slices.IndexFunc(both.Results, func(r exposure.Result) bool { return r.Endpoint.Input == "a.tfstate" })
	if got := both.Results[i].Endpoint.ID; got != alone.Results[0].Endpoint.ID || alone.Results[0].Endpoint.Input != "" {
		t.Errorf("id %s beside another input, %s alone with input %q", got, alone.Results[0].Endpoint.ID, alone.Results[0].Endpoint.Input)
	}
}

// A plan beside a state opens or closes what the state holds: also a rule that
// is its own resource, which the refreshed group lists still.
func TestAPlanOpensAndClosesWhatAStateHolds(t *testing.T) {
	web := network()
	web.keep("aws_instance.web", instance("203.0.113.1"))
	narrow, wide := group(22, "10.0.0.0/8"), group(22, "0.0.0.0/0")
	rule := object{"id": "sgrule-1", "type": "ingress", "security_group_id": "sg-1", "protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": []string{"0.0.0.0/0"}}
	tests := []struct {
		name   string
		plan   func(e estate)
		want   []string
		closed int
	}{
		{"nothing", func(e estate) { e.keep("aws_security_group.web", wide) }, []string{"aws_instance.web (in web.tfstate) 22 unchanged"}, 0},
		{"opens", func(e estate) { e.set("aws_security_group.web", narrow, wide) }, []string{"aws_instance.web (in web.tfstate) 22 new"}, 0},
		{"narrows", func(e estate) { e.set("aws_security_group.web", wide, narrow) }, []string{}, 1},
		{"deletes a rule", func(e estate) {
			e.keep("aws_security_group.web", wide)
			e.set("aws_security_group_rule.web", rule, nil)
		}, []string{}, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := estate{}
			test.plan(e)
			r := validate(t, beside(web.state(t, "web.tfstate"), e.plan(t)))
			if diff := cmp.Diff(test.want, places(r)); diff != "" || len(r.Closed) != test.closed {
				t.Errorf("%d closed, want %d; exposed (-want +got):\n%s", len(r.Closed), test.closed, diff)
			}
		})
	}
}

// What a plan forgets goes on to exist: neither an instance nor the rule that
// opens it is closed by it, and the report says that nobody looks after it.
func TestWhatAPlanForgetsStaysExposed(t *testing.T) {
	rule := object{"id": "sgrule-1", "type": "ingress", "security_group_id": "sg-1", "protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": []string{"0.0.0.0/0"}}
	for _, address := range []string{"aws_instance.web", "aws_security_group_rule.web"} {
		t.Run(address, func(t *testing.T) {
			e := network()
			e.keep("aws_instance.web", instance("203.0.113.1"))
			e.keep("aws_security_group.web", group(22, "0.0.0.0/0"))
			e.keep("aws_security_group_rule.web", rule)
			e.set(address, e[address].before, forgetIt)
			r := validate(t, beside(e.plan(t)))
			if diff := cmp.Diff([]string{"aws_instance.web 22 unchanged"}, places(r)); diff != "" || len(r.Closed) != 0 {
				t.Errorf("%d closed, want 0; exposed (-want +got):\n%s", len(r.Closed), diff)
			}
			if want := "The plan forgets " + address; !slices.ContainsFunc(r.Warnings, func(w string) bool { return strings.HasPrefix(w, want) }) {
				t.Errorf("Warnings = %q, want one that begins with %q", r.Warnings, want)
			}
		})
	}
}
