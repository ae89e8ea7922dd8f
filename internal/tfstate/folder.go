package tfstate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// showDeadline bounds `show -json`, which may have to load a remote state.
const showDeadline = 2 * time.Minute

func openFolder(ctx context.Context, folder string, options []Option) (*Input, error) {
	if path := stateFile(folder); path != "" {
		return openFile(path, options)
	}
	if !isConfiguration(folder) {
		return nil, fmt.Errorf("%s: the folder holds no terraform.tfstate and no configuration to run `terraform show -json` in", exposure.CleanLine(folder))
	}
	data, err := show(ctx, folder)
	if err != nil {
		return nil, fmt.Errorf("%s: the folder holds no terraform.tfstate: %w", exposure.CleanLine(folder), err)
	}
	in, err := Parse(folder, data, options...)
	if err != nil {
		return nil, err
	}
	if len(in.Resources) == 0 && in.Engine == "" {
		return nil, fmt.Errorf("%s: the folder holds no terraform.tfstate, and `terraform show -json` knows of no state either", exposure.CleanLine(folder))
	}
	return in, nil
}

// isConfiguration reports whether terraform would find something to work with.
func isConfiguration(folder string) bool {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return false
	}
	for _, entry := range entries {
		for _, pattern := range []string{"*.tf", "*.tf.json", "*.tofu", "*.tofu.json", ".terraform"} {
			if ok, _ := filepath.Match(pattern, entry.Name()); ok {
				return true
			}
		}
	}
	return false
}

// show runs `show -json` in folder. It ends with ctx, after showDeadline, or
// when the output is over MaxBytes.
func show(ctx context.Context, folder string) ([]byte, error) {
	program, err := findTerraform()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, showDeadline, fmt.Errorf("no answer within %s", showDeadline))
	defer cancel()

	var stdout, stderr limitedBuffer
	stdout.limit, stderr.limit = MaxBytes, 64<<10
	cmd := exec.CommandContext(ctx, program, "show", "-json", "-no-color")
	cmd.Dir = folder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.Env = append(os.Environ(), "TF_IN_AUTOMATION=1", "TF_INPUT=0")
	cmd.WaitDelay = time.Second // a child of terraform may hold the pipes open
	err = cmd.Run()
	name := exposure.CleanLine(filepath.Base(program))
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("%s show -json: %w", name, context.Cause(ctx))
	case stdout.over:
		return nil, fmt.Errorf("%s show -json: %w", name, errTooLarge(0, MaxBytes))
	case err != nil:
		return nil, fmt.Errorf("%s show -json: %w: %s", name, err, label(stderr.String()))
	}
	return stdout.Bytes(), nil
}

// findTerraform returns the program to run, absolute so that it does not
// depend on the folder it is run in.
func findTerraform() (string, error) {
	if program := os.Getenv("TERRAFORM_BINARY"); program != "" {
		path, err := exec.LookPath(program)
		if err != nil {
			return "", fmt.Errorf("TERRAFORM_BINARY: %w", err)
		}
		return filepath.Abs(path)
	}
	for _, program := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(program); err == nil {
			return filepath.Abs(path)
		}
	}
	return "", errors.New("neither terraform nor tofu was found to run `show -json`")
}

// limitedBuffer keeps the first limit bytes and drops the rest, so that the
// writer neither blocks nor fills the memory.
type limitedBuffer struct {
	bytes.Buffer
	limit int
	over  bool
}

func (b *limitedBuffer) Write(p []byte) (int, error) {
	if room := b.limit - b.Len(); len(p) > room {
		b.over = true
		b.Buffer.Write(p[:max(room, 0)])
		return len(p), nil
	}
	return b.Buffer.Write(p)
}
