package tfstate_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

const oneResource = `{"version":4,"terraform_version":"1.0.0","resources":[{"type":"a","name":%s,"instances":[{}]}]}`

// TestMain lets the test program stand in for terraform, so that the tests
// need none.
func TestMain(m *testing.M) {
	switch os.Getenv("TFSTATE_TEST_TERRAFORM") {
	case "":
		os.Exit(m.Run())
	case "state":
		folder, _ := os.Getwd()
		fmt.Printf(`{"format_version":"1.0","terraform_version":"1.9.0","values":{"root_module":{"resources":[{"type":"a","name":%q}]}}}`, filepath.Base(folder)+strings.Join(os.Args[1:], ""))
	case "pull":
		for _, v := range os.Environ() {
			if strings.HasPrefix(v, "TF_CLI_ARGS") || strings.HasPrefix(v, "TF_LOG") {
				fmt.Fprintln(os.Stderr, "not wanted: "+v)
				os.Exit(1)
			}
		}
		if len(os.Args) == 3 && os.Args[1] == "state" && os.Args[2] == "pull" && os.Getenv("CHECKPOINT_DISABLE") != "" {
			fmt.Printf(oneResource, `"pulled"`)
		}
	case "nothing":
		fmt.Print(`{"format_version":"1.0"}`)
	case "empty":
		os.Exit(0)
	case "fails":
		fmt.Fprintln(os.Stderr, "Error: Backend initialization required\n\n\x1b[31mrun init")
		os.Exit(1)
	case "hangs":
		time.Sleep(time.Minute)
	}
	os.Exit(0)
}

// terraform makes the test program the terraform that Open finds.
func terraform(t *testing.T, behaviour string) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("TERRAFORM_BINARY", program)
	t.Setenv("TFSTATE_TEST_TERRAFORM", behaviour)
}

// folder makes a folder with files.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	t.Setenv("TF_WORKSPACE", "")
	dir := filepath.Join(t.TempDir(), "stack")
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestOpen(t *testing.T) {
	state := func(name string) string { return replace(oneResource, `"`+name+`"`) }
	backend := `{"version":3,"backend":{"type":"s3"},"modules":[]}`
	tests := []struct {
		name  string
		files map[string]string
		path  string
		want  string
	}{
		{"file", map[string]string{"x.json": state("file")}, "x.json", "a.file"},
		{"folder with a state", map[string]string{"terraform.tfstate": state("local")}, "", "a.local"},
		{"selected workspace", map[string]string{"terraform.tfstate": state("local"), ".terraform/environment": "blue\n", "terraform.tfstate.d/blue/terraform.tfstate": state("blue")}, "", "a.blue"},
		{"workspace that leads elsewhere", map[string]string{"terraform.tfstate": state("local"), ".terraform/environment": "../.."}, "", "a.local"},
		{"settings of a backend are no state", map[string]string{".terraform/terraform.tfstate": backend}, "", "a.stackshow-json-no-color"},
		{"empty state left by a migration", map[string]string{"main.tf": "", "terraform.tfstate": ""}, "", "a.stackshow-json-no-color"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			terraform(t, "state")
			path := filepath.Join(folder(t, test.files), test.path)
			in, err := tfstate.Open(t.Context(), path, nil)
			if err != nil {
				t.Fatalf("Open() error: %v", err)
			}
			if got := addresses(in.Resources); len(got) != 1 || got[0] != test.want {
				t.Errorf("Open() = %q, want %s", got, test.want)
			}
			if !strings.HasPrefix(in.Name, path) {
				t.Errorf("Name = %s, want it to begin with %s", in.Name, path)
			}
		})
	}
}

func TestOpenStandardInput(t *testing.T) {
	in, err := tfstate.Open(t.Context(), "-", strings.NewReader(replace(oneResource, `"b"`)))
	if err != nil || in.Name != "standard input" || len(in.Resources) != 1 {
		t.Errorf("Open(-) = %+v, %v", in, err)
	}
	if _, err := tfstate.Open(t.Context(), "-", nil); err == nil || err.Error() != "standard input: there is no standard input" {
		t.Errorf("Open(-) without reader: error = %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	tests := []struct {
		name      string
		terraform string
		files     map[string]string
		path      string
		want      string
	}{
		{"no file", "state", nil, "gone.json", "gone.json: no such file or directory"},
		{"folder of other things", "state", map[string]string{"README": ""}, "", "stack: the folder holds no terraform.tfstate and no configuration to run `terraform show -json` in"},
		{"terraform knows of no state", "nothing", map[string]string{"main.tf": ""}, "", "stack: the folder holds no terraform.tfstate, and `terraform show -json` knows of no state either"},
		{"terraform fails", "fails", map[string]string{"main.tf": ""}, "", "show -json: exit status 1: Error: Backend initialization required \ufffd[31mrun init"},
		{"file is malformed", "state", map[string]string{"x.json": "{"}, "x.json", "x.json: line 1: the file ends before its JSON does: it was cut off"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			terraform(t, test.terraform)
			_, err := tfstate.Open(t.Context(), filepath.Join(folder(t, test.files), test.path), nil)
			if err == nil || !strings.HasSuffix(err.Error(), test.want) {
				t.Fatalf("Open() error = %v, want it to end with %q", err, test.want)
			}
			if strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Errorf("Open() error = %q, want one clean line", err)
			}
		})
	}
}

