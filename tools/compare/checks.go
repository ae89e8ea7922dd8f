package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// check is one of another program's that counts.
type check struct {
	program, id, title string
	narrow             bool // it speaks of what is open, not of a switch
	types              []string
}

type checks []check

func readChecks(file string) (checks, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var out checks
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		front, title, _ := strings.Cut(line, " | ")
		words := strings.Fields(front)
		if len(words) < 4 || title == "" || words[2] != "open" && words[2] != "switch" {
			return nil, fmt.Errorf("%s: %q is no check", file, line)
		}
		out = append(out, check{program: words[0], id: words[1], narrow: words[2] == "open", types: words[3:], title: title})
	}
	return out, nil
}

// only returns those of ids that count for a program, each once, in the order
// of the file.
func (all checks) only(program string, ids []string) []string {
	out := []string{}
	for _, c := range all {
		if c.program == program && slices.Contains(ids, c.id) {
			out = append(out, c.id)
		}
	}
	return out
}

// speaks reports whether a program has a check for something in a plan. A
// program that has none does not say that the plan is closed.
func (all checks) speaks(program string, q question, narrow bool) bool {
	return slices.ContainsFunc(all, func(c check) bool {
		return c.program == program && (c.narrow || !narrow) && slices.ContainsFunc(c.types, func(t string) bool { return q.types[t] })
	})
}

// among reports whether one of ids is a check that counts in the reading.
func (all checks) among(program string, ids []string, narrow bool) bool {
	return slices.ContainsFunc(all, func(c check) bool {
		return c.program == program && (c.narrow || !narrow) && slices.Contains(ids, c.id)
	})
}
