// Package flat is what clouds with a flat network have in common: a machine
// has public addresses, the firewalls that are attached to it decide, and
// neither routes nor subnets stand in between. It reads the arguments in which
// such clouds write rules and listeners, and makes gates of them.
//
// It knows no resource type and no cloud: which arguments hold what, and which
// firewall is attached to which machine, is for the packages of the clouds.
package flat
