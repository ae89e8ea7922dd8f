package azure

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

const accountType = "azurerm_storage_account"

// storeService is a part of a storage account that only its key opens. It
// counts when something in the input uses it: every account has them all.
type storeService struct {
	key   string
	uses  []string // types of what is kept in it
	ports []reach.Slot
}

var storeServices = []storeService{
	{"file", []string{"azurerm_storage_share"}, append(web(), port(exposure.TCP, 445, "smb"))},
	{"queue", []string{"azurerm_storage_queue"}, web()},
	{"table", []string{"azurerm_storage_table"}, web()},
	{"dfs", []string{"azurerm_storage_data_lake_gen2_filesystem"}, web()},
}

// storage returns the endpoints of storage accounts. Containers are buckets:
// their front end answers everybody, so what counts is whom a container admits
// without credentials. The website is anonymous whatever the account says of
// its containers.
func (e *estate) storage() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed(accountType) {
		network := []reach.Gate{publicSwitch(r, networkAccess...), e.accountRules(r)}
		out = append(out, e.blobs(r, network), e.website(r, network))
		for _, s := range storeServices {
			if used := e.within(r, s.uses...); len(used) > 0 {
				one := service{r: r, key: s.key, kind: "storage", host: accountHost(r, s.key), slots: accountPorts(r, s.ports), shared: true,
					access: exposure.AccessAuthenticated, gates: network}
				for _, l := range used {
					one.related = append(one.related, l.To.Address)
				}
				out = append(out, one.candidate())
			}
		}
	}
	return slices.DeleteFunc(out, func(c reach.Candidate) bool { return c.Endpoint.Key == "" })
}

// within returns what is kept in an account, by id or name.
func (e *estate) within(r *tfstate.Resource, types ...string) []reach.Link {
	var out []reach.Link
	for _, t := range types {
		out = append(out, e.referrers(r, t, "storage_account_id")...)
		for _, l := range e.children(r, t, "storage_account_name") {
			if !leadsTo(out, l.To) {
				out = append(out, l)
			}
		}
	}
	return out
}

