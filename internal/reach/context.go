package reach

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// identities are the attributes in which a resource tells the cloud's own name
// of itself, the widest first: an ARN holds the account, an id may not.
var identities = []string{"arn", "self_link", "metadata.0.uid", "id"}

// identityOf returns the cloud's own name of a managed resource, empty when it
// is not known.
func identityOf(r *tfstate.Resource) string {
	if r.Mode != tfstate.Managed {
		return ""
	}
	for _, path := range identities {
		if s, ok := tfstate.String(Value(r, path)); ok && s != "" {
			return r.Type + "|" + path + "|" + s
		}
	}
	return ""
}

// accountWide are resources that speak for a whole account without a reference
// to what they apply to, with the attribute that names the account.
var accountWide = map[string]string{
	"aws_s3_account_public_access_block":  "account_id",
	"aws_vpc_block_public_access_options": "aws_account_id",
	"aws_default_vpc":                     "owner_id",
}

// neighbours are the resources of the context of an input, in address order.
type neighbours struct {
	resources []tfstate.Resource
	prior     []tfstate.Resource // before the changes of the plans among them
}

// gather returns the resources of the context: those that are not in the input
// as well, each once. incomplete tells what could not be known of them, and
// which states disagree about who manages a resource.
func gather(in *tfstate.Input, context []*tfstate.Input) (beside neighbours, incomplete []string) {
	if len(context) == 0 {
		return neighbours{}, nil
	}
	resources := []tfstate.Resource{}
	holder := map[string]string{} // identity → name of the input, empty for in
	for i := range in.Resources {
		if id := identityOf(&in.Resources[i]); id != "" {
			holder[id] = ""
		}
	}
	account := accountOf(in)
	for _, state := range context {
		var twice twins
		for _, r := range state.InContext() {
			id := identityOf(&r)
			first, held := holder[id]
			switch {
			case id != "" && held && first != r.Input: // twice in one state is that state's own affair
				twice.add(first, &r)
				continue
			case foreign(&r, account):
				continue
			case id != "":
				holder[id] = r.Input
			}
			resources = append(resources, r)
		}
		beside.prior = append(beside.prior, state.PriorInContext()...)
		incomplete = append(incomplete, twice.sentences(state.Label())...)
		for _, reason := range state.Incomplete {
			incomplete = append(incomplete, state.Label()+": "+reason)
		}
	}
	byAddress := func(a, b tfstate.Resource) int { return strings.Compare(a.Address, b.Address) }
	slices.SortStableFunc(resources, byAddress)
	slices.SortStableFunc(beside.prior, byAddress)
	slices.Sort(incomplete)
	beside.resources = resources
	return beside, incomplete
}

// foreign reports whether a resource of the context speaks for a whole account
// that is not known to be the input's only one. It would close what it has
// nothing to do with.
func foreign(r *tfstate.Resource, account string) bool {
	attribute, wide := accountWide[r.Type]
	if isDefault, _ := tfstate.Bool(r.Attr("default")); r.Type == "aws_vpc" && isDefault { // of the data source
		attribute, wide = "owner_id", true
	}
	own, _ := tfstate.String(r.Attr(attribute))
	return wide && (account == "" || own != account)
}

// accountOf returns the AWS account of all that the input holds, empty when
// that is not known or they are several.
func accountOf(in *tfstate.Input) string {
	account := ""
	for i := range in.Resources {
		r := &in.Resources[i]
		own := ""
		if arn, _ := tfstate.String(r.Attr("arn")); r.Mode == tfstate.Managed && strings.HasPrefix(arn, "arn:") {
			if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
				own = parts[4]
			}
		}
		if own == "" {
			continue
		}
		if account != "" && own != account {
			return ""
		}
		account = own
	}
	return account
}

// twins are the resources of a state that another state of the context holds
// as well, by the name of that one.
type twins map[string][]string

func (t *twins) add(first string, r *tfstate.Resource) {
	if first == "" {
		return // the input's own word counts, whatever others say
	}
	if *t == nil {
		*t = twins{}
	}
	(*t)[first] = append((*t)[first], strings.TrimSuffix(r.Address, " (in "+r.Input+")"))
}

// sentences tells of the twins of the state with the name, sorted.
func (t twins) sentences(name string) []string {
	var out []string
	for first, addresses := range t {
		what := slices.Min(addresses)
		if more := len(addresses) - 1; more > 0 {
			what += fmt.Sprintf(" and %d more", more)
		}
		out = append(out, fmt.Sprintf("%s and %s both hold %s; what %s says counts", first, name, what, first))
	}
	slices.Sort(out)
	return out
}

// beside reports whether the address is that of a resource of the context.
func (g *Graph) beside(address string) bool {
	r := g.byAddress[address]
	return r != nil && r.Input != ""
}

// leave keeps a candidate of the context from the endpoints. Where a resource
// of the input takes part in exposing it, such as an address that the input
// lends, a warning tells: without the context that was an endpoint. Of an input
// that is judged in the same run there is nothing to warn of.
func (a *Analysis) leave(g *Graph, c Candidate) {
	a.beside = append(a.beside, c.Endpoint)
	if a.judged[g.byAddress[c.Endpoint.ResourceAddress].Input] {
		return
	}
	own := slices.DeleteFunc(slices.Clone(c.Endpoint.Related), func(address string) bool {
		r := g.byAddress[address]
		return r == nil || r.Input != ""
	})
	if len(own) == 0 {
		return
	}
	reachable, _ := (&walker{}).walk(c)
	if slices.ContainsFunc(reachable, func(e exposure.Endpoint) bool { return e.Verdict != exposure.NotExposed }) {
		a.Warnings = append(a.Warnings, fmt.Sprintf("%s takes part in exposing %s, which is not judged here: validate the state that holds it, with this one as context",
			slices.Min(own), c.Endpoint.ResourceAddress))
	}
}

// addState begins the remedies of gaps that another state would fill.
const addState = "Add the state "

// tellHowToAdd says in the remedies that ask for another state how to give it.
// Clouds need not know how users do that.
func (a *Analysis) tellHowToAdd() {
	for _, list := range [][]exposure.Endpoint{a.Endpoints, a.Blocked} {
		for i := range list {
			gaps := slices.Clone(list[i].Unknowns) // endpoints of one path share them
			for j, gap := range gaps {
				if rest, ok := strings.CutPrefix(gap.Remedy, addState); ok {
					gaps[j].Remedy = "Add as context (--context FILE, or context in state) the state " + rest
				}
			}
			list[i].Unknowns = gaps
		}
	}
}
