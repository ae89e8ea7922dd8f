package policy

import (
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// reported is the least severity of a finding. What is lower, a closed port
// under the default policy, would be noise beside what is open.
const reported = exposure.SeverityMedium

// separatePorts is how many ports of one endpoint may break the same rule in
// findings of their own. More become one finding that lists them, so that a
// host which answers on a thousand ports does not fill the report.
const separatePorts = 10

// Findings returns what a judged observation says about an endpoint, worst
// first and never nil. Each port that is medium or worse breaks one rule; more
// than ten ports that break the same one share a finding. Secrets and
// sensitive data make findings of their own, at high or worse. Closed ports
// share one finding, and only under a policy that minds them.
//
// Where o.Severity is medium or worse, some finding that is not about a secret
// has exactly that severity: a gate that looks at findings alone misses nothing.
func Findings(ep exposure.Endpoint, o exposure.Observation) []exposure.Finding {
	findings := openFindings(ep, o)
	findings = append(findings, closedFindings(ep, o)...)
	findings = append(findings, unverifiedFindings(ep, o)...)
	if worst(findings) < o.Severity && o.Severity >= reported {
		findings = append(findings, contradictionFinding(ep, o))
	}
	findings = append(findings, leakFindings(ep, o)...)
	exposure.SortFindings(findings)
	return findings
}

// worst returns the highest severity, SeverityNone without findings.
func worst(findings []exposure.Finding) exposure.Severity {
	severity := exposure.SeverityNone
	for _, f := range findings {
		severity = max(severity, f.Severity)
	}
	return severity
}

// finding returns the parts that every finding about ep has.
func finding(ep exposure.Endpoint, rule, noun string, severity exposure.Severity) exposure.Finding {
	return exposure.Finding{
		Rule: rule, Title: titleOf(rule, noun), Severity: severity,
		ResourceAddress: ep.ResourceAddress, EndpointID: ep.ID, Host: ep.Host,
	}
}

// concern sets the ports of a finding, and Port when there is but one.
func concern(f exposure.Finding, ports []exposure.PortRange) exposure.Finding {
	merged := exposure.MergePortRanges(ports)
	if len(merged) == 1 && merged[0].Count() == 1 {
		f.Port = merged[0].Lo
		return f
	}
	f.Ports = merged
	return f
}

func rangesOf(ports []exposure.PortObservation) []exposure.PortRange {
	ranges := make([]exposure.PortRange, len(ports))
	for i, p := range ports {
		ranges[i] = exposure.PortRange{Lo: p.Port, Hi: p.Port}
	}
	return ranges
}

// portsThat returns the ports of o that are worth reporting and satisfy keep.
func portsThat(o exposure.Observation, keep func(exposure.PortResult) bool) []exposure.PortObservation {
	ports := []exposure.PortObservation{}
	for _, p := range o.Ports {
		if p.Severity >= reported && keep(p.Result) {
			ports = append(ports, p)
		}
	}
	return ports
}

func isOpen(r exposure.PortResult) bool { return r == exposure.Open }

func isClosed(r exposure.PortResult) bool { return r == exposure.Refused || r == exposure.Filtered }

func isUnverified(r exposure.PortResult) bool { return !isOpen(r) && !isClosed(r) }

// openFindings reports the open ports by the rule that each breaks.
func openFindings(ep exposure.Endpoint, o exposure.Observation) []exposure.Finding {
	byRule := map[string][]exposure.PortObservation{}
	for _, p := range portsThat(o, isOpen) {
		rule, _ := ruleOf(ep, p)
		byRule[rule] = append(byRule[rule], p)
	}
	findings := []exposure.Finding{}
	for rule, ports := range byRule {
		findings = append(findings, portFindings(ep, o, rule, ports)...)
	}
	return findings
}

// portFindings reports ports that break the same rule: each by itself, or all
// together when they are many.
func portFindings(ep exposure.Endpoint, o exposure.Observation, rule string, ports []exposure.PortObservation) []exposure.Finding {
	if len(ports) > separatePorts {
		return []exposure.Finding{sharedFinding(ep, o, rule, ports)}
	}
	findings := []exposure.Finding{}
	for _, p := range ports {
		_, noun := ruleOf(ep, p)
		f := finding(ep, rule, noun, p.Severity)
		f.Port, f.Evidence = p.Port, portEvidence(ep, o, p)
		findings = append(findings, f)
	}
	return findings
}

// sharedFinding speaks of the worst port, the lowest among equals, and lists
// the others.
func sharedFinding(ep exposure.Endpoint, o exposure.Observation, rule string, ports []exposure.PortObservation) exposure.Finding {
	first := slices.MaxFunc(ports, func(a, b exposure.PortObservation) int {
		if a.Severity != b.Severity {
			return int(a.Severity) - int(b.Severity)
		}
		return int(b.Port) - int(a.Port)
	})
	f := finding(ep, rule, generalNoun[rule], first.Severity)
	f.Port, f.Ports = first.Port, exposure.MergePortRanges(rangesOf(ports))
	f.Evidence = portEvidence(ep, o, first) + " " + sharedEvidence(first, ports)
	return f
}

// closedFindings reports closed ports in one finding, when the policy minds
// them. The closed ports of a wide range are counted and not listed: they are
// what makes an endpoint worse than every port that is listed.
func closedFindings(ep exposure.Endpoint, o exposure.Observation) []exposure.Finding {
	ports := portsThat(o, isClosed)
	listed := exposure.SeverityNone
	for _, p := range o.Ports {
		listed = max(listed, p.Severity)
	}
	unlisted := o.PortsProbed > len(o.Ports) && o.PortStatus.Scanned() && !contradicts(o) && o.Severity > listed
	switch {
	case unlisted && o.Severity >= reported:
		f := concern(finding(ep, RuleDeclaredExposure, "", o.Severity), ep.Ports)
		f.Evidence = closedEvidence(ep, o, ports)
		return []exposure.Finding{f}
	case len(ports) == 0:
		return nil
	}
	severity := exposure.SeverityNone
	for _, p := range ports {
		severity = max(severity, p.Severity)
	}
	f := concern(finding(ep, RuleDeclaredExposure, "", severity), rangesOf(ports))
	f.Evidence = closedEvidence(ep, o, ports)
	return []exposure.Finding{f}
}

// unverifiedFindings reports an endpoint that was not scanned, or the ports of
// a scanned one that were not verified.
func unverifiedFindings(ep exposure.Endpoint, o exposure.Observation) []exposure.Finding {
	if o.PortStatus.Scanned() {
		if ports := portsThat(o, isUnverified); len(ports) > 0 {
			return portFindings(ep, o, RuleNotScanned, ports)
		}
		return nil
	}
	rule := RuleLeftOut
	if o.PortStatus == exposure.StatusScanFailed {
		rule = RuleNotScanned
	}
	f := concern(finding(ep, rule, "", exposure.SeverityCritical), ep.Ports)
	f.Evidence = notScannedEvidence(ep, o)
	return []exposure.Finding{f}
}

// contradictionFinding keeps an observation that contradicts itself from
// passing for a harmless one.
func contradictionFinding(ep exposure.Endpoint, o exposure.Observation) exposure.Finding {
	f := concern(finding(ep, RuleNotScanned, "", o.Severity), ep.Ports)
	f.Evidence = contradictionEvidence(ep, o)
	return f
}

// leakFindings reports the secrets of each port in one finding, and its
// sensitive data in another.
func leakFindings(ep exposure.Endpoint, o exposure.Observation) []exposure.Finding {
	type place struct {
		port      uint16
		sensitive bool
	}
	byPlace := map[place][]exposure.Leak{}
	for _, leak := range o.Leaks {
		at := place{leak.Port, leak.Sensitive()}
		byPlace[at] = append(byPlace[at], leak)
	}
	findings := []exposure.Finding{}
	for at, leaks := range byPlace {
		severity := exposure.SeverityHigh
		for _, leak := range leaks {
			severity = max(severity, leak.Severity)
		}
		rule := RuleSecretExposed
		if at.sensitive {
			rule = RuleSensitiveDataExposed
		}
		f := finding(ep, rule, "", severity)
		f.Port, f.Evidence = at.port, leakEvidence(ep, o, at.port, leaks)
		findings = append(findings, f)
	}
	return findings
}
