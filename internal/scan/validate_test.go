package scan_test

import (
	"encoding/json"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

type object = map[string]any

// estate are the attributes of resources by their address. after is nil for
// what a plan deletes, before for what it creates.
type estate map[string]struct{ before, after object }

// network is what an instance on the internet needs, unchanged.
func network() estate {
	e := estate{}
	for address, attributes := range map[string]object{
		"aws_vpc.main":                  {"id": "vpc-1", "cidr_block": "10.0.0.0/16", "main_route_table_id": "rtb-0"},
		"aws_internet_gateway.main":     {"id": "igw-1", "vpc_id": "vpc-1"},
		"aws_subnet.a":                  {"id": "subnet-1", "vpc_id": "vpc-1", "cidr_block": "10.0.1.0/24", "map_public_ip_on_launch": true},
		"aws_route_table.a":             {"id": "rtb-1", "vpc_id": "vpc-1", "route": []object{{"cidr_block": "0.0.0.0/0", "gateway_id": "igw-1"}}},
		"aws_route_table_association.a": {"id": "rtbassoc-1", "subnet_id": "subnet-1", "route_table_id": "rtb-1"},
	} {
		e.keep(address, attributes)
	}
	return e
}

func (e estate) set(address string, before, after object) {
	e[address] = struct{ before, after object }{before, after}
}

// forgetIt, after the change, takes a resource out of the state and leaves it.
var forgetIt = object{"forget": true}

func (e estate) keep(address string, attributes object) { e.set(address, attributes, attributes) }

func group(port uint16, source string) object {
	return object{
		"id": "sg-1", "vpc_id": "vpc-1",
		"ingress": []object{{"from_port": port, "to_port": port, "protocol": "tcp", "cidr_blocks": []string{source}, "self": false}},
		"egress":  []object{{"from_port": 0, "to_port": 0, "protocol": "-1", "cidr_blocks": []string{"0.0.0.0/0"}, "self": false}},
	}
}

func instance(address string) object {
	return object{
		"id": "i-1", "instance_state": "running", "subnet_id": "subnet-1", "public_ip": address, "private_ip": "10.0.1.10",
		"vpc_security_group_ids": []string{"sg-1"},
	}
}

// afterApply is a value that is known only then.
const afterApply = "(known after apply)"

// split tells the attributes that a plan knows from those it does not.
func split(attributes object) (known, unknown object) {
	if attributes == nil {
		return nil, object{}
	}
	known, unknown = object{}, object{}
	for name, v := range attributes {
		if v == afterApply {
			unknown[name] = true
			continue
		}
		known[name] = v
	}
	return known, unknown
}

// plan renders the estate as `show -json` prints a plan.
func (e estate) plan(t *testing.T) *tfstate.Input {
	t.Helper()
	planned, prior, changes := []object{}, []object{}, []object{}
	for address, r := range e {
		kind, name, _ := strings.Cut(address, ".")
		base := func(values object) object {
			return object{"address": address, "mode": "managed", "type": kind, "name": name, "provider_name": "registry.terraform.io/hashicorp/aws", "schema_version": 1, "values": values}
		}
		actions := []string{"update"}
		switch {
		case r.before == nil:
			actions = []string{"create"}
		case r.after == nil:
			actions = []string{"delete"}
		case cmp.Equal(r.after, forgetIt):
			actions, r.after = []string{"forget"}, nil
		case cmp.Equal(r.before, r.after):
			actions = []string{"no-op"}
		}
		known, unknown := split(r.after)
		if r.after != nil {
			planned = append(planned, base(known))
		}
		if r.before != nil {
			prior = append(prior, base(r.before))
		}
		changes = append(changes, object{"address": address, "mode": "managed", "type": kind, "name": name, "provider_name": "registry.terraform.io/hashicorp/aws",
			"change": object{"actions": actions, "before": r.before, "after": known, "after_unknown": unknown}})
	}
	text, err := json.Marshal(object{
		"format_version": "1.2", "terraform_version": "1.11.4", "complete": true,
		"planned_values":   object{"root_module": object{"resources": planned}},
		"resource_changes": changes,
		"prior_state":      object{"format_version": "1.0", "terraform_version": "1.11.4", "values": object{"root_module": object{"resources": prior}}},
		"configuration":    object{},
	})
	if err != nil {
		t.Fatal(err)
	}
	in, err := tfstate.Parse("plan.json", text)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// told is what a report says of its reachable endpoints.
type told struct {
	Host, Ports string
	Change      exposure.Change
	Probed      bool
}

func tell(r exposure.Report) []told {
	out := []told{}
	for _, result := range r.Results {
		if e := result.Endpoint; e.Verdict == exposure.Exposed {
			out = append(out, told{e.Host, exposure.FormatPorts(e.Ports), result.Change, result.Observed != nil})
		}
	}
	return out
}

func TestAPlanProbesWhatIsThereAndPredictsWhatIsNot(t *testing.T) {
	server := probetest.Silent(t)
	port := server.Addr.Port()
	const web, sg, other = "aws_instance.web", "aws_security_group.web", "127.0.0.94"
	exposed := exposure.FormatPorts([]exposure.PortRange{{Lo: port, Hi: port}})
	open, narrow := group(port, "0.0.0.0/0"), group(port, "10.9.0.0/16")
	tests := []struct {
		name   string
		estate func(e estate)
		want   []told
		closed int
		passed bool
	}{
		{"nothing changes", func(e estate) { e.keep(web, instance("127.0.0.1")); e.keep(sg, open) }, []told{{"127.0.0.1", exposed, exposure.ChangeNone, true}}, 0, false},
		{"it is created", func(e estate) { e.set(web, nil, instance(afterApply)); e.set(sg, nil, open) }, []told{{"", exposed, exposure.ChangeNew, false}}, 0, false},
		{"it is created with an address known before", func(e estate) { e.set(web, nil, instance("127.0.0.1")); e.keep(sg, open) }, []told{{"127.0.0.1", exposed, exposure.ChangeNew, false}}, 0, false},
		{"a group is opened", func(e estate) { e.keep(web, instance("127.0.0.1")); e.set(sg, narrow, open) }, []told{{"127.0.0.1", exposed, exposure.ChangeNew, false}}, 0, false},
		{"a group is narrowed", func(e estate) { e.keep(web, instance("127.0.0.1")); e.set(sg, open, narrow) }, []told{}, 1, true},
		{"it is deleted", func(e estate) { e.set(web, instance("127.0.0.1"), nil); e.keep(sg, open) }, []told{}, 1, true},
		{"it moves to another address", func(e estate) { e.set(web, instance("127.0.0.1"), instance(other)); e.keep(sg, open) }, []told{{other, exposed, exposure.ChangeNone, false}}, 0, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := network()
			test.estate(e)
			r := validate(t, scan.Validation{Request: request(t), Input: e.plan(t), Gate: scan.Gate{FailOn: exposure.SeverityCritical}})
			if diff := cmp.Diff(test.want, tell(r)); diff != "" {
				t.Errorf("exposed endpoints (-want +got):\n%s", diff)
			}
			if len(r.Closed) != test.closed || r.Passed != test.passed {
				t.Errorf("%d closed, passed %v, want %d, %v; findings %v", len(r.Closed), r.Passed, test.closed, test.passed, rules(r.Findings))
			}
		})
	}
	if n := server.Settle(t); n != 1 {
		t.Errorf("%d connections to the server, want one, for the plan that changes nothing", n)
	}
}

func TestOfAWidenedRangeOnlyTheRestIsClosedOrNew(t *testing.T) {
	wide := group(8000, "0.0.0.0/0")
	wide["ingress"].([]object)[0]["to_port"] = 8010
	e := network()
	e.keep("aws_instance.web", instance("127.0.0.1"))
	e.set("aws_security_group.web", wide, group(8005, "0.0.0.0/0"))
	r := validate(t, scan.Validation{Request: scan.Request{Settings: settings.Default(), Now: time.Now}, Input: e.plan(t), Offline: true})
	closed := []exposure.PortRange{}
	for _, c := range r.Closed {
		closed = append(closed, c.Ports...)
	}
	if diff := cmp.Diff([]exposure.PortRange{{Lo: 8000, Hi: 8004}, {Lo: 8006, Hi: 8010}}, exposure.MergePortRanges(closed)); diff != "" {
		t.Errorf("closed ports (-want +got):\n%s", diff)
	}
	for _, result := range r.Results {
		if result.Change == exposure.ChangeNew {
			t.Errorf("%s is new, want nothing new", result.Endpoint.HostPort())
		}
	}
}

// ports is group for a range.
func ports(from, to uint16) object {
	g := group(from, "0.0.0.0/0")
	g["ingress"].([]object)[0]["to_port"] = to
	return g
}

func TestWhatAPlanKeepsOfARangeIsProbedAndTheRestPredicted(t *testing.T) {
	server := probetest.Silent(t)
	port := server.Addr.Port()
	format := func(lo, hi uint16) string { return exposure.FormatPorts([]exposure.PortRange{{Lo: lo, Hi: hi}}) }
	kept := told{"127.0.0.1", format(port, port), exposure.ChangeNone, true}
	tests := []struct {
		name          string
		before, after object
		address       string
		want          []told
		closed        int
	}{
		{"a range is widened upwards", ports(port, port), ports(port, port+1), "127.0.0.1", []told{kept, {"127.0.0.1", format(port+1, port+1), exposure.ChangeNew, false}}, 0},
		{"a range is widened both ways", ports(port, port), ports(port-2, port+2), "127.0.0.1",
			[]told{kept, {"127.0.0.1", exposure.FormatPorts([]exposure.PortRange{{Lo: port - 2, Hi: port - 1}, {Lo: port + 1, Hi: port + 2}}), exposure.ChangeNew, false}}, 0},
		{"a range is narrowed", ports(port, port+1), ports(port, port), "127.0.0.1", []told{kept}, 1},
		{"a range is widened and moves", ports(port, port), ports(port, port+1), "127.0.0.94", []told{{"127.0.0.94", format(port, port+1), exposure.ChangeNew, false}}, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := network()
			e.set("aws_instance.web", instance("127.0.0.1"), instance(test.address))
			e.set("aws_security_group.web", test.before, test.after)
			r := validate(t, scan.Validation{Request: request(t), Input: e.plan(t), Gate: scan.Gate{FailOn: exposure.SeverityCritical}})
			got := tell(r)
			slices.SortFunc(got, func(a, b told) int { return strings.Compare(string(a.Change), string(b.Change)) * -1 })
			want := slices.Clone(test.want)
			slices.SortFunc(want, func(a, b told) int { return strings.Compare(string(a.Change), string(b.Change)) * -1 })
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("exposed endpoints (-want +got):\n%s", diff)
			}
			if len(r.Closed) != test.closed || r.Passed {
				t.Errorf("%d closed, passed %v, want %d and the open port to fail", len(r.Closed), r.Passed, test.closed)
			}
			ids := map[string]bool{}
			for _, result := range r.Results {
				if ids[result.Endpoint.ID] {
					t.Errorf("two results have the id %s", result.Endpoint.ID)
				}
				ids[result.Endpoint.ID] = true
			}
		})
	}
	if n := server.Settle(t); n != 3 {
		t.Errorf("%d connections to the server, want one for each plan but the one that moves", n)
	}
}

