package tfstate_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zclconf/go-cty/cty"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// read parses a file of testdata.
func read(t *testing.T, name string) *tfstate.Input {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, string(data))
}

func parse(t *testing.T, text string) *tfstate.Input {
	t.Helper()
	in, err := tfstate.Parse("input", []byte(text))
	if err != nil {
		t.Fatalf("Parse() error: %v", err)
	}
	return in
}

func addresses(resources []tfstate.Resource) []string {
	all := []string{}
	for _, r := range resources {
		all = append(all, r.Address)
	}
	return all
}

func at(t *testing.T, resources []tfstate.Resource, address string) *tfstate.Resource {
	t.Helper()
	for i := range resources {
		if resources[i].Address == address {
			return &resources[i]
		}
	}
	t.Fatalf("no resource %s among %q", address, addresses(resources))
	return nil
}

// printed renders the attributes of a resource.
func printed(r *tfstate.Resource, names ...string) map[string]string {
	all := map[string]string{}
	for _, name := range names {
		all[name] = tfstate.Printable(r.Attr(name))
	}
	return all
}

func TestRawStateV4(t *testing.T) {
	in := read(t, "v4.tfstate")
	if in.Kind != tfstate.State || in.Engine != "1.9.5" || in.Serial != 18446744073709551615 || in.Lineage != "0c6d0b7e" || in.Prior != nil {
		t.Errorf("Parse() = kind %s, engine %s, serial %d, lineage %s, %d before", in.Kind, in.Engine, in.Serial, in.Lineage, len(in.Prior))
	}
	want := []string{
		`aws_db_instance.main`,
		`aws_security_group.flat`,
		`data.aws_ami.x[0]`,
		`module.web["a.b"].module.net.aws_instance.this["0-cidr-0.0.0.0/0"]`,
		`module.web["a.b"].module.net.aws_instance.this["quote\"$${x}\n"]`,
	}
	if diff := cmp.Diff(want, addresses(in.Resources)); diff != "" {
		t.Errorf("addresses (-want +got):\n%s", diff)
	}

	web := at(t, in.Resources, want[3])
	if web.Module != `module.web["a.b"].module.net` || web.Mode != tfstate.Managed || web.Type != "aws_instance" || web.Name != "this" || web.Provider != "hashicorp/aws" || web.Action != "" {
		t.Errorf("resource = %q %s %s %s %s %q", web.Module, web.Mode, web.Type, web.Name, web.Provider, web.Action)
	}
	if got := tfstate.Printable(web.Identity); got != "{id = i-1, region = eu-west-1}" {
		t.Errorf("identity = %s", got)
	}
	wantValues := map[string]string{
		"id": "i-1", "private_ip": "null", "big": "12345678901234567890123", "share": "0.1", "monitoring": "true",
		"tags": "{a.b = c}", "ebs": "[{size = 8}]", "none": "[]", "absent": "null",
	}
	got := printed(web, "id", "private_ip", "big", "share", "monitoring", "tags", "ebs", "none", "absent")
	if diff := cmp.Diff(wantValues, got); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}

	if ami := at(t, in.Resources, "data.aws_ami.x[0]"); ami.Mode != tfstate.Data || ami.Provider != "hashicorp/aws" || ami.Identity != cty.NilVal {
		t.Errorf("data source = %s, provider %s, identity %#v", ami.Mode, ami.Provider, ami.Identity)
	}
	flat := printed(at(t, in.Resources, "aws_security_group.flat"), "ingress")
	if diff := cmp.Diff(map[string]string{"ingress": "[{cidr_blocks = [0.0.0.0/0]}]"}, flat); diff != "" {
		t.Errorf("attributes_flat (-want +got):\n%s", diff)
	}
	if set, known := web.Configured("id"); set || known {
		t.Errorf("Configured() of a state = %t, %t, want false, false", set, known)
	}
	if refs := web.References("id"); len(refs) != 0 {
		t.Errorf("References() of a state = %v, want none", refs)
	}
}

