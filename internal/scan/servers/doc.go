// Package servers shows the host configuration rules on servers: real ones of
// Debian and, where Debian has none, own ones that answer as the service's
// document tells. Each is looked at as a user would have it looked at, by a
// whole scan of its usual port, once as it should not be set up and once as it
// should.
//
// It holds nothing but tests. SHOWN.md lists how each rule is shown.
package servers
