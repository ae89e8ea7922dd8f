package catalogue

import (
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// doubt returns a gate for what an expression leaves open, and whether it does.
// A nil expression leaves nothing open.
func (s *scope) doubt(x hcl.Expression, what string) (reach.Gate, bool) {
	if x == nil {
		return reach.Gate{}, false
	}
	v, err := s.eval(x)
	if _, known := tfstate.Bool(v); known && err == nil {
		return reach.Gate{}, false
	}
	gap := s.gapOf(x, what)
	pending := err == nil && tfstate.Unknown(v)
	switch {
	case err != nil:
		gap.Reason, gap.Remedy = err.Error(), s.correct()
	case pending:
		gap.Reason, gap.Remedy = gap.Reason+" is known only after apply", "Analyse again after apply"
	case tfstate.Null(v):
		gap.Reason, gap.Remedy = gap.Reason+" is not told by the input", s.correct()
	default:
		gap.Reason, gap.Remedy = gap.Reason+" is neither true nor false", s.correct()
	}
	return s.perhaps("catalogue", gap, !pending, "may have this endpoint"), true
}

// perhaps is a gate that may admit everyone, for a reason of its own. likely is
// set when nothing but the input's silence speaks against it.
func (s *scope) perhaps(name string, gap exposure.Gap, likely bool, clause string) reach.Gate {
	hop := exposure.Hop{Resource: s.r.Address, Attribute: gap.Attribute, Certainty: exposure.May, Summary: s.r.Address + " " + clause}
	return reach.Gate{Name: name, Pass: func(f reach.Flow) reach.Passage {
		p := reach.Passage{Bound: reach.Bound{May: reach.Public(f.Family)}, Hops: []exposure.Hop{hop}, Gaps: []exposure.Gap{gap}}
		if likely {
			p.Likely = p.May
		}
		return p
	}}
}

// gapOf is a gap about what an expression says, whose reason begins with what.
func (s *scope) gapOf(x hcl.Expression, what string) exposure.Gap {
	gap := exposure.Gap{Resource: s.r.Address, Reason: what}
	if x == nil {
		return gap
	}
	gap.Attribute = s.attributeOf(x)
	return gap
}

// attributeOf returns the first attribute of the resource that an expression
// rests on, by way of names too, and nothing when it rests on none.
func (s *scope) attributeOf(x hcl.Expression) string {
	names := []string{}
	for wanted, i := []hcl.Expression{x}, 0; i < len(wanted); i++ {
		for _, traversal := range wanted[i].Variables() {
			if attribute, ok := stepOf(traversal, "self"); ok {
				return attribute
			}
			if name, ok := stepOf(traversal, "let"); ok && !slices.Contains(names, name) {
				names = append(names, name)
				at := slices.IndexFunc(s.service.lets, func(l let) bool { return l.name == name })
				wanted = append(wanted, s.service.lets[at].expr)
			}
		}
	}
	return ""
}

func (s *scope) correct() string { return "Correct the catalogue entry of " + s.r.Type }

// manyHosts is the gate of an endpoint of which it is not known how many hosts
// there are. Our own entries promise that there is one at least.
func (s *scope) manyHosts(e *endpoint, v cty.Value, err error) reach.Gate {
	gap := s.gapOf(e.each, "the list of hosts of endpoint "+e.key)
	pending := false
	switch {
	case err != nil:
		gap.Reason, gap.Remedy = err.Error(), s.correct()
	case tfstate.Unknown(v) && !s.service.own:
		return reach.Gate{Name: "catalogue", Pass: func(f reach.Flow) reach.Passage { return reach.Open(f) }}
	case tfstate.Unknown(v):
		pending = true
		gap.Reason, gap.Remedy = gap.Reason+" is known only after apply", "Analyse again after apply"
	case tfstate.Null(v):
		gap.Reason, gap.Remedy = gap.Reason+" is not set", s.correct()
	default:
		gap.Reason, gap.Remedy = gap.Reason+" is no list", s.correct()
	}
	return s.perhaps("catalogue", gap, !pending, "may have this endpoint")
}
