package aws

import (
	"cmp"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// engine is a database engine by the start of its name.
type engine struct {
	prefix, app string
	port        uint16
}

var engines = []engine{
	{"aurora-postgresql", "postgresql", 5432}, {"aurora", "mysql", 3306},
	{"mysql", "mysql", 3306}, {"mariadb", "mysql", 3306}, {"postgres", "postgresql", 5432},
	{"oracle", "oracle", 1521}, {"custom-oracle", "oracle", 1521},
	{"sqlserver", "mssql", 1433}, {"custom-sqlserver", "mssql", 1433}, {"db2", "db2", 50000},
}

// databases returns the endpoints of RDS instances, of the instances of
// clusters, and of clusters. Public RDS endpoints are IPv4 only: in dual-stack
// mode the IPv6 addresses stay inside the VPC.
func (e *estate) databases() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed("aws_db_instance") {
		out = append(out, e.databaseCandidate(r, r, "address", "", e.databaseGates(r, r)))
	}
	for _, r := range e.g.Managed("aws_rds_cluster_instance") {
		cluster := e.clusterOf(r)
		out = append(out, e.databaseCandidate(r, cluster, "endpoint", "", e.databaseGates(r, cluster)))
	}
	for _, r := range e.g.Managed("aws_rds_cluster") {
		gates := []reach.Gate{e.clusterGate(r)}
		out = append(out, e.databaseCandidate(r, r, "endpoint", "", gates))
		if len(e.members(r)) > 1 {
			out = append(out, e.databaseCandidate(r, r, "reader_endpoint", "reader", gates))
		}
	}
	return out
}

// clusterOf returns the cluster of an instance, or the instance itself when no
// input holds it.
func (e *estate) clusterOf(r *tfstate.Resource) *tfstate.Resource {
	for _, l := range e.g.Follow(r, "cluster_identifier", clusterJoins...).Links {
		if l.To != nil {
			return l.To
		}
	}
	return r
}

var clusterJoins = []reach.Join{{Type: "aws_rds_cluster", Attr: "id"}, {Type: "aws_rds_cluster", Attr: "cluster_identifier"}}

// databaseCandidate is the endpoint of r at the host in attribute. Settings
// that an instance shares with its cluster are the cluster's.
func (e *estate) databaseCandidate(r, settings *tfstate.Resource, attribute, key string, gates []reach.Gate) reach.Candidate {
	found := engineOf(r, settings)
	slot := reach.Slot{Transport: exposure.TCP, Ports: exposure.PortRange{Lo: found.port, Hi: found.port}, App: found.app}
	for _, at := range []*tfstate.Resource{r, settings} {
		if n, ok := tfstate.Int(at.Attr("port")); ok && n > 0 && n < 65536 {
			slot.Ports = exposure.PortRange{Lo: uint16(n), Hi: uint16(n)}
			break
		}
	}
	if found.port == 0 && slot.Ports.Lo == 0 {
		slot.Ports = exposure.PortRange{Lo: 1024, Hi: 65535}
		slot.Notes = []string{"the port is not known: the engine is not known"}
	}
	host, _, _ := strings.Cut(text(r, attribute), ":")
	return reach.Candidate{
		Family: reach.IPv4,
		Slots:  []reach.Slot{slot},
		Gates:  gates,
		Endpoint: exposure.Endpoint{
			ResourceAddress: r.Address, Key: cmp.Or(key, "ipv4"), Identity: identity(r), Host: host,
			Kind: "database", Access: exposure.AccessAuthenticated, Dormant: text(r, "status") == "stopped",
		},
	}
}

func engineOf(resources ...*tfstate.Resource) engine {
	for _, r := range resources {
		name := strings.ToLower(text(r, "engine"))
		for _, known := range engines {
			if name != "" && strings.HasPrefix(name, known.prefix) {
				return known
			}
		}
	}
	return engine{}
}

// databaseGates is the path to a database instance: its own switch, one subnet
// of its group, its security groups.
func (e *estate) databaseGates(r, settings *tfstate.Resource) []reach.Gate {
	p := path{owner: settings, family: reach.IPv4, groups: e.groupsOf(settings, "vpc_security_group_ids")}
	p.subnets = e.databaseSubnets(r, settings)
	return append([]reach.Gate{publicSwitch(r)}, e.gates(p)...)
}

