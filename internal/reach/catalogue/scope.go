package catalogue

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// scope is one resource under its descriptor.
type scope struct {
	g       *reach.Graph
	service *service
	r       *tfstate.Resource
	ctx     *hcl.EvalContext

	graphGates []reach.GraphGate
}

func newScope(g *reach.Graph, s *service, r *tfstate.Resource) *scope {
	sc := &scope{g: g, service: s, r: r}
	sc.ctx = &hcl.EvalContext{Variables: map[string]cty.Value{"self": selfOf(r)}, Functions: functions(g, r)}
	values := map[string]cty.Value{}
	for _, let := range s.lets {
		v, err := sc.eval(let.expr)
		if err != nil {
			v = cty.DynamicVal
		}
		values[let.name] = v
		sc.ctx.Variables["let"] = cty.ObjectVal(values)
	}
	return sc
}

// selfOf returns the values of r for expressions. What is known only after
// apply and the configuration does not set is null: the argument was omitted,
// and what the provider then chooses is for the descriptor to say.
func selfOf(r *tfstate.Resource) cty.Value {
	values := r.Values()
	if values == cty.NilVal {
		return cty.EmptyObjectVal
	}
	return omitted(r, values, "")
}

func omitted(r *tfstate.Resource, v cty.Value, path string) cty.Value {
	bare, marks := v.Unmark()
	switch t := bare.Type(); {
	case !bare.IsKnown():
		if set, known := r.Configured(path); path != "" && known && !set {
			return cty.NullVal(cty.DynamicPseudoType)
		}
		return v
	case bare.IsNull():
		return v
	case t.IsObjectType():
		values := map[string]cty.Value{}
		for name := range t.AttributeTypes() {
			values[name] = omitted(r, bare.GetAttr(name), join(path, name))
		}
		return cty.ObjectVal(values).WithMarks(marks)
	case (t.IsTupleType() || t.IsListType()) && blocks(t):
		elements := bare.AsValueSlice()
		for i, e := range elements {
			elements[i] = omitted(r, e, fmt.Sprintf("%s.%d", path, i))
		}
		return cty.TupleVal(elements).WithMarks(marks)
	}
	return v
}

