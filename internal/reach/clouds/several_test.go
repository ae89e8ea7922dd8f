package clouds_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/clouds"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

func several(subjects ...*tfstate.Input) []*reach.Analysis {
	return reach.AnalyzeAll(reach.Question{Subjects: subjects}, clouds.All()...)
}

// What the first of two subjects tells of a resource the second does not
// repeat, but for what it alone exposes.
func TestOneResourceInTwoSubjects(t *testing.T) {
	first := func() map[string]attributes {
		return with(with(network(), "aws_instance.web", instance("i-1", "203.0.113.10", "sg-1")), "aws_security_group.web", group("sg-1", 22))
	}
	moved := with(network(), "aws_instance.moved", instance("i-1", "203.0.113.10", "sg-1"))
	other := with(network(), "aws_instance.web", instance("i-2", "203.0.113.20", "sg-1"))
	wider := with(network(), "aws_instance.moved", instance("i-1", "203.0.113.10", "sg-9"))
	wider["aws_security_group.web"] = attributes{"id": "sg-9", "vpc_id": "vpc-1", "egress": []attributes{},
		"ingress": []attributes{{"from_port": 22, "to_port": 23, "protocol": "tcp", "cidr_blocks": []string{"0.0.0.0/0"}, "self": false}}}
	tests := []struct {
		name   string
		second map[string]attributes
		want   []string
		warned string
	}{
		{"the same machine", moved, []string{}, "b.tfstate holds aws_instance.moved and 5 more, which a.tfstate manages as well"},
		{"another machine at the same address", other, []string{"exposed aws_instance.web 22"}, "b.tfstate holds aws_internet_gateway.main and 4 more"},
		{"the same machine, more open", wider, []string{"exposed aws_instance.moved 23"}, "b.tfstate holds aws_instance.moved and 5 more"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			all := several(input(t, "a.tfstate", first()), input(t, "b.tfstate", test.second))
			if diff := cmp.Diff([]string{"exposed aws_instance.web 22"}, tcp(all[0])); diff != "" {
				t.Errorf("first (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.want, tcp(all[1])); diff != "" {
				t.Errorf("second (-want +got):\n%s", diff)
			}
			if !slices.ContainsFunc(all[1].Warnings, func(w string) bool { return strings.HasPrefix(w, test.warned) }) {
				t.Errorf("warnings = %q, want one that begins with %q", all[1].Warnings, test.warned)
			}
		})
	}
}

// A name that two accounts both use is not one resource.
func TestTheSameNameInTwoAccounts(t *testing.T) {
	url := func(host string) map[string]attributes {
		return map[string]attributes{
			"aws_lambda_function_url.api": {"id": "api", "function_name": "api", "authorization_type": "NONE", "function_url": "https://" + host + "/"},
		}
	}
	all := several(input(t, "a.tfstate", url("aaa.lambda-url.eu-central-1.on.aws")), input(t, "b.tfstate", url("bbb.lambda-url.eu-central-1.on.aws")))
	for i, a := range all {
		if len(a.Endpoints) != 1 {
			t.Errorf("subject %d: %q, want its own function", i, tcp(a))
		}
	}
}

// What a subject lends to one beside it is judged there: nothing to warn of.
func TestAddressLentToAnotherSubject(t *testing.T) {
	lender := input(t, "web.tfstate", map[string]attributes{"aws_eip.web": {"id": "eipalloc-1", "allocation_id": "eipalloc-1", "domain": "vpc",
		"instance": "i-2", "association_id": "eipassoc-1", "public_ip": "203.0.113.10"}})
	team := with(with(network(), "aws_instance.web", instance("i-2", "203.0.113.10", "sg-1")), "aws_security_group.web", group("sg-1", 22))
	all := several(lender, input(t, "team.tfstate", team))
	if got := append(tcp(all[0]), tcp(all[1])...); !slices.Equal(got, []string{"exposed aws_instance.web 22"}) || len(all[0].Warnings) > 0 {
		t.Errorf("endpoints %q and warnings %q, want the machine's only, and none", got, all[0].Warnings)
	}
}

