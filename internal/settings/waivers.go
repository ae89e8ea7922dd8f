package settings

import (
	"strconv"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/waiver"
	"github.com/zclconf/go-cty/cty"
)

var waiverTypes = map[string]cty.Type{
	"rule": cty.String, "resource": cty.String, "host": cty.String, "ports": cty.List(cty.String),
	"reason": cty.String, "owner": cty.String, "expires": cty.String,
}

// ParseWaivers reads a list of waivers, which may be null; a waiver that holds
// anything unknown is left for later. The path of a problem is "waivers" and
// the index, and the attribute where one is to blame.
func ParseWaivers(list cty.Value) ([]exposure.Waiver, []Problem) {
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
		if len(p.problems) > before {
			continue
		}
		w, err := waiver.Parse(waiverText(attrs))
		if err != nil {
			p.fail(path, "%s", strings.ReplaceAll(err.Error(), "\n", "; "))
			continue
		}
		waivers = append(waivers, w)
	}
	return waivers, p.problems
}

func waiverText(attrs map[string]cty.Value) waiver.Text {
	text := func(name string) string {
		if v, ok := attrs[name]; ok {
			return v.AsString()
		}
		return ""
	}
	t := waiver.Text{Rule: text("rule"), Resource: text("resource"), Host: text("host"), Reason: text("reason"), Owner: text("owner"), Expires: text("expires")}
	for _, port := range elements(attrs["ports"]) {
		if port.IsNull() {
			t.Ports = append(t.Ports, "") // which waiver.Parse refuses
			continue
		}
		t.Ports = append(t.Ports, port.AsString())
	}
	return t
}
