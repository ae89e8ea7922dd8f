package flat

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// Listener is a port on which a load balancer accepts connections.
type Listener struct {
	On       *tfstate.Resource // the load balancer
	Declared *tfstate.Resource // holds the arguments, may be On itself
	Path     string            // of the listener below Declared; empty when Declared is the listener
	Port     string            // name of the argument with the port
	Protocol string            // as it is written: "http", "TCP"
	Default  uint16            // the port when the argument is not set; 0 for none
	Every    bool              // it takes every port, whatever the argument says
	Gates    []reach.Gate
	Doubt    reach.Doubt // whether it belongs to the load balancer
	Gap      exposure.Gap
}

// Slots returns the ports of the listener, on each of its transports.
func (l Listener) Slots() []reach.Slot {
	v := Value(l.Declared, Join(l.Path, l.Port))
	n, ok := tfstate.Int(v)
	if !ok && !tfstate.Unknown(v) {
		n, ok = int(l.Default), l.Default > 0
	}
	protocol := strings.ToLower(exposure.CleanLine(l.Protocol))
	var words string
	ports, doubt, gap := exposure.AllPorts, l.Doubt, l.Gap
	switch {
	case l.Every:
		words = "every port"
	case ok && n >= 0 && n <= 65535:
		ports = exposure.PortRange{Lo: uint16(n), Hi: uint16(n)}
		words = "port " + ports.String()
	default:
		words = "an unknown port"
		doubt, gap = reach.Pending, AfterApply(l.Declared, Join(l.Path, l.Port), "the port of a listener")
	}
	hop := Hop(l.Declared, Join(l.Path, l.Port), l.Declared.Address+" accepts "+protocol+" on "+words, "Remove the listener")
	if l.Declared != l.On {
		hop.Summary += " of " + l.On.Address
	}
	gate := DoubtfulGate("listener", doubt, gap, hop)
	var out []reach.Slot
	for _, t := range transportsOf(protocol) {
		out = append(out, reach.Slot{Transport: t, Ports: ports, App: appOf(protocol, t), Gates: append([]reach.Gate{gate}, l.Gates...)})
	}
	return out
}

func transportsOf(protocol string) []exposure.Transport {
	switch protocol {
	case "udp", "http3":
		return []exposure.Transport{exposure.UDP}
	case "tcp_and_udp", "any", "tcp_udp":
		return []exposure.Transport{exposure.TCP, exposure.UDP}
	}
	return []exposure.Transport{exposure.TCP}
}

func appOf(protocol string, t exposure.Transport) string {
	switch {
	case protocol == "http":
		return "http"
	case protocol == "https", protocol == "http2", protocol == "http3" && t == exposure.UDP, protocol == "grpc":
		return "https"
	}
	return ""
}

// WithoutListener is the gate of a load balancer that no listener of the input
// belongs to. One that the plan creates is shut; one that exists may have
// listeners that another state declares.
func WithoutListener(r *tfstate.Resource, what string) reach.Gate {
	if r.Action == tfstate.Create || r.Action == tfstate.Replace {
		return ClosedGate("listener", Hop(r, "", r.Address+" has no "+what, ""))
	}
	return DoubtfulGate("listener", reach.Unread, NotInInput(r, "", "any "+what+" of "+r.Address),
		Hop(r, "", r.Address+" may have a "+what+" that this input does not show", ""))
}