// accountHost returns the host of a service of an account.
func accountHost(r *tfstate.Resource, key string) string {
	if host := text(r, "primary_"+key+"_host"); host != "" {
		name, _, _ := strings.Cut(host, ":")
		return name
	}
	u, err := url.Parse(text(r, "primary_"+key+"_endpoint"))
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// accountPorts leaves out plain HTTP where the account refuses it.
func accountPorts(r *tfstate.Resource, slots []reach.Slot) []reach.Slot {
	for _, path := range []string{"https_traffic_only_enabled", "enable_https_traffic_only"} {
		if v := r.Attr(path); !tfstate.Null(v) && !chosenByProvider(r, path, v) {
			if only, ok := tfstate.Bool(v); ok && !only {
				return slots
			}
			break
		}
	}
	return slices.DeleteFunc(slices.Clone(slots), func(s reach.Slot) bool { return s.Ports.Lo == 80 })
}

// accountRules is the firewall of an account: a rule resource replaces what
// the account says itself.
func (e *estate) accountRules(r *tfstate.Resource) reach.Gate {
	for _, l := range e.within(r, "azurerm_storage_account_network_rules") {
		return networkRules(l.To, "")
	}
	if pending(r, "network_rules") {
		return doubtGate("firewall", reach.Pending, afterApply(r, "network_rules", "the network rules of "+r.Address))
	}
	if len(tfstate.Elements(r.Attr("network_rules"))) > 0 {
		return networkRules(r, "network_rules.0.")
	}
	return openGate(exposure.Hop{Gate: "firewall", Resource: r.Address, Attribute: "network_rules",
		Summary: r.Address + " has no network rules, which admits everyone", Remedy: "Add network_rules with default_action Deny to " + r.Address})
}

// networkRules reads a default action and the addresses beside it.
func networkRules(r *tfstate.Resource, prefix string) reach.Gate {
	path := bracketed(prefix + "default_action")
	switch action := text(r, prefix+"default_action"); {
	case pending(r, prefix+"default_action"):
		return doubtGate("firewall", reach.Pending, afterApply(r, path, "the default action of "+r.Address))
	case !strings.EqualFold(action, "Deny"):
		return openGate(exposure.Hop{Gate: "firewall", Resource: r.Address, Attribute: path,
			Summary: r.Address + " admits everyone by " + path, Remedy: "Set " + path + " of " + r.Address + " to Deny"})
	}
	at := prefix + "ip_rules"
	var rules []reach.Rule
	if v := reach.Value(r, at); pending(r, at) {
		rules = append(rules, reach.Rule{Allow: true, Source: reach.Source{Doubt: reach.Pending, Gap: afterApply(r, bracketed(at), "the addresses that "+r.Address+" admits")}})
	} else {
		for _, element := range tfstate.Elements(v) {
			rule := reach.Rule{Allow: true, Hop: exposure.Hop{Resource: r.Address, Attribute: bracketed(at),
				Summary: r.Address + " allows " + printable(element), Remedy: "Narrow " + bracketed(at) + " of " + r.Address}}
			written, known := tfstate.String(element)
			set, ok := reach.ParseSource(written)
			rule.Source = reach.Source{Set: set, Hidden: tfstate.IsSensitive(element)}
			if !known || !ok {
				rule.Source.Doubt, rule.Source.Gap = reach.Pending, afterApply(r, bracketed(at), "an address that "+r.Address+" admits")
			}
			rules = append(rules, rule)
		}
	}
	return anyOf("firewall", r, rules, "admits nobody by default and names no address")
}

// blobs is the endpoint of the containers of an account.
func (e *estate) blobs(r *tfstate.Resource, network []reach.Gate) reach.Candidate {
	s := service{r: r, key: "blob", kind: "bucket", host: accountHost(r, "blob"), slots: accountPorts(r, web()), shared: true, access: exposure.AccessAuthenticated}
	var public, doubtful []*tfstate.Resource
	for _, l := range e.within(r, "azurerm_storage_container") {
		switch access := strings.ToLower(text(l.To, "container_access_type")); {
		case pending(l.To, "container_access_type"):
			doubtful = append(doubtful, l.To)
		case access == "blob", access == "container":
			public = append(public, l.To)
		}
	}
	s.gates = append(slices.Clone(network), anonymity(r, public, doubtful))
	c := s.candidate()
	for _, container := range append(slices.Clone(public), doubtful...) {
		c.Endpoint.Related = append(c.Endpoint.Related, container.Address)
	}
	if len(public) > 0 && !forbidsAnonymous(r) {
		reached := through(reach.Flow{Family: reach.IPv4, Transport: exposure.TCP, Ports: exposure.PortRange{Lo: 443, Hi: 443}}, s.gates)
		verdict, _ := reached.Verdict()
		c.Endpoint.Access, c.Endpoint.DirectlyExposedBucket = exposure.AccessAnonymous, verdict == exposure.Exposed
		c.Endpoint.Path = "/" + text(public[0], "name")
		if strings.EqualFold(text(public[0], "container_access_type"), "container") {
			c.Endpoint.Path += "?restype=container&comp=list"
		}
	}
	return c
}

// anonymity is the grant of containers to everyone, under the switch of the
// account that overrules it.
func anonymity(r *tfstate.Resource, public, doubtful []*tfstate.Resource) reach.Gate {
	const gate = "anonymous_access"
	path := anonymousSwitch(r)
	named := append(slices.Clone(public), doubtful...)
	if len(named) == 0 {
		return closedGate(exposure.Hop{Gate: gate, Resource: r.Address,
			Summary: "no container of " + r.Address + " in the input admits anybody without credentials"})
	}
	hop := exposure.Hop{Gate: gate, Resource: named[0].Address, Attribute: "container_access_type",
		Summary: fmt.Sprintf("%s admits everyone without credentials (%s)", named[0].Address, cmp.Or(text(named[0], "container_access_type"), "not known yet")),
		Remedy:  "Set container_access_type of " + named[0].Address + " to private"}
	switch flagOf(r, path, yes) {
	case no:
		return closedGate(exposure.Hop{Gate: gate, Resource: r.Address, Attribute: path, Summary: r.Address + " forbids anonymous access by " + path})
	case unknown:
		return reach.Gate{Name: gate, Pass: func(f reach.Flow) reach.Passage {
			return believed(f, reach.Pending, hop, afterApply(r, path, "whether "+r.Address+" forbids anonymous access"))
		}}
	}
	if len(public) == 0 {
		return reach.Gate{Name: gate, Pass: func(f reach.Flow) reach.Passage {
			return believed(f, reach.Pending, hop, afterApply(doubtful[0], "container_access_type", "whom "+doubtful[0].Address+" admits"))
		}}
	}
	return openGate(hop)
}

// anonymousSwitch is the argument of an account that overrules its containers.
func anonymousSwitch(r *tfstate.Resource) string {
	if since3 := "allow_nested_items_to_be_public"; !tfstate.Null(r.Attr(since3)) {
		return since3
	}
	return "allow_blob_public_access" // until version 3
}

func forbidsAnonymous(r *tfstate.Resource) bool { return flagOf(r, anonymousSwitch(r), yes) == no }

// website is the static website of an account. Without one it has no key.
func (e *estate) website(r *tfstate.Resource, network []reach.Gate) reach.Candidate {
	s := service{r: r, key: "website", kind: "web", host: accountHost(r, "web"), slots: accountPorts(r, web()), shared: true,
		access: exposure.AccessAnonymous, gates: network}
	declared := len(tfstate.Elements(r.Attr("static_website"))) > 0
	for _, l := range e.within(r, "azurerm_storage_account_static_website") {
		declared, s.related = true, append(s.related, l.To.Address)
	}
	if !declared {
		return reach.Candidate{}
	}
	return s.candidate()
}
