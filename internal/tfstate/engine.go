package tfstate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// engineDeadline bounds a command of terraform or tofu, which may have to load
// a remote state.
const engineDeadline = 2 * time.Minute

// Pull reads the state of the configuration in the working folder, as the
// engine itself reads it: from any backend, of the selected workspace, and
// decrypted where OpenTofu encrypts it. It takes no lock. Before the first
// apply there is no state, which is read as one without resources that says so.
//
// The engine is what TERRAFORM_BINARY names, or else the terraform or tofu on
// PATH; where both are there, the one of the given version, which is that of
// the engine which runs the provider. An empty version takes the first.
func Pull(ctx context.Context, version string, options ...Option) (*Input, error) {
	program, err := findEngine(ctx, version)
	if err != nil {
		return nil, fmt.Errorf("to run `state pull`: %w", err)
	}
	data, err := runEngine(ctx, program, ".", "state", "pull")
	if err != nil {
		return nil, err
	}
	name := engineName(program) + " state pull"
	if len(strings.TrimSpace(string(data))) == 0 {
		return &Input{Name: name, Kind: State, Written: time.Now(), Incomplete: []string{"there is no state yet"}}, nil
	}
	in, err := Parse(name, data, options...)
	if err == nil {
		in.Written = time.Now()
	}
	return in, err
}

// runEngine runs a command in folder and returns what it prints. It ends with
// ctx, after engineDeadline, or when the output is over MaxBytes.
func runEngine(ctx context.Context, program, folder string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, engineDeadline, fmt.Errorf("no answer within %s", engineDeadline))
	defer cancel()

	var stdout, stderr limitedBuffer
	stdout.limit, stderr.limit = MaxBytes, 64<<10
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = folder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.Env = engineEnvironment(os.Environ())
	cmd.WaitDelay = time.Second // a child of the engine may hold the pipes open
	err := cmd.Run()
	name := engineName(program) + " " + strings.TrimSuffix(strings.Join(args, " "), " -no-color")
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("%s: %w", name, context.Cause(ctx))
	case stdout.over:
		return nil, fmt.Errorf("%s: %w", name, errTooLarge(0, MaxBytes))
	case err != nil:
		return nil, fmt.Errorf("%s: %w: %s", name, err, label(stderr.String()))
	}
	return stdout.Bytes(), nil
}

// engineEnvironment is ours without what would change the command, for it may
// be that of a run which is under way, and with what keeps the engine from
// asking anybody: neither the user nor whether there is a newer version.
func engineEnvironment(ours []string) []string {
	environment := slices.DeleteFunc(slices.Clone(ours), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return strings.HasPrefix(name, "TF_CLI_ARGS") || strings.HasPrefix(name, "TF_LOG") || name == "TF_REATTACH_PROVIDERS"
	})
	return append(environment, "TF_IN_AUTOMATION=1", "TF_INPUT=0", "CHECKPOINT_DISABLE=1")
}

func engineName(program string) string { return exposure.CleanLine(filepath.Base(program)) }

// findEngine returns the program to run, absolute so that it does not depend on
// the folder it is run in.
func findEngine(ctx context.Context, version string) (string, error) {
	if program := os.Getenv("TERRAFORM_BINARY"); program != "" {
		path, err := exec.LookPath(program)
		if err != nil {
			return "", fmt.Errorf("TERRAFORM_BINARY: %w", err)
		}
		return filepath.Abs(path)
	}
	found := []string{}
	for _, program := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(program); err == nil {
			found = append(found, path)
		}
	}
	if len(found) == 0 {
		return "", errors.New("neither terraform nor tofu was found; TERRAFORM_BINARY may name one")
	}
	if len(found) > 1 && version != "" {
		if i := slices.IndexFunc(found, func(program string) bool { return versionOf(ctx, program) == version }); i > 0 {
			found = found[i:]
		}
	}
	return filepath.Abs(found[0])
}

// versionOf returns the version of an engine, "" when it does not tell.
func versionOf(ctx context.Context, program string) string {
	var told struct {
		Version string `json:"terraform_version"` // tofu says it under this name too
	}
	text, err := runEngine(ctx, program, ".", "version", "-json")
	if err != nil || json.Unmarshal(text, &told) != nil {
		return ""
	}
	return told.Version
}
