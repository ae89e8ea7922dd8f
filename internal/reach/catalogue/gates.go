package catalogue

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// Message rules: a hop is a clause that begins with the resource address and
// names the attribute. Sensitive values are not printed.

// pass evaluates a gate. The answer is the same for every flow but that of a
// policy, which may ask for TLS.
func (s *scope) pass(g gate) func(reach.Flow) reach.Passage {
	switch g.kind {
	case "cidrs", "ranges":
		rules := s.cidrs(g)
		return func(f reach.Flow) reach.Passage { return reach.AnyMatch(rules, f) }
	case "ordered":
		rules := s.ordered(g)
		return func(f reach.Flow) reach.Passage { return reach.FirstMatch(rules, f) }
	case "policy":
		return s.policy(g)
	}
	return func(f reach.Flow) reach.Passage { return s.flag(g, f) }
}

// value evaluates an argument of a gate, with the gate's default in place of
// null. told is false when the default was taken.
func (s *scope) value(g gate, name string) (v cty.Value, told bool, err error) {
	v, err = s.eval(g.args[name])
	if err != nil || !tfstate.Null(v) {
		return v, true, err
	}
	v, err = s.eval(g.args["default"])
	return v, false, err
}

func (s *scope) hop(g gate, format string, args ...any) exposure.Hop {
	return exposure.Hop{
		Resource: s.r.Address, Attribute: g.because, Certainty: exposure.Must,
		Summary: exposure.Clean(s.r.Address + " " + fmt.Sprintf(format, args...)),
	}
}

// gap says why a value is not known: it comes with the apply, or the input
// does not show it.
func (s *scope) gap(g gate, v cty.Value, err error) (reach.Doubt, exposure.Gap) {
	gap := exposure.Gap{Resource: s.r.Address, Attribute: g.because}
	switch {
	case err != nil:
		gap.Reason, gap.Remedy = err.Error(), s.correct()
		return reach.Unread, gap
	case tfstate.Unknown(v):
		gap.Reason, gap.Remedy = g.because+" is known only after apply", "Analyse again after apply"
		return reach.Pending, gap
	case !tfstate.Null(v):
		gap.Reason, gap.Remedy = g.because+" is not of the type that the entry expects", s.correct()
		return reach.Unread, gap
	}
	gap.Reason, gap.Remedy = "the input does not show "+g.because, "Refresh the state"
	return reach.Unread, gap
}

func (s *scope) flag(g gate, f reach.Flow) reach.Passage {
	v, told, err := s.value(g, "open")
	open, ok := tfstate.Bool(v)
	if err != nil || !ok {
		return s.doubtful(g, f, v, err)
	}
	by := "by " + g.because
	if !told {
		by = "by the default of " + g.because
	}
	if !open {
		return reach.Closed(s.hop(g, "%s (%s)", cmp.Or(s.text(g.args["when_closed"]), "is not public"), by))
	}
	hop := s.hop(g, "%s (%s)", cmp.Or(s.text(g.args["when_open"]), "is public"), by)
	hop.Remedy = fmt.Sprintf("Close %s of %s", g.because, s.r.Address)
	return reach.Open(f, hop)
}

// doubtful admits what may be admitted when a value is not known.
func (s *scope) doubtful(g gate, f reach.Flow, v cty.Value, err error) reach.Passage {
	doubt, gap := s.gap(g, v, err)
	hop := s.hop(g, "may be public")
	hop.Certainty = exposure.May
	p := reach.Passage{Bound: reach.Bound{May: reach.Public(f.Family)}, Hops: []exposure.Hop{hop}, Gaps: []exposure.Gap{gap}}
	if doubt == reach.Unread {
		p.Likely = p.May
	}
	return p
}

// everyone is a rule that speaks of every source.
func everyone(allow bool, hop exposure.Hop) reach.Rule {
	world, _ := reach.ParseSource("*")
	return reach.Rule{Allow: allow, Source: reach.Source{Set: world}, Hop: hop}
}

