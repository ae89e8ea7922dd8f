package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/report"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/store"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/hashicorp/hcl/v2"
)

// configName is the configuration file that is found by itself.
const configName = ".dynamicscan.hcl"

func check(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := parse(args, os.Getenv)
	if errors.Is(err, errHelp) {
		fmt.Fprint(stdout, checkUsage)
		return exitPassed
	}
	if err != nil {
		fmt.Fprintf(stderr, "Error: %s.\n\n%s", err, checkUsage)
		return exitCannot
	}
	found, err := validate(ctx, o, stdin, stderr)
	if err == nil {
		err = write(o.reports, found, stdout)
	}
	if err != nil {
		fmt.Fprintf(stderr, "Error: %s.\n", exposure.Clean(err.Error()))
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
	input, err := tfstate.Open(ctx, o.input, stdin)
	if err != nil {
		return exposure.Report{}, err
	}
	v := scan.Validation{
		Input:   input,
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
	return scan.Validate(ctx, v)
}

// readConfig reads the configuration file, or the one that is found by itself,
// or returns the defaults.
func readConfig(name string) (settings.File, error) {
	src, err := os.ReadFile(cmp.Or(name, configName))
	if name == "" && errors.Is(err, fs.ErrNotExist) {
		return settings.File{Settings: settings.Default()}, nil
	}
	if err != nil {
		return settings.File{}, fmt.Errorf("read configuration: %w", err)
	}
	file, diags := settings.ParseFile(cmp.Or(name, configName), src)
	if diags.HasErrors() {
		return settings.File{}, firstProblem(diags)
	}
	return file, nil
}

// firstProblem returns the first error of a configuration as one sentence with
// its place.
func firstProblem(diags hcl.Diagnostics) error {
	d := diags.Errs()[0].(*hcl.Diagnostic)
	if d.Subject == nil {
		return fmt.Errorf("%s: %s", d.Summary, trimStop(d.Detail))
	}
	return fmt.Errorf("%s:%d,%d: %s: %s", d.Subject.Filename, d.Subject.Start.Line, d.Subject.Start.Column, d.Summary, trimStop(d.Detail))
}

func trimStop(s string) string {
	if n := len(s); n > 0 && s[n-1] == '.' {
		return s[:n-1]
	}
	return s
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

// status turns a report into an exit status. When there was something to look
// at and nothing of it could be looked at, the run could not do its work.
func status(r exposure.Report, stderr io.Writer) int {
	tried, failed := 0, 0
	for _, result := range r.Results {
		if result.Observed != nil {
			tried++
			if result.Observed.PortStatus == exposure.StatusScanFailed {
				failed++
			}
		}
	}
	switch {
	case tried > 0 && tried == failed:
		fmt.Fprintln(stderr, "Error: none of the endpoints could be verified.")
		return exitCannot
	case !r.Passed:
		return exitFailed
	}
	return exitPassed
}