func TestAnOfflineRunNeedsNoStoreAndSendsNothing(t *testing.T) {
	server := probetest.Silent(t)
	v := scan.Validation{
		Request: scan.Request{Endpoints: []exposure.Endpoint{at("a", server.Addr)}, Settings: plain(), Allowed: probetest.Loopback(), Now: time.Now},
		Offline: true, Gate: scan.Gate{FailOn: exposure.SeverityCritical},
	}
	r := validate(t, v)
	if len(r.Results) != 1 || r.Results[0].Observed != nil || r.Passed {
		t.Errorf("results %+v, passed %v, want one that is predicted and fails", r.Results, r.Passed)
	}
	if n := server.Settle(t); n != 0 {
		t.Errorf("%d connections, want none", n)
	}
}

func TestDeclaredEndpointsAndThoseOfAStateAreOneReport(t *testing.T) {
	e := network()
	e.keep("aws_instance.web", instance("127.0.0.95"))
	e.keep("aws_security_group.web", group(22, "0.0.0.0/0"))
	in := e.plan(t)
	in.Kind, in.Prior = tfstate.State, nil
	declaredAt := at("zz.declared", netip.MustParseAddrPort("127.0.0.95:443"))
	r := validate(t, scan.Validation{Request: request(t, declaredAt), Input: in, Gate: scan.Gate{FailOn: exposure.SeverityCritical}})
	want := []told{{"127.0.0.95", "22", "", true}, {"127.0.0.95", "443", "", true}}
	if diff := cmp.Diff(want, tell(r)); diff != "" {
		t.Errorf("endpoints (-want +got):\n%s", diff)
	}
	if !r.Passed {
		t.Errorf("failed with %v, want closed ports to pass", rules(r.Findings))
	}
}

func TestAWaiverAcceptsAFindingAndAnUnusedOneIsTold(t *testing.T) {
	server := probetest.Silent(t)
	accept := func(resource string) exposure.Waiver {
		return exposure.Waiver{Resource: resource, Reason: "r", Owner: "ops", Expires: time.Now().Add(time.Hour)}
	}
	v := scan.Validation{Request: request(t, at("a", server.Addr)), Gate: scan.Gate{
		FailOn: exposure.SeverityCritical, Waivers: []exposure.Waiver{accept("a"), accept("b")},
	}}
	r := validate(t, v)
	if !r.Passed || len(r.Findings) != 1 || r.Findings[0].Waiver == nil || r.Findings[0].Failing {
		t.Errorf("passed %v, findings %+v, want one that is waived", r.Passed, r.Findings)
	}
	if len(r.Warnings) != 1 || strings.HasSuffix(r.Warnings[0], ".") || !strings.Contains(r.Warnings[0], "covers no finding") {
		t.Errorf("warnings %q, want one about the unused waiver, without full stop", r.Warnings)
	}
}
