package oci

import (
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// instances returns the addresses of instances, on their first interface and
// on those that are attached.
func (e *estate) instances() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed("oci_core_instance") {
		n := e.in(r, r, "create_vnic_details.0.nsg_ids", "create_vnic_details.0.subnet_id", "subnet_id")
		found := e.on(n, "public_ip", "")
		for _, l := range e.g.Referrers(r, "id", "oci_core_vnic_attachment", "instance_id") {
			second := e.in(r, l.To, "create_vnic_details.0.nsg_ids", "create_vnic_details.0.subnet_id")
			found = append(found, e.on(second, "", " "+l.To.Address)...)
		}
		if len(found) == 0 {
			m := machine(r)
			m.NoAddress = "no public address: " + r.Address + " is not given one"
			found = m.Candidates(nil)
		}
		out = append(out, found...)
	}
	return out
}

func machine(r *tfstate.Resource) flat.Machine {
	state := flat.Text(r, "state")
	return flat.Machine{Resource: r, Identity: identity(r), Kind: "compute", Dormant: state == "STOPPED" || state == "STOPPING"}
}

// on returns the addresses of an interface. attribute is where the instance
// holds its public address, empty for interfaces whose address no resource
// tells.
func (e *estate) on(n interfaces, attribute, suffix string) []reach.Candidate {
	m := machine(n.r)
	m.Gates = e.gates(n)
	if n.spec != n.r {
		m.Related = []string{n.spec.Address}
	}
	var addresses []flat.Address
	v := n.r.Attr(attribute)
	given, gap := e.addressed(n, "create_vnic_details.0.assign_public_ip")
	hop := flat.Hop(n.spec, "create_vnic_details.0.assign_public_ip", n.r.Address+" is given a public address", "Set assign_public_ip = false on "+n.spec.Address)
	switch {
	case flat.HostOf(v) != "":
		addresses = append(addresses, flat.At(n.r, n.r, attribute, reach.IPv4, "ipv4"+suffix))
		addresses[0].Related = e.reserved(flat.HostOf(v))
	case attribute != "" && !tfstate.Unknown(v) && n.r.Action == "", given == flat.No:
	case given == flat.Yes:
		addresses = append(addresses, flat.Address{Key: "ipv4" + suffix, Family: reach.IPv4, Gate: flat.OpenGate("address", hop)})
	default:
		d := reach.Pending
		if gap.Remedy == flat.NotInInput(n.r, "", "").Remedy {
			d = reach.Unread
		}
		hop.Summary = n.r.Address + " may be given a public address"
		addresses = append(addresses, flat.Address{Key: "ipv4" + suffix, Family: reach.IPv4, Gate: flat.DoubtfulGate("address", d, gap, hop)})
	}
	if flat.FlagAt(n.spec, "create_vnic_details.0.assign_ipv6ip", false) == flat.Yes {
		hop := flat.Hop(n.spec, "create_vnic_details.0.assign_ipv6ip", n.r.Address+" is given an IPv6 address", "Set assign_ipv6ip = false on "+n.spec.Address)
		addresses = append(addresses, flat.Address{Key: "ipv6" + suffix, Family: reach.IPv6, Gate: flat.OpenGate("address", hop)})
	}
	if len(addresses) == 0 {
		return nil
	}
	return m.Candidates(addresses)
}

// reserved returns the public IP resources that hold an address.
func (e *estate) reserved(host string) []string {
	var out []string
	for _, r := range e.g.Managed("oci_core_public_ip") {
		if flat.Text(r, "ip_address") == host {
			out = append(out, r.Address)
		}
	}
	return out
}

// publicIPs tells of public addresses that no instance of the input is known to
// have. The resource names a private address, which does not lead to what has
// it.
func (e *estate) publicIPs() []reach.Candidate {
	taken := map[string]bool{}
	for _, r := range e.g.Managed("oci_core_instance") {
		taken[flat.Text(r, "public_ip")] = true
	}
	var out []reach.Candidate
	for _, r := range e.g.Managed("oci_core_public_ip") {
		host := flat.HostOf(r.Attr("ip_address"))
		if host != "" && taken[host] {
			continue
		}
		hop := flat.Hop(r, "private_ip_id", r.Address+" is assigned to nothing", "")
		gate := flat.ClosedGate("address", hop)
		if !tfstate.Null(flat.Value(r, "private_ip_id")) && (tfstate.Unknown(r.Attr("private_ip_id")) || flat.Text(r, "private_ip_id") != "") {
			hop.Summary = r.Address + " is assigned to an interface that this input does not show"
			gate = flat.DoubtfulGate("address", reach.Unread, flat.NotInInput(r, "private_ip_id", "the interface with the address of "+r.Address), hop)
		}
		out = append(out, reach.Candidate{Family: reach.IPv4, Gates: []reach.Gate{gate}, Endpoint: exposure.Endpoint{
			ResourceAddress: r.Address, Key: "address", Kind: "address", Identity: identity(r), Host: host,
		}})
	}
	return out
}
