package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/clouds"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// answers is what a program says of each plan.
type answers struct {
	program, version string
	missing          string            // why it did not run
	ours             bool              // it says exposed, not_exposed or unknown of each plan
	verdicts         map[string]string // by question, of ours
	failed           map[string][]string
}

// program is another one that reads plans.
type program struct {
	name    string
	version []string
	run     func(work string, files []string) (map[string][]string, error) // the failed checks of each plan
}

var programs = []program{
	{"checkov", []string{"--version"}, runCheckov},
	{"trivy", []string{"--version", "--quiet"}, runTrivy},
}

func (p program) answer(questions []question, counted checks) (answers, error) {
	a := answers{program: p.name, failed: map[string][]string{}}
	if _, err := exec.LookPath(p.name); err != nil {
		return a, errors.New("it is not installed")
	}
	work, err := os.MkdirTemp("", "compare")
	if err != nil {
		return a, err
	}
	defer os.RemoveAll(work)
	version, err := alone(work, p.name, p.version...)
	if err != nil {
		return a, fmt.Errorf("ask for its version: %w", err)
	}
	first, _, _ := strings.Cut(strings.TrimSpace(string(version)), "\n")
	a.version = strings.TrimPrefix(first, "Version: ")
	failed, err := p.run(work, filesOf(questions))
	if err != nil {
		return a, err
	}
	for file, ids := range failed {
		a.failed[file] = counted.only(p.name, ids)
	}
	return a, nil
}

// longest is how long one run of a program may take.
const longest = 20 * time.Minute

// alone runs a program in a network namespace of its own, in which there is
// nothing to talk to, with nothing of the user's environment or files.
func alone(work, name string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	defer cancel()
	cut := []string{"--net", "--map-root-user"}
	if exec.CommandContext(ctx, "unshare", append(cut, "true")...).Run() != nil {
		return nil, errors.New("it cannot be cut off from the network here (unshare --net)")
	}
	cmd := exec.CommandContext(ctx, "unshare", append(append(cut, name), args...)...)
	cmd.Dir = work
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + work, "TMPDIR=" + work, "LOG_LEVEL=CRITICAL"}
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	err := cmd.Run()
	var failed *exec.ExitError
	if errors.As(err, &failed) && failed.ExitCode() == 1 && out.Len() > 0 {
		return out.Bytes(), nil // it found something
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %s", name, err, exposure.CleanLine(exposure.Cut(said.String(), 200)))
	}
	return out.Bytes(), nil
}

func runCheckov(work string, files []string) (map[string][]string, error) {
	args := []string{"--framework", "terraform_plan", "--output", "json", "--skip-download", "--quiet", "--compact"}
	for _, file := range files {
		args = append(args, "--file", file)
	}
	text, err := alone(work, "checkov", args...)
	if err != nil {
		return nil, err
	}
	var report struct {
		Results struct {
			Failed []struct {
				ID   string `json:"check_id"`
				File string `json:"file_abs_path"`
			} `json:"failed_checks"`
		} `json:"results"`
	}
	if err := json.Unmarshal(text, &report); err != nil {
		return nil, fmt.Errorf("read its report: %w", err)
	}
	out := map[string][]string{}
	for _, f := range report.Results.Failed {
		out[f.File] = append(out[f.File], f.ID)
	}
	return out, nil
}

func runTrivy(work string, files []string) (map[string][]string, error) {
	out := map[string][]string{}
	for _, file := range files {
		text, err := alone(work, "trivy", "config", "--quiet", "--format", "json", "--misconfig-scanners", "terraformplan-json",
			"--skip-check-update", "--skip-version-check", "--disable-telemetry", "--cache-dir", filepath.Join(work, "cache"), file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(file), err)
		}
		var report struct {
			Results []struct {
				Misconfigurations []struct{ ID, Status string }
			}
		}
		if err := json.Unmarshal(text, &report); err != nil {
			return nil, fmt.Errorf("read its report: %w", err)
		}
		for _, result := range report.Results {
			for _, m := range result.Misconfigurations {
				if m.Status == "FAIL" {
					out[file] = append(out[file], m.ID)
				}
			}
		}
	}
	return out, nil
}

// answerOurs asks our own analysis.
func answerOurs(questions []question) (answers, error) {
	a := answers{program: "dynamicscan", version: "this commit", ours: true, verdicts: map[string]string{}}
	for _, q := range questions {
		text, err := os.ReadFile(q.file)
		if err != nil {
			return a, err
		}
		in, err := tfstate.Parse(q.file, text)
		if err != nil {
			return a, err
		}
		a.verdicts[q.file+q.address] = verdictOn(reach.Analyze(in, clouds.All()...), q.address)
	}
	return a, nil
}

func verdictOn(a *reach.Analysis, address string) string {
	verdict := "not_exposed"
	for _, e := range a.Endpoints {
		switch {
		case e.ResourceAddress != address:
		case e.Verdict == exposure.Exposed:
			return "exposed"
		case e.Verdict == exposure.Unknown:
			verdict = "unknown"
		}
	}
	return verdict
}

func filesOf(questions []question) []string {
	var out []string
	seen := map[string]bool{}
	for _, q := range questions {
		if !seen[q.file] {
			out, seen[q.file] = append(out, q.file), true
		}
	}
	return out
}

// typesIn returns the types of the resources that a plan leaves behind.
func typesIn(file string) (map[string]bool, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	in, err := tfstate.Parse(file, text)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, r := range in.Resources {
		out[r.Type] = true
	}
	return out, nil
}
