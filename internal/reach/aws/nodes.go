package aws

import (
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// nodeGroups returns the nodes of managed EKS node groups. Without a launch
// template that names groups they have the security group of the cluster, and
// with SSH access on one more, which EKS makes.
func (e *estate) nodeGroups() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed("aws_eks_node_group") {
		size, sized := tfstate.Int(reach.Value(r, "scaling_config.0.max_size"))
		for _, l := range e.nodes(r) {
			for _, c := range e.launchCandidates(l, sized && size == 0) {
				if len(l.groups.links.Links) == 0 {
					c.Gates[len(c.Gates)-1] = gateOf(e.nodeGuards(r), nil, exposure.Gap{})
				}
				out = append(out, c)
			}
		}
	}
	return out
}

// nodes returns what a node group launches: what its template says, or what
// EKS chooses.
func (e *estate) nodes(r *tfstate.Resource) []launch {
	base := launch{maker: r, from: r, subnets: e.subnetsOf(r, "subnet_ids", true)}
	if found := e.fromTemplate(base, "launch_template.0.", "id", "name"); len(found) > 0 {
		return told(found)
	}
	return []launch{base}
}

var clusterNameJoins = []reach.Join{{Type: "aws_eks_cluster", Attr: "name"}, {Type: "aws_eks_cluster", Attr: "id"}}

// nodeGuards returns the groups that EKS puts on nodes by itself.
func (e *estate) nodeGuards(r *tfstate.Resource) []guard {
	var out []guard
	for _, l := range e.g.Follow(r, "cluster_name", clusterNameJoins...).Links {
		out = append(out, e.clusterGuard(r, l.To))
	}
	if len(out) == 0 {
		out = append(out, e.clusterGuard(r, nil))
	}
	if set, ok := e.remoteAccess(r); ok {
		out = append(out, guard{set: set, name: "the remote access group of " + r.Address, resource: r.Address})
	}
	return out
}

// clusterGuard is the group that EKS makes for a cluster. Rules for it may be
// resources of their own, by its id or by reference to the cluster.
func (e *estate) clusterGuard(r, cluster *tfstate.Resource) guard {
	g := guard{name: "the security group that EKS makes for the cluster", resource: r.Address, assumptions: []string{assumeClusterSG}}
	if cluster == nil {
		return g
	}
	g.name, g.resource = "the security group that EKS makes for "+cluster.Address, cluster.Address
	var elements []element
	id := text(cluster, "vpc_config.0.cluster_security_group_id")
	for _, from := range []string{"aws_security_group_rule", "aws_vpc_security_group_ingress_rule"} {
		links := e.pointingAt(id, from, "security_group_id")
		links = mergeLinks(links, e.g.Referrers(cluster, "id", from, "security_group_id"))
		for _, l := range links {
			elements = append(elements, e.ruleResource(l.To, l.Certain)...)
		}
	}
	g.set = e.assemble(g.name, elements)
	return g
}

// remoteAccess returns the rules of the group that EKS makes for SSH. With a
// key and without source groups it admits everyone.
func (e *estate) remoteAccess(r *tfstate.Resource) (set ruleSet, ok bool) {
	const key, sources = "remote_access.0.ec2_ssh_key", "remote_access.0.source_security_group_ids"
	v := reach.Value(r, key)
	if named, known := tfstate.String(v); !tfstate.Unknown(v) && (!known || named == "") {
		return ruleSet{}, false
	}
	admitted := reach.Value(r, sources)
	known, pending := tfstate.Strings(admitted)
	if chosenByProvider(r, sources, admitted) {
		pending = 0
	}
	at := bracketed(sources)
	rule := reach.Rule{Allow: true, Transport: exposure.TCP, Ports: exposure.PortRange{Lo: 22, Hi: 22}, Source: reach.Source{Set: everyone},
		Hop: exposure.Hop{Resource: r.Address, Attribute: at,
			Summary: r.Address + " allows everyone to tcp port 22: its remote_access names a key and no groups that may use it",
			Remedy:  "Name " + at + " of " + r.Address}}
	if len(known)+pending > 0 {
		rule.Source = reach.Source{Internal: []string{"the groups in " + at}}
		rule.Hop.Summary = r.Address + " allows the groups in " + at + " to tcp port 22"
	}
	return ruleSet{rules: []reach.Rule{rule}}, true
}