func TestSensitivePathsOfStateV4(t *testing.T) {
	db := at(t, read(t, "v4.tfstate").Resources, "aws_db_instance.main")
	list, names := tfstate.Elements(db.Attr("list")), db.Attr("map")
	got := map[string]bool{
		"password":  tfstate.IsSensitive(db.Attr("password")),
		"user":      tfstate.IsSensitive(db.Attr("user")),
		"list[0].k": tfstate.IsSensitive(list[0]),
		"list[1].k": tfstate.IsSensitive(list[1].GetAttr("k")),
		"map.x":     tfstate.IsSensitive(names.GetAttr("x")),
		"map.y":     tfstate.IsSensitive(names.GetAttr("y")),
		"set":       tfstate.IsSensitive(db.Attr("set")),
	}
	want := map[string]bool{"password": true, "user": false, "list[0].k": false, "list[1].k": true, "map.x": true, "map.y": false, "set": true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sensitive (-want +got):\n%s", diff)
	}
	if s, ok := tfstate.String(db.Attr("password")); s != "hunter2" || !ok {
		t.Errorf("String() of a sensitive value = %q, %t, want it evaluated", s, ok)
	}
}

func TestSensitivePathsOfUnknownFormHideEverything(t *testing.T) {
	const state = `{"version":4,"resources":[{"type":"a","name":"b","instances":[{"attributes":{"x":"1"},"sensitive_attributes":%s}]}]}`
	tests := map[string]bool{
		`null`:                                false,
		`[]`:                                  false,
		`["x"]`:                               true,
		`["y"]`:                               false,
		`[[{"type":"get_attr","value":"x"}]]`: true,
		`[[{"type":"splat"}]]`:                true,
		`[17]`:                                true,
		`{"x":true}`:                          true,
	}
	for paths, want := range tests {
		in := parse(t, replace(state, paths))
		if got := tfstate.IsSensitive(in.Resources[0].Attr("x")); got != want {
			t.Errorf("sensitive_attributes %s: IsSensitive(x) = %t, want %t", paths, got, want)
		}
	}
}

func TestRawStateV3(t *testing.T) {
	in := read(t, "v3.tfstate")
	want := []string{
		"aws_security_group.web",
		"azurerm_network_interface.nic[0]",
		"azurerm_network_interface.nic[1]",
		"data.aws_ami.ubuntu",
		"module.cycloid.module.inner.aws_lb.front",
	}
	if diff := cmp.Diff(want, addresses(in.Resources)); diff != "" {
		t.Errorf("addresses (-want +got):\n%s", diff)
	}
	web := at(t, in.Resources, "aws_security_group.web")
	wantValues := map[string]string{
		"name": "web", "revoke": "true", "egress": "[]",
		"ingress":  "[{cidr_blocks = [], from_port = 80}, {cidr_blocks = [0.0.0.0/0, 10.0.0.0/8], from_port = 22}]",
		"tags":     "{Name = web, kubernetes.io/cluster/x = owned}",
		"old_tags": "{Name = x}",
		"zone":     "(known after apply)",
	}
	got := printed(web, "name", "revoke", "egress", "ingress", "tags", "old_tags", "zone")
	if diff := cmp.Diff(wantValues, got); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	if revoke := web.Attr("revoke"); revoke.Type() != cty.String {
		t.Errorf("revoke is %#v, want the string of the file", revoke)
	}
	if web.Provider != "hashicorp/aws" {
		t.Errorf("provider = %s", web.Provider)
	}
	if got := tfstate.Printable(at(t, in.Resources, "azurerm_network_interface.nic[0]").Attr("id")); got != "nic0" {
		t.Errorf("id beside empty attributes = %s, want nic0", got)
	}
	subnets, _ := tfstate.Strings(at(t, in.Resources, want[4]).Attr("subnets"))
	if diff := cmp.Diff([]string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"}, subnets); diff != "" {
		t.Errorf("order of a list (-want +got):\n%s", diff)
	}
}

func TestFlatKeysThatContradictEachOther(t *testing.T) {
	const state = `{"version":3,"modules":[{"path":["root"],"resources":{"a.b":{"primary":{"attributes":%s}}}}]}`
	tests := map[string]string{
		`{"x":"1","x.y":"2"}`:                            "{y = 2}",
		`{"x.y.#":"1","x.y.0.z":"2"}`:                    "{y = [{z = 2}]}",
		`{"x.#":"74D93920-ED26-11E3-AC10-0800200C9A66"}`: "(known after apply)",
		`{"x.%":"74D93920-ED26-11E3-AC10-0800200C9A66"}`: "(known after apply)",
		`{"x.%":"0"}`:  "{}",
		`{"x.#":"1"}`:  "[]",
		`{"x":null}`:   "null",
		`{"x":12}`:     "12",
		`{"x":true}`:   "true",
		`{"x..y":"1"}`: "{ = {y = 1}}",
	}
	for attributes, want := range tests {
		in := parse(t, replace(state, attributes))
		if got := tfstate.Printable(in.Resources[0].Attr("x")); got != want {
			t.Errorf("attributes %s: x = %s, want %s", attributes, got, want)
		}
	}
}

