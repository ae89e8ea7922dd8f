package scan_test

import (
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
)

// exposedInstance is an estate in which aws_instance.web, i-1, has the address.
func exposedInstance(address string) estate {
	e := network()
	e.keep("aws_instance.web", instance(address))
	e.keep("aws_eip.web", object{"id": "eipalloc-1", "public_ip": address, "instance": "i-1"})
	e.keep("aws_security_group.web", group(22, "0.0.0.0/0"))
	return e
}

func TestAnAddressOfAnotherResourceIsNotProbed(t *testing.T) {
	const address = "127.0.0.1"
	for _, test := range []struct {
		name, resource, id string
		probed             bool
	}{
		{"another resource", "aws_instance.old", "i-0", false},
		{"the same by address", "aws_instance.web", "i-0", true},
		{"the same by id", "aws_instance.old", "i-1", true},
		{"the same by ARN", "aws_instance.old", "arn:aws:ec2:eu-west-1:123456789012:instance/i-1", true},
		{"a resource that takes part", "aws_eip.elsewhere", "eipalloc-1", true},
		{"no identity", "aws_instance.old", "", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := declared("", address, exposure.PortRange{Lo: 1, Hi: 1})
			e.ResourceAddress, e.Identity.ID = test.resource, test.id
			v := scan.Validation{Request: request(t, e), Input: exposedInstance(address).plan(t)}
			v.Request.Endpoints[0].ID = "declared"
			for _, r := range validate(t, v).Results {
				if r.Endpoint.ID != "declared" {
					continue
				}
				if probed := r.Observed.PortStatus != exposure.StatusScanFailed; probed != test.probed {
					t.Errorf("%s, %q, want it probed: %v", r.Observed.PortStatus, r.Observed.Reason, test.probed)
				}
				if !test.probed && !strings.Contains(r.Observed.Reason, "the state says that 127.0.0.1 belongs to aws_instance.web now") {
					t.Errorf("reason %q, want it to name the owner", r.Observed.Reason)
				}
			}
		})
	}
}

func TestAnAddressThatTwoResourcesClaimIsTold(t *testing.T) {
	claims := func(address, host, id string) []string {
		e := declared("", host, exposure.PortRange{Lo: 22, Hi: 22})
		e.ResourceAddress, e.Identity.ID = address, id
		v := scan.Validation{Request: request(t, e), Offline: true, Input: exposedInstance("203.0.113.7").plan(t)}
		var out []string
		for _, w := range validate(t, v).Warnings {
			if strings.Contains(w, "one address has one owner") {
				out = append(out, w)
			}
		}
		return out
	}
	got := claims("aws_instance.old", "203.0.113.7", "i-2")
	if len(got) != 1 || !strings.Contains(got[0], "aws_instance.web claims 203.0.113.7 as well as aws_instance.old does") {
		t.Errorf("warnings %q, want one that names both", got)
	}
	for _, quiet := range [][3]string{
		{"aws_instance.old", "203.0.113.8", "i-2"}, {"aws_instance.old", "203.0.113.7", "i-1"},
		{"aws_lb.front", "203.0.113.7", "lb-1"}, {"module.a[\"x.y\"].aws_instance.old", "203.0.113.7", ""},
	} {
		if got := claims(quiet[0], quiet[1], quiet[2]); len(got) != 0 {
			t.Errorf("warnings %q of %q, want none", got, quiet)
		}
	}
}
