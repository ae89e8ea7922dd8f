package cli

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/report"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
)

const checkUsage = `Usage: ` + programName + ` check [flags] [INPUT ...]

Each INPUT is a state, a plan as JSON, a folder, or - for standard input; the working folder when there is
none. Several are validated in one run, and each answers questions about the others.

Flags:
  --offline             analysis only; nothing is sent
  --assume PROFILE      what is taken for granted that nothing declares: usual (default), factory (everything is as
                        the cloud makes it), or none (what rests on an assumption is unknown)
  --source DIR          folder of the configuration, for the lines of the report and for comments that
                        accept findings, of every INPUT; the folder of each when omitted
  --context FILE        state that answers questions about INPUT, such as that of the network, and from
                        which nothing is validated; repeatable
  --catalogue GLOB      files with entries for resource types of your own, such as "exposure/*.hcl"; repeatable
  --include-icmp        tell what answers to ICMP as an endpoint of its own; nothing is sent to it
  --config FILE         settings and waivers in HCL; .dynamicscan.hcl is found by itself
  --allow-network CIDR  network that may be probed beside public addresses; repeatable
  --fail-on LEVEL       critical (default), high, medium or low
  --report FORMAT[=FILE]
                        text (default), json, sarif, junit or html; to standard output without FILE;
                        repeatable

Exit status: 0 passed, 1 findings at or above --fail-on, 2 could not run (bad input,
bad usage, nothing could be verified).

Environment: DYNAMICSCAN_STORE (folder for results and screenshots, .dynamicscan),
DYNAMICSCAN_STORE_RETENTION (age from which on results go, 2160h), DYNAMICSCAN_STORE_MAX_SIZE (in MiB, 1024),
DYNAMICSCAN_ALLOWED_NETWORKS, DYNAMICSCAN_BROWSER_PATH, DYNAMICSCAN_CATALOGUE (where there is no
--catalogue), DYNAMICSCAN_ENFORCEMENT (warn or off: findings are told and the exit status is 0, also when
nothing could be verified; bad input and bad usage stay 2).
`

// options are the flags of check.
type options struct {
	offline bool
	icmp    bool
	config  string
	source  string
	allowed []netip.Prefix
	failOn  exposure.Severity
	reports []report.Destination
	inputs  []string
	context []string
	assume  scan.Profile

	enforcement enforcement

	catalogue []string // patterns of files
}

var errHelp = errors.New("help wanted")

// parse reads flags and the input in any order.
func parse(args []string, environment func(string) string) (options, error) {
	o := options{failOn: exposure.SeverityCritical, inputs: []string{"."}}
	if err := o.allow(environment("DYNAMICSCAN_ALLOWED_NETWORKS")); err != nil {
		return o, fmt.Errorf("DYNAMICSCAN_ALLOWED_NETWORKS: %w", err)
	}
	var err error
	if o.enforcement, err = enforcementFrom(environment); err != nil {
		return o, err
	}
	set := flag.NewFlagSet("check", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.BoolVar(&o.offline, "offline", false, "")
	set.BoolVar(&o.icmp, "include-icmp", false, "")
	var invalid error // what is wrong with a value, in words of our own
	for name, read := range map[string]func(string) error{
		"context": o.addContext, "catalogue": o.addCatalogue, "config": o.setConfig, "source": o.setSource, "allow-network": o.allow, "fail-on": o.setFailOn, "report": o.addReport,
		"assume": o.setAssume,
	} {
		set.Func(name, "", func(value string) error {
			err := read(value)
			if err != nil {
				invalid = fmt.Errorf("--%s: %w", name, err)
			}
			return err
		})
	}
	inputs, err := permute(set, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return o, errHelp
	case invalid != nil:
		return o, invalid
	case err != nil:
		return o, usageError(err)
	case slices.Contains(inputs, ""):
		return o, errors.New("the input is empty; name a file, a folder, or - for standard input")
	case len(inputs) > 0:
		o.inputs = inputs
	}
	o.catalogueFrom(environment)
	if len(o.reports) == 0 {
		o.reports = []report.Destination{{Format: "text"}}
	}
	return o, report.CheckAll(o.reports)
}

// usageError words an error of the flag package, which writes flags with one
// dash.
func usageError(err error) error {
	text := err.Error()
	if name, ok := strings.CutPrefix(text, "flag provided but not defined: -"); ok {
		return fmt.Errorf("no such flag: --%s", name)
	}
	if name, ok := strings.CutPrefix(text, "flag needs an argument: -"); ok {
		return fmt.Errorf("--%s needs a value", name)
	}
	for _, name := range []string{"offline", "include-icmp"} {
		if value, rest, ok := strings.Cut(text, " for -"+name); ok && rest != "" {
			return fmt.Errorf("--%s is a switch: it takes no value, or true or false, not %s", name, strings.TrimPrefix(value, "invalid boolean value "))
		}
	}
	return err
}

// permute parses flags that stand before, between and after other arguments,
// which it returns. All after -- are arguments.
func permute(set *flag.FlagSet, args []string) (rest []string, err error) {
	for len(args) > 0 {
		if err := set.Parse(args); err != nil {
			return nil, err
		}
		consumed := len(args) - set.NArg()
		if consumed > 0 && args[consumed-1] == "--" {
			return append(rest, set.Args()...), nil
		}
		args = set.Args()
		if len(args) > 0 {
			rest, args = append(rest, args[0]), args[1:]
		}
	}
	return rest, nil
}

// allow adds networks, separated by commas.
func (o *options) allow(list string) error {
	for text := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return fmt.Errorf("%q is not a network in CIDR notation such as 10.20.0.0/16", text)
		}
		o.allowed = append(o.allowed, prefix.Masked())
	}
	return nil
}

func (o *options) setFailOn(name string) error {
	severity, err := exposure.ParseSeverity(name)
	if err != nil || severity == exposure.SeverityNone {
		return fmt.Errorf("%q is none of critical, high, medium, low", name)
	}
	o.failOn = severity
	return nil
}

func (o *options) setConfig(name string) error {
	if name == "" {
		return errors.New("it names no file")
	}
	o.config = name
	return nil
}

func (o *options) addContext(name string) error {
	if name == "" {
		return errors.New("it names no file")
	}
	o.context = append(o.context, name)
	return nil
}

func (o *options) addCatalogue(pattern string) error {
	if pattern == "" {
		return errors.New("it names no file")
	}
	o.catalogue = append(o.catalogue, pattern)
	return nil
}

// catalogueFrom takes the pattern of the environment variable when no flag
// gave one.
func (o *options) catalogueFrom(environment func(string) string) {
	if pattern := environment("DYNAMICSCAN_CATALOGUE"); pattern != "" && len(o.catalogue) == 0 {
		o.catalogue = []string{pattern}
	}
}

func (o *options) setAssume(name string) (err error) {
	o.assume, err = scan.ParseProfile(name)
	return err
}

func (o *options) setSource(dir string) error {
	if dir == "" {
		return errors.New("it names no folder")
	}
	o.source = dir
	return nil
}

func (o *options) addReport(s string) error {
	destination, err := report.ParseDestination(s)
	o.reports = append(o.reports, destination)
	return err
}
