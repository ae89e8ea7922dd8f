package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// ImportState takes the id of an endpoint, its host and ports. Nothing is sent:
// everything else (settings, baseline, what was observed) comes with the apply
// that follows, which validates the endpoint as it is declared.
func (*endpointResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	e, err := parseID(req.ID)
	if err != nil {
		resp.Diagnostics.AddError("Invalid import id", sentence(err))
		return
	}
	ports := []string{}
	for _, p := range e.Ports {
		ports = append(ports, p.String())
	}
	set := func(name string, v any) { resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), v)...) }
	set("id", e.HostPort())
	set("host", e.Host)
	set("ports", ports)
}

// parseID reads what HostPort of an endpoint writes: "203.0.113.7:443",
// "[2001:db8::1]:443", and several ports with commas, in braces or without.
func parseID(id string) (exposure.Endpoint, error) {
	const form = "write HOST:PORT or HOST:PORT,PORT-PORT, with an IPv6 address in brackets"
	colon := strings.LastIndex(id, ":")
	if colon < 0 {
		return exposure.Endpoint{}, fmt.Errorf("%q names no port; %s", id, form)
	}
	host := strings.TrimSpace(id[:colon])
	bracketed := strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]")
	if bracketed {
		host = host[1 : len(host)-1]
	}
	if host == "" || !isHost(host) || strings.Contains(host, ":") != bracketed {
		return exposure.Endpoint{}, fmt.Errorf("%q names no host; %s", id, form)
	}
	var ports []string
	for _, port := range strings.Split(strings.Trim(strings.TrimSpace(id[colon+1:]), "{}"), ",") {
		ports = append(ports, strings.TrimSpace(port))
	}
	ranges, problems := settings.ParsePorts(ports)
	if len(problems) > 0 {
		return exposure.Endpoint{}, fmt.Errorf("%s; %s", problems[0], form)
	}
	return exposure.Endpoint{Host: host, Ports: ranges}, nil
}
