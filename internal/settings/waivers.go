package settings

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/waiver"
	"github.com/zclconf/go-cty/cty"
)

var waiverTypes = map[string]cty.Type{
	"rule": cty.String, "resource": cty.String, "host": cty.String, "ports": cty.List(cty.String),
	"severity": cty.String, "reason": cty.String, "owner": cty.String, "expires": cty.String,
}

// RuleCheck returns why no finding can have a rule, a clause that names it, and
// nil for the id of a rule.
type RuleCheck func(rule string) error

// ParseWaivers reads a list of waivers, which may be null; a waiver that holds
// anything unknown is left for later. check, when not nil, is asked about the
// rule of each. The path of a problem is "waivers" and the index, and the
// attribute where one is to blame.
func ParseWaivers(list cty.Value, check RuleCheck) ([]exposure.Waiver, []Problem) {
	p := parser{}
	waivers := []exposure.Waiver{}
	if list == cty.NilVal || list.IsNull() || !list.IsKnown() {
		return waivers, nil
	}
	if t := list.Type(); !t.IsTupleType() && !t.IsListType() && !t.IsSetType() {
		p.fail([]string{"waivers"}, "has to be a list of objects, not %s", given(t))
		return waivers, p.problems
	}
	for i, e := range list.AsValueSlice() {
		if !e.IsWhollyKnown() {
			continue
		}
		path, before := []string{"waivers", strconv.Itoa(i)}, len(p.problems)
		attrs := p.object(path, e, waiverTypes)
		p.emptyBounds(path, attrs)
		if len(p.problems) > before {
			continue
		}
		w, err := waiver.Parse(waiverText(attrs))
		if err != nil {
			p.fail(path, "%s", strings.ReplaceAll(err.Error(), "\n", "; "))
			continue
		}
		if w.Rule != "" && check != nil {
			if err := check(w.Rule); err != nil {
				p.fail(append(path, "rule"), "%s", err)
				continue
			}
		}
		waivers = append(waivers, w)
	}
	return waivers, p.problems
}

// emptyBounds refuses what is given and empty where an absent one covers
// everything: a variable that turns out empty would widen the waiver.
func (p *parser) emptyBounds(path []string, attrs map[string]cty.Value) {
	for _, name := range []string{"rule", "resource", "host", "severity"} {
		if v, ok := attrs[name]; ok && v.AsString() == "" {
			p.fail(append(slices.Clone(path), name), "is empty; leave it out, or give null, to cover any")
		}
	}
	if v, ok := attrs["ports"]; ok && v.LengthInt() == 0 {
		p.fail(append(slices.Clone(path), "ports"), "holds no port; leave it out, or give null, to cover all")
	}
}

func waiverText(attrs map[string]cty.Value) waiver.Text {
	text := func(name string) string {
		if v, ok := attrs[name]; ok {
			return v.AsString()
		}
		return ""
	}
	t := waiver.Text{Rule: text("rule"), Resource: text("resource"), Host: text("host"), Severity: text("severity"), Reason: text("reason"), Owner: text("owner"), Expires: text("expires")}
	for _, port := range elements(attrs["ports"]) {
		if port.IsNull() {
			t.Ports = append(t.Ports, "") // which waiver.Parse refuses
			continue
		}
		t.Ports = append(t.Ports, port.AsString())
	}
	return t
}
