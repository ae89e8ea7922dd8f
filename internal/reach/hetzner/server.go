package hetzner

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

var serverID = reach.Join{Type: "hcloud_server", Attr: "id"}

// servers returns the addresses of servers.
func servers(g *reach.Graph) []reach.Candidate {
	var out []reach.Candidate
	for _, r := range g.Managed("hcloud_server") {
		m := flat.Machine{
			Resource: r, Identity: identity(r), Kind: "compute", Dormant: flat.Text(r, "status") == "off",
			NoAddress: "no public address: public_net of " + r.Address + " switches them off",
			Gates: []reach.Gate{flat.Guard(r, firewallsOf(g, r), flat.Undeclared{
				Hop:        flat.Hop(r, "firewall_ids", "no firewall is declared for "+r.Address+", so that every port is open", "Attach a hcloud_firewall to "+r.Address),
				Assumption: assumeNoFirewall,
			})},
		}
		addresses := append(primary(g, r, "ipv4", reach.IPv4), primary(g, r, "ipv6", reach.IPv6)...)
		out = append(out, m.Candidates(append(addresses, floating(g, r)...))...)
	}
	return out
}

// primary returns the primary address of a server in a family. A server has
// one unless its public_net block switches it off.
func primary(g *reach.Graph, r *tfstate.Resource, key string, family reach.Family) []flat.Address {
	attribute, toggle := key+"_address", "public_net.0."+key+"_enabled"
	a := flat.At(r, r, attribute, family, key)
	switch enabled := flat.FlagAt(r, toggle, true); {
	case enabled == flat.No:
		return nil
	case enabled == flat.Unsure, tfstate.Unknown(r.Attr("public_net")):
		a = flat.Perhaps(r, r, attribute, family, key, reach.Pending, flat.AfterApply(r, toggle, "whether "+r.Address+" has a public "+family.String()+" address"))
	case a.Host == "" && !tfstate.Unknown(r.Attr(attribute)):
		return nil
	}
	for _, l := range g.Follow(r, "public_net.0."+key, reach.Join{Type: "hcloud_primary_ip", Attr: "id"}).Links {
		if l.To == nil || !l.Certain {
			continue
		}
		a.Related = append(a.Related, l.To.Address)
		if host := flat.HostOf(l.To.Attr("ip_address")); a.Host == "" && family == reach.IPv4 && host != "" {
			a.Host = host // that of IPv6 is a network, of which the server takes the first address
		}
	}
	return []flat.Address{a}
}

// floating returns the floating addresses of a server, which may be assigned
// by a resource of their own.
func floating(g *reach.Graph, r *tfstate.Resource) []flat.Address {
	var out []flat.Address
	seen := map[*tfstate.Resource]bool{}
	add := func(ip *tfstate.Resource, certain bool, related ...string) {
		if ip == nil || seen[ip] {
			return
		}
		seen[ip] = true
		family := reach.IPv4
		if flat.Text(ip, "type") == "ipv6" {
			family = reach.IPv6
		}
		key := "floating " + ip.Address
		a := flat.At(r, ip, "ip_address", family, key)
		if !certain {
			a = flat.Perhaps(r, ip, "ip_address", family, key, reach.Pending, flat.AfterApply(ip, "server_id", "which server has the address of "+ip.Address))
		}
		a.Related = append(a.Related, related...)
		out = append(out, a)
	}
	for _, assignment := range g.Referrers(r, "id", "hcloud_floating_ip_assignment", "server_id") {
		for _, l := range g.Follow(assignment.To, "floating_ip_id", reach.Join{Type: "hcloud_floating_ip", Attr: "id"}).Links {
			add(l.To, l.Certain && assignment.Certain, assignment.To.Address)
		}
	}
	for _, l := range g.Referrers(r, "id", "hcloud_floating_ip", "server_id") {
		add(l.To, l.Certain)
	}
	return out
}

