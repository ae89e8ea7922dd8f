// Package scenario reads the list of what pins every row of the table of
// scenarios: clouds/testdata/scenarios.txt, which says how its lines are
// written. It reads no file and runs nothing; the tests of the clouds hold the
// list against the files, and tools/compare lets other programs answer it.
package scenario

import (
	"fmt"
	"slices"
	"strings"
)

// Clause is one line of the list.
type Clause struct {
	Row, Name string   // "T2", "group with 0-65535"; together they are unique
	File      string   // below internal/reach; "-" where nothing pins it
	Members   []string // of the archive, with their endings; test functions where the file is a test
	Says      []string // what each member says; the reason where nothing pins it
}

// Pinned reports whether a file pins the clause.
func (c Clause) Pinned() bool { return c.File != "-" }

// Tested reports whether functions of a test pin the clause, rather than
// members of an archive.
func (c Clause) Tested() bool { return strings.HasSuffix(c.File, "_test.go") }

// Verdict returns the first verdict that the clause expects, and the address
// of the resource it is about. Both are empty where it expects none. What is
// blocked is not exposed.
func (c Clause) Verdict() (verdict, address string) {
	for _, says := range c.Says {
		words := strings.Fields(says)
		// "blocked: not_exposed ADDRESS", "unknown likely ADDRESS"
		address := slices.IndexFunc(words, func(w string) bool { return strings.Contains(w, "_") && strings.Contains(w, ".") })
		if address < 1 {
			continue
		}
		verdict, _, _ := strings.Cut(strings.TrimSuffix(words[0], ":"), "/")
		switch verdict {
		case "exposed", "not_exposed", "unknown":
			return verdict, words[address]
		case "blocked":
			return "not_exposed", words[address]
		}
	}
	return "", ""
}

// Parse reads the list. An error names the line.
func Parse(text string) ([]Clause, error) {
	var out []Clause
	seen := map[string]bool{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(line, " | ")
		if len(fields) != 5 {
			return nil, fmt.Errorf("%q has %d fields, want 5", line, len(fields))
		}
		c := Clause{Row: fields[0], Name: fields[1], File: fields[2], Says: strings.Split(fields[4], "; ")}
		if seen[c.Row+" "+c.Name] {
			return nil, fmt.Errorf("%s %s is there twice", c.Row, c.Name)
		}
		seen[c.Row+" "+c.Name] = true
		for _, member := range strings.Fields(fields[3]) {
			if c.Tested() || !c.Pinned() || strings.Contains(member, ".") {
				c.Members = append(c.Members, member)
				continue
			}
			c.Members = append(c.Members, member+".state", member+".plan")
		}
		out = append(out, c)
	}
	return out, nil
}
