package catalogue

import (
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// portList is what an expression says of ports.
type portList struct {
	ranges  []exposure.PortRange
	pending bool // some are known only after apply
	odd     bool // some are no ports
}

// readPorts reads a port, a range such as "8000-8100" or "all", or a list of
// them. Null elements do not count.
func readPorts(v cty.Value) portList {
	var out portList
	elements := []cty.Value{v}
	if bare, _ := v.Unmark(); bare != cty.NilVal && bare.IsKnown() && !bare.IsNull() && isSequence(bare.Type()) {
		elements = tfstate.Elements(v)
	}
	for _, element := range elements {
		text, ok := text(element)
		switch {
		case tfstate.Unknown(element):
			out.pending = true
		case tfstate.Null(element):
		case !ok:
			out.odd = true
		default:
			ports, err := exposure.ParsePortRange(text)
			if err != nil || ports.Hi == 0 {
				out.odd = true
				continue
			}
			out.ranges = append(out.ranges, ports)
		}
	}
	return out
}

func isSequence(t cty.Type) bool { return t.IsTupleType() || t.IsListType() || t.IsSetType() }

// text is tfstate.String but for numbers that nobody could write out.
func text(v cty.Value) (string, bool) {
	if v == cty.NilVal {
		return "", false
	}
	bare, _ := v.Unmark()
	if bare.IsKnown() && !bare.IsNull() && bare.Type() == cty.Number && !writable(bare) {
		return "", false
	}
	return tfstate.String(bare)
}

// slots are the declared ports of an endpoint. Those that are not known may be
// any, so that they are one slot of all ports behind a gate that says so.
func (s *scope) slots(e *endpoint) []reach.Slot {
	v, err := s.eval(e.ports)
	ports := portList{}
	if err == nil {
		ports = readPorts(v)
	}
	hidden := tfstate.IsSensitive(v)
	var out []reach.Slot
	for _, r := range ports.ranges {
		if !hidden {
			out = append(out, reach.Slot{Transport: exposure.Transport(e.transport), Ports: r})
		}
	}
	if len(out) > 0 && !ports.odd && !ports.pending {
		return out
	}
	gap := s.gapOf(e.ports, "the port of endpoint "+e.key)
	switch {
	case err != nil:
		gap.Reason, gap.Remedy = err.Error(), s.correct()
	case hidden:
		gap.Reason, gap.Remedy = gap.Reason+" is sensitive and not shown", s.correct()
	case ports.odd:
		gap.Reason, gap.Remedy = gap.Reason+" is no number from 1 to 65535", s.correct()
	case ports.pending:
		gap.Reason, gap.Remedy = gap.Reason+" is known only after apply", "Analyse again after apply"
	default:
		gap.Reason, gap.Remedy = gap.Reason+" is not set", s.correct()
	}
	likely := !ports.pending || ports.odd || err != nil
	unknown := reach.Slot{Transport: exposure.Transport(e.transport), Ports: exposure.AllPorts}
	unknown.Gates = []reach.Gate{s.perhaps("ports", gap, likely, "may listen on a port that is not known")}
	return append(out, unknown)
}
