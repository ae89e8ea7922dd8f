package gcp

import (
	"cmp"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// engines are the databases of Cloud SQL, by the prefix of their version.
var engines = []struct {
	prefix, app string
	port        uint16
}{
	{"MYSQL", "mysql", 3306}, {"POSTGRES", "postgresql", 5432}, {"SQLSERVER", "mssql", 1433},
}

// databases returns the public addresses of Cloud SQL instances. Who is in no
// authorized network gets no connection, though the connector port answers;
// it asks for a certificate that only Google's IAM gives, and is told as a
// note.
func (e *estate) databases() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed("google_sql_database_instance") {
		out = append(out, e.sqlInstance(r))
	}
	return out
}

const (
	sqlFlag     = "settings.0.ip_configuration.0.ipv4_enabled"
	sqlNetworks = "settings.0.ip_configuration.0.authorized_networks"
)

func (e *estate) sqlInstance(r *tfstate.Resource) reach.Candidate {
	f := front{r: r, key: "direct", host: sqlHost(r), kind: "database", access: exposure.AccessAuthenticated,
		dormant: text(r, "settings.0.activation_policy") == "NEVER"}
	version := text(r, "database_version")
	for _, engine := range engines {
		if version == "" || strings.HasPrefix(version, engine.prefix) {
			f.ports = append(f.ports, engine.port)
			f.app = engine.app
		}
	}
	if len(f.ports) != 1 {
		f.app = ""
	}
	enabled := flagOf(value(r, sqlFlag), yes)
	f.gates = []reach.Gate{e.sqlAddress(r, enabled), e.sqlConnector(r), e.sqlNetworks(r)}
	if enabled != no {
		f.notes = append(f.notes, "tcp port 3307 answers Cloud SQL connectors from anywhere; they need a client certificate that IAM gives")
	}
	c := f.candidate()
	for i := range c.Slots {
		if len(c.Slots) > 1 { // the engine is known only after apply
			c.Slots[i].Gates = []reach.Gate{doubtGate("engine", reach.Pending, afterApply(r, "database_version", "the engine of "+r.Address), r.Address)}
		}
	}
	return c
}

// sqlHost returns the public address of an instance.
func sqlHost(r *tfstate.Resource) string {
	if host := text(r, "public_ip_address"); host != "" {
		return host
	}
	for _, address := range tfstate.Elements(r.Attr("ip_address")) {
		if kind, _ := tfstate.String(reach.Attr(address, "type")); kind == "PRIMARY" {
			host, _ := tfstate.String(reach.Attr(address, "ip_address"))
			return host
		}
	}
	return ""
}

func (e *estate) sqlAddress(r *tfstate.Resource, enabled flag) reach.Gate {
	hop := exposure.Hop{Resource: r.Address, Attribute: bracketed(sqlFlag), Summary: r.Address + " has a public address (ipv4_enabled)",
		Remedy: "Set ipv4_enabled of " + r.Address + " to false"}
	switch enabled {
	case no:
		hop.Summary, hop.Remedy = "no public address: "+r.Address+" has ipv4_enabled off", ""
		return closedGate("address", hop)
	case unknown:
		return gateOf("address", func(f reach.Flow) reach.Passage {
			return believed(f, reach.Pending, afterApply(r, sqlFlag, "whether "+r.Address+" has a public address"), hop)
		})
	}
	return openGate("address", hop)
}

// sqlConnector closes the direct way in where only connectors are let in.
func (e *estate) sqlConnector(r *tfstate.Resource) reach.Gate {
	const path = "settings.0.connector_enforcement"
	if text(r, path) == "REQUIRED" {
		return closedGate("connector", exposure.Hop{Resource: r.Address, Attribute: bracketed(path),
			Summary: r.Address + " lets only Cloud SQL connectors in (connector_enforcement)"})
	}
	return gateOf("connector", func(f reach.Flow) reach.Passage { return reach.Open(f) })
}

func (e *estate) sqlNetworks(r *tfstate.Resource) reach.Gate {
	rules := e.allowed(r, sqlNetworks, "value")
	return gateOf("authorized_networks", func(f reach.Flow) reach.Passage {
		p := reach.AnyMatch(rules, f)
		if p.May.IsEmpty() && len(p.Hops) == 0 {
			p.Hops = []exposure.Hop{{Resource: r.Address, Attribute: bracketed(sqlNetworks), Certainty: exposure.Must,
				Summary: r.Address + " has no authorized network"}}
		}
		return p
	})
}

// allowed reads an allow list of blocks that hold an address range each.
func (e *estate) allowed(r *tfstate.Resource, path, name string) []reach.Rule {
	blocks := value(r, path)
	if tfstate.Unknown(blocks) {
		gap := afterApply(r, path, "an authorized network of "+r.Address)
		return []reach.Rule{unreadRule(r, reach.Pending, gap).Rule}
	}
	var out []reach.Rule
	for i := range tfstate.Elements(blocks) {
		at := path + "." + itoa(i) + "." + name
		v := reach.Value(r, at)
		rule := reach.Rule{Allow: true, Hop: exposure.Hop{Resource: r.Address, Attribute: bracketed(at),
			Summary: r.Address + " admits " + cmp.Or(printable(v), "a network") + " (" + lastPart(strings.ReplaceAll(path, ".", "/")) + ")",
			Remedy:  "Narrow " + bracketed(at) + " of " + r.Address}}
		readRanges(&rule.Source, r, at, elementsOf(v))
		out = append(out, rule)
	}
	return out
}
