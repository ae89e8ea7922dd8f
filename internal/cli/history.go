package cli

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/report"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/store"
)

const historyUsage = `Usage: ` + programName + ` history [flags] [HOST|ADDRESS]

Prints the last looks at each endpoint, the newest first, and what changed between them: of every
endpoint that the store knows, or of those of a host, or of a resource or module. Nothing is sent.

Flags:
  --store DIR  folder of the store; DYNAMICSCAN_STORE, or .dynamicscan, when omitted
  --json       one JSON document

Exit status: 0 there was something to print, 2 there was not, or bad usage.
`

// historyOptions are the flags of history.
type historyOptions struct {
	store string
	json  bool
	about string // empty: everything
}

// history prints what the store remembers.
func history(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parseHistory(args, os.Getenv)
	if errors.Is(err, errHelp) {
		fmt.Fprint(stdout, historyUsage)
		return exitPassed
	}
	if err != nil {
		fmt.Fprintf(stderr, "Error: %s.\nRun \"%s history --help\" for the flags.\n", exposure.CleanLine(err.Error()), programName)
		return exitCannot
	}
	found, err := remembered(ctx, o)
	if err == nil {
		write := report.HistoryText
		if o.json {
			write = report.HistoryJSON
		}
		err = write(stdout, found)
	}
	if err != nil {
		tell(stderr, err)
		return exitCannot
	}
	return exitPassed
}

// remembered returns the histories that the options ask for, never none.
func remembered(ctx context.Context, o historyOptions) ([]exposure.History, error) {
	opened, err := store.OpenExisting(ctx, o.store)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	all, err := opened.Histories(ctx)
	if err != nil {
		return nil, err
	}
	if o.about != "" {
		all = slices.DeleteFunc(all, func(h exposure.History) bool { return !h.Concerns(o.about) })
	}
	switch {
	case len(all) > 0:
		return all, nil
	case o.about != "":
		return nil, fmt.Errorf("the store %s holds no look at %s", o.store, o.about)
	}
	return nil, fmt.Errorf("the store %s holds no look at anything", o.store)
}

func parseHistory(args []string, environment func(string) string) (historyOptions, error) {
	o := historyOptions{store: cmp.Or(environment("DYNAMICSCAN_STORE"), ".dynamicscan")}
	set := flag.NewFlagSet("history", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.StringVar(&o.store, "store", o.store, "")
	set.BoolVar(&o.json, "json", false, "")
	rest, err := permute(set, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return o, errHelp
	case err != nil:
		return o, usageError(err)
	case o.store == "":
		return o, errors.New("--store: it names no folder")
	case len(rest) > 1:
		return o, fmt.Errorf("history takes one host or address, not %d arguments: %s", len(rest), strings.Join(rest, ", "))
	case len(rest) == 1:
		o.about = rest[0]
	}
	return o, nil
}

// storeOptions reads what the store keeps.
func storeOptions(environment func(string) string) (o store.Options, err error) {
	if err := o.SetRetention(environment("DYNAMICSCAN_STORE_RETENTION")); err != nil {
		return o, fmt.Errorf("DYNAMICSCAN_STORE_RETENTION: %w", err)
	}
	if err := o.SetMaxSize(environment("DYNAMICSCAN_STORE_MAX_SIZE")); err != nil {
		return o, fmt.Errorf("DYNAMICSCAN_STORE_MAX_SIZE: %w", err)
	}
	return o, nil
}
