package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/term"
)

// demo is a prepared working folder and the engine that works in it.
type demo struct {
	binary string // of terraform or tofu
	env    []string
	plain  bool // no colours
}

// prepare makes a fresh working folder from examples/quickstart.
func prepare() (demo, error) {
	binary, err := findEngine()
	if err != nil {
		return demo{}, err
	}
	root, err := os.Getwd()
	if err != nil {
		return demo{}, err
	}
	mirror := filepath.Join(root, "bin", "mirror", "cli.tfrc")
	if _, err := os.Stat(mirror); err != nil {
		return demo{}, fmt.Errorf("run make mirror first: %w", err)
	}
	if err := os.RemoveAll(folder); err != nil {
		return demo{}, err
	}
	if err := os.CopyFS(folder, os.DirFS("examples/quickstart")); err != nil {
		return demo{}, fmt.Errorf("copy the quick start: %w", err)
	}
	return demo{
		binary: binary,
		plain:  os.Getenv("NO_COLOR") != "" || !term.IsTerminal(int(os.Stdout.Fd())),
		env: append(os.Environ(),
			"TF_CLI_CONFIG_FILE="+mirror, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1", "TF_CLI_ARGS=", "DYNAMICSCAN_ENFORCEMENT=",
			"TF_VAR_state=estate.tfstate", `TF_VAR_allowed_networks=["127.0.0.0/8"]`, "TF_VAR_endpoints="+declaredEndpoints,
		),
	}, nil
}

func findEngine() (string, error) {
	for _, name := range []string{os.Getenv("TERRAFORM_BINARY"), "terraform", "tofu"} {
		if name == "" {
			continue
		}
		if path, err := exec.LookPath(name); err == nil {
			return filepath.Abs(path)
		}
	}
	return "", errors.New("neither terraform nor tofu is on PATH; make engine builds tofu")
}

// engine runs terraform or tofu in the working folder and shows its output.
func (d demo) engine(ctx context.Context, args ...string) error {
	return d.start(ctx, os.Stdout, args)
}

// quietly runs terraform or tofu and shows its output only when it fails.
func (d demo) quietly(ctx context.Context, args ...string) error {
	var output bytes.Buffer
	err := d.start(ctx, &output, args)
	if err != nil {
		fmt.Print(output.String())
	}
	return err
}

// stopGrace is how long an interrupted engine may take to let its provider
// end. What is left of both then is killed.
const stopGrace = 5 * time.Second

func (d demo) start(ctx context.Context, output io.Writer, args []string) error {
	name := filepath.Base(d.binary)
	fmt.Printf("\n$ %s %s\n", name, strings.Join(args, " "))
	if d.plain {
		args = append([]string{args[0], "-no-color"}, args[1:]...)
	}
	cmd := exec.CommandContext(ctx, d.binary, args...)
	cmd.Dir, cmd.Env = folder, d.env
	cmd.Stdout, cmd.Stderr = output, output
	cmd.WaitDelay = stopGrace
	ownGroup(cmd)
	err := cmd.Run()
	if ctx.Err() != nil {
		killGroup(cmd)
		return ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("%s %s: %w", name, args[0], err)
	}
	return nil
}
