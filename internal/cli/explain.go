package cli

import (
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
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
)

const explainUsage = `Usage: ` + programName + ` explain [flags] ADDRESS [INPUT]

Prints the way from the internet to one resource: each gate with what it admits, why the
resource is or is not exposed, and the smallest change that would close it. Nothing is sent.

Flags:
  --format FORMAT  text (default), ascii, svg or mermaid; text is ascii where the locale is not UTF-8
  --catalogue GLOB files with entries for resource types of your own, as for check; repeatable
  --context FILE   state that answers questions about INPUT, as for check; repeatable
  --assume PROFILE what is taken for granted that nothing declares, as for check: usual (default), factory or none
  --source DIR     folder of the configuration, for the lines; the folder of INPUT when omitted

Exit status: 0 the resource was found, exposed or not; 2 it was not, or bad input or usage.
`

// explainOptions are the flags of explain.
type explainOptions struct {
	options
	address string
	format  string
}

func explain(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := parseExplain(args, os.Getenv)
	if errors.Is(err, errHelp) {
		fmt.Fprint(stdout, explainUsage)
		return exitPassed
	}
	if err != nil {
		fmt.Fprintf(stderr, "Error: %s.\nRun \"%s explain --help\" for the flags.\n", exposure.CleanLine(err.Error()), programName)
		return exitCannot
	}
	found, err := trace(ctx, o, stdin)
	if err == nil {
		err = report.WriteExplanation(stdout, o.format, found)
	}
	switch {
	case err != nil && ctx.Err() != nil:
		fmt.Fprintln(stderr, "Error: interrupted before the resource was explained.")
		return exitCannot
	case err != nil:
		tell(stderr, err)
		return exitCannot
	}
	return exitPassed
}

func trace(ctx context.Context, o explainOptions, stdin io.Reader) (exposure.Explanation, error) {
	catalogue, err := scan.ReadCatalogue(o.catalogue...)
	if err != nil {
		return exposure.Explanation{}, err
	}
	inputs, err := open(ctx, o.inputs, stdin, catalogue)
	if err != nil {
		return exposure.Explanation{}, err
	}
	beside, err := openContext(ctx, inputs, o.context, stdin, catalogue)
	if err != nil {
		return exposure.Explanation{}, err
	}
	subjects, warnings, err := readSources(o.options, inputs)
	if err != nil {
		return exposure.Explanation{}, err
	}
	found, err := scan.Explain(subjects[0].Input, beside, subjects[0].Source, catalogue, o.assume, o.address)
	found.Warnings = append(found.Warnings, warnings...)
	return found, err
}

// parseExplain reads flags, the address and the input in any order.
func parseExplain(args []string, environment func(string) string) (explainOptions, error) {
	o := explainOptions{options: options{inputs: []string{"."}}, format: "text"}
	set := flag.NewFlagSet("explain", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	var invalid error // what is wrong with a value, in words of our own
	for name, read := range map[string]func(string) error{"format": o.setFormat, "context": o.addContext, "catalogue": o.addCatalogue, "source": o.setSource, "assume": o.setAssume} {
		set.Func(name, "", func(value string) error {
			err := read(value)
			if err != nil {
				invalid = fmt.Errorf("--%s: %w", name, err)
			}
			return err
		})
	}
	rest, err := permute(set, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return o, errHelp
	case invalid != nil:
		return o, invalid
	case err != nil:
		return o, usageError(err)
	case len(rest) == 0:
		return o, errors.New("explain takes the address of a resource, such as aws_instance.web[0]")
	case len(rest) > 2:
		return o, fmt.Errorf("explain takes an address and one input, not %d arguments: %s", len(rest), strings.Join(rest, ", "))
	case len(rest) == 2:
		o.inputs = rest[1:]
	}
	o.address = rest[0]
	o.catalogueFrom(environment)
	if o.format == "text" && !speaksUTF8(environment) {
		o.format = "ascii"
	}
	return o, nil
}

func (o *explainOptions) setFormat(name string) error {
	if !slices.Contains(report.ExplanationFormats(), name) {
		return fmt.Errorf("%q is none of %s", name, strings.Join(report.ExplanationFormats(), ", "))
	}
	o.format = name
	return nil
}

// speaksUTF8 reports whether the locale shows more than ASCII. The first
// variable that is set decides, as POSIX has it; without any, the locale is
// that of programs, which does not.
func speaksUTF8(environment func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value := strings.ToLower(environment(name)); value != "" {
			return strings.Contains(value, "utf-8") || strings.Contains(value, "utf8")
		}
	}
	return false
}
