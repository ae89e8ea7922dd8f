package provider

import (
	"context"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/policy"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/zclconf/go-cty/cty"
)

// supportedPorts lists the ports that are probed where a rule opens very many.
type supportedPorts struct{}

func newSupportedPorts() function.Function { return supportedPorts{} }

func (supportedPorts) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "supported_ports"
}

func (supportedPorts) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary:             "The supported ports, ascending",
		MarkdownDescription: "Returns the ports that are probed where more than 100 are open to the internet, ascending.",
		Return:              function.ListReturn{ElementType: types.Int64Type},
	}
}

func (supportedPorts) Run(ctx context.Context, _ function.RunRequest, resp *function.RunResponse) {
	ports := []int64{}
	for _, p := range exposure.SupportedPorts() {
		ports = append(ports, int64(p))
	}
	slices.Sort(ports)
	resp.Error = resp.Result.Set(ctx, ports)
}

// severity judges what was observed of one port.
type severity struct{}

func newSeverity() function.Function { return severity{} }

func (severity) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "severity"
}

func (severity) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "The severity of an observation under a policy",
		MarkdownDescription: "Returns `critical`, `high`, `medium`, `low` or `none` for what was observed of one port, as a scan under the policy would. " +
			"What was not scanned is critical under every policy.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "policy", MarkdownDescription: "`permissive`, `moderate`, `strict`, or the text of a Rego policy of your own."},
			function.DynamicParameter{Name: "observation", MarkdownDescription: "An object with some of " + inWords(slices.Sorted(maps.Keys(observationFields))) + ". " +
				"`observed` of a `dynamicscan_endpoint` with one port will do. `authentication` is a method or a list of methods, of which the weakest counts."},
		},
		Return: function.StringReturn{},
	}
}

func (severity) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var name string
	var observation types.Dynamic
	if resp.Error = req.Arguments.Get(ctx, &name, &observation); resp.Error != nil {
		return
	}
	chosen, err := policyOf(name)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, clause(err))
		return
	}
	v, err := ctyOfDynamic(ctx, observation)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(1, clause(err))
		return
	}
	in, err := observationOf(v)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(1, clause(err))
		return
	}
	judged, err := chosen.Severity(ctx, in)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, clause(err))
		return
	}
	resp.Error = resp.Result.Set(ctx, judged.String())
}

// clause turns an error into what engines print after the name of an argument;
// they add the full stop.
func clause(err error) string { return strings.TrimRight(exposure.Clean(err.Error()), ".") }

// policyOf returns the policy of a name, or of a text that is longer than one.
func policyOf(nameOrText string) (*policy.Policy, error) {
	if strings.ContainsAny(nameOrText, " \n") {
		return policy.Custom(nameOrText)
	}
	if !slices.Contains(policy.Names(), nameOrText) {
		return nil, fmt.Errorf("%q is none of %s, and no Rego text", nameOrText, strings.Join(policy.Names(), ", "))
	}
	return policy.Named(nameOrText)
}

// ctyOfDynamic returns the value of a dynamic argument.
func ctyOfDynamic(ctx context.Context, d types.Dynamic) (cty.Value, error) {
	if d.IsNull() || d.IsUnderlyingValueNull() {
		return cty.NilVal, fmt.Errorf("it is null")
	}
	v, err := d.UnderlyingValue().ToTerraformValue(ctx)
	if err != nil {
		return cty.NilVal, err
	}
	return ctyOf(v), nil
}

// observationFields are the fields of an observation that decide, each with
// what reads it.
var observationFields = map[string]func(in *policy.Input, v cty.Value) error{
	"port_status":             stringField(func(in *policy.Input, s string) { in.PortStatus = exposure.PortStatus(s) }),
	"handshake":               stringField(func(in *policy.Input, s string) { in.Handshake = s }),
	"http_status":             stringField(func(in *policy.Input, s string) { in.HTTPStatus = exposure.HTTPStatus(s) }),
	"transport":               stringField(func(in *policy.Input, s string) { in.Transport = exposure.Transport(s) }),
	"kind":                    stringField(func(in *policy.Input, s string) { in.Kind = s }),
	"project":                 stringField(func(in *policy.Input, s string) { in.Project = s }),
	"http_status_code":        numberField(0, 999, func(in *policy.Input, n int64) { in.HTTPStatusCode = int(n) }),
	"port":                    numberField(0, 65535, func(in *policy.Input, n int64) { in.Port = uint16(n) }),
	"directly_exposed_bucket": readBucket,
	"authentication":          readAuthentication,
}