func TestOpenWithoutTerraform(t *testing.T) {
	dir := folder(t, map[string]string{"main.tf": ""})
	t.Setenv("PATH", t.TempDir())
	t.Setenv("TERRAFORM_BINARY", "")
	_, err := tfstate.Open(t.Context(), dir, nil)
	if want := dir + ": the folder holds no terraform.tfstate: to run `show -json`: neither terraform nor tofu was found; TERRAFORM_BINARY may name one"; err == nil || err.Error() != want {
		t.Errorf("Open() error = %v, want %s", err, want)
	}
}

func TestOpenEndsWithItsContext(t *testing.T) {
	terraform(t, "hangs")
	dir := folder(t, map[string]string{"main.tf": ""})
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := tfstate.Open(ctx, dir, nil)
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 10*time.Second {
		t.Errorf("Open() error = %v after %s, want the deadline of the context", err, time.Since(start))
	}
}

func TestSizeLimit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "large.json")
	if err := os.WriteFile(path, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 600<<20); err != nil { // a file with a hole takes no space
		t.Skipf("this file system has no files with holes: %v", err)
	}
	_, err := tfstate.Open(t.Context(), path, nil)
	if want := path + ": the input of 600 MiB is over the limit of 512 MiB"; err == nil || err.Error() != want {
		t.Errorf("Open() error = %v, want %s", err, want)
	}
	if _, err := tfstate.ReadLimited(strings.NewReader("12345678"), 7); err == nil {
		t.Error("ReadLimited() of 8 bytes with a limit of 7 succeeded")
	}
	if data, err := tfstate.ReadLimited(strings.NewReader("1234567"), 7); err != nil || string(data) != "1234567" {
		t.Errorf("ReadLimited() of 7 bytes with a limit of 7 = %q, %v", data, err)
	}
}

func TestPull(t *testing.T) {
	terraform(t, "pull")
	t.Setenv("TF_CLI_ARGS_state", "-help")
	t.Setenv("TF_LOG", "TRACE")
	in, err := tfstate.Pull(t.Context(), "1.9.0")
	if err != nil {
		t.Fatal(err)
	}
	if got := addresses(in.Resources); len(got) != 1 || got[0] != "a.pulled" || time.Since(in.Written) > time.Minute {
		t.Errorf("Pull() = %q written %v, want a.pulled written now", got, in.Written)
	}
	terraform(t, "empty")
	if in, err := tfstate.Pull(t.Context(), ""); err != nil || len(in.Resources) != 0 || len(in.Incomplete) != 1 {
		t.Errorf("Pull() before the first apply = %+v, %v, want a state without resources that says so", in, err)
	}
	terraform(t, "fails")
	if _, err := tfstate.Pull(t.Context(), ""); err == nil || !strings.Contains(err.Error(), " state pull: exit status 1: Error: Backend initialization") {
		t.Errorf("Pull() from an engine that fails: error = %v, want its words", err)
	}
}

func TestTheEngineOfTheRunIsChosen(t *testing.T) {
	dir := t.TempDir()
	for name, version := range map[string]string{"terraform": "1.11.4", "tofu": "1.12.6"} {
		script := "#!/bin/sh\nif [ \"$1\" = version ]; then echo '{\"terraform_version\": \"" + version + "\"}'; else echo '" + replace(oneResource, `"`+name+`"`) + "'; fi\n"
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("TERRAFORM_BINARY", "")
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	for version, want := range map[string]string{"1.11.4": "a.terraform", "1.12.6": "a.tofu", "": "a.terraform", "1.0.0": "a.terraform"} {
		in, err := tfstate.Pull(t.Context(), version)
		if err != nil {
			t.Fatalf("Pull(%q): %v", version, err)
		}
		if got := addresses(in.Resources); len(got) != 1 || got[0] != want {
			t.Errorf("Pull(%q) = %q, want %s", version, got, want)
		}
	}
}

func TestTheAgeOfAnInputIsThatOfItsFileOrPlan(t *testing.T) {
	dir := folder(t, map[string]string{
		"state.json": replace(oneResource, `"x"`),
		"plan.json":  `{"format_version":"1.2","timestamp":"2026-03-01T12:00:00Z","planned_values":{},"resource_changes":[]}`,
	})
	written := time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC)
	if err := os.Chtimes(filepath.Join(dir, "state.json"), written, written); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]time.Time{"state.json": written, "plan.json": time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} {
		in, err := tfstate.Open(t.Context(), filepath.Join(dir, name), nil)
		if err != nil {
			t.Fatal(err)
		}
		if !in.Written.Equal(want) {
			t.Errorf("%s: Written = %v, want %v", name, in.Written, want)
		}
	}
}
