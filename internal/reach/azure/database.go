package azure

import (
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// engine is a database service whose firewall is a set of address ranges.
type engine struct {
	host, app string
	port      int
	kind      string
	subnet    string // path of the subnet that makes it private; empty without one
	rules     []firewallRules
	openBare  bool // without a rule everyone is admitted
}

// firewallRules says how a type of rule refers to its server.
type firewallRules struct {
	resourceType, server string
	byID                 bool
	start, end           string
}

var networkAccess = []string{"public_network_access_enabled", "public_network_access"}

var engines = map[string]engine{
	"azurerm_mssql_server":               {host: "fully_qualified_domain_name", app: "mssql", port: 1433, rules: sqlRules},
	"azurerm_sql_server":                 {host: "fully_qualified_domain_name", app: "mssql", port: 1433, rules: sqlRules},
	"azurerm_postgresql_flexible_server": {host: "fqdn", app: "postgresql", port: 5432, subnet: "delegated_subnet_id", rules: rulesByID("azurerm_postgresql_flexible_server_firewall_rule", "server_id")},
	"azurerm_postgresql_server":          {host: "fqdn", app: "postgresql", port: 5432, rules: rulesByName("azurerm_postgresql_firewall_rule")},
	"azurerm_mysql_flexible_server":      {host: "fqdn", app: "mysql", port: 3306, subnet: "delegated_subnet_id", rules: rulesByName("azurerm_mysql_flexible_server_firewall_rule")},
	"azurerm_mysql_server":               {host: "fqdn", app: "mysql", port: 3306, rules: rulesByName("azurerm_mysql_firewall_rule")},
	"azurerm_mariadb_server":             {host: "fqdn", app: "mysql", port: 3306, rules: rulesByName("azurerm_mariadb_firewall_rule")},
	"azurerm_redis_cache": {host: "hostname", app: "redis", port: 6380, kind: "cache", subnet: "subnet_id", openBare: true,
		rules: []firewallRules{{resourceType: "azurerm_redis_firewall_rule", server: "redis_cache_name", start: "start_ip", end: "end_ip"}}},
}

var sqlRules = append(rulesByID("azurerm_mssql_firewall_rule", "server_id"), rulesByName("azurerm_sql_firewall_rule")...)

func rulesByID(resourceType, server string) []firewallRules {
	return []firewallRules{{resourceType: resourceType, server: server, byID: true, start: "start_ip_address", end: "end_ip_address"}}
}

func rulesByName(resourceType string) []firewallRules {
	return []firewallRules{{resourceType: resourceType, server: "server_name", start: "start_ip_address", end: "end_ip_address"}}
}

// databases returns the endpoints of database servers and caches.
func (e *estate) databases() []reach.Candidate {
	var out []reach.Candidate
	for _, t := range slices.Sorted(maps.Keys(engines)) {
		for _, r := range e.g.Managed(t) {
			out = append(out, e.database(r, engines[t]))
		}
	}
	return out
}

func (e *estate) database(r *tfstate.Resource, en engine) reach.Candidate {
	s := service{r: r, key: "server", kind: "database", host: text(r, en.host), access: exposure.AccessAuthenticated,
		slots: []reach.Slot{port(exposure.TCP, en.port, en.app)}}
	if en.kind != "" {
		s.kind, s.key = en.kind, en.kind
	}
	if r.Type == "azurerm_redis_cache" {
		s.slots = redisPorts(r)
	}
	if gate, private := unlessInSubnet(r, en.subnet); en.subnet != "" && private {
		s.gates = []reach.Gate{gate}
		return s.candidate()
	}
	rules, related := e.rangeRules(r, en)
	s.related = related
	s.gates = append(s.gates, publicSwitch(r, networkAccess...), anyOf("firewall", r, rules, "has no firewall rule that admits anybody"))
	return s.candidate()
}

// redisPorts are the port for TLS, and the plain one when it is switched on.
func redisPorts(r *tfstate.Resource) []reach.Slot {
	numbered := func(path string, otherwise int) int {
		if n, ok := number(r, path); ok && n > 0 && n < 65536 {
			return n
		}
		return otherwise
	}
	out := []reach.Slot{port(exposure.TCP, numbered("ssl_port", 6380), "redis")}
	for _, path := range []string{"non_ssl_port_enabled", "enable_non_ssl_port"} {
		if flagOf(r, path, no) == yes {
			return append(out, port(exposure.TCP, numbered("port", 6379), "redis"))
		}
	}
	return out
}

// rangeRules returns the firewall rules of a server.
func (e *estate) rangeRules(r *tfstate.Resource, en engine) (rules []reach.Rule, related []string) {
	for _, kind := range en.rules {
		links := e.children(r, kind.resourceType, kind.server)
		if kind.byID {
			links = e.referrers(r, kind.resourceType, kind.server)
		}
		for _, l := range links {
			rules = append(rules, rangeRule(l, kind))
			related = append(related, l.To.Address)
		}
	}
	if len(rules) == 0 && en.openBare {
		rules = append(rules, everyoneRule(true, exposure.Hop{Resource: r.Address, Summary: r.Address + " has no firewall rule, which admits everyone",
			Remedy: "Add a firewall rule for " + r.Address}))
	}
	return rules, related
}

// azureServices is the label of the range 0.0.0.0 to 0.0.0.0, which stands for
// whatever runs in Azure.
const azureServices = "azure-services"

func rangeRule(l reach.Link, kind firewallRules) reach.Rule {
	r := l.To
	rule := reach.Rule{Allow: true, Hop: exposure.Hop{Resource: r.Address, Attribute: kind.start, Remedy: "Narrow " + r.Address,
		Summary: r.Address + " allows " + printable(r.Attr(kind.start)) + " to " + printable(r.Attr(kind.end))}}
	from, to := strings.TrimSpace(text(r, kind.start)), strings.TrimSpace(text(r, kind.end))
	lo, errLo := netip.ParseAddr(from)
	hi, errHi := netip.ParseAddr(to)
	switch {
	case tfstate.Unknown(r.Attr(kind.start)) || tfstate.Unknown(r.Attr(kind.end)):
		rule.Source.Doubt, rule.Source.Gap = reach.Pending, afterApply(r, kind.start, "the range of "+r.Address)
	case errLo != nil || errHi != nil:
		rule.Source.Doubt, rule.Source.Gap = reach.Pending, exposure.Gap{Resource: r.Address, Attribute: kind.start,
			Reason: "the range of " + r.Address + " is no address range", Remedy: "Write two addresses"}
	case from == "0.0.0.0" && to == "0.0.0.0":
		rule.Source.Labels = []string{azureServices}
		rule.Hop.Summary = r.Address + " allows whatever runs in Azure (0.0.0.0 to 0.0.0.0)"
	default:
		rule.Source.Set = reach.SetOfRange(lo, hi)
		rule.Source.Hidden = tfstate.IsSensitive(r.Attr(kind.start)) || tfstate.IsSensitive(r.Attr(kind.end))
	}
	if !l.Certain {
		rule.PortDoubt, rule.Source.Gap = reach.Pending, afterApply(r, kind.server, "the server of "+r.Address)
	}
	return rule
}

// managedInstances returns the public data endpoints of managed SQL instances.
// They stand in a subnet of ours and its security group filters them.
func (e *estate) managedInstances() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed("azurerm_mssql_managed_instance", "azurerm_sql_managed_instance") {
		s := service{r: r, key: "public", kind: "database", access: exposure.AccessAuthenticated, slots: []reach.Slot{port(exposure.TCP, 3342, "mssql")}}
		if name, zone, ok := strings.Cut(text(r, "fqdn"), "."); ok {
			s.host = name + ".public." + zone
		}
		const path = "public_data_endpoint_enabled"
		switch flagOf(r, path, no) {
		case no:
			s.gates = []reach.Gate{closedGate(exposure.Hop{Gate: "public_access", Resource: r.Address, Attribute: path,
				Summary: r.Address + " has no public data endpoint"})}
		case unknown:
			s.gates = []reach.Gate{doubtGate("public_access", reach.Pending, afterApply(r, path, "whether "+r.Address+" has a public data endpoint"))}
		case yes:
			s.gates = []reach.Gate{openGate(exposure.Hop{Gate: "public_access", Resource: r.Address, Attribute: path,
				Summary: r.Address + " has a public data endpoint", Remedy: "Set " + path + " of " + r.Address + " to false"})}
		}
		s.gates = append(s.gates, e.subnetGates(r, "subnet_id", func(f reach.Flow) reach.Passage {
			return doubt(f, reach.Unread, notInInput(r, "subnet_id", "the security group that the subnet of "+r.Address+" must have"))
		})...)
		out = append(out, s.candidate())
	}
	return out
}
