package flat

import (
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// Message rules: a hop is a clause that begins with a resource address; a
// remedy is a sentence without full stop. Sensitive values are not printed.

// Hop tells of an attribute of a resource.
func Hop(r *tfstate.Resource, path, summary, remedy string) exposure.Hop {
	return exposure.Hop{Resource: r.Address, Attribute: Bracketed(path), Summary: exposure.Clean(summary), Remedy: remedy, Certainty: exposure.Must}
}

// NotInInput is the gap of something that another state holds.
func NotInInput(r *tfstate.Resource, path, what string) exposure.Gap {
	return exposure.Gap{Resource: r.Address, Attribute: Bracketed(path), Reason: exposure.Clean(what) + " is in no input", Remedy: "Add the state that holds it"}
}

// AfterApply is the gap of a value that is known only after apply and whose
// configuration names nothing that could be followed.
func AfterApply(r *tfstate.Resource, path, what string) exposure.Gap {
	return exposure.Gap{Resource: r.Address, Attribute: Bracketed(path), Reason: what + " is known only after apply", Remedy: "Run again after apply"}
}

// Unreadable is the gap of a value that is none of those the provider takes.
func Unreadable(r *tfstate.Resource, path, what string) exposure.Gap {
	return exposure.Gap{Resource: r.Address, Attribute: Bracketed(path), Reason: exposure.Clean(what), Remedy: "Correct " + Bracketed(path)}
}

// Believed admits everyone of the family as far as the doubt allows.
func Believed(f reach.Flow, d reach.Doubt, gap exposure.Gap, hops ...exposure.Hop) reach.Passage {
	everyone := reach.Public(f.Family)
	if d == reach.Sure {
		return reach.Open(f, hops...)
	}
	hops = slices.Clone(hops)
	for i := range hops {
		hops[i].Certainty, hops[i].Remedy = exposure.May, ""
	}
	p := reach.Passage{Bound: reach.Bound{May: everyone}, Hops: hops, Gaps: []exposure.Gap{gap}}
	if d == reach.Unread {
		p.Likely = everyone
	}
	return p
}

// OpenGate admits everyone, for the reason given.
func OpenGate(name string, hop exposure.Hop) reach.Gate {
	return reach.Gate{Name: name, Pass: func(f reach.Flow) reach.Passage { return reach.Open(f, hop) }}
}

// ClosedGate admits nobody, for the reason given.
func ClosedGate(name string, hop exposure.Hop) reach.Gate {
	return reach.Gate{Name: name, Pass: func(reach.Flow) reach.Passage { return reach.Closed(hop) }}
}

// DoubtfulGate admits everyone as far as the doubt allows.
func DoubtfulGate(name string, d reach.Doubt, gap exposure.Gap, hop exposure.Hop) reach.Gate {
	return reach.Gate{Name: name, Pass: func(f reach.Flow) reach.Passage { return Believed(f, d, gap, hop) }}
}
