// Command matrix makes a table of acceptance tests and engines from what
// `go test -json` prints.
//
//	go test -json ./provider/... | matrix -engine terraform -keep results.jsonl
//	matrix -tests provider results.jsonl
//
// The first form tells each test as it ends, with all that a failed one
// printed, and adds what came of it to a file. The second form prints the table
// and the count. Both end with 1 when a test failed.
//
// It runs no test and judges none. A test that began and did not end, because
// the process died or ran out of time, has failed.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

var errFailed = errors.New("a test failed")

func main() {
	engine := flag.String("engine", "", "read the events of go test from standard input, as those of the engine `NAME`")
	keep := flag.String("keep", "", "add the results to `FILE`")
	verbose := flag.Bool("v", false, "print what passing tests print, too")
	tests := flag.String("tests", "provider", "`FOLDER` of the tests, whose files are the sections of the table")
	flag.Parse()
	var err error
	switch {
	case *engine != "":
		err = followTo(*keep, *engine, os.Stdin, os.Stdout, *verbose)
	case flag.NArg() == 1:
		err = printFrom(flag.Arg(0), *tests, os.Stdout)
	default:
		flag.Usage()
		os.Exit(2)
	}
	if err != nil {
		if !errors.Is(err, errFailed) { // which was told
			fmt.Fprintln(os.Stderr, "matrix:", err)
		}
		os.Exit(1)
	}
}

func followTo(keep, engine string, events io.Reader, w io.Writer, verbose bool) error {
	results, broken, err := follow(events, w, engine, verbose)
	if err != nil {
		return fmt.Errorf("read events: %w", err)
	}
	if keep != "" {
		if err := add(keep, results); err != nil {
			return fmt.Errorf("keep results: %w", err)
		}
	}
	if broken || count(results)[failed] > 0 {
		return errFailed
	}
	return nil
}

func printFrom(kept, folder string, w io.Writer) error {
	results, err := load(kept)
	if err != nil {
		return fmt.Errorf("load results: %w", err)
	}
	sections, err := sectionsOf(folder)
	if err != nil {
		return fmt.Errorf("find tests: %w", err)
	}
	write(w, results, sections)
	if count(results)[failed] > 0 {
		return errFailed
	}
	return nil
}
