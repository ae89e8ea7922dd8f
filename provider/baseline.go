package provider

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/zclconf/go-cty/cty"
)

// baseline is what a user accepts of an endpoint. What it does not speak of is
// accepted.
type baseline struct {
	portStatus  string
	openPorts   []exposure.PortRange // nil: any
	addresses   []netip.Prefix       // nil: any
	maxSeverity *exposure.Severity
}

// portStatuses are the words that a baseline may use.
var portStatuses = []string{
	string(exposure.StatusOpen), string(exposure.StatusClosed), string(exposure.StatusScanFailed),
}

func readBaseline(v cty.Value, diags *diag.Diagnostics) baseline {
	fail := func(name, format string, args ...any) {
		diags.AddAttributeError(under(path.Root("baseline"), []string{name}), "Invalid baseline", name+": "+fmt.Sprintf(format, args...)+".")
	}
	b := baseline{portStatus: text(v, "port_status")}
	if b.portStatus != "" && !slices.Contains(portStatuses, b.portStatus) {
		fail("port_status", "%q is none of %s", b.portStatus, strings.Join(portStatuses, ", "))
	}
	if present(v, "open_ports") && known(v, "open_ports") {
		ranges, problems := settings.ParsePorts(texts(v, "open_ports"))
		b.openPorts = ranges
		for _, message := range problems {
			fail("open_ports", "%s", message)
		}
	}
	if present(v, "resolved_addresses") && known(v, "resolved_addresses") {
		words := texts(v, "resolved_addresses")
		b.addresses = parseNetworks(words, func(word string) {
			fail("resolved_addresses", "%q is neither an address nor a network such as 203.0.113.0/24", word)
		})
		if len(words) == 0 {
			fail("resolved_addresses", "the list is empty, so the endpoint could be nowhere")
		}
	}
	if name := text(v, "max_severity"); name != "" {
		severity, err := exposure.ParseSeverity(name)
		if err != nil {
			fail("max_severity", "%s", err)
		}
		b.maxSeverity = &severity
	}
	return b
}

// unaccepted returns the findings above the accepted severity.
func (b baseline) unaccepted(findings []exposure.Finding) []exposure.Finding {
	var out []exposure.Finding
	for _, f := range findings {
		if b.maxSeverity == nil || f.Severity > *b.maxSeverity {
			out = append(out, f)
		}
	}
	return out
}

// departures says in clauses how what was seen departs from the baseline. An
// endpoint that was left out on purpose was not seen, so it departs from
// nothing; one that could not be looked at does.
func (b baseline) departures(s seen) []string {
	var out []string
	switch exposure.PortStatus(value(s.PortStatus)) {
	case exposure.StatusScannerDisabled, exposure.StatusExcluded, exposure.StatusUnsupportedPort:
		return out
	}
	if status := value(s.PortStatus); b.portStatus != "" && status != b.portStatus {
		out = append(out, fmt.Sprintf("its port status is %s and the baseline accepts only %s", status, b.portStatus))
	}
	if strays := b.strays(s.ResolvedAddresses); len(strays) > 0 {
		out = append(out, fmt.Sprintf("it resolves to %s, where the baseline does not accept it", strings.Join(strays, ", ")))
	}
	if severity, err := exposure.ParseSeverity(s.Severity); b.maxSeverity != nil && (err != nil || severity > *b.maxSeverity) {
		out = append(out, fmt.Sprintf("its severity is %s and the baseline accepts none above %s", s.Severity, *b.maxSeverity))
	}
	if ports := b.unacceptedPorts(s.ValidatedOpenPorts); len(ports) > 0 {
		out = append(out, fmt.Sprintf("it is open on %s and the baseline accepts %s", exposure.FormatPorts(ports), orNone(exposure.FormatPorts(b.openPorts))))
	}
	return out
}

// strays returns the addresses of an endpoint that lives only where it is not
// accepted: while one of its addresses is, it is that one that is probed.
func (b baseline) strays(addresses []string) []string {
	if strays := outside(addresses, b.addresses); b.addresses != nil && len(strays) == len(addresses) {
		return strays
	}
	return nil
}

// awaited is the port status that the endpoint is waited for.
func (b baseline) awaited() exposure.PortStatus {
	if b.portStatus == "" && b.openPorts != nil && len(b.openPorts) == 0 {
		return exposure.StatusClosed
	}
	return cmp.Or(exposure.PortStatus(b.portStatus), exposure.StatusOpen)
}

func (b baseline) unacceptedPorts(open []int64) []exposure.PortRange {
	if b.openPorts == nil {
		return nil
	}
	var out []exposure.PortRange
	for _, p := range open {
		port := uint16(p)
		if !slices.ContainsFunc(b.openPorts, func(r exposure.PortRange) bool { return r.Contains(port) }) {
			out = append(out, exposure.PortRange{Lo: port, Hi: port})
		}
	}
	return exposure.MergePortRanges(out)
}

func orNone(s string) string {
	if s == "" {
		return "no open port"
	}
	return "only " + s
}

// departureSentence tells departures of an endpoint.
func departureSentence(hostPort string, departures []string) string {
	return hostPort + ": " + strings.Join(departures, "; ") + "."
}

// ModifyPlan makes the plan show a difference where an apply is due although
// no argument changed: while what was seen departs from the baseline, because
// a computed attribute that changes by itself would not show, and after an
// import, because nobody has looked yet.
func (*endpointResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || req.State.Raw.IsNull() {
		return // created or destroyed: there is nothing to depart from
	}
	planned, prior := ctyOf(req.Plan.Raw), ctyOf(req.State.Raw)
	var last *seen
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("observed"), &last)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if last != nil {
		departures := departuresOf(planned, prior, *last)
		if len(departures) == 0 {
			return
		}
		resp.Diagnostics.AddAttributeWarning(path.Root("baseline"), "Endpoint departs from its baseline: "+nameOf(planned),
			departureSentence(text(prior, "id"), departures)+
				"\n\nApplying looks again, and fails while this is so. To accept what is there, change the baseline.")
	}
	observed := observedAttribute().GetType().(types.ObjectType)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("observed"), types.ObjectUnknown(observed.AttrTypes))...)
}

// departuresOf compares the planned baseline with what was last seen, which
// says nothing about a host or ports that the plan changes.
func departuresOf(planned, prior cty.Value, last seen) []string {
	for _, name := range []string{"host", "ports"} {
		if !attribute(planned, name).RawEquals(attribute(prior, name)) {
			return nil
		}
	}
	var ignored diag.Diagnostics // ValidateConfig told
	return readBaseline(attribute(planned, "baseline"), &ignored).departures(last)
}
