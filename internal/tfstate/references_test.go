package tfstate_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

func certain(addresses ...string) []tfstate.Reference { return references(true, addresses) }
func maybe(addresses ...string) []tfstate.Reference   { return references(false, addresses) }

func references(certain bool, addresses []string) []tfstate.Reference {
	var all []tfstate.Reference
	for _, address := range addresses {
		all = append(all, tfstate.Reference{Address: address, Certain: certain})
	}
	return all
}

func TestReferences(t *testing.T) {
	const far = `module.net["c"].module.deep.aws_instance.far`
	in := read(t, "references.json")
	tests := []struct {
		address, path string
		want          []tfstate.Reference
	}{
		{"aws_instance.new", "subnet_id", certain("aws_subnet.one")},
		{"aws_instance.new", "old_style", certain("aws_subnet.one")},
		{"aws_instance.new", "indexed", certain("aws_subnet.many[1]")},
		{"aws_instance.new", "quoted", certain(`aws_subnet.each["a.b"]`)},
		{"aws_instance.new", "splats", certain("aws_subnet.many[0]", "aws_subnet.many[1]")},
		{"aws_instance.new", "element_of_splat", maybe("aws_subnet.many[0]", "aws_subnet.many[1]")},
		{"aws_instance.new", "by_locals", maybe("aws_subnet.many[0]", "aws_subnet.many[1]")},
		{"aws_instance.new", "by_vars", maybe("aws_subnet.many[0]", "aws_subnet.many[1]")},
		{"aws_instance.new", "both_kinds", certain("aws_subnet.many[0]", "aws_subnet.many[1]")},
		{"aws_instance.new", "absent", nil},
		{"aws_instance.new", "nothing", nil},
		{"aws_instance.new", "vpc", certain("data.aws_vpc.main")},
		{"aws_instance.new", "from_modules", certain(`module.net["c"].aws_subnet.in[0]`, `module.net["c"].aws_subnet.in[1]`)},
		{"aws_instance.new", "one_of_modules", maybe(`module.net["c"].aws_subnet.in[0]`, `module.net["c"].aws_subnet.in[1]`)},
		{"aws_instance.new", "passed_through", certain("aws_subnet.one")},
		{"aws_instance.new", "missing_module", nil},
		{"aws_instance.new", "missing_output", nil},
		{"aws_instance.new", "cycles", nil},
		{"aws_instance.new", "several", certain("aws_subnet.one", "data.aws_vpc.main")},
		{"aws_instance.new", "one_of_two", maybe("aws_subnet.many[0]", "aws_subnet.one")},
		{"aws_instance.new", "known_list", certain("aws_subnet.many[0]", "aws_subnet.many[1]")},
		{"aws_instance.new", "constant", nil},
		{"aws_instance.new", "broken", nil},
		{"aws_instance.new", "ingress.1.groups", certain("aws_subnet.one")},
		{"aws_instance.new", "ingress.0.groups", nil},
		{"aws_instance.new", "rules.0.groups", maybe("aws_subnet.one")},
		{"aws_instance.new", "", nil},
		{"aws_instance.counted[0]", "subnet_id", certain("aws_subnet.many[0]")},
		{"aws_instance.counted[5]", "subnet_id", maybe("aws_subnet.many[0]", "aws_subnet.many[1]")},
		{"aws_instance.counted[5]", "single", certain("aws_subnet.one")},
		{"aws_instance.counted[0]", "through", certain(`module.net["c"].aws_subnet.in[0]`)},
		{`aws_instance.keyed["c"]`, "by_key", certain(`aws_subnet.each["c"]`)},
		{`aws_instance.keyed["c"]`, "by_value", certain(`aws_subnet.each["c"]`)},
		{`aws_instance.keyed["c"]`, "any_output", maybe("data.aws_vpc.main", `module.net["c"].aws_subnet.in[0]`, `module.net["c"].aws_subnet.in[1]`)},
		{`module.net["c"].aws_subnet.in[0]`, "vpc_id", certain("data.aws_vpc.main")},
		{far, "subnets", certain(`module.net["c"].aws_subnet.in[0]`, `module.net["c"].aws_subnet.in[1]`)},
		{far, "first", maybe(`module.net["c"].aws_subnet.in[0]`, `module.net["c"].aws_subnet.in[1]`)},
		{far, "mine", certain(`aws_subnet.each["c"]`)},
		{far, "parent", certain(`aws_subnet.each["c"]`)},
		{far, "unset", nil},
		{"aws_instance.orphan", "subnet_id", nil},
	}
	for _, test := range tests {
		got := at(t, in.Resources, test.address).References(test.path)
		if len(got) == 0 {
			got = nil
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("References(%s) of %s (-want +got):\n%s", test.path, test.address, diff)
		}
	}
}