func (s *scope) cidrs(g gate) []reach.Rule {
	v, told, err := s.value(g, "allow")
	if err != nil || tfstate.Unknown(v) {
		return []reach.Rule{s.unknownRule(g, v, err)}
	}
	elements, ok := listed(v)
	if !ok {
		return []reach.Rule{s.unknownRule(g, v, nil)}
	}
	if len(elements) == 0 {
		if s.text(g.args["when_empty"]) == "world" {
			return []reach.Rule{everyone(true, s.hop(g, "names no sources in %s, which admits everyone", g.because))}
		}
		return []reach.Rule{everyone(false, s.hop(g, "names no sources in %s, which admits nobody", g.because))}
	}
	labels, _ := s.eval(g.args["labels"])
	rules := make([]reach.Rule, 0, len(elements))
	for _, element := range elements {
		if g.kind == "ranges" {
			element = rangeText(element)
		}
		source := s.source(g, element, labels)
		clause := "admits %s (%s)"
		if !told {
			clause = "admits %s by the default of %s"
		}
		hop := s.hop(g, clause, nameOfSource(source, element), g.because)
		hop.Remedy = fmt.Sprintf("Narrow %s of %s", g.because, s.r.Address)
		rules = append(rules, reach.Rule{Allow: true, Source: source, Hop: hop})
	}
	return rules
}

// listed returns the elements of a list of sources: none of null, and one of a
// single text. ok is false for what is no list.
func listed(v cty.Value) (elements []cty.Value, ok bool) {
	bare, _ := v.Unmark()
	switch t := bare.Type(); {
	case bare.IsNull():
		return nil, true
	case t == cty.String:
		return []cty.Value{v}, true
	}
	return tfstate.Elements(v), isSequence(bare.Type()) || bare.Type().IsObjectType()
}

// rangeText is a range {start, end} as a text, "198.51.100.0-198.51.100.255",
// and a single address where both are the same or there is no end.
func rangeText(element cty.Value) cty.Value {
	start, end := reach.Attr(element, "start"), reach.Attr(element, "end")
	if tfstate.Unknown(start) || tfstate.Unknown(end) {
		return cty.UnknownVal(cty.String)
	}
	first, ok := text(start)
	if !ok {
		return cty.NullVal(cty.String)
	}
	told := first
	if last, ok := text(end); ok && last != first {
		told += "-" + last
	}
	v := cty.StringVal(told)
	if tfstate.IsSensitive(start) || tfstate.IsSensitive(end) {
		v = v.Mark(tfstate.Sensitive)
	}
	return v
}

// nameOfSource is how a hop names a source: by its label, else as it was written.
func nameOfSource(source reach.Source, written cty.Value) string {
	if len(source.Labels) > 0 && !tfstate.IsSensitive(written) {
		return source.Labels[0]
	}
	return tfstate.Printable(written)
}

func (s *scope) unknownRule(g gate, v cty.Value, err error) reach.Rule {
	doubt, gap := s.gap(g, v, err)
	return reach.Rule{Allow: true, Source: reach.Source{Doubt: doubt, Gap: gap}, Hop: s.hop(g, "admits who is not known (%s)", g.because)}
}

// source reads one entry of an allow list. labels maps entries with a meaning
// of their own to what they mean.
func (s *scope) source(g gate, element, labels cty.Value) reach.Source {
	told, ok := text(element)
	if !ok {
		doubt, gap := s.gap(g, element, nil)
		return reach.Source{Doubt: doubt, Gap: gap}
	}
	if label, ok := tfstate.String(labelOf(labels, told)); ok {
		return reach.Source{Labels: []string{exposure.CleanLine(label)}}
	}
	set, ok := reach.ParseSource(told)
	if !ok {
		return reach.Source{Doubt: reach.Unread, Gap: exposure.Gap{
			Resource: s.r.Address, Attribute: g.because, Reason: "an entry of " + g.because + " is no address range", Remedy: "Correct the entry",
		}}
	}
	return reach.Source{Set: set, Hidden: tfstate.IsSensitive(element)}
}

// labelOf returns what a map of labels has for an entry, null without it.
func labelOf(labels cty.Value, entry string) cty.Value {
	if bare, _ := labels.Unmark(); bare.IsKnown() && !bare.IsNull() {
		return reach.Attr(labels, entry)
	}
	return cty.NullVal(cty.String)
}

