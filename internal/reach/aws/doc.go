// Package aws knows which AWS resources can be reached from the internet, and
// through which gates: addresses, VPC block public access, routes, network
// ACLs, security groups, load balancers, bucket policies.
//
// It follows references inside the input only. What another state holds, or
// what is known only after apply, becomes a gap of the endpoint. What AWS sets
// up by itself where nothing is declared (the default VPC, the default NACL)
// becomes a named assumption.
package aws