func TestConfigured(t *testing.T) {
	in := read(t, "references.json")
	tests := []struct {
		address, path string
		set, known    bool
	}{
		{"aws_instance.new", "constant", true, true},
		{"aws_instance.new", "nulled", false, true},
		{"aws_instance.new", "called", true, true},
		{"aws_instance.new", "subnet_id", true, true},
		{"aws_instance.new", "tags", false, true},
		{"aws_instance.new", "ingress", true, true},
		{"aws_instance.new", "ingress.0", true, true},
		{"aws_instance.new", "ingress.0.cidr", true, true},
		{"aws_instance.new", "ingress.0.groups", false, true},
		{"aws_instance.new", "ingress.2", false, true},
		{"aws_instance.new", "timeouts.create", true, true},
		{"aws_instance.new", "timeouts.delete", false, true},
		{"aws_instance.new", "listed.0.cidr", true, true},
		{"aws_instance.new", "listed.0.none", false, true},
		{"aws_instance.new", "rules.0.groups", false, false},
		{"aws_instance.new", "ebs", false, false}, // made by a dynamic block
		{"aws_instance.new", "ebs.0.size", false, false},
		{"aws_instance.orphan", "subnet_id", false, false},
		{"data.aws_vpc.main", "id", false, false},
	}
	for _, test := range tests {
		set, known := at(t, in.Resources, test.address).Configured(test.path)
		if set != test.set || known != test.known {
			t.Errorf("Configured(%s) of %s = %t, %t, want %t, %t", test.path, test.address, set, known, test.set, test.known)
		}
	}
}

func TestConfigurationOfAnotherForm(t *testing.T) {
	const change = `{"format_version":"1.2","resource_changes":[{"address":"a.b","type":"a","name":"b","change":{"actions":["create"],"after":{}}}],"configuration":%s}`
	for _, configuration := range []string{`{}`, `{"root_module":null}`, `{"root_module":{"resources":[{"type":"a","name":"b","expressions":[]}]}}`} {
		if in := parse(t, replace(change, configuration)); len(in.Incomplete) != 0 {
			t.Errorf("configuration %s: Incomplete = %q, want none", configuration, in.Incomplete)
		}
	}
	in := parse(t, replace(change, `{"root_module":{"resources":"x"}}`))
	if len(in.Incomplete) != 1 || !strings.Contains(in.Incomplete[0], "references are not followed") || len(in.Resources) != 1 {
		t.Errorf("Parse() = %q, incomplete %q; want a.b and one sentence", addresses(in.Resources), in.Incomplete)
	}
}

// Each module hands its input to two others, which is exponential when nothing
// is remembered, and deeper than references are followed.
func TestManyPathsThroughModulesEnd(t *testing.T) {
	var calls []string
	for i := range 1000 {
		calls = append(calls, fmt.Sprintf(`"m%d":{"expressions":{"v":{"references":["module.m%d.o","module.m%d.o"]}},"module":{"outputs":{"o":{"expression":{"references":["var.v"]}}}}}`, i, i+1, i+1))
	}
	in := parse(t, `{"format_version":"1.2","resource_changes":[{"address":"a.b","type":"a","name":"b","change":{"actions":["create"],"after":{}}}],
		"configuration":{"root_module":{"resources":[{"type":"a","name":"b","expressions":{"x":{"references":["module.m0.o"]}}}],"module_calls":{`+strings.Join(calls, ",")+`}}}}`)
	if got := in.Resources[0].References("x"); len(got) != 0 {
		t.Errorf("References(x) = %v, want none", got)
	}
}

func TestReferencesAreSafeForConcurrentUse(t *testing.T) {
	in := read(t, "references.json")
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for i := range in.Resources {
				in.Resources[i].References("subnet_id")
				in.Resources[i].References("from_modules")
				in.Resources[i].Configured("ingress")
			}
		})
	}
	group.Wait()
}
