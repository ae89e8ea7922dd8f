// Package digitalocean knows which DigitalOcean resources can be reached from
// the internet, and through which gates: droplets behind cloud firewalls, load
// balancers, and Spaces buckets.
//
// It follows references inside the input only. Databases, Kubernetes clusters
// and apps, whose arguments tell everything, are entries of the catalogue.
package digitalocean