// TestProfiles is T21: what is certain, likely or assumed of a machine in the
// default VPC depends on what is assumed.
func TestProfiles(t *testing.T) {
	world := attributes{"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": []string{"0.0.0.0/0"}, "self": false}
	plan := planOf(t, "plan.json",
		planned{address: "aws_security_group.web", after: attributes{"name": "web", "ingress": []attributes{world}},
			unknown: attributes{"id": true, "vpc_id": true}, sets: attributes{"name": constant("web")}},
		planned{address: "aws_instance.web", after: attributes{"ami": "ami-1"},
			unknown: attributes{"id": true, "public_ip": true, "subnet_id": true, "vpc_security_group_ids": true, "associate_public_ip_address": true},
			sets:    attributes{"ami": constant("ami-1"), "vpc_security_group_ids": attributes{"references": []string{"aws_security_group.web.id", "aws_security_group.web"}}}},
	)
	tests := []struct {
		profile    reach.Profile
		want       string
		confidence exposure.Confidence
		assumes    []string
	}{
		{reach.AssumeUsual, "unknown aws_instance.web 22 likely", exposure.ConfidenceAssumed, []string{"aws.bpa_off", "aws.default_nacl", "aws.default_vpc"}},
		{reach.AssumeFactory, "exposed aws_instance.web 22", exposure.ConfidenceAssumed,
			[]string{"aws.bpa_off", "aws.default_nacl", "aws.default_subnet", "aws.default_vpc"}},
		{reach.AssumeNone, "unknown aws_instance.web 22 likely", exposure.Declared, []string{}},
	}
	for _, test := range tests {
		t.Run("assume "+string(test.profile), func(t *testing.T) {
			a := reach.AnalyzeAll(reach.Question{Subjects: []*tfstate.Input{plan}, Assume: test.profile}, clouds.All()...)[0]
			if diff := cmp.Diff([]string{test.want}, tcp(a)); diff != "" {
				t.Fatalf("endpoints (-want +got):\n%s", diff)
			}
			e := a.Endpoints[0]
			if diff := cmp.Diff(test.assumes, e.Assumptions); diff != "" || e.Confidence != test.confidence {
				t.Errorf("confidence %s, want %s; assumptions (-want +got):\n%s", e.Confidence, test.confidence, diff)
			}
			for _, id := range e.Assumptions {
				if a.Assumptions[id] == "" {
					t.Errorf("assumption %s has no statement", id)
				}
			}
		})
	}
}

// Without assumptions, what only an assumption closes may be open.
func TestNothingAssumedOfADefaultGroup(t *testing.T) {
	in := planOf(t, "plan.json", planned{address: "aws_instance.web", after: attributes{"ami": "ami-1", "associate_public_ip_address": true},
		unknown: attributes{"id": true, "public_ip": true, "subnet_id": true, "vpc_security_group_ids": true},
		sets:    attributes{"ami": constant("ami-1"), "associate_public_ip_address": constant(true)}})
	for profile, want := range map[reach.Profile]string{reach.AssumeUsual: "", reach.AssumeNone: "unknown aws_instance.web 0-65535 unlikely"} {
		a := reach.AnalyzeAll(reach.Question{Subjects: []*tfstate.Input{in}, Assume: profile}, clouds.All()...)[0]
		if got := strings.Join(tcp(a), "\n"); got != want {
			t.Errorf("assume %q: %q, want %q; blocked %v", profile, got, want, a.Blocked)
		}
	}
}

func TestICMPIsAnEndpointOnRequest(t *testing.T) {
	icmp := func(protocol, attribute, source string) *tfstate.Input {
		estate := with(network(), "aws_instance.web", instance("i-1", "203.0.113.10", "sg-1"))
		estate["aws_instance.web"]["ipv6_addresses"] = []string{"2001:db8::10"}
		estate["aws_route_table.a"] = attributes{"id": "rtb-1", "vpc_id": "vpc-1", "route": []attributes{
			{"cidr_block": "0.0.0.0/0", "gateway_id": "igw-1"}, {"ipv6_cidr_block": "::/0", "gateway_id": "igw-1"},
		}}
		rule := attributes{"from_port": -1, "to_port": -1, "protocol": protocol, "self": false, attribute: []string{source}}
		estate["aws_security_group.web"] = attributes{"id": "sg-1", "vpc_id": "vpc-1", "egress": []attributes{}, "ingress": []attributes{rule}}
		return input(t, "a.tfstate", estate)
	}
	tests := []struct {
		name  string
		input *tfstate.Input
		asked bool
		want  []string
	}{
		{"not asked for", icmp("icmp", "cidr_blocks", "0.0.0.0/0"), false, []string{}},
		{"IPv4", icmp("icmp", "cidr_blocks", "0.0.0.0/0"), true, []string{"exposed icmp 203.0.113.10"}},
		{"IPv6", icmp("icmpv6", "ipv6_cidr_blocks", "::/0"), true, []string{"exposed icmpv6 2001:db8::10"}},
		{"only a network of one's own", icmp("icmp", "cidr_blocks", "10.0.0.0/8"), true, []string{}},
	}
	for _, test := range tests {
		a := reach.AnalyzeAll(reach.Question{Subjects: []*tfstate.Input{test.input}, ICMP: test.asked}, clouds.All()...)[0]
		got := []string{}
		for _, e := range a.Endpoints {
			got = append(got, string(e.Verdict)+" "+string(e.Transport)+" "+e.Host)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: endpoints (-want +got):\n%s", test.name, diff)
		}
	}
}

// A manifest may be of any kind: one that nothing reads is not covered.
func TestManifestsOfOtherKindsAreNotCovered(t *testing.T) {
	manifest := func(version, kind string) attributes {
		return attributes{"manifest": attributes{"apiVersion": version, "kind": kind, "metadata": attributes{"name": "x"}, "spec": attributes{}}}
	}
	in := input(t, "a.tfstate", map[string]attributes{
		"kubernetes_manifest.service": manifest("v1", "Service"),
		"kubernetes_manifest.policy":  manifest("networking.k8s.io/v1", "NetworkPolicy"),
		"kubernetes_manifest.tunnel":  manifest("example.com/v1", "Ingress"),
	})
	want := []exposure.TypeCount{{Type: "kubernetes_manifest", Count: 2}}
	if diff := cmp.Diff(want, reach.Analyze(in, clouds.All()...).Uncovered); diff != "" {
		t.Errorf("Uncovered (-want +got):\n%s", diff)
	}
}
