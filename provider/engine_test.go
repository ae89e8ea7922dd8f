package provider_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/screenshot"
)

// The tests whose names begin with TestAcc run a real engine, terraform or
// tofu, when TF_ACC is set; scripts/testacc.sh runs them under both. Those in
// this file's manner start the built binary as a user would, and read what the
// engine prints and answers.

// header begins every configuration. Tests only ever look at loopback.
const header = `
terraform {
  required_providers {
    dynamicscan = { source = "dynamicscan/dynamicscan" }
  }
}
provider "dynamicscan" {
  allowed_networks = ["127.0.0.0/8"]
}
`

// settings look at any port with a GET, and take no screenshots, which are slow.
const settings = `
resource "dynamicscan_settings" "test" {
  scan_interval = "1m"
  screenshots   = false
  http_ports    = ["1024-65535"]
  limits        = { connect_timeout = "1s", http_timeout = "5s" }
}
`

var scratch string // of the whole test run, for the built binary

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "dynamicscan-acc-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	scratch = dir
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// binary builds the provider once for all tests.
var binary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(scratch, "terraform-provider-dynamicscan")
	build := exec.Command("go", "build", "-o", path, "..")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

// needsBrowser skips tests that need a browser where there is none, and fails
// them where CI is set.
func needsBrowser(t *testing.T) {
	t.Helper()
	_, err := screenshot.Find("")
	switch {
	case err == nil:
	case os.Getenv("CI") == "true":
		t.Fatalf("%v: run make deps", err)
	default:
		t.Skipf("%v: run make deps", err)
	}
}

// engine returns the engine under test, and skips tests that need one when
// none is asked for.
func engine(t *testing.T) string {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("needs terraform or tofu: run make testacc")
	}
	for _, name := range []string{os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform", "tofu"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path
		}
	}
	t.Fatal("neither terraform nor tofu is installed; run: make engine")
	return ""
}

// workspace is a folder with a configuration that an engine runs.
type workspace struct {
	t      *testing.T
	engine string
	dir    string
	env    []string
	looks  int // stores taken so far
}

// newWorkspace returns a folder that holds the configuration as main.tf, whose
// engine takes the provider from the built binary.
func newWorkspace(t *testing.T, config string) *workspace {
	t.Helper()
	w := &workspace{t: t, engine: engine(t), dir: t.TempDir()}
	built, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	w.write("main.tf", config)
	w.write("cli.tfrc", fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"dynamicscan/dynamicscan\" = %q\n  }\n  direct {}\n}\n", filepath.Dir(built)))
	w.env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+filepath.Join(w.dir, "cli.tfrc"), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1")
	return w
}

func (w *workspace) write(name, text string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

func (w *workspace) read(name string) string {
	w.t.Helper()
	text, err := os.ReadFile(filepath.Join(w.dir, name))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

// command returns an engine command that has not started.
func (w *workspace) command(args ...string) *exec.Cmd {
	cmd := exec.Command(w.engine, args...)
	cmd.Dir, cmd.Env = w.dir, w.env
	return cmd
}

// outcome is what an engine command answered.
type outcome struct {
	command string
	code    int
	stdout  string
	stderr  string
}

func (w *workspace) run(args ...string) outcome {
	w.t.Helper()
	cmd := w.command(args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		w.t.Fatal(err)
	}
	return outcome{strings.Join(args, " "), cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

func (w *workspace) validate() outcome { w.t.Helper(); return w.run("validate", "-json") }
func (w *workspace) plan() outcome {
	w.t.Helper()
	return w.run("plan", "-json", "-input=false", "-detailed-exitcode")
}
func (w *workspace) apply() outcome {
	w.t.Helper()
	return w.run("apply", "-json", "-input=false", "-auto-approve")
}
func (w *workspace) destroy() outcome {
	w.t.Helper()
	return w.run("destroy", "-json", "-input=false", "-auto-approve")
}

// wantCode fails the test unless the command answered code.
func (o outcome) wantCode(t *testing.T, code int) {
	t.Helper()
	if o.code != code {
		t.Fatalf("%s exited %d, want %d; its diagnostics:\n%s\n%s", o.command, o.code, code, o.told(), o.stderr)
	}
}

// diagnostic is one that an engine printed as JSON.
type diagnostic struct {
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Detail   string `json:"detail"`
	Address  string `json:"address"`
	Range    *struct {
		Filename string `json:"filename"`
		Start    struct {
			Line int `json:"line"`
		} `json:"start"`
	} `json:"range"`
}

// line returns the line of main.tf that the diagnostic points to, 0 for none.
func (d diagnostic) line() int {
	if d.Range == nil || d.Range.Filename != "main.tf" {
		return 0
	}
	return d.Range.Start.Line
}

// diagnostics returns those of the provider: what engines say about
// development overrides is left out.
func (o outcome) diagnostics() []diagnostic {
	var found []diagnostic
	add := func(d diagnostic) {
		if d.Summary != "" && !strings.Contains(d.Summary, "development overrides") {
			found = append(found, d)
		}
	}
	var document struct{ Diagnostics []diagnostic }
	if json.Unmarshal([]byte(o.stdout), &document) == nil { // validate answers one document
		for _, d := range document.Diagnostics {
			add(d)
		}
		return found
	}
	for line := range strings.Lines(o.stdout) {
		var event struct{ Diagnostic diagnostic }
		if json.Unmarshal([]byte(line), &event) == nil {
			add(event.Diagnostic)
		}
	}
	return found
}

// told prints the diagnostics for a person who reads a failed test.
func (o outcome) told() string {
	var b strings.Builder
	for _, d := range o.diagnostics() {
		fmt.Fprintf(&b, "%s line %d: %s\n%s\n\n", d.Severity, d.line(), d.Summary, d.Detail)
	}
	return b.String()
}

// wantDiagnostic fails the test unless a diagnostic of the severity holds all
// of the texts in its summary and detail, and returns it.
func (o outcome) wantDiagnostic(t *testing.T, severity string, texts ...string) diagnostic {
	t.Helper()
	for _, d := range o.diagnostics() {
		if d.Severity == severity && holdsAll(d.Summary+"\n"+d.Detail, texts) {
			return d
		}
	}
	t.Fatalf("%s told no %s with %q; its diagnostics:\n%s", o.command, severity, texts, o.told())
	return diagnostic{}
}

// wantNone fails the test when a diagnostic of the severity was told.
func (o outcome) wantNone(t *testing.T, severity string) {
	t.Helper()
	for _, d := range o.diagnostics() {
		if d.Severity == severity {
			t.Fatalf("%s told %s %q, want none of that kind:\n%s", o.command, severity, d.Summary, d.Detail)
		}
	}
}

// wantOutput fails the test unless the command printed the text.
func (o outcome) wantOutput(t *testing.T, text string) {
	t.Helper()
	if !strings.Contains(o.stdout, text) {
		t.Errorf("%s printed no %q:\n%s", o.command, text, o.stdout)
	}
}

func holdsAll(s string, texts []string) bool {
	for _, text := range texts {
		if !strings.Contains(s, text) {
			return false
		}
	}
	return true
}

// lineOf returns the line of the configuration that holds the text, 1-based.
func lineOf(t *testing.T, config, text string) int {
	t.Helper()
	before, _, ok := strings.Cut(config, text)
	if !ok {
		t.Fatalf("the configuration holds no %q", text)
	}
	return strings.Count(before, "\n") + 1
}
