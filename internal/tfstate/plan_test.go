package tfstate_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

func TestPlanPictures(t *testing.T) {
	in := read(t, "plan.json")
	if in.Kind != tfstate.Plan || in.Engine != "1.9.0" {
		t.Errorf("Parse() = %s of %s", in.Kind, in.Engine)
	}
	got := map[string]tfstate.Action{}
	for _, r := range in.Resources {
		got[r.Address] = r.Action
	}
	want := map[string]tfstate.Action{
		"aws_eip.new":            tfstate.Create,
		"aws_eip.same":           tfstate.NoOp,
		"aws_eip.changed":        tfstate.Update,
		"aws_eip.replaced":       tfstate.Replace,
		"aws_eip.forgotten":      tfstate.Forget,
		"aws_eip.renamed":        tfstate.NoOp,
		"aws_eip.untargeted":     tfstate.NoOp,
		"data.aws_ami.now":       "",
		"data.aws_ami.later":     tfstate.Read,
		"aws_eip.future":         tfstate.Update,
		"module.m[0].aws_eip.in": tfstate.Create,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("planned picture (-want +got):\n%s", diff)
	}
	before := []string{"aws_eip.changed", "aws_eip.deleted", "aws_eip.forgotten", "aws_eip.future", "aws_eip.renamed", "aws_eip.replaced", "aws_eip.same", "aws_eip.untargeted", "data.aws_ami.now"}
	if diff := cmp.Diff(before, addresses(in.Prior)); diff != "" {
		t.Errorf("prior picture (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"the plan does conjure to aws_eip.future, which is not understood; it is taken for an update"}, in.Incomplete); diff != "" {
		t.Errorf("Incomplete (-want +got):\n%s", diff)
	}
	for address, ip := range map[string]string{"aws_eip.changed": "203.0.113.1", "aws_eip.deleted": "203.0.113.4"} {
		if got := tfstate.Printable(at(t, in.Prior, address).Attr("public_ip")); got != ip {
			t.Errorf("public_ip of %s before = %s, want %s", address, got, ip)
		}
	}
	if got := tfstate.Printable(at(t, in.Resources, "aws_eip.changed").Attr("public_ip")); got != "203.0.113.2" {
		t.Errorf("public_ip of aws_eip.changed after = %s", got)
	}
	was, stays := at(t, in.Prior, "aws_eip.forgotten").Attr("public_ip"), at(t, in.Resources, "aws_eip.forgotten").Attr("public_ip")
	if was, stays := tfstate.Printable(was), tfstate.Printable(stays); stays != was || was == "null" {
		t.Errorf("public_ip of aws_eip.forgotten = %s before and %s after, want the same", was, stays)
	}
	if got := tfstate.Printable(at(t, in.Resources, "aws_eip.renamed").Identity); got != "{id = eip-5}" {
		t.Errorf("identity after = %s", got)
	}
}

func TestUnknownAndSensitiveLeaves(t *testing.T) {
	const plan = `{"format_version":"1.2","resource_changes":[{"address":"t.n","mode":"managed","type":"t","name":"n","change":{"actions":["create"],"before":null,%s}}]}`
	tests := []struct {
		name, change, want string
	}{
		{"whole attribute", `"after":{"a":1},"after_unknown":{"x":true}`, "(known after apply)"},
		{"null is not unknown", `"after":{"x":null},"after_unknown":{}`, "null"},
		{"element of a list", `"after":{"x":["a",null]},"after_unknown":{"x":[false,true]}`, "[a, (known after apply)]"},
		{"element that after leaves out", `"after":{"x":["a"]},"after_unknown":{"x":[false,true]}`, "[a, (known after apply)]"},
		{"attribute of a block", `"after":{"x":[{"p":80}]},"after_unknown":{"x":[{"q":true}]}`, "[{p = 80, q = (known after apply)}]"},
		{"block that after leaves out", `"after":{},"after_unknown":{"x":[{"q":true}]}`, "[{q = (known after apply)}]"},
		{"object that after leaves out", `"after":{},"after_unknown":{"x":{"q":true}}`, "{q = (known after apply)}"},
		{"mask deeper than the value", `"after":{"x":"s"},"after_unknown":{"x":{"q":true}}`, "(known after apply)"},
		{"false leaves", `"after":{"x":"s"},"after_unknown":{"x":false}`, "s"},
		{"whole instance", `"after":null,"after_unknown":true`, "(known after apply)"},
		{"sensitive attribute", `"after":{"x":"s"},"after_unknown":{},"after_sensitive":{"x":true}`, "(sensitive)"},
		{"sensitive instance", `"after":{"x":"s"},"after_unknown":{},"after_sensitive":true`, "(sensitive)"},
		{"sensitive part", `"after":{"x":[{"p":"s"}]},"after_unknown":{},"after_sensitive":{"x":[{"p":true}]}`, "(sensitive)"},
		{"sensitive mask deeper than the value", `"after":{"x":"s"},"after_unknown":{},"after_sensitive":{"x":{"q":true}}`, "(sensitive)"},
		{"sensitive list that is empty", `"after":{"x":[]},"after_unknown":{},"after_sensitive":{"x":true}`, "(sensitive)"},
		{"sensitive and unknown", `"after":{},"after_unknown":{"x":true},"after_sensitive":{"x":true}`, "(sensitive)"},
		{"empty masks", `"after":{"x":["s"]},"after_unknown":{},"after_sensitive":{"x":[]}`, "[s]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in := parse(t, replace(plan, test.change))
			x := in.Resources[0].Attr("x")
			if got := tfstate.Printable(x); got != test.want {
				t.Errorf("Printable(x) of %s = %s, want %s", test.change, got, test.want)
			}
			if test.name == "sensitive and unknown" && !tfstate.Unknown(x) {
				t.Errorf("Unknown(x) = false, want true")
			}
		})
	}
}

