package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// sourceGate is a gate over the state of a folder of its own.
func sourceGate(arguments string) string {
	return header + settings + fmt.Sprintf(`
data "dynamicscan_validation" "estate" {
  state    = { path = "infra/terraform.tfstate" }
  settings = dynamicscan_settings.test
  %s
}
`, arguments)
}

// newEstate returns a workspace with the folder infra in it.
func newEstate(t *testing.T, config string) *workspace {
	t.Helper()
	w := newWorkspace(t, config)
	if err := os.Mkdir(filepath.Join(w.dir, "infra"), 0o755); err != nil {
		t.Fatal(err)
	}
	return w
}

func TestAccFindingNamesTheLineThatOpensThePort(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	w := newEstate(t, sourceGate(""))
	w.write("infra/terraform.tfstate", stateOf(t, "127.0.0.1", web.port, "0.0.0.0/0"))
	const group = `
resource "aws_security_group" "web" {
  ingress {
    cidr_blocks = var.everyone
  }
}
`
	w.write("infra/network.tf", group)
	applied := w.apply()
	applied.wantCode(t, 1)
	applied.wantDiagnostic(t, "error", "Narrow ingress[0].cidr_blocks of aws_security_group.web (network.tf:4).")

	w.write("infra/instance.tf", fmt.Sprintf(`
# dynamicscan:accept %d until=2130-12-31 owner=ops reason="behind a login"
resource "aws_instance" "web" {}
`, web.port))
	applied = w.apply()
	applied.wantCode(t, 0)
	applied.wantNone(t, "warning")

	w.write("infra/instance.tf", `resource "aws_instance" "web" {} # dynamicscan:accept `+fmt.Sprint(web.port))
	applied = w.apply()
	applied.wantCode(t, 1)
	applied.wantDiagnostic(t, "warning", "instance.tf:1 accepts nothing", "owner is required")

	w.write("infra/instance.tf", "resource {{")
	applied = w.apply()
	applied.wantCode(t, 1)
	applied.wantDiagnostic(t, "warning", "Configuration cannot be read", "instance.tf:1,")
}

func TestAccSourceThatIsNamedHasToBeThere(t *testing.T) {
	t.Parallel()
	const config = `source = "nowhere"`
	w := newEstate(t, sourceGate(config))
	w.write("infra/terraform.tfstate", stateOf(t, "127.0.0.1", 1, "10.0.0.0/8"))
	applied := w.apply()
	applied.wantCode(t, 1)
	d := applied.wantDiagnostic(t, "error", "Configuration cannot be read", "nowhere is not a folder")
	if want := lineOf(t, sourceGate(config), config); d.line() != want {
		t.Errorf("the error points to line %d, want %d", d.line(), want)
	}
	w.write("main.tf", sourceGate(`source = "infra"`))
	w.apply().wantDiagnostic(t, "error", "infra holds no configuration")
}
