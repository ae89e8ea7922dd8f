package reach

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// Profile says which named assumptions an analysis makes about what clouds
// make by themselves and no input declares.
type Profile string

// The profiles. AssumeFactory takes everything for as the cloud made it.
// AssumeUsual, the zero value, does so too, but for settings that accounts often
// change. AssumeNone assumes nothing: what would rest on an assumption is unknown.
const (
	AssumeUsual   Profile = ""
	AssumeFactory Profile = "factory"
	AssumeNone    Profile = "none"
)

// ParseProfile reads the name of a profile: usual, factory or none.
func ParseProfile(name string) (Profile, error) {
	switch name {
	case "usual":
		return AssumeUsual, nil
	case string(AssumeFactory), string(AssumeNone):
		return Profile(name), nil
	}
	return AssumeUsual, fmt.Errorf("%q is none of usual, factory, none", name)
}

// Doubtful says whom an assumption concerns.
type Doubtful int

// The zero value is an assumption that lets somebody pass: without it nobody
// is admitted for certain. KeepsOut keeps somebody out: without it everybody may
// be admitted. An assumption may do both.
const (
	LetsIn Doubtful = iota
	KeepsOut
	DoesBoth
)

// of returns the candidate as the profile sees it.
func (p Profile) of(c Candidate, clouds []Cloud) Candidate {
	if p == AssumeUsual {
		return c
	}
	return answering(c, func(passage Passage, f Flow) Passage {
		if p == AssumeFactory {
			return passage.supposed()
		}
		return passage.doubted(f, c.Endpoint.ResourceAddress, clouds)
	})
}

// supposed makes certain what the passage's factory setting makes so.
func (p Passage) supposed() Passage {
	if p.Factory.Assumption == "" {
		return p
	}
	hop := p.Factory.Hop
	hop.Certainty = exposure.Assumed
	p.Must, p.May, p.Gaps = p.Likely, p.Likely, nil
	p.Hops = append(slices.Clone(p.Hops), hop)
	p.Assumptions = append(slices.Clone(p.Assumptions), p.Factory.Assumption)
	return p
}

// doubted takes the assumptions of the passage back. What they made certain
// becomes likely, and what they excluded possible.
func (p Passage) doubted(f Flow, resource string, clouds []Cloud) Passage {
	if len(p.Assumptions) == 0 {
		return p
	}
	closed := p.May.IsEmpty()
	p.Gaps, p.Hops = slices.Clone(p.Gaps), slices.Clone(p.Hops)
	for _, id := range p.Assumptions {
		statement, effect := known(id, clouds)
		if effect != KeepsOut {
			p.Must = Set{}
		}
		if effect != LetsIn {
			p.May = Public(f.Family)
		}
		p.Gaps = append(p.Gaps, exposure.Gap{Resource: resource, Reason: "it is not assumed that" + clause(statement),
			Remedy: addState + "that declares it"})
	}
	switch {
	case p.May.IsEmpty(): // closed for another reason as well
		p.Gaps = nil
	case closed:
		p.Hops, p.ByDefault = nil, false // they told why nobody passes
	}
	for i := range p.Hops {
		p.Hops[i].Certainty = exposure.May
	}
	p.Assumptions = nil
	return p
}

// clause is a sentence behind "that". One that begins with a name or an
// acronym keeps its capital.
func clause(statement string) string {
	statement = strings.TrimSuffix(statement, ".")
	first, rest, _ := strings.Cut(statement, " ")
	if slices.Contains([]string{"A", "An", "The", "No", "Every", "Each"}, first) {
		first = strings.ToLower(first)
	}
	return " " + strings.TrimSpace(first+" "+rest)
}

// known returns the statement of an assumption, and what it does.
func known(id string, clouds []Cloud) (string, Doubtful) {
	for _, c := range clouds {
		if statement, ok := c.Assumptions[id]; ok {
			return statement, c.Doubts[id]
		}
	}
	return id, DoesBoth
}
