// Package gallery is a hostile gallery: servers and pages that do what they
// should not, each with a defined result. Its test runs a whole scan of them
// all at once, in a process of its own, and prints one table; see "make
// gallery".
//
// It owns the pieces and what is expected of each. It asks nothing but
// loopback, and refuses to be imported: there is nothing in it but tests.
package gallery
