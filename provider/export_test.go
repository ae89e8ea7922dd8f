package provider

import (
	"context"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/store"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/zclconf/go-cty/cty"
)

var (
	CtyOf    = ctyOf
	ParseID  = parseID
	Texts    = texts
	IsHost   = isHost
	Begun    = begun
	ReadGate = readGate
	Enforce  = enforcementFrom
	Networks = allowedNetworks
	SeenOf   = seenOf
)

// SharedStore is the store of a provider instance.
type SharedStore struct{ shared sharedStore }

func (s *SharedStore) Open(ctx context.Context, dir string) (*store.Store, func(), error) {
	return s.shared.open(ctx, dir, store.Options{})
}

// Endpoints and KeyOf show what a gate read.
func (g gate) Endpoints() []exposure.Endpoint { return g.endpoints }
func (g gate) KeyOf(id string) string         { return g.declared[id] }

// Told is the message for findings of one rule and resource.
func Told(findings []exposure.Finding, e exposure.Endpoint) (summary, detail string) {
	return told(findings, map[string]exposure.Endpoint{e.ID: e}, waiverAdvice(findings[0]))
}

// ObservedType is the type of observed of a dynamicscan_endpoint.
func ObservedType() types.ObjectType { return observedAttribute().GetType().(types.ObjectType) }

// SeverityOf is the function severity.
var SeverityOf = newSeverity

// Warn tells what the user should know beside the findings.
func Warn(r exposure.Report) diag.Diagnostics {
	var diags diag.Diagnostics
	warn(r, &diags)
	return diags
}

// Departures reads a baseline and compares an observation with it.
func Departures(baseline cty.Value, o *exposure.Observation, severity exposure.Severity) ([]string, diag.Diagnostics) {
	var diags diag.Diagnostics
	b := readBaseline(baseline, &diags)
	return b.departures(seenOf(o, severity)), diags
}
