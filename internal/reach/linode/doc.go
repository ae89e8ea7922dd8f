// Package linode knows which Linode resources can be reached from the internet,
// and through which gates: instances and NodeBalancers behind Cloud Firewalls,
// whose rules are read in order.
//
// It follows references inside the input only. Kubernetes clusters and
// databases, whose arguments tell everything, are entries of the catalogue.
// Firewalls of single interfaces (linode_interface) are not read.
package linode
