package vultr

import (
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// instances returns the addresses of instances and bare metal servers.
func instances(g *reach.Graph) []reach.Candidate {
	var out []reach.Candidate
	for _, r := range g.Managed("vultr_instance", "vultr_bare_metal_server") {
		m := flat.Machine{Resource: r, Identity: identity(r), Kind: "compute", Dormant: flat.Text(r, "power_status") == "stopped"}
		m.Gates = []reach.Gate{flat.Guard(r, firewallsOf(g, r), flat.Undeclared{
			Hop: flat.Hop(r, "firewall_group_id", r.Address+" is in no firewall group, so that every port is open", "Set firewall_group_id on "+r.Address),
		})}
		out = append(out, m.Candidates(addresses(g, r))...)
	}
	return out
}

func addresses(g *reach.Graph, r *tfstate.Resource) []flat.Address {
	var out []flat.Address
	switch v := r.Attr("main_ip"); {
	case flat.FlagAt(r, "disable_public_ipv4", false) == flat.Yes, flat.FlagAt(r, "vpc_only", false) == flat.Yes:
	case tfstate.Unknown(v), flat.HostOf(v) != "":
		out = append(out, flat.At(r, r, "main_ip", reach.IPv4, "ipv4"))
	}
	switch enabled := flat.FlagAt(r, "enable_ipv6", false); {
	case flat.HostOf(r.Attr("v6_main_ip")) != "", enabled == flat.Yes:
		out = append(out, flat.At(r, r, "v6_main_ip", reach.IPv6, "ipv6"))
	case enabled == flat.Unsure:
		out = append(out, flat.Perhaps(r, r, "v6_main_ip", reach.IPv6, "ipv6", reach.Pending, flat.AfterApply(r, "enable_ipv6", "whether "+r.Address+" has IPv6")))
	}
	for _, kind := range []struct{ resourceType, path string }{{"vultr_reserved_ip", "subnet"}, {"vultr_instance_ipv4", "ip"}} {
		for _, l := range g.Referrers(r, "id", kind.resourceType, "instance_id") {
			key := "ip " + l.To.Address
			a := flat.At(r, l.To, kind.path, reach.IPv4, key)
			if flat.Text(l.To, "ip_type") == "v6" && a.Host == "" {
				a.Family = reach.IPv6
			}
			if !l.Certain {
				a = flat.Perhaps(r, l.To, kind.path, a.Family, key, reach.Pending, flat.AfterApply(l.To, "instance_id", "which instance has the address of "+l.To.Address))
			}
			out = append(out, a)
		}
	}
	return out
}

// firewallsOf returns the firewall group of an instance, if it is in one.
func firewallsOf(g *reach.Graph, r *tfstate.Resource) []flat.Firewall {
	const path = "firewall_group_id"
	if tfstate.Null(flat.Value(r, path)) {
		return nil
	}
	var out []flat.Firewall
	links := g.Follow(r, path, reach.Join{Type: "vultr_firewall_group", Attr: "id"})
	for _, l := range links.Links {
		if l.To == nil {
			out = append(out, flat.Unread(r, path, "firewall group "+l.Name()))
			continue
		}
		fw := flat.Firewall{Name: l.To.Address, Rules: rulesOf(g, l.To)}
		if l.To.Mode == tfstate.Data {
			fw.Rules = append(fw.Rules, flat.Unread(r, path, "the rules of "+l.To.Address).Rules...)
		}
		if !l.Certain {
			fw.Doubt, fw.Gap = reach.Pending, flat.AfterApply(r, path, "whether "+r.Address+" is in "+l.To.Address)
		}
		out = append(out, fw)
	}
	if links.Unknown {
		fw := flat.Unread(r, path, "the firewall group of "+r.Address)
		fw.Doubt, fw.Gap = reach.Pending, flat.AfterApply(r, path, "the firewall group of "+r.Address)
		out = append(out, fw)
	}
	return out
}
