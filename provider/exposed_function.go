package provider

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/zclconf/go-cty/cty"
)

// exposedEndpoints is the analysis by reference: resources in, endpoints out.
type exposedEndpoints struct{}

func newExposedEndpoints() function.Function { return exposedEndpoints{} }

func (exposedEndpoints) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "exposed_endpoints"
}

func (exposedEndpoints) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "The endpoints that resources expose to the internet",
		MarkdownDescription: "Works out what the given resources expose, and returns the map that `endpoints` of `dynamicscan_validation` takes: " +
			"what is exposed or may be, over TCP, at a host that is known. Because the resources are named, a gate that takes the map is read in the apply that creates them, " +
			"and because only hosts and ports come out, no value of a resource is copied into the state of the gate.\n\n" +
			"Give everything that takes part in the path: the instance, its groups, subnet, route table, load balancer. What is missing leaves an endpoint unknown, and then it is in the map as well. " +
			"Entries of your own catalogue are not used: a function knows nothing of the provider's configuration.",
		Parameters: []function.Parameter{
			function.DynamicParameter{Name: "resources", MarkdownDescription: "An object from resource address to resource: " +
				"`{ \"aws_instance.web\" = aws_instance.web, \"aws_security_group.web\" = aws_security_group.web }`. A resource with `count` or `for_each` is given as a whole under its name."},
		},
		Return: function.MapReturn{ElementType: exposedType},
	}
}

func (exposedEndpoints) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var argument types.Dynamic
	if resp.Error = req.Arguments.Get(ctx, &argument); resp.Error != nil {
		return
	}
	resources, err := resourcesOf(ctx, argument)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, clause(err))
		return
	}
	input := &tfstate.Input{Name: "resources", Kind: tfstate.State, Resources: resources}
	v := scan.Validation{Input: input, Offline: true, Request: scan.Request{Settings: settings.Default(), Now: time.Now}}
	found, err := scan.Validate(ctx, v)
	if err != nil {
		resp.Error = function.NewFuncError(clause(err))
		return
	}
	resp.Error = resp.Result.Set(ctx, exposedOf(found))
}

// form tells the user what the function takes.
const form = `give { "aws_instance.web" = aws_instance.web }`

// resourcesOf returns the resources of an argument in address order.
func resourcesOf(ctx context.Context, argument types.Dynamic) ([]tfstate.Resource, error) {
	v, err := ctyOfDynamic(ctx, argument)
	if err != nil {
		return nil, err
	}
	if !v.Type().IsObjectType() {
		return nil, errors.New("it has to be an object from resource address to resource: " + form)
	}
	resources := []tfstate.Resource{}
	for address, value := range sorted(v.AsValueMap()) {
		found, err := instances(address, value)
		if err != nil {
			return nil, err
		}
		resources = append(resources, found...)
	}
	slices.SortFunc(resources, func(a, b tfstate.Resource) int { return strings.Compare(a.Address, b.Address) })
	return resources, nil
}

// addressed splits a resource address: the module path, "data." for a data
// source, type, name, and the key of an instance.
var addressed = regexp.MustCompile(`^((?:module\.[^.\[]+(?:\[(?:"(?:[^"\\]|\\.)*"|[0-9]+)\])?\.)*)(data\.)?([a-z][a-z0-9_]*)\.([^.\[]+)(\[(?:"(?:[^"\\]|\\.)*"|[0-9]+)\])?$`)

// instances returns the resource of an address, or those of a resource that has
// count or for_each.
func instances(address string, v cty.Value) ([]tfstate.Resource, error) {
	parts := addressed.FindStringSubmatch(address)
	if parts == nil {
		return nil, fmt.Errorf("the key %q is no resource address: %s", address, form)
	}
	all, many := members(address, v)
	switch {
	case v.IsNull():
		return nil, nil // a resource that a condition leaves out
	case many && parts[5] == "":
		out := []tfstate.Resource{}
		for key, member := range sorted(all) {
			found, err := instances(key, member)
			if err != nil {
				return nil, err
			}
			out = append(out, found...)
		}
		return out, nil
	case !v.Type().IsObjectType() || many:
		return nil, fmt.Errorf("%q is no resource: %s", address, form)
	}
	mode := tfstate.Managed
	if parts[2] != "" {
		mode = tfstate.Data
	}
	return []tfstate.Resource{{
		Address: address, Module: strings.TrimSuffix(parts[1], "."), Mode: mode, Type: parts[3], Name: parts[4], Given: v,
	}}, nil
}

// members returns the instances that a value holds by their addresses, when it
// is a list, or an object in which all is an object: no resource is.
func members(address string, v cty.Value) (map[string]cty.Value, bool) {
	out := map[string]cty.Value{}
	switch {
	case v.IsNull():
		return nil, false
	case v.Type().IsTupleType():
		for i, member := range v.AsValueSlice() {
			out[fmt.Sprintf("%s[%d]", address, i)] = member
		}
		return out, true
	case !v.Type().IsObjectType() || v.LengthInt() == 0:
		return nil, false
	}
	for key, member := range v.AsValueMap() {
		if member.IsNull() || !member.Type().IsObjectType() {
			return nil, false
		}
		out[fmt.Sprintf("%s[%q]", address, key)] = member
	}
	return out, true
}
