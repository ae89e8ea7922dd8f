package flat

import (
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// Firewall is a list of rules that stands before a machine.
type Firewall struct {
	Name    string // for a reader: its resource address
	Rules   []reach.Rule
	Ordered bool // the first rule that matches decides; else any allow rule does

	// Doubt says whether it is not known that the firewall is attached, with
	// Gap for the reason.
	Doubt reach.Doubt
	Gap   exposure.Gap
}

// Unread is a firewall that is attached for certain and whose rules no input
// shows. path is the argument of r that names it.
func Unread(r *tfstate.Resource, path, name string) Firewall {
	gap := NotInInput(r, path, name)
	return Firewall{Name: name, Rules: []reach.Rule{{Allow: true, Source: reach.Source{Doubt: reach.Unread, Gap: gap},
		Hop: Hop(r, path, name+" is in no input and may admit everyone", "")}}}
}

// Undeclared is what holds for a machine without any firewall.
type Undeclared struct {
	Hop        exposure.Hop
	Assumption string // id, empty for none
}

// Guard is the gate of the firewalls of a machine. Who any of those that are
// attached admits gets through; without any, everyone does.
func Guard(machine *tfstate.Resource, list []Firewall, none Undeclared) reach.Gate {
	var rules []reach.Rule
	for _, fw := range list {
		rules = append(rules, fw.Rules...)
	}
	return reach.Gate{Name: "firewall", Edges: reach.Edges(rules), Pass: func(f reach.Flow) reach.Passage {
		return guard(machine, list, none, f)
	}}
}

func guard(machine *tfstate.Resource, list []Firewall, none Undeclared, f reach.Flow) reach.Passage {
	open := reach.Open(f, none.Hop)
	if none.Assumption != "" {
		open.Assumptions = []string{none.Assumption}
		open.Hops[0].Certainty = exposure.Assumed
	}
	var attached, perhaps []reach.Passage
	var names []string
	var gaps []exposure.Gap
	for _, fw := range list {
		p := fw.read(f)
		names = append(names, fw.Name)
		if fw.Doubt == reach.Sure {
			attached = append(attached, p)
			continue
		}
		gaps = append(gaps, fw.Gap)
		perhaps = append(perhaps, p)
	}
	switch {
	case len(list) == 0:
		return open
	case len(attached) == 0:
		return maybe(machine, perhaps, gaps, open)
	}
	out := either(attached)
	for i, p := range perhaps {
		out.May = out.May.Union(p.May)
		if !out.May.Equal(out.Must) {
			out.Gaps, out.Hops = append(out.Gaps, gaps[i]), append(out.Hops, inDoubt(p.Hops)...)
		}
	}
	if out.May.IsEmpty() {
		out.Hops = refused(out.Hops, machine, names)
	}
	return out
}

// read asks one firewall.
func (fw Firewall) read(f reach.Flow) reach.Passage {
	rules := slices.DeleteFunc(slices.Clone(fw.Rules), func(r reach.Rule) bool {
		return r.PortDoubt != reach.Sure && r.Transport != "" && r.Transport != f.Transport
	})
	if fw.Ordered {
		return reach.FirstMatch(rules, f)
	}
	return reach.AnyMatch(rules, f)
}

// either joins passages that are all in use.
func either(list []reach.Passage) reach.Passage {
	out := list[0]
	for _, p := range list[1:] {
		out.ByDefault = out.ByDefault && p.ByDefault
		switch {
		case out.May.IsEmpty() && !p.May.IsEmpty():
			out.Hops = nil // what blocks elsewhere is no part of the way in
		case p.May.IsEmpty() && !out.May.IsEmpty():
			p.Hops = nil
		}
		out.Bound = out.Or(p.Bound)
		out.Hops = append(slices.Clone(out.Hops), p.Hops...)
		out.Gaps = append(slices.Clone(out.Gaps), p.Gaps...)
		out.Labels = append(slices.Clone(out.Labels), p.Labels...)
		out.Hidden = out.Hidden || p.Hidden
	}
	if out.Must.Equal(out.May) {
		out.Gaps = nil
	}
	return out
}

// maybe is the answer when it is not known whether any firewall is attached.
func maybe(machine *tfstate.Resource, perhaps []reach.Passage, gaps []exposure.Gap, open reach.Passage) reach.Passage {
	bounds := []reach.Bound{open.Bound}
	free := Hop(machine, "", machine.Address+" may have no firewall, and then every port is open", "")
	free.Certainty = exposure.May
	out := reach.Passage{Hops: []exposure.Hop{free}, Assumptions: open.Assumptions}
	for _, p := range perhaps {
		bounds = append(bounds, p.Bound)
		if !p.May.IsEmpty() {
			out.Hops = append(out.Hops, inDoubt(p.Hops)...)
		}
		out.Hidden = out.Hidden || p.Hidden
	}
	out.Bound = reach.OneOf(bounds...)
	out.Likely = out.Must
	if !out.Must.Equal(out.May) {
		out.Gaps = gaps
	}
	return out
}

func inDoubt(hops []exposure.Hop) []exposure.Hop {
	out := slices.Clone(hops)
	for i := range out {
		out[i].Certainty = exposure.May
	}
	return out
}

// refused are the reasons why nobody gets through.
func refused(hops []exposure.Hop, machine *tfstate.Resource, names []string) []exposure.Hop {
	if len(hops) == 0 {
		return []exposure.Hop{Hop(machine, "", "no inbound rule of "+Enumerate(names)+" admits the internet to these ports of "+machine.Address, "")}
	}
	return hops
}
