package policy

import (
	"fmt"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// Predicted returns the findings of an endpoint that nobody has looked at: an
// offline run, or one that a plan is about to expose. Worst first, never nil.
//
//   - A bucket that is open to anyone is the critical it would be.
//   - A port without HTTP is the critical it would be, open. isHTTP tells which
//     ports would get a GET; nil means exposure.IsHTTP.
//   - An HTTP port may turn out to be anything, so it is medium, not verified: it
//     is told and does not stop a gate that fails on critical or high.
//   - A resource that is declared stopped would be left out, whatever it has.
//   - Another transport than TCP is never probed, so it would be left out.
//
// The severity policy is not asked: it judges what was seen. Endpoints whose
// verdict is not exposed or unknown have no findings here; a report tells
// unknown ones apart.
func Predicted(ep exposure.Endpoint, isHTTP func(port uint16) bool) []exposure.Finding {
	findings := []exposure.Finding{}
	if ep.Verdict != exposure.Exposed {
		return findings
	}
	if isHTTP == nil {
		isHTTP = exposure.IsHTTP
	}
	add := func(rule, noun string, severity exposure.Severity, ports []exposure.PortRange, evidence string) {
		f := concern(finding(ep, rule, noun, severity), ports)
		f.Evidence = evidence
		findings = append(findings, f)
	}
	if ep.Dormant {
		add(RuleLeftOut, "", exposure.SeverityCritical, ep.Ports, fmt.Sprintf(
			"%s would be left out of the scan: the resource is declared stopped. What is not scanned counts as critical.", placesOf(ep)))
		return findings
	}
	if ep.Transport != exposure.TCP && ep.Transport != "" {
		add(RuleLeftOut, "", exposure.SeverityCritical, ep.Ports, fmt.Sprintf(
			"%s would be reachable from the internet over %s, which is never probed. What is not scanned counts as critical.",
			placesOf(ep), transportName(ep.Transport)))
		return findings
	}
	if ep.DirectlyExposedBucket {
		add(RulePublicBucket, "", exposure.SeverityCritical, ep.Ports,
			placesOf(ep)+" would be a storage bucket that is open to anyone. It has not been verified.")
		return findings
	}
	web, other := splitPorts(ep.Ports, isHTTP)
	if len(other) > 0 {
		add(RuleOpenPort, predictedNoun(other), exposure.SeverityCritical, other, fmt.Sprintf(
			"%s would be reachable from the internet on %s. It has not been verified.", hostOf(ep), portsPhrase(other)))
	}
	if len(web) > 0 {
		add(RuleNotVerified, "", exposure.SeverityMedium, web, fmt.Sprintf(
			"%s would be reachable from the internet on %s, where HTTP is expected. "+
				"Its severity depends on what it answers, which has not been verified.", hostOf(ep), portsPhrase(web)))
	}
	exposure.SortFindings(findings)
	return findings
}

// splitPorts tells the HTTP ports from the others, both merged.
func splitPorts(ranges []exposure.PortRange, isHTTP func(uint16) bool) (web, other []exposure.PortRange) {
	for _, r := range ranges {
		for port := int(r.Lo); port <= int(r.Hi); port++ {
			to := &other
			if isHTTP(uint16(port)) {
				to = &web
			}
			*to = extend(*to, uint16(port))
		}
	}
	return exposure.MergePortRanges(web), exposure.MergePortRanges(other)
}

// extend adds a port to ranges, to the last one when it follows it.
func extend(ranges []exposure.PortRange, port uint16) []exposure.PortRange {
	if last := len(ranges) - 1; last >= 0 && int(ranges[last].Hi)+1 == int(port) {
		ranges[last].Hi = port
		return ranges
	}
	return append(ranges, exposure.PortRange{Lo: port, Hi: port})
}

func predictedNoun(ports []exposure.PortRange) string {
	if exposure.CountPorts(ports) == 1 {
		return portNoun(exposure.PortObservation{Port: ports[0].Lo})
	}
	return generalNoun[RuleOpenPort]
}

func portsPhrase(ports []exposure.PortRange) string {
	if exposure.CountPorts(ports) == 1 {
		return "port " + portList(ports)
	}
	return "ports " + portList(ports)
}

func transportName(t exposure.Transport) string {
	switch t {
	case exposure.UDP:
		return "UDP"
	case exposure.ICMP, exposure.ICMPv6:
		return "ICMP"
	}
	return exposure.CleanLine(string(t))
}
