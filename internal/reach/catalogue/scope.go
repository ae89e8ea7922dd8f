package catalogue

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/netip"
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

// absences are the errors of an expression that steps into something that is
// not there: a block that was omitted, an attribute of another version of the
// provider.
var absences = []string{
	"Unsupported attribute", "Invalid index", "Attempt to get attribute from null value",
	"Attempt to index null value", "Missing map element",
}

// eval evaluates an expression. It is null for a nil expression and for one
// that steps into something that is not there. In an entry that a user wrote,
// an attribute that the resource does not have is an error: more likely it is
// spelt wrong than of another version of the provider.
func (s *scope) eval(x hcl.Expression) (v cty.Value, err error) {
	null := cty.NullVal(cty.DynamicPseudoType)
	if x == nil {
		return null, nil
	}
	defer func() {
		if recover() != nil { // the evaluator meets values that nobody foresaw: whatever happens, the report goes on
			v, err = cty.DynamicVal, fmt.Errorf("%s: the expression cannot be evaluated", placeOf(x.Range()))
		}
	}()
	v, diags := x.Value(s.ctx)
	for _, d := range diags {
		if d.Severity == hcl.DiagError && !s.absent(d) {
			return cty.DynamicVal, s.overdone(x, problemOf(x, d))
		}
	}
	if diags.HasErrors() {
		return null, nil
	}
	if tfstate.Unknown(v) {
		return v, s.brokenIn(x)
	}
	return v, nil
}

// overdone words an error that comes from a bound of this package, which is
// told at the expression that first reached it. Others stay as they are.
func (s *scope) overdone(x hcl.Expression, err error) error {
	switch {
	case s.work.left == 0:
		s.work.stopped = cmp.Or(s.work.stopped, placeOf(x.Range()))
		return fmt.Errorf("%s: %w", s.work.stopped, errWork)
	case errors.Is(err, errNumber):
		return fmt.Errorf("%s: %w", placeOf(x.Range()), err)
	}
	return err
}

// absent reports whether an error means that something is not there. A text
// with a part that is null has no value either: an id that comes with the
// apply.
func (s *scope) absent(d *hcl.Diagnostic) bool {
	if d.Summary == "Invalid template interpolation value" {
		return strings.Contains(d.Detail, "is null")
	}
	return slices.Contains(absences, d.Summary) && !(s.service.own && d.Summary == absences[0])
}

// problemOf words what kept an expression from a value. The detail of a
// diagnostic may quote values of the resource, but for that of a missing
// attribute, which names the attribute only.
func problemOf(x hcl.Expression, d *hcl.Diagnostic) error {
	at := x.Range()
	if d.Subject != nil {
		at = *d.Subject
	}
	told := d.Summary
	if d.Summary == absences[0] {
		told = strings.TrimSuffix(d.Detail, ".")
	}
	return fmt.Errorf("%s: %s", placeOf(at), strings.ToLower(told[:1])+told[1:])
}

// brokenIn returns the error of a name that the expression uses.
func (s *scope) brokenIn(x hcl.Expression) error {
	if len(s.broken) == 0 {
		return nil
	}
	for _, traversal := range x.Variables() {
		if step, ok := stepOf(traversal, "let"); ok {
			for _, b := range s.broken {
				if b.name == step {
					return b.err
				}
			}
		}
	}
	return nil
}

// stepOf returns the name after the root of a traversal.
func stepOf(traversal hcl.Traversal, root string) (string, bool) {
	if traversal.RootName() != root || len(traversal) < 2 {
		return "", false
	}
	step, ok := traversal[1].(hcl.TraverseAttr)
	return step.Name, ok
}

// text evaluates to a string, empty when it is null, unknown, sensitive or
// none.
func (s *scope) text(x hcl.Expression) string {
	v, err := s.eval(x)
	if err != nil || tfstate.IsSensitive(v) {
		return ""
	}
	told, _ := text(v)
	return told
}

func (s *scope) texts(x hcl.Expression) []string {
	v, err := s.eval(x)
	if err != nil {
		return nil
	}
	elements := tfstate.Elements(v)
	if _, single := text(v); single {
		elements = []cty.Value{v}
	}
	out := []string{}
	for _, element := range elements {
		if told, _ := text(element); told != "" && !tfstate.IsSensitive(element) {
			out = append(out, told)
		}
	}
	return out
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
	ep.Access = s.access(e)
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

// host returns the host of an endpoint, empty when it is not known, and what
// is wrong with what is said of it.
func (s *scope) host(e *endpoint) (string, reach.Family, []exposure.Gap) {
	v, err := s.eval(e.host)
	gap := s.gapOf(e.host, "the host of endpoint "+e.key)
	gap.Remedy = s.correct()
	told, ok := text(v)
	switch {
	case err != nil:
		gap.Reason = err.Error()
	case tfstate.Unknown(v), tfstate.Null(v), told == "" && ok:
		return "", reach.IPv4, nil
	case tfstate.IsSensitive(v):
		gap.Reason += " is sensitive and not shown"
	case !ok || !isHost(told):
		gap.Reason += " is neither an address nor a name; a host has no scheme, port, path or brackets"
	default:
		family := reach.IPv4
		if addr, err := netip.ParseAddr(told); err == nil && addr.Is6() && !addr.Is4In6() {
			family = reach.IPv6
		}
		return told, family, nil
	}
	return "", reach.IPv4, []exposure.Gap{gap}
}

// isHost reports whether a text could be an address or the name of a host.
func isHost(told string) bool {
	if addr, err := netip.ParseAddr(told); err == nil {
		return addr.Zone() == ""
	}
	odd := func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune("/:@[]?#*\\\"'<>", r) }
	return len(told) <= 253 && exposure.CleanLine(told) == told && !strings.ContainsFunc(told, odd)
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

func (s *scope) access(e *endpoint) exposure.Access {
	access := exposure.Access(s.text(e.access))
	known := []exposure.Access{exposure.AccessAnonymous, exposure.AccessAnyAuthenticated, exposure.AccessAuthenticated}
	if slices.Contains(known, access) {
		return access
	}
	return exposure.AccessUnknown
}
