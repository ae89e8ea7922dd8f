package catalogue

import (
	"fmt"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/aws/iam"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// documents are resource policies as an expression gives them: a text or a
// list of texts, of which null ones do not count.
type documents struct {
	policies  []*iam.Policy
	doubt     reach.Doubt // about further ones
	unread    error
	sensitive bool
}

func readDocuments(v cty.Value) documents {
	d := documents{sensitive: tfstate.IsSensitive(v)}
	if tfstate.Unknown(v) {
		d.doubt = reach.Pending
		return d
	}
	elements := tfstate.Elements(v)
	if _, single := tfstate.String(v); single {
		elements = []cty.Value{v}
	}
	for _, element := range elements {
		text, ok := tfstate.String(element)
		switch {
		case tfstate.Unknown(element):
			d.doubt = reach.Pending
		case !ok || text == "":
		default:
			p, err := iam.Parse(text)
			if err != nil {
				d.unread = err
				continue
			}
			d.policies = append(d.policies, p)
		}
	}
	return d
}

// ask asks every policy about every action and joins what they admit.
func (d documents) ask(who iam.Requester, actions []string, secure bool) iam.Answer {
	var out iam.Answer
	for _, p := range d.policies {
		for _, action := range actions {
			a := p.Ask(iam.Query{Who: who, Action: action, Resource: "*", Secure: secure})
			out.Bound = out.Or(a.Bound)
			out.Notes = append(out.Notes, a.Notes...)
			out.Gaps = append(out.Gaps, a.Gaps...)
		}
	}
	return out
}

// access tells what a client without credentials may do, as far as resource
// policies tell. Without any only those with an identity policy of the owner's
// account get in.
func (d documents) access(actions []string) exposure.Access {
	if d.doubt != reach.Sure || d.unread != nil {
		return exposure.AccessUnknown
	}
	anonymous, granted := d.ask(iam.Anonymous, actions, true), d.ask(iam.Granted, actions, true)
	if !anonymous.Must.IsEmpty() && reach.ScopeOf(anonymous.Must) == reach.ScopeOf(granted.Must) {
		return exposure.AccessAnonymous
	}
	if !anonymous.May.IsEmpty() && anonymous.Must.IsEmpty() {
		return exposure.AccessUnknown
	}
	return exposure.AccessAuthenticated
}

// policy is the gate of a resource policy: where the requests that it may
// grant have to come from. Who has to sign them is a matter of access.
func (s *scope) policy(g gate) func(reach.Flow) reach.Passage {
	v, err := s.eval(g.args["documents"])
	actions := s.texts(g.args["actions"])
	d := readDocuments(v)
	return func(f reach.Flow) reach.Passage {
		switch {
		case err != nil || d.doubt != reach.Sure:
			return s.doubtful(g, f, cty.DynamicVal, err)
		case d.unread != nil:
			return s.doubtful(g, f, v, fmt.Errorf("%s cannot be read: %w", g.because, d.unread))
		case len(d.policies) == 0:
			return reach.Open(f, s.hop(g, "has no policy, so that requests are judged by their credentials (%s)", g.because))
		}
		return s.answer(g, d.ask(iam.Granted, actions, f.Ports.Lo != 80), d.sensitive)
	}
}

func (s *scope) answer(g gate, a iam.Answer, sensitive bool) reach.Passage {
	if a.May.IsEmpty() {
		return reach.Closed(s.hop(g, "has a policy that grants nothing to requests from the internet (%s)", g.because))
	}
	hop := s.hop(g, "has a policy that grants requests from %s (%s)", whom(a.May, sensitive), g.because)
	hop.Remedy = fmt.Sprintf("Narrow %s of %s", g.because, s.r.Address)
	if a.Must.IsEmpty() {
		hop.Certainty = exposure.May
	}
	p := reach.Passage{Bound: a.Bound, Hops: []exposure.Hop{hop}, Notes: a.Notes, Hidden: sensitive}
	for _, reason := range a.Gaps {
		if sensitive {
			reason = "a statement of the policy (sensitive) cannot be judged for certain"
		}
		p.Gaps = append(p.Gaps, exposure.Gap{Resource: s.r.Address, Attribute: g.because, Reason: exposure.Clean(reason), Remedy: "Judge the statement by hand"})
	}
	return p
}

func whom(sources reach.Set, sensitive bool) string {
	switch prefixes := sources.Prefixes; {
	case reach.ScopeOf(sources) == exposure.ScopeWorld:
		return "anywhere"
	case sensitive:
		return "some addresses (sensitive)"
	case len(prefixes()) == 1:
		return prefixes()[0].String()
	}
	return fmt.Sprintf("%d address ranges", len(sources.Prefixes()))
}
