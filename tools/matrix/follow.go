package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// How a test ended.
const (
	passed  = "passed"
	failed  = "failed"
	skipped = "skipped"
)

// result is how one test ended under one engine.
type result struct {
	Engine  string  `json:"engine"`
	Test    string  `json:"test"`
	Outcome string  `json:"outcome"`
	Seconds float64 `json:"seconds"`
}

// event is one line of `go test -json` (go doc test2json).
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
	Elapsed float64
}

var outcomes = map[string]string{"pass": passed, "fail": failed, "skip": skipped}

// follow reads events to their end, tells each test as it ends and returns the
// results in that order, those without an end last, by name. broken says that
// something failed beside the tests, such as the build, which is printed.
func follow(r io.Reader, w io.Writer, engine string, verbose bool) (results []result, broken bool, err error) {
	printed := map[string]*strings.Builder{} // by test; that of a subtest goes to its test
	ended := map[string]bool{}
	lines := bufio.NewReader(r)
	for {
		line, readErr := lines.ReadString('\n')
		if readErr != nil && !errors.Is(readErr, io.EOF) {
			return results, broken, readErr
		}
		var e event
		if json.Unmarshal([]byte(line), &e) != nil && strings.TrimSpace(line) != "" {
			fmt.Fprint(w, line) // of a go command that failed before any event
			broken = true
		}
		test, _, sub := strings.Cut(e.Test, "/")
		if printed[test] == nil {
			printed[test] = &strings.Builder{}
		}
		printed[test].WriteString(e.Output)
		outcome, end := outcomes[e.Action]
		switch {
		case !end || sub:
		case test == "":
			broken = broken || outcome == failed
		default:
			ended[test] = true
			results = append(results, result{engine, test, outcome, e.Elapsed})
			tell(w, results[len(results)-1], printed[test].String(), verbose)
		}
		if readErr != nil {
			break
		}
	}
	var lost []string
	for test := range printed {
		if test != "" && !ended[test] {
			lost = append(lost, test)
		}
	}
	slices.Sort(lost)
	for _, test := range lost {
		results = append(results, result{engine, test, failed, 0})
		tell(w, results[len(results)-1], printed[test].String()+"    the test did not end\n", verbose)
	}
	if broken && printed[""] != nil {
		fmt.Fprint(w, printed[""].String())
	}
	return results, broken, nil
}

// tell prints how a test ended, and of a failed one what it printed.
func tell(w io.Writer, r result, printed string, verbose bool) {
	fmt.Fprintf(w, "%-7s %-9s %6.1fs  %s\n", r.Outcome, r.Engine, r.Seconds, r.Test)
	for line := range strings.Lines(printed) {
		chatter := strings.HasPrefix(line, "=== ") || strings.HasPrefix(line, "--- ")
		if (r.Outcome == failed || verbose) && !chatter {
			fmt.Fprint(w, line)
		}
	}
}

func count(results []result) map[string]int {
	counts := map[string]int{}
	for _, r := range results {
		counts[r.Outcome]++
	}
	return counts
}

// add appends the results to the file.
func add(name string, results []result) error {
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(file)
	for _, r := range results {
		err = errors.Join(err, encoder.Encode(r))
	}
	return errors.Join(err, file.Close())
}

func load(name string) ([]result, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var results []result
	for decoder := json.NewDecoder(file); ; {
		var r result
		err := decoder.Decode(&r)
		if errors.Is(err, io.EOF) {
			return results, nil
		}
		if err != nil {
			return nil, err
		}
		results = append(results, r)
	}
}