func TestIncompletePlans(t *testing.T) {
	const change = `"resource_changes":[{"address":"t.n","type":"t","name":"n","change":{"actions":["create"],"after":{}}}]`
	tests := map[string][]string{
		`{"format_version":"1.2","complete":true,"errored":false,` + change + `}`: nil,
		`{"format_version":"1.2","complete":false,` + change + `}`: {
			"the plan says that it is not complete: another run is needed after it is applied"},
		`{"format_version":"1.2","errored":true,` + change + `}`: {
			"planning ended with an error, so the plan shows only a part of the changes"},
		`{"format_version":"1.2","complete":false,"deferred_changes":[{"reason":"instance_count_unknown","resource_change":{"address":"t.d[*]"}}],` + change + `}`: {
			"the plan defers the change of t.d[*] to a later run"},
		`{"format_version":"1.2","deferred_changes":{"a":1},` + change + `}`: {
			"the plan defers changes to a later run, in a form that is not understood"},
	}
	for text, want := range tests {
		if diff := cmp.Diff(want, parse(t, text).Incomplete); diff != "" {
			t.Errorf("Parse(%s).Incomplete (-want +got):\n%s", text, diff)
		}
	}
}

func TestPlanWithoutChanges(t *testing.T) {
	in := parse(t, `{"planned_values":{"root_module":{"resources":[
			{"address":"aws_instance.a","mode":"managed","type":"aws_instance","name":"a","values":{"ami":"x","key":null}}]}},
		"configuration":{"root_module":{"resources":[{"address":"aws_instance.a","mode":"managed","type":"aws_instance","name":"a",
			"expressions":{"ami":{"constant_value":"x"},"subnet_id":{"references":["var.s"]},"key":{"references":["var.k"]}}}]}}}`)
	a := in.Resources[0]
	if in.Kind != tfstate.Plan || a.Action != tfstate.Create {
		t.Errorf("Parse() = %s, action %s, want a plan that creates", in.Kind, a.Action)
	}
	want := map[string]string{"ami": "x", "key": "null", "subnet_id": "(known after apply)", "other": "null"}
	if diff := cmp.Diff(want, printed(&a, "ami", "key", "subnet_id", "other")); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"the plan has no resource_changes, so it does not tell all values that are known only after apply"}, in.Incomplete); diff != "" {
		t.Errorf("Incomplete (-want +got):\n%s", diff)
	}
}

func TestPlanThatOnlyRefreshes(t *testing.T) {
	in := parse(t, `{"format_version":"1.2","planned_values":{"root_module":{}},
		"prior_state":{"format_version":"1.0","values":{"root_module":{"resources":[{"address":"a.b","mode":"managed","type":"a","name":"b","values":{"id":"1"}}]}}}}`)
	if len(in.Resources) != 1 || in.Resources[0].Action != tfstate.NoOp || len(in.Prior) != 1 || len(in.Incomplete) != 0 {
		t.Errorf("Parse() = %q, before %q, incomplete %q; want a.b in both and nothing incomplete", addresses(in.Resources), addresses(in.Prior), in.Incomplete)
	}
}

func TestChangeThatWasCutDown(t *testing.T) {
	in := parse(t, `{"format_version":"1.2","resource_changes":[
			{"address":"module.m[\"k\"].data.aws_ami.x[2]","change":{"actions":["no-op"]}}],
		"planned_values":{"root_module":{"child_modules":[{"address":"module.m[\"k\"]","resources":[
			{"address":"module.m[\"k\"].data.aws_ami.x[2]","mode":"data","type":"aws_ami","name":"x","index":2,"values":{"id":"ami"}}]}]}}}`)
	if diff := cmp.Diff([]string{`module.m["k"].data.aws_ami.x[2]`}, addresses(in.Resources)); diff != "" {
		t.Fatalf("addresses (-want +got):\n%s", diff)
	}
	r := in.Resources[0]
	if r.Module != `module.m["k"]` || r.Mode != tfstate.Data || r.Type != "aws_ami" || r.Name != "x" || tfstate.Printable(r.Attr("id")) != "ami" {
		t.Errorf("resource = %q %s %s %s, id %s", r.Module, r.Mode, r.Type, r.Name, tfstate.Printable(r.Attr("id")))
	}
}
