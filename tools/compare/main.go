// Command compare lets other programs answer the table of scenarios, on the
// same plans as ours, and writes what each of them says as Markdown:
//
//	scripts/compare.sh
//
// It runs what is on PATH and says what is not there. What it runs is cut off
// from every network first (unshare), and is not run where that cannot be done.
// It judges no program: the file of checks says which of their checks count.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/scenario"
)

func main() {
	plans := flag.String("plans", "", "folder with the plans of the scenarios")
	list := flag.String("scenarios", "internal/reach/clouds/testdata/scenarios.txt", "the list of scenarios")
	checks := flag.String("checks", "tools/compare/checks.txt", "which checks of other programs count")
	flag.Parse()
	if err := run(*plans, *list, *checks); err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

func run(plans, list, checks string) error {
	questions, err := readQuestions(plans, list)
	if err != nil {
		return err
	}
	counted, err := readChecks(checks)
	if err != nil {
		return err
	}
	all := []answers{}
	ours, err := answerOurs(questions)
	if err != nil {
		return err
	}
	all = append(all, ours)
	for _, p := range programs {
		a, err := p.answer(questions, counted)
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s is left out: %v\n", p.name, err)
			a = answers{program: p.name, missing: err.Error()}
		}
		all = append(all, a)
	}
	fmt.Print(table(questions, all, counted, time.Now().UTC()))
	return nil
}

// question is one plan of the table of scenarios.
type question struct {
	row, name, member string
	file              string // the plan
	want, address     string // "exposed", "not_exposed" or "unknown", and of what
	types             map[string]bool
}

// readQuestions returns the clauses of the list that a plan pins, in its order.
func readQuestions(plans, list string) ([]question, error) {
	text, err := os.ReadFile(list)
	if err != nil {
		return nil, err
	}
	clauses, err := scenario.Parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", list, err)
	}
	var out []question
	for _, c := range clauses {
		verdict, address := c.Verdict()
		if !c.Pinned() || c.Tested() || verdict == "" {
			continue
		}
		for _, member := range c.Members {
			name, form, _ := strings.Cut(member, ".")
			file := filepath.Join(plans, strings.TrimSuffix(c.File, ".txtar"), name+".json")
			if _, err := os.Stat(file); form == "state" || err != nil {
				continue // there is a state of it only
			}
			q := question{row: c.Row, name: c.Name, member: name, file: file, want: verdict, address: address}
			if q.types, err = typesIn(file); err != nil {
				return nil, err
			}
			out = append(out, q)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no plan of a scenario in %q", plans)
	}
	return out, nil
}
