// Package kubernetes knows which objects of a cluster can be reached from the
// internet: Services with a load balancer or a node port, Ingresses, Gateways,
// whether they are resources of their own or manifests.
//
// What is declared is only a wish that a controller of the cluster fulfils.
// Annotations that clouds document are read; what a controller does that the
// input says nothing of becomes a gap or a named assumption. Helm charts are
// not opened.
package kubernetes
