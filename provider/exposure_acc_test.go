package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// forEach watches whatever a state exposes.
const forEach = header + settings + `
data "dynamicscan_exposure" "estate" {
  state = { path = "estate.tfstate" }
}
resource "dynamicscan_endpoint" "each" {
  for_each         = data.dynamicscan_exposure.estate.endpoints
  host             = each.value.host
  ports            = each.value.ports
  path             = each.value.path
  resource_address = each.value.resource_address
  resource_id      = each.value.resource_id
  settings         = dynamicscan_settings.test
  fail_on          = "critical"
  baseline         = { max_severity = "critical" }
}
output "keys" { value = keys(data.dynamicscan_exposure.estate.endpoints) }
output "results" { value = data.dynamicscan_exposure.estate.results }
output "watched" { value = { for k, e in dynamicscan_endpoint.each : k => e.observed.port_status } }
`

func TestAccForEachOverWhatAStateExposes(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	w := newWorkspace(t, forEach)
	w.write("estate.tfstate", stateOf(t, "127.0.0.1", web.port, "0.0.0.0/0"))
	w.apply().wantCode(t, 0)
	key := fmt.Sprintf("aws_instance.web/ipv4:%d", web.port)
	w.run("output", "-json", "keys").wantOutput(t, fmt.Sprintf("[%q]", key))
	w.run("output", "-json", "watched").wantOutput(t, fmt.Sprintf(`{%q:"open"}`, key))
	results := w.run("output", "-json", "results")
	results.wantOutput(t, `"verdict":"exposed"`)
	results.wantOutput(t, "aws_security_group.web allows 0.0.0.0/0")
	w.plan().wantCode(t, 0)

	w.write("estate.tfstate", stateOf(t, "127.0.0.1", web.port, "10.0.0.0/8")) // closed
	w.plan().wantCode(t, 2)
	w.apply().wantCode(t, 0)
	w.run("output", "-json", "keys").wantOutput(t, "[]")
	w.run("output", "-json", "results").wantOutput(t, `"verdict":"not_exposed"`)
}

func TestAccExposureSendsNothing(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	w := newWorkspace(t, header+`
data "dynamicscan_exposure" "estate" {
  state = { path = "estate.tfstate" }
}
output "summary" { value = data.dynamicscan_exposure.estate.summary }
`)
	w.write("estate.tfstate", stateOf(t, "127.0.0.1", web.port, "0.0.0.0/0"))
	w.apply().wantCode(t, 0)
	w.run("output", "-json", "summary").wantOutput(t, `"exposed":1`)
	if n := web.accepted.Load(); n != 0 {
		t.Errorf("%d connections to the server, want none", n)
	}
	if _, err := os.Stat(filepath.Join(w.dir, ".dynamicscan")); err == nil {
		t.Error("an analysis made a store, want none")
	}
}

// byReference gates what resources expose, given to the function. The address
// of the instance is known only after apply.
func byReference(port int, source string) string {
	return header + settings + fmt.Sprintf(`
resource "terraform_data" "address" { input = "127.0.0.1" }
locals {
  estate = {
    "aws_internet_gateway.main" = { id = "igw-1", vpc_id = "vpc-1" }
    "aws_vpc.main" = { id = "vpc-1", main_route_table_id = "rtb-main" }
    "aws_subnet.public" = { id = "subnet-1", vpc_id = "vpc-1", map_public_ip_on_launch = true }
    "aws_route_table.public" = { id = "rtb-1", vpc_id = "vpc-1", route = [{ cidr_block = "0.0.0.0/0", gateway_id = "igw-1" }] }
    "aws_route_table_association.public" = { id = "rtbassoc-1", subnet_id = "subnet-1", route_table_id = "rtb-1" }
    "aws_security_group.web" = {
      id = "sg-web", vpc_id = "vpc-1", name = "web"
      ingress = [{ from_port = %[1]d, to_port = %[1]d, protocol = "tcp", cidr_blocks = [%[2]q], self = false }]
      egress = [{ from_port = 0, to_port = 0, protocol = "-1", cidr_blocks = ["0.0.0.0/0"], self = false }]
    }
  }
  instance = { id = "i-1", arn = "arn:aws:ec2:eu-central-1:111122223333:instance/i-1", subnet_id = "subnet-1", vpc_security_group_ids = ["sg-web"], user_data = "top secret", instance_state = "running" }
}
data "dynamicscan_validation" "web" {
  endpoints = provider::dynamicscan::exposed_endpoints(merge(local.estate, {
    "aws_instance.web" = [merge(local.instance, { public_ip = terraform_data.address.output })]
  }))
  settings = dynamicscan_settings.test
}
`, port, source)
}

func TestAccGateByReferenceThroughTheFunction(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	w := newWorkspace(t, byReference(web.port, "0.0.0.0/0"))
	planned := w.plan()
	planned.wantCode(t, 2) // the address is not known yet, so the gate waits for the apply
	if n := web.accepted.Load(); n != 0 {
		t.Errorf("%d connections in the plan, want none", n)
	}
	applied := w.apply()
	applied.wantCode(t, 1)
	applied.wantDiagnostic(t, "error", "aws_instance.web[0]", fmt.Sprintf("127.0.0.1:%d", web.port), "Acme admin")

	w.write("main.tf", byReference(web.port, "10.0.0.0/8"))
	w.apply().wantCode(t, 0)
	w.write("main.tf", byReference(web.port, "0.0.0.0/0"))
	web.answer(askPassword)
	w.apply().wantCode(t, 0)
	if state := w.read("terraform.tfstate"); strings.Count(state, "top secret") > 0 {
		t.Error("the state of the gate holds a value of a resource")
	}
}