// publicSwitch is the argument that gives a database a public address.
func publicSwitch(r *tfstate.Resource) reach.Gate {
	const attribute = "publicly_accessible"
	v := r.Attr(attribute)
	if chosenByProvider(r, attribute, v) {
		v = cty.NullVal(cty.Bool)
	}
	switch flagOf(v, no) {
	case yes:
		return openGate(exposure.Hop{Gate: "address", Resource: r.Address, Attribute: attribute,
			Summary: r.Address + " is publicly accessible", Remedy: "Set " + attribute + " of " + r.Address + " to false"})
	case no:
		return closedGate(exposure.Hop{Gate: "address", Resource: r.Address, Attribute: attribute,
			Summary: "no public address: " + r.Address + " is not publicly accessible"})
	}
	return doubtGate("address", reach.Pending, afterApply(r, attribute, "whether "+r.Address+" is publicly accessible"))
}

var subnetGroupJoins = []reach.Join{{Type: "aws_db_subnet_group", Attr: "name"}, {Type: "aws_db_subnet_group", Attr: "id"}}

// databaseSubnets returns the subnets of which a database uses one: those of
// its group, in its availability zone when that is known.
func (e *estate) databaseSubnets(r, settings *tfstate.Resource) placement {
	const attribute = "db_subnet_group_name"
	out := placement{oneOf: true, attribute: attribute}
	groups := e.g.Follow(r, attribute, subnetGroupJoins...)
	for _, elsewhere := range []*tfstate.Resource{settings, e.replicated(r)} {
		if elsewhere != nil && len(groups.Links) == 0 {
			groups = e.g.Follow(elsewhere, attribute, subnetGroupJoins...)
		}
	}
	if len(groups.Links) == 0 {
		out.links = groups
		return out
	}
	for _, l := range groups.Links {
		switch {
		case l.To != nil:
			found := e.g.Follow(l.To, "subnet_ids", subnetJoins...)
			out.links.Links = append(out.links.Links, found.Links...)
			out.links.Unknown = out.links.Unknown || found.Unknown
		case l.ID == "default":
			out.inDefaultVPC = true
		default:
			out.links.Links = append(out.links.Links, reach.Link{ID: "of the subnet group " + l.Name(), Certain: true})
		}
	}
	out.links.Links = inZone(out.links.Links, r)
	return out
}

// replicated returns the database that r is a replica of, whose subnet group
// it takes over, or nil.
func (e *estate) replicated(r *tfstate.Resource) *tfstate.Resource {
	joins := []reach.Join{{Type: "aws_db_instance", Attr: "identifier"}, {Type: "aws_db_instance", Attr: "id"}, {Type: "aws_db_instance", Attr: "arn"}}
	for _, l := range e.g.Follow(r, "replicate_source_db", joins...).Links {
		if l.To != nil && l.To != r {
			return l.To
		}
	}
	return nil
}

// inZone keeps the subnets in the availability zone of a database, when both
// tell. One with a standby may move to any zone.
func inZone(links []reach.Link, r *tfstate.Resource) []reach.Link {
	zone := text(r, "availability_zone")
	if standby, _ := tfstate.Bool(r.Attr("multi_az")); zone == "" || standby {
		return links
	}
	var out []reach.Link
	for _, l := range links {
		if l.To == nil || text(l.To, "availability_zone") == "" || text(l.To, "availability_zone") == zone {
			out = append(out, l)
		}
	}
	if len(out) == 0 {
		return links
	}
	return out
}

func (e *estate) members(cluster *tfstate.Resource) []*tfstate.Resource {
	var out []*tfstate.Resource
	for _, r := range e.g.Managed("aws_rds_cluster_instance") {
		if e.clusterOf(r) == cluster {
			out = append(out, r)
		}
	}
	return out
}

// clusterGate is the way to the endpoint of a cluster: as open as that of its
// most open instance, for that may be the one which answers.
func (e *estate) clusterGate(cluster *tfstate.Resource) reach.Gate {
	var paths [][]reach.Gate
	for _, member := range e.members(cluster) {
		paths = append(paths, e.databaseGates(member, cluster))
	}
	if len(paths) == 0 {
		if text(cluster, "db_cluster_instance_class") != "" {
			return doubtGate("address", reach.Pending, exposure.Gap{Resource: cluster.Address,
				Reason: "AWS decides by the subnets whether a Multi-AZ cluster is public", Remedy: "Look the cluster up in RDS"})
		}
		return closedGate(exposure.Hop{Gate: "address", Resource: cluster.Address,
			Summary: "no public address: " + cluster.Address + " has no instance in the input"})
	}
	return reach.Gate{
		Name: "instances",
		Edges: func(t exposure.Transport) (edges []exposure.PortRange) {
			for _, gates := range paths {
				for _, g := range gates {
					if g.Edges != nil {
						edges = append(edges, g.Edges(t)...)
					}
				}
			}
			return edges
		},
		Pass: func(f reach.Flow) reach.Passage {
			var answers []reach.Passage
			for _, gates := range paths {
				answers = append(answers, through(f, gates))
			}
			return pool(answers, nil)
		},
	}
}