// blocks reports whether a sequence holds objects, and so may be nested
// blocks. Elements of other lists have no configuration of their own.
func blocks(t cty.Type) bool {
	if t.IsListType() {
		return t.ElementType().IsObjectType()
	}
	return slices.ContainsFunc(t.TupleElementTypes(), cty.Type.IsObjectType)
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// absences are the errors of an expression that steps into something that is
// not there: a block that was omitted, an attribute of another version of the
// provider.
var absences = []string{
	"Unsupported attribute", "Invalid index", "Attempt to get attribute from null value",
	"Attempt to index null value", "Missing map element",
}

// eval evaluates an expression. It is null for a nil expression and for one
// that steps into something that is not there.
func (s *scope) eval(x hcl.Expression) (cty.Value, error) {
	null := cty.NullVal(cty.DynamicPseudoType)
	if x == nil {
		return null, nil
	}
	v, diags := x.Value(s.ctx)
	for _, d := range diags {
		if d.Severity == hcl.DiagError && !slices.Contains(absences, d.Summary) {
			return cty.DynamicVal, fmt.Errorf("evaluate %s: %s", x.Range(), d.Summary)
		}
	}
	if diags.HasErrors() {
		return null, nil
	}
	return v, nil
}

// text evaluates to a string, empty when it is null, unknown or none.
func (s *scope) text(x hcl.Expression) string {
	v, err := s.eval(x)
	if err != nil {
		return ""
	}
	text, _ := tfstate.String(v)
	return text
}

func (s *scope) texts(x hcl.Expression) []string {
	v, err := s.eval(x)
	if err != nil {
		return nil
	}
	known, _ := tfstate.Strings(v)
	return slices.DeleteFunc(known, func(text string) bool { return text == "" })
}

func (s *scope) candidates() []reach.Candidate {
	if s.service.never != nil {
		return []reach.Candidate{s.neverPublic()}
	}
	var out []reach.Candidate
	for _, e := range s.service.endpoints {
		if v, err := s.eval(e.enabled); err == nil && e.enabled != nil {
			if on, ok := tfstate.Bool(v); !ok || !on {
				continue
			}
		}
		out = append(out, s.each(e)...)
	}
	return out
}

// each returns a candidate for each host of an endpoint. Without knowing how
// many there are, there is one.
func (s *scope) each(e *endpoint) []reach.Candidate {
	if e.each == nil {
		return []reach.Candidate{s.candidate(e)}
	}
	v, err := s.eval(e.each)
	elements := tfstate.Elements(v)
	if err != nil || tfstate.Unknown(v) {
		elements = []cty.Value{cty.DynamicVal}
	}
	var out []reach.Candidate
	for i, element := range elements {
		c := s.with("each", element).candidate(e)
		if i > 0 { // the first keeps the key that it has before the others are known
			c.Endpoint.Key = fmt.Sprintf("%s %d", e.key, i+1)
		}
		out = append(out, c)
	}
	return out
}

// with returns s with one more name for expressions.
func (s *scope) with(name string, v cty.Value) *scope {
	inner := *s
	inner.ctx = &hcl.EvalContext{Variables: maps.Clone(s.ctx.Variables), Functions: s.ctx.Functions}
	inner.ctx.Variables[name] = v
	return &inner
}

func (s *scope) endpoint(key string) exposure.Endpoint {
	return exposure.Endpoint{
		ResourceAddress: s.r.Address,
		Key:             key,
		Related:         []string{},
		Names:           []string{},
		Kind:            s.service.kind,
		Identity: exposure.Identity{
			Cloud: s.service.provider, ID: s.text(s.service.identity["id"]),
			Account: s.text(s.service.identity["account"]), Region: s.text(s.service.identity["region"]),
		},
	}
}

func (s *scope) neverPublic() reach.Candidate {
	never := s.service.never
	hop := exposure.Hop{Resource: s.r.Address, Summary: fmt.Sprintf("%s is of a service that %s", s.r.Address, never.because), Certainty: exposure.Must}
	e := s.endpoint("private")
	e.Access = exposure.AccessAuthenticated
	return reach.Candidate{
		Endpoint: e, Family: reach.IPv4, Slots: []reach.Slot{slot("tcp", never.port)},
		Gates: []reach.Gate{{Name: "service", Pass: func(reach.Flow) reach.Passage { return reach.Closed(hop) }}},
	}
}

func slot(transport string, port uint16) reach.Slot {
	return reach.Slot{Transport: exposure.Transport(transport), Ports: exposure.PortRange{Lo: port, Hi: port}}
}

func (s *scope) candidate(e *endpoint) reach.Candidate {
	ep := s.endpoint(e.key)
	ep.Host = s.text(e.host)
	ep.App, ep.SharedFront = e.app, e.shared
	for _, name := range s.texts(e.names) {
		if !strings.HasPrefix(name, "*") { // a wildcard is no name that anything could be asked at
			ep.Names = append(ep.Names, name)
		}
	}
	slices.Sort(ep.Names)
	ep.Access = s.access(e)
	ep.Notes = s.texts(e.notes)
	c := reach.Candidate{Endpoint: ep, Family: reach.IPv4}
	for _, ports := range s.ports(e) {
		c.Slots = append(c.Slots, reach.Slot{Transport: exposure.Transport(e.transport), Ports: ports})
	}
	for _, g := range e.gates {
		c.Gates = append(c.Gates, s.gatesOf(g)...)
	}
	return c
}

// gatesOf returns a gate of the descriptor, or those that a cloud package has
// under its name.
func (s *scope) gatesOf(g gate) []reach.Gate {
	if g.because != "" {
		return []reach.Gate{{Name: g.kind, Pass: s.pass(g)}}
	}
	for _, known := range s.graphGates {
		if known.Name == g.kind {
			args := map[string][]string{}
			for name, x := range g.args {
				args[name] = s.texts(x)
			}
			return known.Gates(s.g, s.r, args)
		}
	}
	gap := exposure.Gap{Resource: s.r.Address, Reason: "nothing reads the gate " + g.kind, Remedy: "Report the entry of " + s.r.Type}
	return []reach.Gate{{Name: g.kind, Pass: func(f reach.Flow) reach.Passage {
		return reach.Passage{Bound: reach.Bound{Likely: reach.Public(f.Family), May: reach.Public(f.Family)}, Gaps: []exposure.Gap{gap}}
	}}}
}

// ports are those of the endpoint: numbers, and ranges as "8000-8100". A port
// that is not known leaves none, and descriptors therefore end with a number.
func (s *scope) ports(e *endpoint) []exposure.PortRange {
	v, err := s.eval(e.ports)
	if err != nil {
		return nil
	}
	texts, _ := tfstate.Strings(v)
	var out []exposure.PortRange
	for _, text := range texts {
		if ports, err := exposure.ParsePortRange(text); err == nil {
			out = append(out, ports)
		}
	}
	return out
}

func (s *scope) access(e *endpoint) exposure.Access {
	access := exposure.Access(s.text(e.access))
	known := []exposure.Access{exposure.AccessAnonymous, exposure.AccessAnyAuthenticated, exposure.AccessAuthenticated}
	if slices.Contains(known, access) {
		return access
	}
	return exposure.AccessUnknown
}
