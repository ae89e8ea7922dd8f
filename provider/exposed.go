package provider

import (
	"fmt"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// exposedEndpoint is an endpoint of an analysis in the form that the gate takes
// as an element of endpoints, and for_each of dynamicscan_endpoint as a value.
type exposedEndpoint struct {
	Host                  string   `tfsdk:"host"`
	Ports                 []string `tfsdk:"ports"`
	Path                  *string  `tfsdk:"path"`
	Project               *string  `tfsdk:"project"`
	ResourceAddress       string   `tfsdk:"resource_address"`
	ResourceID            *string  `tfsdk:"resource_id"`
	DirectlyExposedBucket bool     `tfsdk:"directly_exposed_bucket"`
}

// exposedType is the type of an exposedEndpoint.
var exposedType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"host": types.StringType, "ports": stringList, "path": types.StringType, "project": types.StringType,
	"resource_address": types.StringType, "resource_id": types.StringType, "directly_exposed_bucket": types.BoolType,
}}

// exposedOf returns the endpoints of an analysis that can be looked at: those
// that are exposed, or may be, over TCP, at a host that is known. The keys are
// stable while other endpoints come and go.
func exposedOf(r exposure.Report) map[string]exposedEndpoint {
	out := map[string]exposedEndpoint{}
	for _, result := range r.Results {
		e := result.Endpoint
		if e.Verdict == exposure.NotExposed || e.Transport != exposure.TCP || e.Host == "" || e.Dormant {
			continue
		}
		ports := make([]string, len(e.Ports))
		for i, p := range e.Ports {
			ports[i] = p.String()
		}
		out[exposedKey(e, ports)] = exposedEndpoint{
			Host: e.Host, Ports: ports, Path: given(e.Path), Project: given(e.Project),
			ResourceAddress: e.ResourceAddress, ResourceID: given(e.Identity.ID), DirectlyExposedBucket: e.DirectlyExposedBucket,
		}
	}
	return out
}

// exposedKey tells the endpoints of a resource apart:
// "aws_instance.web/ipv4:443".
func exposedKey(e exposure.Endpoint, ports []string) string {
	return fmt.Sprintf("%s/%s:%s", e.ResourceAddress, e.Key, strings.Join(ports, ","))
}

// given returns a pointer to s, nil for the empty string.
func given(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
