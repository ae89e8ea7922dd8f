package reach

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// warning tells what is wrong with a value of a record, empty when nothing is.
func (r Record) warning(value string, gone map[string]string, explained bool) string {
	to := target(value)
	name := exposure.CleanLine(cmp.Or(r.Name, "a name that is known after apply"))
	_, err := netip.ParseAddr(to)
	switch {
	case to == "":
	case gone[to] != "":
		return fmt.Sprintf("%s is dangling: %s points at %s, which goes with %s; whoever gets hold of it next answers at that name",
			r.Resource, name, to, gone[to])
	case r.Via != "": // the value is not shown to anybody
	case private(to):
		return fmt.Sprintf("%s publishes a private address: %s points at %s", r.Resource, name, to)
	case err != nil && !explained && slices.ContainsFunc(claimable, func(suffix string) bool { return strings.HasSuffix(to, suffix) }):
		return fmt.Sprintf("%s may be dangling: %s points at %s, which no input holds; "+
			"if it is gone, anybody can claim it and answer at that name", r.Resource, name, to)
	}
	return ""
}

// private reports whether a value is an address that no host on the internet
// can have.
func private(value string) bool {
	addr, err := netip.ParseAddr(value)
	return err == nil && !Public(Of(addr)).Contains(addr)
}

// claimable are the ends of cloud hosts whose first label anybody may take once
// it is free.
var claimable = []string{
	".s3.amazonaws.com", ".elasticbeanstalk.com", ".azurewebsites.net", ".cloudapp.net", ".cloudapp.azure.com", ".trafficmanager.net",
	".blob.core.windows.net", ".azureedge.net", ".azure-api.net", ".azurecontainer.io", ".github.io", ".herokuapp.com", ".web.app",
}

// deletedHosts returns what resources that the plan deletes were reached at, and
// which resource each was. What a resource that stays is reached at as well,
// such as an address that moves on, is not among it.
func deletedHosts(g *Graph) map[string]string {
	deleted := deletedResources(g)
	if len(deleted) == 0 {
		return nil
	}
	staying := map[string]bool{}
	for _, r := range g.resources {
		for _, host := range hostsOf(r) {
			staying[host] = true
		}
	}
	gone := map[string]string{}
	for _, r := range deleted {
		for _, host := range hostsOf(r) {
			if !staying[host] && gone[host] == "" {
				gone[host] = r.Address
			}
		}
	}
	return gone
}

// deletedResources returns the managed resources of before the plan that are
// not there after it.
func deletedResources(g *Graph) []*tfstate.Resource {
	if len(g.before) == 0 {
		return nil
	}
	kept := make(map[string]bool, len(g.resources))
	for _, r := range g.resources {
		kept[r.Address] = true
	}
	return slices.DeleteFunc(slices.Clone(g.before), func(r *tfstate.Resource) bool { return r.Mode != tfstate.Managed || kept[r.Address] })
}

func hostsOf(r *tfstate.Resource) []string {
	var hosts []string
	for _, attribute := range hostAttributes {
		v := r.Attr(attribute)
		if s, ok := tfstate.String(v); ok && !tfstate.IsSensitive(v) && target(s) != "" {
			hosts = append(hosts, target(s))
		}
	}
	return hosts
}

// hostAttributes are the attributes in which resources of any cloud tell the
// host at which they answer.
var hostAttributes = []string{
	"public_ip", "public_dns", "dns_name", "domain_name", "fqdn", "hostname", "default_hostname", "cname", "endpoint", "host_name",
	"bucket_domain_name", "bucket_regional_domain_name", "website_endpoint", "ip_address", "ipv4_address", "address", "public_ip_address",
	"regional_domain_name", "cloudfront_domain_name", "default_host_name", "primary_blob_host", "primary_web_host",
}
