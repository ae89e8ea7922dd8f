// Package reach works out which endpoints the resources of a state or plan
// expose, and why. It holds the algebra (address sets, bounds, rule lists) and
// the walk; each cloud is a package of its own below it.
//
// A gate is one control between the internet and an endpoint. It answers with
// three source sets instead of a yes or no, Must ⊆ Likely ⊆ May, so that
// restricted sources, split prefixes, deny rules and missing knowledge all
// come out of the same three operations. The walk intersects the gates of a
// path and reads the verdict off the result.
//
// The package sends nothing and reads no file. What it does not know becomes
// verdict unknown with the gap named, never a silent "not exposed".
package reach
