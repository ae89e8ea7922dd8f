// Command demo shows the product on a small AWS-shaped estate whose servers
// run on loopback: it writes the estate's state, lets terraform or tofu apply
// examples/quickstart over it, which fails on critical findings, mends the
// exposure, and applies again, which passes.
//
// Nothing leaves 127.0.0.0/8. It runs from the root of a checkout after
// "make mirror", and leaves its results in bin/demo and no process. SIGINT and
// SIGTERM end it, and what it started, with exit status 130.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

const folder = "bin/demo"

// interrupted is the exit status of a program that ended by SIGINT.
const interrupted = 130

func main() {
	wait := flag.Bool("wait", false, "wait for Enter before the exposure is mended")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, *wait)
	switch {
	case ctx.Err() != nil:
		fmt.Fprintln(os.Stderr, "demo: interrupted")
		os.Exit(interrupted)
	case err != nil:
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
	say("Starting five servers on 127.77.0.0/24: the estate")
	e, err := startEstate()
	if err != nil {
		return err
	}
	defer e.stop()
	if err := d.gateFails(ctx, e); err != nil {
		return err
	}
	if wait {
		say("The servers stay up. Press Enter to mend the exposure")
		if err := enter(ctx, os.Stdin); err != nil {
			return err
		}
	}
	if err := d.gatePasses(ctx, e); err != nil {
		return err
	}
	say("Done in %s. What is left to read:", time.Since(began).Round(time.Second))
	return d.tell()
}

// gateFails applies over the exposed estate, which must fail.
func (d demo) gateFails(ctx context.Context, e *estate) error {
	if err := d.writeState(e.exposedState()); err != nil {
		return err
	}
	if err := d.quietly(ctx, "init", "-input=false"); err != nil {
		return err
	}
	if err := d.quietly(ctx, "plan", "-input=false", "-out=gate.tfplan"); err != nil {
		return err
	}
	say("Applying. The gate is read in the apply, because the settings it refers to are new")
	err := d.engine(ctx, "apply", "-input=false", "gate.tfplan")
	var exit *exec.ExitError
	switch {
	case err == nil:
		return errors.New("the apply passed although the estate is exposed")
	case !errors.As(err, &exit) || exit.ExitCode() != 1 || ctx.Err() != nil:
		return err
	}
	say("The apply failed, as it should")
	return d.keepReports()
}

// gatePasses mends the estate and applies again.
func (d demo) gatePasses(ctx context.Context, e *estate) error {
	say("Mending: the admin page asks for a password, the database's security group is\n" +
		"    narrowed, the bucket is private")
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

// enter returns when a line was read. Reading a terminal cannot be cancelled,
// so on the end of ctx the reader is left behind; the process is about to end.
func enter(ctx context.Context, from io.Reader) error {
	read := make(chan error, 1)
	go func() {
		_, err := bufio.NewReader(from).ReadString('\n')
		read <- err
	}()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case err := <-read:
		if err != nil {
			return fmt.Errorf("wait for Enter: %w", err)
		}
		return nil
	}
}

func say(format string, args ...any) { fmt.Printf("\n==> "+format+"\n", args...) }

func (d demo) writeState(state []byte) error {
	return os.WriteFile(filepath.Join(folder, "estate.tfstate"), state, 0o600)
}

// keepReports puts the reports of the first run aside: the second writes the
// same files.
func (d demo) keepReports() error {
	for _, ext := range []string{".txt", ".json"} {
		if err := os.Rename(filepath.Join(folder, "exposure"+ext), filepath.Join(folder, "before"+ext)); err != nil {
			return fmt.Errorf("keep the first reports: %w", err)
		}
	}
	return nil
}

// tell lists what the two runs left.
func (d demo) tell() error {
	pictures, err := filepath.Glob(filepath.Join(folder, ".dynamicscan", "screenshots", "*.png"))
	if err != nil {
		return fmt.Errorf("list screenshots: %w", err)
	}
	row := func(what, where string) { fmt.Printf("    %-14s %s\n", what, where) }
	row("first report", filepath.Join(folder, "before.txt")+", before.json")
	row("second report", filepath.Join(folder, "exposure.txt")+", exposure.json")
	row("state", filepath.Join(folder, "estate.tfstate"))
	row("screenshots", fmt.Sprintf("%d in %s", len(pictures), filepath.Join(folder, ".dynamicscan", "screenshots")))
	return nil
}
