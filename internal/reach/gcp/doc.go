// Package gcp knows which Google Cloud resources can be reached from the
// internet, and through which gates: addresses, routes, VPC firewall rules,
// firewall policies, load balancers, bucket grants.
//
// It follows references inside the input only. What another state holds, or
// what is known only after apply, becomes a gap of the endpoint. What Google
// sets up by itself where nothing is declared (the network called default)
// becomes a named assumption. Managed services whose arguments tell everything
// are entries of the catalogue instead.
package gcp
