package scan_test

import (
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

func TestAStateThatIsTooOldIsNotScannedBy(t *testing.T) {
	server := probetest.Silent(t)
	e := network()
	e.keep("aws_instance.web", instance("127.0.0.1"))
	e.keep("aws_security_group.web", group(server.Addr.Port(), "0.0.0.0/0"))
	in := e.plan(t)
	in.Kind, in.Prior, in.Name = tfstate.State, nil, "prod.tfstate"
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		name    string
		written time.Time
		offline bool
		want    string
	}{
		{"a young state", now.Add(-24 * time.Hour), false, ""},
		{"an old state", now.Add(-25 * time.Hour), false, "prod.tfstate: it is 25h0m0s old, and max_state_age is 24h0m0s"},
		{"a state of unknown age", time.Time{}, false, "prod.tfstate: nothing tells how old it is, and max_state_age is 24h0m0s"},
		{"an analysis of an old state", now.Add(-25 * time.Hour), true, ""},
	}
	for _, test := range tests {
		v := scan.Validation{Request: request(t), Input: in, Offline: test.offline, Gate: scan.Gate{FailOn: exposure.SeverityCritical}}
		v.Now, v.Settings.MaxStateAge, in.Written = func() time.Time { return now }, 24*time.Hour, test.written
		_, err := scan.Validate(t.Context(), v)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s: Validate: error %q, want %q", test.name, got, test.want)
		}
	}
	if n := server.Settle(t); n != 1 {
		t.Errorf("%d connections, want that of the young state", n)
	}
}
