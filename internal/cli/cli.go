// Package cli is the command line: the same analysis, scan and report as the
// provider's, for people and pipelines. It reads flags and files, prints, and
// answers with an exit status; what is exposed is decided elsewhere.
//
// Rules for messages: results go to standard output, everything else to
// standard error. An error is one sentence that names the place. A progress
// line appears only on a terminal.
package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// The exit statuses.
const (
	exitPassed  = 0
	exitFailed  = 1 // findings at or above --fail-on
	exitCannot  = 2 // bad input, bad usage, or nothing could be verified
	programName = "terraform-provider-dynamicscan"
)

const usage = `Works out what a Terraform state or plan exposes to the internet, validates
each endpoint live, and fails on critical findings.

Usage:
  ` + programName + ` check [flags] [INPUT ...]
  ` + programName + ` explain [flags] ADDRESS [INPUT]
  ` + programName + ` history [flags] [HOST|ADDRESS]
  ` + programName + ` version

"explain" prints the way from the internet to one resource, gate by gate.
"history" prints the last looks at each endpoint, and what changed between them.

INPUT is a state, a plan as JSON, the output of "show -json", - for standard
input, or a folder; the working folder when omitted.

Run "` + programName + ` check --help" for the flags of check; explain and
history have theirs. Terraform and OpenTofu start this program without arguments,
as a provider.
`

// Main runs a command and returns its exit status. SIGINT and SIGTERM stop it
// within a second; nothing is left running. A second signal ends the process
// where it stands.
func Main(version string, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	if len(args) == 0 {
		fmt.Fprint(stderr, usage)
		return exitCannot
	}
	switch args[0] {
	case "check":
		return check(ctx, args[1:], stdin, stdout, stderr)
	case "explain":
		return explain(ctx, args[1:], stdin, stdout, stderr)
	case "history":
		return history(ctx, args[1:], stdout, stderr)
	case "version", "--version", "-version":
		fmt.Fprintf(stdout, "%s %s\n", programName, version)
		return exitPassed
	case "help", "--help", "-help", "-h":
		fmt.Fprint(stdout, usage)
		return exitPassed
	}
	fmt.Fprintf(stderr, "Error: no such command: %q.\nRun \"%s help\" for the commands.\n", args[0], programName)
	return exitCannot
}
