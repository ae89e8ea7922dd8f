package exposure

// Explanation is why one resource is or is not reachable: every path to it,
// gate by gate.
type Explanation struct {
	Input           string // as the user named it
	ResourceAddress string
	Traces          []Trace // those that admit somebody first; empty for a resource that is no endpoint
	Uncovered       bool    // the resource's type is none that the analysis understands

	// PartOf are the endpoints of other resources whose path this resource
	// opens or blocks, in the order of SortEndpoints.
	PartOf []Endpoint

	Assumptions map[string]string // id → statement, of those that Traces use
	Incomplete  []string          // why the input does not show everything
	Warnings    []string          // what else the user should know: sentences without their last full stop
}

// Trace is the way of one kind of traffic to one host of a resource.
type Trace struct {
	Endpoint Endpoint // the host, the ports and the verdict
	Steps    []Step   // every gate, from the outside in, those behind the one that stops it too

	// Closings are the changes that would close it: those that were tried first,
	// and then the innermost first. Each does alone, because traffic has to pass every gate. There is none for a
	// trace that nobody passes.
	Closings []Closing
}

// Stop returns the index of the step that leaves nobody, and -1 when somebody
// passes them all.
func (t Trace) Stop() int {
	for i, s := range t.Steps {
		if s.Stops {
			return i
		}
	}
	return -1
}

// Step is one gate of a trace and whom it admits by itself, whatever the gates
// before it did.
type Step struct {
	Gate    string // "address", "route", "nacl", "security_group" ...
	Verdict Verdict
	Scope   SourceScope // likely for an unknown verdict, else of Verdict

	Likelihood  string   // likely or unlikely, only when Verdict is Unknown
	Sources     []string // admitted prefixes, at most 5, sorted; empty for ScopeWorld and for sensitive ones
	SourceTotal int
	Labels      []string // sources without prefixes, sorted
	Hidden      bool     // the sources are sensitive

	Stops  bool // nobody is left behind this gate, and somebody was before it
	Silent bool // no declaration speaks of this traffic, and so nobody is admitted

	Hops []Hop // why it admits, or why it does not
	Gaps []Gap // what is not known
}

// Closing is one way to close a trace at one gate: all its hops have to change.
type Closing struct {
	Gate string
	Hops []Hop // never empty, each with a remedy

	// Tried is set when the analysis was run with the change and found nobody
	// left. Otherwise the change closes what the hops open, and whether
	// something else opens it too is not known.
	Tried bool
}
