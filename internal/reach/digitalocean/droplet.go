package digitalocean

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// droplets returns the addresses of droplets, and reserved addresses of which
// no droplet in the input is known to have them.
func droplets(g *reach.Graph) []reach.Candidate {
	var out []reach.Candidate
	reserved := reservations(g)
	for _, r := range g.Managed("digitalocean_droplet") {
		var addresses []flat.Address
		if v := r.Attr("ipv4_address"); tfstate.Unknown(v) || flat.HostOf(v) != "" {
			addresses = append(addresses, flat.At(r, r, "ipv4_address", reach.IPv4, "ipv4"))
		}
		switch wanted := flat.FlagAt(r, "ipv6", false); {
		case wanted == flat.Yes, flat.HostOf(r.Attr("ipv6_address")) != "":
			addresses = append(addresses, flat.At(r, r, "ipv6_address", reach.IPv6, "ipv6"))
		case wanted == flat.Unsure:
			addresses = append(addresses, flat.Perhaps(r, r, "ipv6_address", reach.IPv6, "ipv6", reach.Pending, flat.AfterApply(r, "ipv6", "whether "+r.Address+" has IPv6")))
		}
		for _, a := range reserved {
			if a.droplet == r {
				addresses = append(addresses, a.on(r))
			}
		}
		m := flat.Machine{
			Resource: r, Identity: identity(r), Kind: "compute", Dormant: flat.Text(r, "status") == "off",
			Gates: []reach.Gate{flat.Guard(r, firewallsOf(g, r), noFirewall(r))},
		}
		out = append(out, m.Candidates(addresses)...)
	}
	for _, a := range reserved {
		if a.droplet == nil {
			out = append(out, a.loose()...)
		}
	}
	return out
}

func noFirewall(r *tfstate.Resource) flat.Undeclared {
	return flat.Undeclared{
		Hop: flat.Hop(r, "", "no firewall is declared for "+r.Address+", so that every port is open",
			"Declare a digitalocean_firewall with "+r.Address+" in droplet_ids or by a tag"),
		Assumption: assumeNoFirewall,
	}
}

// firewallsOf returns the firewalls that apply to a droplet, by its id or by
// one of its tags.
func firewallsOf(g *reach.Graph, droplet *tfstate.Resource) []flat.Firewall {
	var out []flat.Firewall
	for _, r := range g.Resources("digitalocean_firewall") {
		fw := flat.Firewall{Name: r.Address}
		switch onto(g, r, droplet) {
		case flat.No:
			continue
		case flat.Unsure:
			fw.Doubt, fw.Gap = reach.Pending, flat.AfterApply(r, "droplet_ids", "whether "+r.Address+" applies to "+droplet.Address)
		}
		fw.Rules = inbound(r)
		out = append(out, fw)
	}
	return out
}

// onto reports whether a firewall applies to a droplet.
func onto(g *reach.Graph, firewall, droplet *tfstate.Resource) flat.Flag {
	answer := flat.No
	ids := g.Follow(firewall, "droplet_ids", reach.Join{Type: "digitalocean_droplet", Attr: "id"})
	for _, l := range ids.Links {
		switch {
		case l.To == droplet && l.Certain:
			return flat.Yes
		case l.To == droplet:
			answer = flat.Unsure
		}
	}
	if ids.Unknown {
		answer = flat.Unsure
	}
	switch flat.Meet(tags(g, firewall), tags(g, droplet)) {
	case flat.Yes:
		return flat.Yes
	case flat.Unsure:
		return flat.Unsure
	}
	return answer
}

// tags returns the tags of a resource. Their case does not matter.
func tags(g *reach.Graph, r *tfstate.Resource) reach.Links {
	out := g.Follow(r, "tags", reach.Join{Type: "digitalocean_tag", Attr: "id"}, reach.Join{Type: "digitalocean_tag", Attr: "name"})
	for i := range out.Links {
		out.Links[i].ID = strings.ToLower(out.Links[i].ID)
	}
	return out
}

// inbound returns the inbound rules of a firewall. What no rule allows is
// denied.
func inbound(r *tfstate.Resource) []reach.Rule {
	if unlisted, ok := flat.Unlisted(r, "inbound_rule"); ok {
		return []reach.Rule{unlisted}
	}
	var out []reach.Rule
	for i := range tfstate.Elements(flat.Value(r, "inbound_rule")) {
		path := "inbound_rule." + itoa(i)
		source, shown := flat.SourceAt(r, path+".source_addresses")
		for _, inside := range []struct{ name, kind string }{
			{"source_droplet_ids", "droplets"}, {"source_tags", "droplets tagged"},
			{"source_load_balancer_uids", "load balancers"}, {"source_kubernetes_ids", "Kubernetes clusters"},
		} {
			source, shown = flat.Inside(source, shown, r, path+"."+inside.name, inside.kind)
		}
		out = append(out, flat.Entry{
			Resource: r, Path: path, Protocol: reach.Value(r, path+".protocol"), Ports: flat.ParsePorts(reach.Value(r, path+".port_range")),
			Source: source, Shown: shown, From: "source_addresses",
		}.Rules()...)
	}
	return flat.BothICMP(out)
}
