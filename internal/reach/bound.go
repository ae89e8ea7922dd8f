package reach

import "github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"

// Bound says who is admitted: Must for certain, Likely when what no input
// shows is as permissive as it usually is, May when all that is unknown turns
// out permissive. Must ⊆ Likely ⊆ May.
type Bound struct{ Must, Likely, May Set }

// Exactly returns the bound of a set that is known.
func Exactly(s Set) Bound { return Bound{s, s, s} }

// And returns what passes both b and c.
func (b Bound) And(c Bound) Bound {
	must := b.Must.Intersect(c.Must)
	if b.known() && c.known() {
		return Exactly(must)
	}
	return Bound{must, b.Likely.Intersect(c.Likely), b.May.Intersect(c.May)}
}

// Or returns what passes b or c, both of which are in use.
func (b Bound) Or(c Bound) Bound {
	must := b.Must.Union(c.Must)
	if b.known() && c.known() {
		return Exactly(must)
	}
	return Bound{must, b.Likely.Union(c.Likely), b.May.Union(c.May)}
}

// known reports whether the bound was made by Exactly.
func (b Bound) known() bool { return b.Must.is(b.Likely) && b.Likely.is(b.May) }

// OneOf returns the bound when one of the bounds applies and it is not known
// which. Without any bound nothing passes.
func OneOf(bounds ...Bound) Bound {
	if len(bounds) == 0 {
		return Bound{}
	}
	out := bounds[0]
	for _, b := range bounds[1:] {
		out = Bound{out.Must.Intersect(b.Must), out.Likely.Union(b.Likely), out.May.Union(b.May)}
	}
	return out
}

// Equal reports whether both bounds admit the same.
func (b Bound) Equal(c Bound) bool {
	return b.Must.Equal(c.Must) && b.Likely.Equal(c.Likely) && b.May.Equal(c.May)
}

// Verdict reads the verdict off b: exposed when enough is admitted for
// certain, not_exposed when even all that is possible is too little.
// likelihood is "likely" or "unlikely" for an unknown verdict and else empty.
func (b Bound) Verdict() (v exposure.Verdict, likelihood string) {
	switch {
	case wide(b.Must):
		return exposure.Exposed, ""
	case !wide(b.May):
		return exposure.NotExposed, ""
	case wide(b.Likely):
		return exposure.Unknown, "likely"
	}
	return exposure.Unknown, "unlikely"
}
