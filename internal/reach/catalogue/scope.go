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

	work   *work
	broken []brokenLet // names without a value, because of an error

	graphGates []reach.GraphGate
}

// brokenLet is a name whose expression has no value. What depends on it is not
// known, and the report has to say why.
type brokenLet struct {
	name string
	err  error
}

func newScope(g *reach.Graph, s *service, r *tfstate.Resource) *scope {
	sc := &scope{g: g, service: s, r: r, work: &work{left: maxWork}}
	sc.ctx = &hcl.EvalContext{
		Variables: map[string]cty.Value{"self": selfOf(r), workName: cty.CapsuleVal(workType, sc.work)},
		Functions: functions(g, r, sc.work),
	}
	values := map[string]cty.Value{}
	for _, let := range s.lets {
		v, err := sc.eval(let.expr)
		if err == nil {
			err = sc.work.weigh(v)
		}
		if err != nil {
			sc.broken = append(sc.broken, brokenLet{let.name, sc.overdone(let.expr, err)})
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

// applies reports whether the entry speaks of the resource. Where that is not
// known it does, and its endpoints say so.
func (s *scope) applies() bool {
	if s.service.applies == nil {
		return true
	}
	v, err := s.eval(s.service.applies)
	applies, known := tfstate.Bool(v)
	return err != nil || !known || applies
}

func (s *scope) candidates() []reach.Candidate {
	var doubts []reach.Gate
	if gate, doubt := s.doubt(s.service.applies, "whether the entry applies"); doubt {
		doubts = append(doubts, gate)
	}
	if s.service.never != nil {
		c := s.neverPublic()
		if len(doubts) > 0 {
			c.Gates = doubts // an entry that may not apply closes nothing
		}
		return []reach.Candidate{c}
	}
	var out []reach.Candidate
	for _, e := range s.service.endpoints {
		gates := slices.Clone(doubts)
		switch gate, doubt := s.doubt(e.enabled, "whether there is the endpoint "+e.key); {
		case doubt:
			gates = append(gates, gate)
		case e.enabled != nil:
			if v, _ := s.eval(e.enabled); !isTrue(v) {
				continue
			}
		}
		for _, c := range s.each(e) {
			c.Gates = slices.Concat(gates, c.Gates)
			out = append(out, c)
		}
	}
	return out
}

func isTrue(v cty.Value) bool {
	b, _ := tfstate.Bool(v)
	return b
}

// each returns a candidate for each host of an endpoint. Without knowing how
// many there are, there is one.
func (s *scope) each(e *endpoint) []reach.Candidate {
	if e.each == nil {
		return []reach.Candidate{s.candidate(e)}
	}
	v, err := s.eval(e.each)
	if err == nil {
		err = s.work.spend(lengthOf(v))
	}
	bare, _ := v.Unmark()
	if err != nil || !bare.IsKnown() || bare.IsNull() || !isSequence(bare.Type()) {
		c := s.with("each", cty.DynamicVal).candidate(e)
		c.Gates = slices.Concat([]reach.Gate{s.manyHosts(e, v, err)}, c.Gates)
		return []reach.Candidate{c}
	}
	var out []reach.Candidate
	for i, element := range tfstate.Elements(v) {
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
	e := exposure.Endpoint{
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
	if s.service.own {
		e.Notes = []string{s.judgedBy()}
	}
	return e
}

// judgedBy says whose word an endpoint rests on.
func (s *scope) judgedBy() string {
	at := s.service.declared
	return exposure.CleanLine(fmt.Sprintf("judged by the catalogue entry at %s:%d", at.Filename, at.Start.Line))
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
	ep.App, ep.SharedFront = e.app, e.shared
	host, family, gaps := s.host(e)
	ep.Host = host
	for _, name := range s.texts(e.names) {
		if !strings.HasPrefix(name, "*") { // a wildcard is no name that anything could be asked at
			ep.Names = append(ep.Names, exposure.CleanLine(name))
		}
	}
	slices.Sort(ep.Names)
	access, oddAccess := s.access(e)
	ep.Access, gaps = access, append(gaps, oddAccess...)
	for _, note := range s.texts(e.notes) {
		ep.Notes = append(ep.Notes, exposure.CleanLine(note))
	}
	for _, x := range []hcl.Expression{e.names, e.access, e.notes} {
		if _, err := s.eval(x); err != nil {
			gap := s.gapOf(x, err.Error())
			gap.Remedy = s.correct()
			gaps = append(gaps, gap)
		}
	}
	c := reach.Candidate{Endpoint: ep, Family: family, Slots: s.slots(e)}
	if len(gaps) > 0 {
		c.Gates = append(c.Gates, reach.Gate{Name: "catalogue", Pass: func(f reach.Flow) reach.Passage {
			p := reach.Open(f)
			p.Gaps = gaps
			return p
		}})
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

// access returns what a client without credentials may do, and the gap of a
// value that is none of the words for it.
func (s *scope) access(e *endpoint) (exposure.Access, []exposure.Gap) {
	v, err := s.eval(e.access)
	if err != nil || tfstate.Unknown(v) || tfstate.Null(v) {
		return exposure.AccessUnknown, nil
	}
	told, isText := text(v)
	switch known := isText && slices.Contains(accesses, told); {
	case known && !tfstate.IsSensitive(v):
		return exposure.Access(told), nil
	case known:
		return exposure.AccessUnknown, nil
	}
	gap := s.gapOf(e.access, "the access of endpoint "+e.key+" is none of "+strings.Join(accesses, ", ")+": "+exposure.CleanLine(exposure.Cut(tfstate.Printable(v), 60)))
	gap.Remedy = s.correct()
	return exposure.AccessUnknown, []exposure.Gap{gap}
}
