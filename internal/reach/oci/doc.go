// Package oci knows which Oracle Cloud resources can be reached from the
// internet, and through which gates: instances, load balancers, Kubernetes
// clusters and buckets. A network interface is reached when its subnet may
// have public addresses, its route table leads to an internet gateway that is
// enabled, and any security list of the subnet or any network security group
// of the interface admits the client.
//
// It follows references inside the input only. What another state holds
// becomes a gap; what Oracle makes with every network and nothing declares, a
// named assumption. Backends behind network load balancers are not asked.
package oci
