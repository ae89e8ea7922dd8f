// Package azure knows which Azure resources can be reached from the internet,
// and through which gates: public addresses, network security groups, admin
// rules of a network manager, routes, load balancers, firewalls of services.
//
// It follows references inside the input only. What another state holds, or
// what is known only after apply, becomes a gap of the endpoint. What Azure
// does by itself where nothing is declared (a Standard address without a
// security group is closed) is said in the hop; what somebody could have set
// up outside the input becomes a named assumption.
package azure