// ordered reads rules of the form {priority, action, source, source_label}, in
// which the lowest priority decides first. Rules without one come last, in the
// order of the list.
func (s *scope) ordered(g gate) []reach.Rule {
	v, err := s.eval(g.args["rules"])
	if err != nil || tfstate.Unknown(v) {
		return []reach.Rule{s.unknownRule(g, v, err)}
	}
	elements, ok := listed(v)
	if _, single := text(v); single || !ok {
		return []reach.Rule{s.unknownRule(g, v, nil)}
	}
	elements = slices.Clone(elements)
	slices.SortStableFunc(elements, func(a, b cty.Value) int { return cmp.Compare(priority(a), priority(b)) })
	var anywhere, rules []reach.Rule
	for _, element := range elements {
		found := s.orderedRule(g, element)
		if unclear(element) {
			anywhere = append(anywhere, s.perhapsFirst(g, element, found)...)
		}
		rules = append(rules, found...)
	}
	return append(append(anywhere, rules...), s.unmatched(g))
}

// unclear reports whether it is not known where in the order a rule stands.
func unclear(rule cty.Value) bool {
	at := reach.Attr(rule, "priority")
	_, ok := wholeNumber(at)
	return !ok && !tfstate.Null(at)
}

// perhapsFirst returns rules as they would stand before all others, each in
// doubt: certain is only what an order with every deny first admits, possible
// what one with every allow first does.
func (s *scope) perhapsFirst(g gate, element cty.Value, rules []reach.Rule) []reach.Rule {
	doubt, gap := s.gap(g, reach.Attr(element, "priority"), nil)
	out := slices.Clone(rules)
	for i := range out {
		out[i].Doubt = doubt
		if out[i].Source.Doubt == reach.Sure {
			out[i].Source.Gap = gap
		}
	}
	return out
}

func wholeNumber(v cty.Value) (int, bool) {
	if _, ok := text(v); !ok {
		return 0, false
	}
	return tfstate.Int(v)
}

// unmatched is the rule for everyone that no other speaks of.
func (s *scope) unmatched(g gate) reach.Rule {
	v, err := s.eval(g.args["unmatched"])
	switch word, _ := text(v); {
	case err == nil && strings.EqualFold(word, "allow"):
		return everyone(true, s.hop(g, "admits everyone no rule of %s speaks of", g.because))
	case err == nil && strings.EqualFold(word, "deny"):
		return everyone(false, s.hop(g, "denies everyone no rule of %s speaks of", g.because))
	}
	return s.unknownRule(g, v, err)
}

func priority(rule cty.Value) int {
	n, ok := wholeNumber(reach.Attr(rule, "priority"))
	if !ok {
		return math.MaxInt
	}
	return n
}

// orderedRule reads one rule. One of which the action is not known is both: an
// allow as far as it may admit, behind a deny as far as it may not.
func (s *scope) orderedRule(g gate, element cty.Value) []reach.Rule {
	action, _ := text(reach.Attr(element, "action"))
	action = strings.ToLower(action)
	source := reach.Source{Labels: []string{}}
	if label, has := tfstate.String(reach.Attr(element, "source_label")); has {
		source.Labels = []string{exposure.CleanLine(label)}
	} else {
		source = s.source(g, reach.Attr(element, "source"), cty.NullVal(cty.DynamicPseudoType))
	}
	what := nameOfSource(source, reach.Attr(element, "source"))
	if action != "allow" && action != "deny" {
		doubt, gap := s.gap(g, reach.Attr(element, "action"), nil)
		source.Doubt, source.Gap, source.Set = doubt, gap, reach.Set{}
		return []reach.Rule{
			{Source: source, Hop: s.hop(g, "may deny %s (%s)", what, g.because)},
			{Allow: true, Source: source, Hop: s.hop(g, "may admit %s (%s)", what, g.because)},
		}
	}
	if action == "allow" {
		hop := s.hop(g, "admits %s (%s)", what, g.because)
		hop.Remedy = fmt.Sprintf("Narrow %s of %s", g.because, s.r.Address)
		return []reach.Rule{{Allow: true, Source: source, Hop: hop}}
	}
	return []reach.Rule{{Source: source, Hop: s.hop(g, "denies %s (%s)", what, g.because)}}
}
