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
		tell(stderr, err)
		return exitCannot
	}
	return o.enforcement.exit(status(found, stderr), stderr)
}

// tell tells an error, or each of those that were joined.
func tell(stderr io.Writer, err error) {
	problems := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		problems = joined.Unwrap()
	}
	for _, problem := range problems {
		fmt.Fprintf(stderr, "Error: %s.\n", strings.TrimSuffix(exposure.CleanLine(problem.Error()), "."))
	}
}

// validate reads what the options name and validates it.
func validate(ctx context.Context, o options, stdin io.Reader, stderr io.Writer) (exposure.Report, error) {
	config, err := readConfig(o.config)
	if err != nil {
		return exposure.Report{}, err
	}
	catalogue, err := scan.ReadCatalogue(o.catalogue...)
	if err != nil {
		return exposure.Report{}, err
	}
	inputs, err := open(ctx, o.inputs, stdin, catalogue)
	if err != nil {
		return exposure.Report{}, err
	}
	beside, err := openContext(ctx, inputs, o.context, stdin, catalogue)
	if err != nil {
		return exposure.Report{}, err
	}
	collectFor(inputs, beside, os.Getenv)
	subjects, warnings, err := readSources(o, inputs)
	if err != nil {
		return exposure.Report{}, err
	}
	v := scan.Validation{
		Input:     subjects[0].Input,
		Source:    subjects[0].Source,
		Others:    subjects[1:],
		Context:   beside,
		Catalogue: catalogue,
		Assume:    o.assume,
		ICMP:      o.icmp,
		Offline:   o.offline,
		Gate:      scan.Gate{FailOn: o.failOn, Waivers: config.Waivers},
		Request: scan.Request{
			Settings:    config.Settings,
			Allowed:     o.allowed,
			BrowserPath: os.Getenv("DYNAMICSCAN_BROWSER_PATH"),
			Now:         time.Now,
		},
	}
	if !o.offline {
		bounds, err := storeOptions(os.Getenv)
		if err != nil {
			return exposure.Report{}, err
		}
		opened, err := store.Open(ctx, cmp.Or(os.Getenv("DYNAMICSCAN_STORE"), ".dynamicscan"), bounds)
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
	found.Warnings = append(found.Warnings, warnings...)
	return found, err
}

// open reads the inputs, or what of them the analysis looks at.
func open(ctx context.Context, paths []string, stdin io.Reader, catalogue *scan.Catalogue) ([]*tfstate.Input, error) {
	return interruptibly(ctx, func() ([]*tfstate.Input, error) {
		return tfstate.OpenAll(ctx, paths, stdin, tfstate.Only(catalogue.Reads))
	})
}

// openContext reads the states that answer questions about the inputs.
func openContext(ctx context.Context, inputs []*tfstate.Input, paths []string, stdin io.Reader, catalogue *scan.Catalogue) ([]*tfstate.Input, error) {
	states, err := interruptibly(ctx, func() ([]*tfstate.Input, error) {
		return tfstate.OpenContext(ctx, inputs, paths, stdin, tfstate.Only(catalogue.Reads))
	})
	if err != nil && ctx.Err() == nil {
		err = fmt.Errorf("--context: %w", err)
	}
	return states, err
}

// interruptibly returns what read does, or ends with ctx, although a pipe that
// nobody writes to cannot be interrupted: the goroutine ends with the process
// then.
func interruptibly[T any](ctx context.Context, read func() (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		value, err := read()
		done <- outcome{value, err}
	}()
	select {
	case o := <-done:
		return o.value, o.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
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
