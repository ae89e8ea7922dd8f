package settings

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/waiver"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

var waiverTypes = map[string]cty.Type{
	"rule": cty.String, "resource": cty.String, "host": cty.String, "ports": cty.List(cty.String),
	"reason": cty.String, "owner": cty.String, "expires": cty.String,
}

// ParseWaivers reads a list of waivers; a waiver that holds anything unknown
// is left for later. The path of a problem is "waivers" and the index.
func ParseWaivers(list cty.Value) ([]exposure.Waiver, []Problem) {
	p := parser{}
	waivers := []exposure.Waiver{}
	want := cty.List(cty.ObjectWithOptionalAttrs(waiverTypes, slices.Collect(maps.Keys(waiverTypes))))
	v, err := convert.Convert(list, want)
	if err != nil {
		p.fail([]string{"waivers"}, "%s", err)
		return waivers, p.problems
	}
	for i, e := range elements(v) {
		if !e.IsWhollyKnown() {
			continue
		}
		w, err := waiver.Parse(waiverText(e))
		if err != nil {
			p.fail([]string{"waivers", strconv.Itoa(i)}, "%s", strings.ReplaceAll(err.Error(), "\n", "; "))
			continue
		}
		waivers = append(waivers, w)
	}
	return waivers, p.problems
}

func waiverText(v cty.Value) waiver.Text {
	text := func(name string) string {
		if a := v.GetAttr(name); !a.IsNull() {
			return a.AsString()
		}
		return ""
	}
	t := waiver.Text{Rule: text("rule"), Resource: text("resource"), Host: text("host"), Reason: text("reason"), Owner: text("owner"), Expires: text("expires")}
	for _, port := range elements(v.GetAttr("ports")) {
		if !port.IsNull() {
			t.Ports = append(t.Ports, port.AsString())
		}
	}
	return t
}
