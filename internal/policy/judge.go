package policy

import (
	"cmp"
	"context"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// Judge fills in the severity of each port of o, and of o itself: the highest of
// its ports. An endpoint that was not scanned is critical, and so is a port that
// could not be verified. Secrets that an answer held are findings of their own
// and leave these severities alone.
//
// An error means that the policy had no answer for at least one port. That port
// and o are critical then; the caller reports the endpoint as a failed scan.
func (p *Policy) Judge(ctx context.Context, ep exposure.Endpoint, o *exposure.Observation) error {
	var failed error
	worst := exposure.SeverityNone
	judge := func(port exposure.PortObservation) exposure.Severity {
		severity, err := p.Severity(ctx, inputOf(ep, port))
		failed = cmp.Or(failed, err)
		worst = max(worst, severity)
		return severity
	}
	for i := range o.Ports {
		o.Ports[i].Severity = judge(o.Ports[i])
	}
	if o.PortsProbed > len(o.Ports) {
		// The closed ports of a wide range are counted, not listed.
		judge(exposure.PortObservation{Result: exposure.Filtered})
	}
	o.Severity = worst
	if !o.PortStatus.Scanned() || contradicts(*o) {
		o.Severity = exposure.SeverityCritical
	}
	return failed
}

// contradicts reports whether the status of a scanned endpoint is not what its
// ports say. What is true of such an endpoint is not known.
func contradicts(o exposure.Observation) bool {
	open := len(o.OpenPorts()) > 0
	return o.PortStatus == exposure.StatusOpen && !open ||
		o.PortStatus == exposure.StatusClosed && (open || o.PortsProbed == 0 && len(o.Ports) == 0)
}

// inputOf returns what a policy is asked about one port.
func inputOf(ep exposure.Endpoint, port exposure.PortObservation) Input {
	in := Input{
		PortStatus:            exposure.StatusScanFailed,
		DirectlyExposedBucket: ep.DirectlyExposedBucket,
		Port:                  port.Port,
		Transport:             ep.Transport,
		Kind:                  ep.Kind,
		Project:               ep.Project,
	}
	switch port.Result {
	case exposure.Open:
		in.PortStatus = exposure.StatusOpen
	case exposure.Refused, exposure.Filtered:
		in.PortStatus = exposure.StatusClosed
	}
	if port.HTTP != nil {
		in.HTTPStatusCode, in.HTTPStatus = port.HTTP.StatusCode, port.HTTP.Status
		seen := port.HTTP.Authentication
		in.Authentication = exposure.WeakestAuth(seen)
		in.Enforced = joinMethods(exposure.MethodsOf(seen, exposure.AuthEnforced))
		in.Offered = joinMethods(exposure.MethodsOf(seen, exposure.AuthOffered))
	}
	return in
}
