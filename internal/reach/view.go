package reach

import (
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// view is how the candidates of an input are looked at: under a profile, and
// with a doubt where the input contradicts itself.
type view struct {
	assume   Profile
	clouds   []Cloud
	conflict exposure.Gap // zero when there is none
}

// viewOf returns the view of an input beside its context.
func viewOf(in *tfstate.Input, context []*tfstate.Input, assume Profile, clouds []Cloud) view {
	v := view{assume: assume, clouds: clouds}
	for _, input := range slices.Concat([]*tfstate.Input{in}, context) {
		if len(input.Ambiguous) > 0 {
			address := exposure.CleanLine(input.Ambiguous[0])
			v.conflict = exposure.Gap{Resource: address, Reason: input.Label() + " holds " + address + " more than once, and not the same",
				Remedy: "Remove what is not true from " + input.Label()}
			return v
		}
	}
	return v
}

// of returns the candidate as the view has it. Where an address stands for
// several resources nobody is kept out for certain: each may be the true one.
func (v view) of(c Candidate) Candidate {
	c = v.assume.of(c, v.clouds)
	if v.conflict == (exposure.Gap{}) {
		return c
	}
	return answering(c, func(p Passage, f Flow) Passage { return p.perhaps(f, v.conflict) })
}

// answering returns the candidate with all answers of its gates changed.
func answering(c Candidate, change func(Passage, Flow) Passage) Candidate {
	changed := func(gates []Gate) []Gate {
		out := slices.Clone(gates)
		for i, g := range gates {
			out[i].Pass = func(f Flow) Passage { return change(g.Pass(f), f) }
		}
		return out
	}
	c.Gates = changed(c.Gates)
	c.Slots = slices.Clone(c.Slots)
	for i := range c.Slots {
		c.Slots[i].Gates = changed(c.Slots[i].Gates)
	}
	return c
}

// perhaps admits everybody possibly, for the reason of the gap.
func (p Passage) perhaps(f Flow, gap exposure.Gap) Passage {
	everyone := Public(f.Family)
	if everyone.In(p.May) {
		return p
	}
	if p.May.IsEmpty() {
		p.Hops, p.ByDefault = nil, false // they told why nobody passes
	}
	p.May, p.Gaps = everyone, append(slices.Clone(p.Gaps), gap)
	return p
}
