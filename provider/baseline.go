package provider

import (
	"context"
	"fmt"

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
	maxSeverity *exposure.Severity
}

func readBaseline(v cty.Value, diags *diag.Diagnostics) baseline {
	b := baseline{portStatus: text(v, "port_status")}
	if present(v, "open_ports") {
		ranges, problems := settings.ParsePorts(texts(v, "open_ports"))
		b.openPorts = ranges
		for _, message := range problems {
			diags.AddAttributeError(path.Root("baseline"), "Invalid baseline", "open_ports: "+message+".")
		}
	}
	if name := text(v, "max_severity"); name != "" {
		severity, err := exposure.ParseSeverity(name)
		if err != nil {
			diags.AddAttributeError(path.Root("baseline"), "Invalid baseline", "max_severity: "+err.Error()+".")
		}
		b.maxSeverity = &severity
	}
	if b.portStatus != "" && !validStatus(b.portStatus) {
		diags.AddAttributeError(path.Root("baseline"), "Invalid baseline", fmt.Sprintf("port_status: %q is no port status.", b.portStatus))
	}
	return b
}

func validStatus(s string) bool {
	switch exposure.PortStatus(s) {
	case exposure.StatusOpen, exposure.StatusClosed, exposure.StatusScannerDisabled, exposure.StatusExcluded, exposure.StatusUnsupportedPort, exposure.StatusScanFailed:
		return true
	}
	return false
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

// departure says how an observation departs from the baseline, and is empty
// when it does not.
func (b baseline) departure(observed cty.Value) string {
	if !observed.IsKnown() || observed.IsNull() {
		return ""
	}
	if status := text(observed, "port_status"); b.portStatus != "" && status != b.portStatus {
		return fmt.Sprintf("port_status is %s, the baseline accepts %s", status, b.portStatus)
	}
	if severity, err := exposure.ParseSeverity(text(observed, "severity")); b.maxSeverity != nil && (err != nil || severity > *b.maxSeverity) {
		return fmt.Sprintf("severity is %s, the baseline accepts up to %s", severity, *b.maxSeverity)
	}
	return b.unacceptedPort(attribute(observed, "validated_open_ports"))
}

func (b baseline) unacceptedPort(open cty.Value) string {
	if b.openPorts == nil || !open.IsWhollyKnown() || open.IsNull() {
		return ""
	}
	for _, v := range open.AsValueSlice() {
		f, _ := v.AsBigFloat().Float64()
		port := uint16(f)
		accepted := false
		for _, r := range b.openPorts {
			accepted = accepted || r.Contains(port)
		}
		if !accepted {
			return fmt.Sprintf("port %d is open, the baseline accepts %s", port, orNone(exposure.FormatPorts(b.openPorts)))
		}
	}
	return ""
}

func orNone(s string) string {
	if s == "" {
		return "no open port"
	}
	return s
}

// ModifyPlan makes the plan show a difference while what was seen departs from
// the baseline: a computed attribute that changes by itself would not.
func (*endpointResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || req.State.Raw.IsNull() {
		return // created or destroyed: there is nothing to depart from
	}
	var ignored diag.Diagnostics // ValidateConfig told
	b := readBaseline(attribute(ctyOf(req.Plan.Raw), "baseline"), &ignored)
	departure := b.departure(attribute(ctyOf(req.State.Raw), "observed"))
	if departure == "" {
		return
	}
	resp.Diagnostics.AddAttributeWarning(path.Root("baseline"), "Endpoint departs from its baseline",
		departure+". Applying looks again; to accept what is there, change the baseline.")
	observed := observedAttribute().GetType().(types.ObjectType)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("observed"), types.ObjectUnknown(observed.AttrTypes))...)
}
