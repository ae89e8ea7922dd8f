package clouds_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/clouds"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/reachtest"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

type attributes = map[string]any

// input is a raw state of managed resources by address, and of data sources
// where the address begins with "data.".
func input(t *testing.T, name string, resources map[string]attributes) *tfstate.Input {
	t.Helper()
	list := []attributes{}
	for address, values := range resources {
		mode, rest := "managed", address
		if after, ok := strings.CutPrefix(address, "data."); ok {
			mode, rest = "data", after
		}
		kind, label, _ := strings.Cut(rest, ".")
		list = append(list, attributes{"mode": mode, "type": kind, "name": label, "provider": `provider["registry.terraform.io/hashicorp/aws"]`,
			"instances": []attributes{{"schema_version": 1, "attributes": values}}})
	}
	text, err := json.Marshal(attributes{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": name, "resources": list})
	if err != nil {
		t.Fatal(err)
	}
	in, err := tfstate.Parse(name, text)
	if err != nil {
		t.Fatalf("Parse(%s): %v", name, err)
	}
	return in
}

// network is what leads from the internet to the subnet subnet-1.
func network() map[string]attributes {
	return map[string]attributes{
		"aws_vpc.main":                  {"id": "vpc-1", "cidr_block": "10.0.0.0/16", "main_route_table_id": "rtb-0"},
		"aws_internet_gateway.main":     {"id": "igw-1", "vpc_id": "vpc-1"},
		"aws_subnet.a":                  {"id": "subnet-1", "vpc_id": "vpc-1", "cidr_block": "10.0.1.0/24", "map_public_ip_on_launch": true},
		"aws_route_table.a":             {"id": "rtb-1", "vpc_id": "vpc-1", "route": []attributes{{"cidr_block": "0.0.0.0/0", "gateway_id": "igw-1"}}},
		"aws_route_table_association.a": {"id": "rtbassoc-1", "subnet_id": "subnet-1", "route_table_id": "rtb-1"},
	}
}

func group(id string, port int) attributes {
	return attributes{"id": id, "vpc_id": "vpc-1", "egress": []attributes{},
		"ingress": []attributes{{"from_port": port, "to_port": port, "protocol": "tcp", "cidr_blocks": []string{"0.0.0.0/0"}, "self": false}}}
}

func instance(id, address, group string) attributes {
	return attributes{"id": id, "instance_state": "running", "subnet_id": "subnet-1", "public_ip": address, "private_ip": "10.0.1.10",
		"vpc_security_group_ids": []string{group}}
}

func bucket(name string) attributes {
	return attributes{"id": name, "bucket": name, "arn": "arn:aws:s3:::" + name, "bucket_domain_name": name + ".s3.amazonaws.com",
		"bucket_regional_domain_name": name + ".s3.eu-central-1.amazonaws.com", "region": "eu-central-1"}
}

func with(resources map[string]attributes, address string, values attributes) map[string]attributes {
	resources[address] = values
	return resources
}

func analyze(in *tfstate.Input, context ...*tfstate.Input) *reach.Analysis {
	return reach.AnalyzeWith(in, context, clouds.All()...)
}

// tcp returns "exposed aws_instance.web 22" for each TCP endpoint.
func tcp(a *reach.Analysis) []string {
	out := []string{}
	for _, e := range a.Endpoints {
		if e.Transport == exposure.TCP {
			out = append(out, strings.TrimSpace(string(e.Verdict)+" "+e.ResourceAddress+" "+exposure.FormatPorts(e.Ports)+" "+e.Likelihood))
		}
	}
	return out
}

// TestGroupOfAnotherState is T22: what a group of another state admits is not
// known, and the remedy names it; with that state as context it is.
func TestGroupOfAnotherState(t *testing.T) {
	web := input(t, "web.tfstate", with(network(), "aws_instance.web", instance("i-1", "203.0.113.10", "sg-0abc")))
	a := analyze(web)
	if diff := cmp.Diff([]string{"unknown aws_instance.web 0-65535 likely"}, tcp(a)); diff != "" {
		t.Fatalf("AnalyzeWith(web) (-want +got):\n%s", diff)
	}
	remedy := a.Endpoints[0].Unknowns[0].Remedy
	for _, part := range []string{"--context FILE", "sg-0abc", "the state that holds"} {
		if !strings.Contains(remedy, part) {
			t.Errorf("remedy = %q, want it to say %q", remedy, part)
		}
	}

	a = analyze(web, input(t, "network.tfstate", map[string]attributes{"aws_security_group.web": group("sg-0abc", 22)}))
	if diff := cmp.Diff([]string{"exposed aws_instance.web 22"}, tcp(a)); diff != "" {
		t.Fatalf("AnalyzeWith(web, network) (-want +got):\n%s", diff)
	}
	hops := a.Endpoints[0].Hops
	const want = "aws_security_group.web (in network.tfstate)"
	if last := hops[len(hops)-1]; last.Resource != want || !strings.HasPrefix(last.Summary, want+" allows 0.0.0.0/0") {
		t.Errorf("last hop = %q, %q, want it of %s", last.Resource, last.Summary, want)
	}
}

func TestContextExposesNothingItself(t *testing.T) {
	web := input(t, "web.tfstate", with(with(network(), "aws_instance.web", instance("i-1", "203.0.113.10", "sg-1")), "aws_security_group.web", group("sg-1", 22)))
	team := map[string]attributes{
		"aws_instance.web": instance("i-2", "203.0.113.20", "sg-1"), "aws_instance.other": instance("i-3", "203.0.113.30", "sg-none"),
		"aws_s3_bucket.web": bucket("shop"), "aws_unheard_of.a": {"id": "x"},
	}
	alone, beside := analyze(web), analyze(web, input(t, "team.tfstate", team))
	if diff := cmp.Diff(reachtest.Render(alone), reachtest.Render(beside)); diff != "" {
		t.Errorf("AnalyzeWith(web, team) against AnalyzeWith(web) (-alone +beside):\n%s", diff)
	}
}

// The address of the same name in another state is another resource.
func TestSameAddressInTwoStates(t *testing.T) {
	web := input(t, "web.tfstate", with(with(network(), "aws_instance.web", instance("i-1", "203.0.113.10", "sg-1")), "aws_security_group.web", group("sg-1", 443)))
	web2 := input(t, "web.tfstate", with(with(network(), "aws_instance.web", instance("i-1", "203.0.113.10", "sg-2")), "aws_security_group.web", group("sg-1", 443)))
	other := input(t, "other.tfstate", map[string]attributes{"aws_security_group.web": group("sg-2", 22), "aws_subnet.a": {"id": "subnet-2", "vpc_id": "vpc-2"}})
	for _, test := range []struct {
		in   *tfstate.Input
		want string
	}{{web, "exposed aws_instance.web 443"}, {web2, "exposed aws_instance.web 22"}} {
		if diff := cmp.Diff([]string{test.want}, tcp(analyze(test.in, other))); diff != "" {
			t.Errorf("AnalyzeWith(%s, other) (-want +got):\n%s", test.in.Name, diff)
		}
	}
}

// Of one resource in two states the input's own word counts, and else that of
// the first, which is told.
func TestSameResourceInTwoStates(t *testing.T) {
	machine := with(network(), "aws_instance.web", instance("i-1", "203.0.113.10", "sg-1"))
	bare := input(t, "web.tfstate", machine)
	a := input(t, "a.tfstate", map[string]attributes{"aws_security_group.shared": group("sg-1", 22)})
	b := input(t, "b.tfstate", map[string]attributes{"aws_security_group.moved": group("sg-1", 443)})
	whole := input(t, "web.tfstate", with(machine, "aws_security_group.own", group("sg-1", 80)))
	named := group("sg-1", 443)
	named["arn"] = "arn:aws:ec2:eu-central-1:111122223333:security-group/sg-1"
	c := input(t, "c.tfstate", map[string]attributes{"aws_security_group.named": named})
	twice := input(t, "twice.tfstate", map[string]attributes{"aws_security_group.a": group("sg-1", 22), "aws_security_group.b": group("sg-1", 22)})
	tests := []struct {
		name       string
		in         *tfstate.Input
		context    []*tfstate.Input
		want       string
		incomplete []string
	}{
		{"the input has it", whole, []*tfstate.Input{a}, "exposed aws_instance.web 80", nil},
		{"the input and two others have it", whole, []*tfstate.Input{a, b}, "exposed aws_instance.web 80", nil},
		{"the other tells more names of it", whole, []*tfstate.Input{c}, "exposed aws_instance.web 80", nil},
		{"one other has it twice", bare, []*tfstate.Input{twice}, "exposed aws_instance.web 22", nil},
		{"two others have it", bare, []*tfstate.Input{a, b}, "exposed aws_instance.web 22",
			[]string{"a.tfstate and b.tfstate both hold aws_security_group.moved; what a.tfstate says counts"}},
		{"two others the other way round", bare, []*tfstate.Input{b, a}, "exposed aws_instance.web 443",
			[]string{"b.tfstate and a.tfstate both hold aws_security_group.shared; what b.tfstate says counts"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := analyze(test.in, test.context...)
			if diff := cmp.Diff([]string{test.want}, tcp(got)); diff != "" {
				t.Errorf("endpoints (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.incomplete, got.Incomplete); diff != "" {
				t.Errorf("incomplete (-want +got):\n%s", diff)
			}
		})
	}
}

// A data source of the input stands for what the context manages.
func TestDataSourceOfWhatTheContextManages(t *testing.T) {
	web := with(network(), "aws_instance.web", instance("i-1", "203.0.113.10", "sg-1"))
	in := input(t, "web.tfstate", with(web, "data.aws_security_group.shared", attributes{"id": "sg-1", "vpc_id": "vpc-1"}))
	got := tcp(analyze(in, input(t, "network.tfstate", map[string]attributes{"aws_security_group.shared": group("sg-1", 22)})))
	if diff := cmp.Diff([]string{"exposed aws_instance.web 22"}, got); diff != "" {
		t.Errorf("AnalyzeWith() (-want +got):\n%s", diff)
	}
}

func TestOrderOfContextDoesNotMatter(t *testing.T) {
	in := input(t, "web.tfstate", map[string]attributes{"aws_instance.web": instance("i-1", "203.0.113.10", "sg-1")})
	context := []*tfstate.Input{
		input(t, "network.tfstate", network()),
		input(t, "groups.tfstate", map[string]attributes{"aws_security_group.a": group("sg-1", 22)}),
		input(t, "rules.tfstate", map[string]attributes{"aws_security_group_rule.a": {"id": "sgrule-1", "type": "ingress", "security_group_id": "sg-1",
			"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": []string{"0.0.0.0/0"}}}),
		input(t, "dns.tfstate", map[string]attributes{"aws_route53_record.a": {"id": "Z1_a", "zone_id": "Z1", "name": "a.example.com", "fqdn": "a.example.com", "type": "A",
			"records": []string{"203.0.113.10"}}}),
	}
	first := analyze(in, context...)
	if diff := cmp.Diff([]string{"exposed aws_instance.web 22", "exposed aws_instance.web 443"}, tcp(first)); diff != "" {
		t.Fatalf("AnalyzeWith() (-want +got):\n%s", diff)
	}
	if got := first.Endpoints[0].Names; !slices.Equal(got, []string{"a.example.com"}) {
		t.Errorf("names = %q, want that of the record in dns.tfstate", got)
	}
	want := marshalled(t, first)
	for range context {
		context = append(context[1:], context[0])
		slices.Reverse(context[:2])
		if diff := cmp.Diff(want, marshalled(t, analyze(in, context...))); diff != "" {
			t.Fatalf("another order (-first +other):\n%s", diff)
		}
	}
}

func marshalled(t *testing.T, a *reach.Analysis) string {
	t.Helper()
	text, err := json.MarshalIndent(a, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A block of a whole account closes nothing of another account.
func TestBlockOfAnAccount(t *testing.T) {
	open := with(map[string]attributes{"aws_s3_bucket.open": bucket("open")}, "aws_s3_bucket_policy.open", attributes{"id": "open", "bucket": "open",
		"policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::open/*"}]}`})
	open["aws_s3_bucket_public_access_block.open"] = attributes{"id": "open", "bucket": "open", "block_public_policy": false, "restrict_public_buckets": false,
		"block_public_acls": false, "ignore_public_acls": false}
	open["aws_sns_topic.a"] = attributes{"id": "arn:aws:sns:eu-central-1:111122223333:a", "arn": "arn:aws:sns:eu-central-1:111122223333:a"}
	in := input(t, "web.tfstate", open)
	for account, want := range map[string]bool{"111122223333": false, "444455556666": true} {
		block := input(t, "account.tfstate", map[string]attributes{"aws_s3_account_public_access_block.a": {"id": account, "account_id": account,
			"block_public_policy": true, "restrict_public_buckets": true, "block_public_acls": true, "ignore_public_acls": true}})
		got := tcp(analyze(in, block))
		exposed := slices.ContainsFunc(got, func(line string) bool { return strings.HasPrefix(line, "exposed aws_s3_bucket.open") })
		if exposed != want {
			t.Errorf("with the block of account %s: %q; exposed is %v, want %v", account, got, exposed, want)
		}
	}
}

// What the input lends to a machine of the context must not vanish in silence.
func TestAddressLentToTheContext(t *testing.T) {
	in := input(t, "web.tfstate", map[string]attributes{"aws_eip.web": {"id": "eipalloc-1", "allocation_id": "eipalloc-1", "domain": "vpc",
		"instance": "i-2", "association_id": "eipassoc-1", "public_ip": "203.0.113.10"}})
	team := with(with(network(), "aws_instance.web", instance("i-2", "203.0.113.10", "sg-1")), "aws_security_group.web", group("sg-1", 22))
	a := analyze(in, input(t, "team.tfstate", team))
	want := []string{"aws_eip.web takes part in exposing aws_instance.web (in team.tfstate), which is not judged here: validate the state that holds it, with this one as context"}
	if diff := cmp.Diff(want, a.Warnings); diff != "" || len(a.Endpoints) > 0 {
		t.Errorf("endpoints %q, warnings (-want +got):\n%s", tcp(a), diff)
	}
}