func TestShownState(t *testing.T) {
	in := parse(t, `{"format_version":"1.0","terraform_version":"1.5.3","values":{"outputs":{},"root_module":{
		"resources":[
			{"address":"aws_eip.a","mode":"managed","type":"aws_eip","name":"a","index":1,"provider_name":"aws","values":{"id":"eip","secret":"x"},"sensitive_values":{"secret":true,"tags":{}},"identity":{"id":"eip"}},
			{"address":"aws_eip.a[1]","mode":"managed","type":"aws_eip","name":"a","index":1,"deposed_key":"aabb","values":{"id":"old"}}],
		"child_modules":[{"address":"module.m[\"k\"]","resources":[{"address":"data.aws_ami.x","mode":"data","type":"aws_ami","name":"x","values":{}}],
			"child_modules":[{"address":"module.m[\"k\"].module.n","resources":[{"type":"t","name":"n","tainted":true}]}]}]}}}`)
	want := []string{`aws_eip.a[1]`, `module.m["k"].data.aws_ami.x`, `module.m["k"].module.n.t.n`}
	if diff := cmp.Diff(want, addresses(in.Resources)); diff != "" {
		t.Errorf("addresses (-want +got):\n%s", diff)
	}
	if in.Kind != tfstate.State || in.Engine != "1.5.3" || len(in.Incomplete) != 0 {
		t.Errorf("Parse() = %s, %s, %q", in.Kind, in.Engine, in.Incomplete)
	}
	eip := in.Resources[0]
	if diff := cmp.Diff(map[string]string{"id": "eip", "secret": "(sensitive)"}, printed(&eip, "id", "secret")); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	if eip.Provider != "hashicorp/aws" || tfstate.Printable(eip.Identity) != "{id = eip}" {
		t.Errorf("provider %s, identity %s", eip.Provider, tfstate.Printable(eip.Identity))
	}
}

func TestEmptyStates(t *testing.T) {
	for _, text := range []string{
		`{"format_version":"0.1"}`,
		`{"format_version":"1.0","terraform_version":"1.5.0"}`,
		`{"version":4,"terraform_version":"1.0.0","serial":1,"lineage":"x","outputs":{},"resources":[]}`,
		`{"version":4}`,
		`{"version":3,"modules":[{"path":["root"],"resources":{}}]}`,
	} {
		if in := parse(t, text); len(in.Resources) != 0 || in.Kind != tfstate.State {
			t.Errorf("Parse(%s) = %s with %d resources, want an empty state", text, in.Kind, len(in.Resources))
		}
	}
}

func TestSameAddressTwice(t *testing.T) {
	const same, other = `{"type":"a","name":"b","instances":[{"attributes":{"id":"first"}}]}`, `{"type":"a","name":"b","instances":[{"attributes":{"id":"second"}}]}`
	const beside = `{"type":"a","name":"b","instances":[{"index_key":0,"attributes":{"id":"third"}}]}`
	tests := []struct {
		name, resources                  string
		addresses, ambiguous, incomplete []string
	}{
		{"the same", same + "," + same, []string{"a.b"}, nil, []string{"the file holds a.b more than once; only the first is used"}},
		{"another", same + "," + other + "," + beside, []string{"a.b", "a.b (number 2)", "a.b[0]"}, []string{"a.b"},
			[]string{"the file holds a.b more than once, and not the same; each is judged, and what is closed may be open"}},
		{"others", same + "," + other + "," + same, []string{"a.b", "a.b (number 2)", "a.b (number 3)"}, []string{"a.b"},
			[]string{"the file holds a.b more than once, and not the same; each is judged, and what is closed may be open"}},
	}
	for _, test := range tests {
		in := parse(t, `{"version":4,"resources":[`+test.resources+`]}`)
		if got := addresses(in.Resources); !slices.Equal(got, test.addresses) || tfstate.Printable(in.Resources[0].Attr("id")) != "first" {
			t.Errorf("%s: resources = %q, want %q, the first first", test.name, got, test.addresses)
		}
		if !slices.Equal(in.Ambiguous, test.ambiguous) || !slices.Equal(in.Incomplete, test.incomplete) {
			t.Errorf("%s: ambiguous %q, incomplete %q; want %q, %q", test.name, in.Ambiguous, in.Incomplete, test.ambiguous, test.incomplete)
		}
	}
}