// firewallsOf returns the firewalls of a server: those it names itself, and
// those that are attached to it by id or by its labels.
func firewallsOf(g *reach.Graph, server *tfstate.Resource) []flat.Firewall {
	var out []flat.Firewall
	own := reach.Links{}
	if !tfstate.Null(flat.Value(server, "firewall_ids")) {
		own = g.Follow(server, "firewall_ids", reach.Join{Type: "hcloud_firewall", Attr: "id"})
	}
	for _, l := range own.Links {
		if l.To == nil && l.ID != "0" {
			out = append(out, flat.Unread(server, "firewall_ids", "firewall "+l.Name()))
		}
	}
	if own.Unknown {
		fw := flat.Unread(server, "firewall_ids", "a firewall of "+server.Address)
		fw.Doubt, fw.Gap = reach.Pending, flat.AfterApply(server, "firewall_ids", "the firewalls of "+server.Address)
		out = append(out, fw)
	}
	for _, r := range g.Resources("hcloud_firewall") {
		named := flat.No
		for _, l := range own.Links {
			if l.To == r {
				named = flat.Either(named, flat.FlagIf(l.Certain))
			}
		}
		fw := flat.Firewall{Name: r.Address, Rules: inbound(r)}
		switch flat.Either(named, attached(g, r, server)) {
		case flat.No:
			continue
		case flat.Unsure:
			fw.Doubt, fw.Gap = reach.Pending, flat.AfterApply(r, "apply_to", "whether "+r.Address+" is attached to "+server.Address)
		}
		out = append(out, fw)
	}
	return out
}

// attached reports whether a firewall, or an attachment of it, names a server.
func attached(g *reach.Graph, firewall, server *tfstate.Resource) flat.Flag {
	var flags []flat.Flag
	blocks := flat.Value(firewall, "apply_to")
	for i := range tfstate.Elements(blocks) {
		path := "apply_to." + itoa(i)
		flags = append(flags, names(g, firewall, path+".server", server), selects(reach.Value(firewall, path+".label_selector"), server))
	}
	if tfstate.Unknown(blocks) {
		flags = append(flags, flat.Unsure)
	}
	for _, l := range g.Referrers(firewall, "id", "hcloud_firewall_attachment", "firewall_id") {
		found := names(g, l.To, "server_ids", server)
		selectors := flat.Value(l.To, "label_selectors")
		if tfstate.Unknown(selectors) {
			found = flat.Either(found, flat.Unsure)
		}
		for _, selector := range tfstate.Elements(selectors) {
			found = flat.Either(found, selects(selector, server))
		}
		if found == flat.Yes && !l.Certain {
			found = flat.Unsure
		}
		flags = append(flags, found)
	}
	return flat.Either(flags...)
}

// names reports whether the ids at path of r name the server.
func names(g *reach.Graph, r *tfstate.Resource, path string, server *tfstate.Resource) flat.Flag {
	if tfstate.Null(flat.Value(r, path)) {
		return flat.No
	}
	answer := flat.No
	links := g.Follow(r, path, serverID)
	for _, l := range links.Links {
		if l.To == server {
			answer = flat.Either(answer, flat.FlagIf(l.Certain))
		}
	}
	if links.Unknown {
		answer = flat.Either(answer, flat.Unsure)
	}
	return answer
}

// inbound returns the inbound rules of a firewall. What no rule allows is
// denied. Rules may name destinations as well, which can only be addresses of
// the servers they are for.
func inbound(r *tfstate.Resource) []reach.Rule {
	if unlisted, ok := flat.Unlisted(r, "rule"); ok {
		return []reach.Rule{unlisted}
	}
	var out []reach.Rule
	for i := range tfstate.Elements(flat.Value(r, "rule")) {
		path := "rule." + itoa(i)
		if strings.EqualFold(flat.Text(r, path+".direction"), "out") {
			continue
		}
		source, shown := flat.SourceAt(r, path+".source_ips")
		out = append(out, flat.Entry{
			Resource: r, Path: path, Protocol: reach.Value(r, path+".protocol"), Ports: flat.ParsePorts(reach.Value(r, path+".port")),
			Source: source, Shown: shown, From: "source_ips",
		}.Rules()...)
	}
	return flat.BothICMP(out)
}
