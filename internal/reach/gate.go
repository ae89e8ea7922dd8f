package reach

import (
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// Flow is one kind of traffic that a path is asked about. For ICMP the ports
// mean nothing.
type Flow struct {
	Family    Family
	Transport exposure.Transport
	Ports     exposure.PortRange
}

// Gate is one control on the path between the internet and an endpoint.
type Gate struct {
	Name string // as hops report it: "address", "route", "nacl", "security_group"

	// Edges returns the port ranges at whose ends the gate may change its
	// answer for a transport. Nil means that ports do not matter to it.
	Edges func(exposure.Transport) []exposure.PortRange

	// Pass says who is admitted. The walk never asks across an edge.
	Pass func(Flow) Passage
}

// Passage is the answer of a gate, with its reasons.
type Passage struct {
	Bound
	Hops        []exposure.Hop // why it admits; when May is empty, why it blocks
	Gaps        []exposure.Gap
	Assumptions []string
	Labels      []string // admitted sources that have no prefixes
	Notes       []string

	// Factory makes certain what is only likely here: a setting as the cloud
	// makes it, which accounts often change. It counts with AssumeFactory only.
	Factory Factory

	// Hidden is set when the bound rests on sensitive values, so that the
	// prefixes in it must not be shown.
	Hidden bool

	// ByDefault is set on a blocking passage that no declaration speaks of:
	// nothing was said about these ports. Such blocks are named only when the
	// whole endpoint has no better reason.
	ByDefault bool
}

// Factory is an assumption by its id, and the hop that tells of what it makes
// certain. Most passages have the zero value, which is none.
type Factory struct {
	Assumption string
	Hop        exposure.Hop
}

// Open returns the passage of a gate that admits everyone in the family.
func Open(f Flow, hops ...exposure.Hop) Passage {
	return Passage{Bound: Exactly(Public(f.Family)), Hops: hops}
}

// Closed returns the passage of a gate that admits nobody.
func Closed(hops ...exposure.Hop) Passage { return Passage{Hops: hops} }

// Candidate is a host that a resource may expose, with the gates before it, in
// order from the outside in.
type Candidate struct {
	Endpoint exposure.Endpoint // all that is known before the walk; ID, Transport, Ports and the verdict are filled by it
	Family   Family
	Slots    []Slot // the declared ports; nil means every port of TCP and UDP, and ICMP
	Gates    []Gate
}

// Slot is a declared port, such as that of a listener, with gates of its own
// behind those of the candidate.
type Slot struct {
	Transport exposure.Transport
	Ports     exposure.PortRange
	App       string
	Notes     []string
	Gates     []Gate
}

// Cloud knows the resource types of one cloud.
type Cloud struct {
	Name string

	// Prefix is that of the cloud's resource types, "aws_".
	Prefix string

	// Covers reports whether the type is understood, as a source of endpoints
	// or as a part of paths.
	Covers func(resourceType string) bool

	// Judges reports whether a resource of a covered type is one that is
	// understood, for types that may be anything. Nil: every one is.
	Judges func(*tfstate.Resource) bool

	// Inert reports whether a covered type is one of which nothing is read but
	// its address: it has no host and opens none. Nil: there are none.
	Inert func(resourceType string) bool

	// Reads are types that the cloud does not cover and looks at all the same,
	// where a reference leads to them.
	Reads []string

	// Candidates returns what may be exposed, in any order.
	Candidates func(*Graph) []Candidate

	// Records returns the DNS records of the input, in any order. Nil: none.
	Records func(*Graph) []Record

	// Assumptions maps the id of a named assumption to its statement.
	Assumptions map[string]string

	// Doubts says what an assumption of the cloud does where it is not made,
	// for those that do more than to let somebody pass.
	Doubts map[string]Doubtful

	// Routine are the ids of assumptions about switches that hardly anybody
	// throws. Endpoints list them as they list any other, but a verdict that
	// rests on them alone counts as declared.
	Routine []string
}

// GraphGate is a gate that needs more of the graph than one resource. A cloud
// package offers it under a name, so that the catalogue can put it before an
// endpoint.
type GraphGate struct {
	Name string // "aws_vpc"

	// Gates returns the gates on the way to r. The arguments are texts, or
	// lists of texts, by the names that the catalogue knows for the gate; one
	// that an entry leaves out is missing.
	Gates func(g *Graph, r *tfstate.Resource, args map[string][]string) []Gate
}
