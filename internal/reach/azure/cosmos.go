package azure

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// cosmosPorts are the ports of the interfaces that a capability opens beside
// HTTPS.
var cosmosPorts = map[string]int{"enablemongo": 10255, "enablecassandra": 10350}

// cosmosAccounts returns the endpoints of Cosmos DB accounts.
func (e *estate) cosmosAccounts() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed("azurerm_cosmosdb_account") {
		host := strings.TrimPrefix(text(r, "endpoint"), "https://")
		host, _, _ = strings.Cut(host, ":")
		s := service{r: r, key: "account", kind: "database", host: strings.TrimSuffix(host, "/"), shared: true, access: exposure.AccessAuthenticated,
			slots: []reach.Slot{port(exposure.TCP, 443, "https")}}
		if strings.EqualFold(text(r, "kind"), "MongoDB") {
			s.slots = append(s.slots, port(exposure.TCP, 10255, "mongodb"))
		}
		for _, at := range expand(r, "capabilities.*.name") {
			if n := cosmosPorts[strings.ToLower(text(r, at))]; n > 0 && !hasPort(s.slots, n) {
				s.slots = append(s.slots, port(exposure.TCP, n, ""))
			}
		}
		s.gates = []reach.Gate{publicSwitch(r, networkAccess...), cosmosFilter(r)}
		out = append(out, s.candidate())
	}
	return out
}

func hasPort(slots []reach.Slot, n int) bool {
	for _, s := range slots {
		if int(s.Ports.Lo) == n {
			return true
		}
	}
	return false
}

// cosmosFilter is the list of addresses of an account: a set, and until
// version 4 of the provider one string with commas. Without any everyone is
// admitted, unless the account is kept to virtual networks.
func cosmosFilter(r *tfstate.Resource) reach.Gate {
	const path, networks = "ip_range_filter", "is_virtual_network_filter_enabled"
	if pending(r, path) {
		return doubtGate("firewall", reach.Pending, afterApply(r, path, "the addresses that "+r.Address+" admits"))
	}
	var rules []reach.Rule
	for _, v := range listed(r, path) {
		written, known := tfstate.String(v)
		if !known {
			rules = append(rules, reach.Rule{Allow: true, Source: reach.Source{Doubt: reach.Pending, Gap: afterApply(r, path, "an address that "+r.Address+" admits")}})
			continue
		}
		for part := range strings.SplitSeq(written, ",") {
			rules = append(rules, cosmosRule(r, path, strings.TrimSpace(part), tfstate.IsSensitive(v)))
		}
	}
	if len(rules) > 0 {
		return anyOf("firewall", r, rules, "admits nobody")
	}
	switch flagOf(r, networks, no) {
	case yes:
		return closedGate(exposure.Hop{Gate: "firewall", Resource: r.Address, Attribute: networks, Summary: r.Address + " admits its virtual networks only"})
	case unknown:
		return doubtGate("firewall", reach.Pending, afterApply(r, networks, "whether "+r.Address+" admits its virtual networks only"))
	}
	return openGate(exposure.Hop{Gate: "firewall", Resource: r.Address, Attribute: path,
		Summary: r.Address + " has no " + path + ", which admits everyone", Remedy: "Set " + path + " of " + r.Address})
}

func cosmosRule(r *tfstate.Resource, path, written string, sensitive bool) reach.Rule {
	shown := exposure.CleanLine(written)
	if sensitive {
		shown = "(sensitive)"
	}
	rule := reach.Rule{Allow: true, Hop: exposure.Hop{Resource: r.Address, Attribute: path,
		Summary: r.Address + " allows " + shown, Remedy: "Narrow " + path + " of " + r.Address}}
	set, ok := reach.ParseSource(written)
	switch {
	case written == "0.0.0.0":
		rule.Source.Labels = []string{azureServices}
		rule.Hop.Summary = r.Address + " allows whatever runs in Azure (0.0.0.0)"
	case !ok:
		rule.Source.Doubt, rule.Source.Gap = reach.Pending, exposure.Gap{Resource: r.Address, Attribute: path,
			Reason: "an entry of " + path + " is no address range", Remedy: "Write a prefix"}
	default:
		rule.Source.Set, rule.Source.Hidden = set, sensitive
	}
	return rule
}
