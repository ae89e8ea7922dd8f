package scan_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// state renders what the estate is before its change as a raw state.
func (e estate) state(t *testing.T, name string) *tfstate.Input {
	t.Helper()
	resources := []object{}
	for address, r := range e {
		kind, label, _ := strings.Cut(address, ".")
		resources = append(resources, object{"mode": "managed", "type": kind, "name": label, "provider": `provider["registry.terraform.io/hashicorp/aws"]`,
			"instances": []object{{"schema_version": 1, "attributes": r.before}}})
	}
	text, err := json.Marshal(object{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": name, "resources": resources})
	if err != nil {
		t.Fatal(err)
	}
	in, err := tfstate.Parse(name, text)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// The context tells of the time before a plan as of that after it: else all
// that it explains would be new.
func TestAPlanBesideTheStateOfItsNetwork(t *testing.T) {
	const web, port = "aws_instance.web", 22
	context := network()
	context.keep("aws_security_group.web", group(port, "0.0.0.0/0"))
	tests := []struct {
		name   string
		plan   func(e estate)
		want   []told
		closed int
	}{
		{"it stays", func(e estate) { e.keep(web, instance("203.0.113.7")) }, []told{{"203.0.113.7", "22", exposure.ChangeNone, false}}, 0},
		{"it is created", func(e estate) { e.set(web, nil, instance(afterApply)) }, []told{{"", "22", exposure.ChangeNew, false}}, 0},
		{"it is deleted", func(e estate) { e.set(web, instance("203.0.113.7"), nil) }, []told{}, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := estate{}
			test.plan(e)
			r := validate(t, scan.Validation{Request: scan.Request{Settings: settings.Default(), Now: time.Now}, Offline: true,
				Input: e.plan(t), Context: []*tfstate.Input{context.state(t, "network.tfstate")}})
			if diff := cmp.Diff(test.want, tell(r)); diff != "" || len(r.Closed) != test.closed {
				t.Errorf("%d closed, want %d; exposed endpoints (-want +got):\n%s", len(r.Closed), test.closed, diff)
			}
		})
	}
}
