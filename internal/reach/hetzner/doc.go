// Package hetzner knows which Hetzner Cloud resources can be reached from the
// internet, and through which gates: servers behind firewalls, which are
// attached by id or by label, and load balancers.
//
// It follows references inside the input only. Private networks play no part:
// firewalls stand before the public interfaces of servers and before nothing
// else.
package hetzner