func TestAccFunctionsTellWhatIsWrongAtTheArgument(t *testing.T) {
	t.Parallel()
	tests := []struct{ call, want string }{
		{`exposed_endpoints(["a"])`, "it has to be an object from resource address to resource"},
		{`exposed_endpoints({ web = {} })`, `the key "web" is no resource address`},
		{`exposed_endpoints({ "aws_instance.web" = "i-1" })`, `"aws_instance.web" is no resource`},
		{`severity("lax", { port_status = "open" })`, `"lax" is none of`},
		{`severity("strict", { port_stauts = "open" })`, `"port_stauts" is no field of an observation`},
		{`severity("strict", { port_status = "opened" })`, `port_status: "opened" is none of open, closed`},
		{`severity("package x\n allow = 1", { port_status = "open" })`, "the package is x and has to be dynamicscan.severity"},
	}
	for _, test := range tests {
		w := newWorkspace(t, header+"output \"o\" { value = provider::dynamicscan::"+test.call+" }\n")
		failed := w.plan()
		if failed.code != 1 || !strings.Contains(flat(failed.told()), test.want) {
			t.Errorf("%s: exit %d, want 1 with %q:\n%s", test.call, failed.code, test.want, failed.told())
		}
	}
}

// flat undoes the line breaks of engines.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestAccFunctionsAnswer(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, header+`
output "ports" { value = provider::dynamicscan::supported_ports() }
output "open" { value = provider::dynamicscan::severity("moderate", { port_status = "open", port = 22 }) }
output "basic" { value = provider::dynamicscan::severity("moderate", { port_status = "open", http_status_code = 401, authentication = ["sso", "basic"] }) }
output "closed" { value = provider::dynamicscan::severity("moderate", { port_status = "closed" }) }
`)
	w.apply().wantCode(t, 0)
	w.run("output", "-json", "ports").wantOutput(t, "443,")
	for name, want := range map[string]string{"open": "critical", "basic": "high", "closed": "low"} {
		w.run("output", "-raw", name).wantOutput(t, want)
	}
}

// pulled gates the state of the configuration itself.
const pulled = header + settings + `
data "dynamicscan_validation" "own" {
  state    = { pull = true }
  settings = dynamicscan_settings.test
}
output "exposed" { value = data.dynamicscan_validation.own.summary.exposed }
`

func TestAccStateIsPulledThroughTheEngine(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	w := newWorkspace(t, pulled)
	w.env = append(w.env, "TERRAFORM_BINARY="+w.engine)
	w.apply().wantCode(t, 0) // before it there is no state
	w.apply().wantCode(t, 0)
	w.run("output", "-json", "exposed").wantOutput(t, "0")

	// A backend with an estate, played by a script that answers as an engine does.
	w.write("estate.tfstate", stateOf(t, "127.0.0.1", web.port, "0.0.0.0/0"))
	w.write("engine.sh", "#!/bin/sh\n[ \"$1 $2\" = \"state pull\" ] && cat estate.tfstate\n")
	if err := os.Chmod(filepath.Join(w.dir, "engine.sh"), 0o700); err != nil {
		t.Fatal(err)
	}
	w.env = append(w.env, "TERRAFORM_BINARY="+filepath.Join(w.dir, "engine.sh"))
	applied := w.apply()
	applied.wantCode(t, 1)
	applied.wantDiagnostic(t, "error", "aws_instance.web", fmt.Sprintf("127.0.0.1:%d", web.port))
}

func TestAccStateIsNamedOnce(t *testing.T) {
	t.Parallel()
	for arguments, want := range map[string]string{
		`{ path = "a", pull = true }`: "Give either path or pull, not both.",
		`{ pull = false }`:            "Give path, the file or folder of the state, or pull = true.",
		`{ path = "" }`:               "The path is empty",
	} {
		for _, kind := range []string{"dynamicscan_validation", "dynamicscan_exposure"} {
			config := header + fmt.Sprintf("data %q \"x\" {\n  state = %s\n}\n", kind, arguments)
			w := newWorkspace(t, config)
			d := w.validate().wantDiagnostic(t, "error", want)
			if line := lineOf(t, config, "state ="); d.line() != line {
				t.Errorf("%s, %s: the diagnostic points to line %d, want %d", kind, arguments, d.line(), line)
			}
		}
	}
}

func TestAccEncryptedStateIsPulled(t *testing.T) {
	t.Parallel()
	if path := engine(t); !strings.Contains(filepath.Base(path), "tofu") {
		t.Skip("only OpenTofu encrypts state")
	}
	w := newWorkspace(t, pulled+`
terraform {
  encryption {
    key_provider "pbkdf2" "test" { passphrase = "an ordinary passphrase for a test" }
    method "aes_gcm" "test" { keys = key_provider.pbkdf2.test }
    state { method = method.aes_gcm.test }
  }
}
`)
	w.env = append(w.env, "TERRAFORM_BINARY="+w.engine)
	w.apply().wantCode(t, 0)
	if state := w.read("terraform.tfstate"); !strings.Contains(state, "encrypted_data") {
		t.Fatalf("the state is not encrypted:\n%s", state)
	}
	w.apply().wantCode(t, 0)
	w.run("output", "-json", "exposed").wantOutput(t, "0")
}
