// Package vultr knows which Vultr resources can be reached from the internet,
// and through which gates: instances behind firewall groups, bare metal
// servers, which no firewall of Vultr's stands before, and load balancers.
//
// It follows references inside the input only. Kubernetes clusters and
// databases are entries of the catalogue.
package vultr
