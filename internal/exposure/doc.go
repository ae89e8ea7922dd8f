// Package exposure owns the nouns that every stage of a scan speaks: the
// endpoint and the hops that make it reachable, what was observed of it, and
// the finding that follows.
//
// It imports the standard library only and does no input or output. Whatever
// two stages share is declared here; how a stage comes to its answer is not.
package exposure
