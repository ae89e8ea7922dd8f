package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/report"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/store"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

func check(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := parse(args, os.Getenv)
	if errors.Is(err, errHelp) {
		fmt.Fprint(stdout, checkUsage)
		return exitPassed
	}
	if err != nil {
		fmt.Fprintf(stderr, "Error: %s.\nRun \"%s check --help\" for the flags.\n", exposure.CleanLine(err.Error()), programName)
		return exitCannot
	}
	found, err := validate(ctx, o, stdin, stderr)
	if err == nil {
		err = write(o.reports, found, stdout)
	}
	switch {
	case err != nil && ctx.Err() != nil:
		fmt.Fprintln(stderr, "Error: interrupted before everything was looked at.")
		return exitCannot
	case err != nil:
		fmt.Fprintf(stderr, "Error: %s.\n", strings.TrimSuffix(exposure.CleanLine(err.Error()), "."))
		return exitCannot
	}
	return status(found, stderr)
}

// validate reads what the options name and validates it.
func validate(ctx context.Context, o options, stdin io.Reader, stderr io.Writer) (exposure.Report, error) {
	config, err := readConfig(o.config)
	if err != nil {
		return exposure.Report{}, err
	}
	read, err := open(ctx, o, stdin)
	if err != nil {
		return exposure.Report{}, err
	}
	source, warning, err := readSource(o)
	if err != nil {
		return exposure.Report{}, err
	}
	v := scan.Validation{
		Input:   read.input,
		Context: read.context,
		Source:  source,
		Offline: o.offline,
		Gate:    scan.Gate{FailOn: o.failOn, Waivers: config.Waivers},
		Request: scan.Request{
			Settings:    config.Settings,
			Allowed:     o.allowed,
			BrowserPath: os.Getenv("DYNAMICSCAN_BROWSER_PATH"),
			Now:         time.Now,
		},
	}
	if !o.offline {
		opened, err := store.Open(ctx, cmp.Or(os.Getenv("DYNAMICSCAN_STORE"), ".dynamicscan"))
		if err != nil {
			return exposure.Report{}, err
		}
		defer opened.Close()
		v.Store = opened
		progress := newProgress(stderr)
		v.Progress = progress.show
		defer progress.clear()
	}
	found, err := scan.Validate(ctx, v)
	if warning != "" {
		found.Warnings = append(found.Warnings, warning)
	}
	return found, err
}

// inputs are the files that the analysis is made from.
type inputs struct {
	input   *tfstate.Input
	context []*tfstate.Input
}

// open reads the inputs. It returns when ctx ends, although a pipe that nobody
// writes to cannot be interrupted: the goroutine ends with the process then.
func open(ctx context.Context, o options, stdin io.Reader) (inputs, error) {
	type opened struct {
		inputs inputs
		err    error
	}
	done := make(chan opened, 1)
	go func() {
		read, err := openAll(ctx, o, stdin)
		done <- opened{read, err}
	}()
	select {
	case o := <-done:
		return o.inputs, o.err
	case <-ctx.Done():
		return inputs{}, context.Cause(ctx)
	}
}

func openAll(ctx context.Context, o options, stdin io.Reader) (inputs, error) {
	input, err := tfstate.Open(ctx, o.input, stdin)
	if err != nil {
		return inputs{}, err
	}
	beside, err := tfstate.OpenContext(ctx, input, o.context, stdin)
	if err != nil {
		return inputs{}, fmt.Errorf("--context: %w", err)
	}
	return inputs{input, beside}, nil
}

func write(reports []report.Destination, found exposure.Report, stdout io.Writer) error {
	for _, destination := range reports {
		var err error
		if destination.Path == "" {
			err = report.Write(stdout, destination.Format, found)
		} else {
			err = report.WriteFile(destination.Format, destination.Path, found)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// status turns a report into an exit status. When looks failed and none
// succeeded, the run could not do its work.
func status(r exposure.Report, stderr io.Writer) int {
	looked, failed := 0, 0
	for _, result := range r.Results {
		switch o := result.Observed; {
		case o == nil:
		case o.PortStatus.Scanned():
			looked++
		case o.PortStatus == exposure.StatusScanFailed:
			failed++
		}
	}
	switch {
	case failed > 0 && looked == 0:
		fmt.Fprintln(stderr, "Error: none of the endpoints could be verified.")
		return exitCannot
	case !r.Passed:
		return exitFailed
	}
	return exitPassed
}