// isObserved reports whether observed of a dynamicscan_endpoint has the field:
// that may be given as it is, with what decides nothing.
func isObserved(name string) bool {
	_, ok := observedAttribute().GetType().(types.ObjectType).AttrTypes[name]
	return ok
}

// observationOf reads what a policy is asked about. The port status is needed:
// without it nothing was scanned.
func observationOf(v cty.Value) (policy.Input, error) {
	if !v.Type().IsObjectType() {
		return policy.Input{}, fmt.Errorf("it has to be an object with some of %s", inWords(slices.Sorted(maps.Keys(observationFields))))
	}
	in := policy.Input{}
	for _, name := range slices.Sorted(maps.Keys(v.AsValueMap())) {
		read, decides := observationFields[name]
		field := v.GetAttr(name)
		switch {
		case !decides && isObserved(name), decides && field.IsNull():
			continue
		case !decides:
			return policy.Input{}, fmt.Errorf("%q is no field of an observation; those are %s", name, inWords(slices.Sorted(maps.Keys(observationFields))))
		}
		if err := read(&in, field); err != nil {
			return policy.Input{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	if !slices.Contains(knownStatuses, in.PortStatus) {
		return policy.Input{}, fmt.Errorf("port_status: %q is none of %s", in.PortStatus, joined(knownStatuses))
	}
	return in, nil
}

var knownStatuses = []exposure.PortStatus{
	exposure.StatusOpen, exposure.StatusClosed, exposure.StatusScannerDisabled, exposure.StatusExcluded, exposure.StatusUnsupportedPort, exposure.StatusScanFailed,
}

func stringField(set func(*policy.Input, string)) func(*policy.Input, cty.Value) error {
	return func(in *policy.Input, v cty.Value) error {
		if v.Type() != cty.String {
			return fmt.Errorf("it has to be a string")
		}
		set(in, v.AsString())
		return nil
	}
}

func numberField(low, high int64, set func(*policy.Input, int64)) func(*policy.Input, cty.Value) error {
	return func(in *policy.Input, v cty.Value) error {
		if v.Type() != cty.Number {
			return fmt.Errorf("it has to be a number")
		}
		n, accuracy := v.AsBigFloat().Int64()
		if accuracy != big.Exact || n < low || n > high {
			return fmt.Errorf("it has to be a whole number from %d to %d", low, high)
		}
		set(in, n)
		return nil
	}
}

func readBucket(in *policy.Input, v cty.Value) error {
	if v.Type() != cty.Bool {
		return fmt.Errorf("it has to be true or false")
	}
	in.DirectlyExposedBucket = v.True()
	return nil
}

// readAuthentication takes one method or a list of them. "none" and an empty
// list are none.
func readAuthentication(in *policy.Input, v cty.Value) error {
	methods := []cty.Value{v}
	if v.Type().IsTupleType() {
		methods = v.AsValueSlice()
	}
	offered := []exposure.Authentication{}
	for _, m := range methods {
		if m.IsNull() || m.Type() != cty.String {
			return fmt.Errorf("it has to be a method such as \"basic\", or a list of methods")
		}
		if m.AsString() != "none" {
			offered = append(offered, exposure.Authentication{Method: exposure.AuthMethod(m.AsString()), Verdict: exposure.AuthEnforced})
		}
	}
	in.Authentication = exposure.WeakestAuth(offered)
	return nil
}

// inWords returns "`a`, `b`".
func inWords(names []string) string { return "`" + strings.Join(names, "`, `") + "`" }

func joined(statuses []exposure.PortStatus) string {
	names := make([]string, len(statuses))
	for i, s := range statuses {
		names[i] = string(s)
	}
	return strings.Join(names, ", ")
}
