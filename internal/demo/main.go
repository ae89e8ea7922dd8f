// Command demo shows the product on a small AWS-shaped estate whose servers
// run on loopback: it writes the estate's state, lets terraform or tofu apply
// examples/quickstart over it, which fails on critical findings, mends the
// exposure, and applies again, which passes.
//
// Nothing leaves 127.0.0.0/8. It runs from the root of a checkout after
// "make mirror", and leaves its results in bin/demo and no process.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const folder = "bin/demo"

func main() {
	wait := flag.Bool("wait", false, "wait for Enter before the exposure is mended")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *wait); err != nil {
		fmt.Fprintf(os.Stderr, "demo: %s\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, wait bool) error {
	began := time.Now()
	d, err := prepare()
	if err != nil {
		return err
	}
	say("Starting the servers of the estate on loopback")
	e, err := startEstate()
	if err != nil {
		return err
	}
	defer e.stop()
	if err := d.gateFails(ctx, e); err != nil {
		return err
	}
	if wait {
		say("Press Enter to mend the exposure")
		if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
			return fmt.Errorf("wait for Enter: %w", err)
		}
	}
	if err := d.gatePasses(ctx, e); err != nil {
		return err
	}
	say("Done in %s. Reports, state and screenshots are in %s", time.Since(began).Round(time.Second), folder)
	return nil
}

// gateFails applies over the exposed estate, which must fail.
func (d demo) gateFails(ctx context.Context, e *estate) error {
	if err := d.writeState(e.exposedState()); err != nil {
		return err
	}
	if err := d.engine(ctx, "init", "-input=false"); err != nil {
		return err
	}
	if err := d.engine(ctx, "plan", "-input=false"); err != nil {
		return err
	}
	say("Applying: the gate is read during this apply, because the settings it refers to are new")
	err := d.engine(ctx, "apply", "-input=false", "-auto-approve")
	var exit *exec.ExitError
	switch {
	case err == nil:
		return errors.New("the apply passed although the estate is exposed")
	case !errors.As(err, &exit) || exit.ExitCode() != 1 || ctx.Err() != nil:
		return err
	}
	say("The apply failed, as it should. What was found:")
	for _, line := range d.evidence() {
		fmt.Println("    " + line)
	}
	return nil
}

// gatePasses mends the estate and applies again.
func (d demo) gatePasses(ctx context.Context, e *estate) error {
	say("Mending: the admin page asks for a password, the database's security group is narrowed, the bucket is private")
	e.mend()
	if err := d.writeState(e.mendedState()); err != nil {
		return err
	}
	if err := d.engine(ctx, "apply", "-input=false", "-auto-approve"); err != nil {
		return fmt.Errorf("the apply over the mended estate did not pass: %w", err)
	}
	say("The apply passed")
	return nil
}

func say(format string, args ...any) { fmt.Printf("\n==> "+format+"\n", args...) }

// demo is a prepared working folder.
type demo struct {
	binary string // of terraform or tofu
	env    []string
}

func prepare() (demo, error) {
	binary, err := findEngine()
	if err != nil {
		return demo{}, err
	}
	root, err := os.Getwd()
	if err != nil {
		return demo{}, err
	}
	mirror := filepath.Join(root, "bin/mirror/cli.tfrc")
	if _, err := os.Stat(mirror); err != nil {
		return demo{}, fmt.Errorf("run make mirror first: %w", err)
	}
	if err := os.RemoveAll(folder); err != nil {
		return demo{}, err
	}
	if err := os.CopyFS(folder, os.DirFS("examples/quickstart")); err != nil {
		return demo{}, fmt.Errorf("copy the quick start: %w", err)
	}
	return demo{binary, append(os.Environ(),
		"TF_CLI_CONFIG_FILE="+mirror, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1",
		"TF_VAR_state=estate.tfstate", "TF_VAR_allowed_networks=[\"127.0.0.0/8\"]", "TF_VAR_endpoints="+declaredEndpoints,
	)}, nil
}

func findEngine() (string, error) {
	for _, name := range []string{os.Getenv("TERRAFORM_BINARY"), "terraform", "tofu"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path, nil
		}
	}
	return "", errors.New("neither terraform nor tofu is on PATH; make engine builds tofu")
}

// engine runs terraform or tofu in the working folder, on the terminal.
func (d demo) engine(ctx context.Context, args ...string) error {
	fmt.Printf("\n$ %s %s\n", filepath.Base(d.binary), strings.Join(args, " "))
	cmd := exec.CommandContext(ctx, d.binary, args...)
	cmd.Dir, cmd.Env = folder, d.env
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s %s: %w", filepath.Base(d.binary), args[0], err)
	}
	return nil
}

func (d demo) writeState(state []byte) error {
	return os.WriteFile(filepath.Join(folder, "estate.tfstate"), state, 0o600)
}

// evidence lists the files that a scan left.
func (d demo) evidence() []string {
	files := []string{filepath.Join(folder, "exposure.txt"), filepath.Join(folder, "exposure.json")}
	pictures, err := filepath.Glob(filepath.Join(folder, ".dynamicscan/screenshots/*.png"))
	if err != nil {
		return files
	}
	return append(files, pictures...)
}
