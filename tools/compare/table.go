package main

import (
	"fmt"
	"strings"
	"time"
)

// reading says which checks of other programs count.
type reading struct {
	title  string
	narrow bool
}

var readings = []reading{{"open", true}, {"open or switch", false}}

const preface = `# What other programs say of the same plans

Written by ` + "`make compare`" + ` on %s; do not edit it.

Each row of the tables below is one plan of the list of scenarios
(clouds/testdata/scenarios.txt) and the answer that the list expects. The plans
are written by the tests of the clouds; no program has seen the states.

The question is the same for all: is the resource reachable from the internet?
That is what this project claims to tell. It is not what the others claim. They
check rules and arguments one by one, against many policies of which a way in
from the internet is one; a rule that admits everyone is worth a remark to them
whether or not anything stands behind it. So:

- Another program says "exposed" when one of the checks that tools/compare/checks.txt
  lists fails on any resource of the plan, and "not exposed" when none does.
- It says nothing (–) of a plan without any type that those checks read. Such
  plans count neither for it nor against it.
- Two readings are counted: with the checks for what is open only, and with
  those for a public address or a switch for public access as well.
- Ports do not count: a check for port 22 answers for whatever port is open.
- Plans of which the right answer is "unknown" are shown and count for nobody,
  since the others have no such answer.
- The plans are as the tests write them, shaped like those of Terraform: most
  arguments that a scenario does not set are left out.
- The scenarios were chosen for being hard to tell from rules alone, and by us.
  On plain rules the programs agree.

`

// table writes the comparison as Markdown.
func table(questions []question, all []answers, counted checks, when time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, preface, when.Format(time.DateOnly))
	b.WriteString("| program | version | reading | plans it speaks about | right | says exposed, is not | says not exposed, is |\n| --- | --- | --- | --- | --- | --- | --- |\n")
	for _, a := range all {
		switch {
		case a.missing != "":
			fmt.Fprintf(&b, "| %s | – | – | not run: %s | | | |\n", a.program, a.missing)
		case a.ours:
			score(&b, questions, a, counted, reading{"its verdict", false})
		default:
			for _, r := range readings {
				score(&b, questions, a, counted, r)
			}
		}
	}
	b.WriteString("\n| row | scenario | plan | expected |")
	for _, a := range all {
		fmt.Fprintf(&b, " %s |", a.program)
	}
	b.WriteString("\n| --- | --- | --- | --- |" + strings.Repeat(" --- |", len(all)) + "\n")
	for _, q := range questions {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |", q.row, q.name, q.member, spoken(q.want))
		for _, a := range all {
			fmt.Fprintf(&b, " %s |", cell(q, a, counted))
		}
		b.WriteString("\n")
	}
	b.WriteString("\nThe checks that count:\n\n")
	for _, c := range counted {
		kind := "switch"
		if c.narrow {
			kind = "open"
		}
		fmt.Fprintf(&b, "- %s %s (%s): %s\n", c.program, c.id, kind, c.title)
	}
	return b.String()
}

func score(b *strings.Builder, questions []question, a answers, counted checks, r reading) {
	var about, right, over, under int
	for _, q := range questions {
		says := verdictOf(q, a, counted, r.narrow)
		if says == "" || q.want == "unknown" {
			continue
		}
		about++
		switch {
		case says == q.want:
			right++
		case says == "exposed":
			over++
		case q.want == "exposed":
			under++
		}
	}
	fmt.Fprintf(b, "| %s | %s | %s | %d | %d | %d | %d |\n", a.program, a.version, r.title, about, right, over, under)
}

// verdictOf is what a program says of a plan: "" when nothing.
func verdictOf(q question, a answers, counted checks, narrow bool) string {
	switch {
	case a.missing != "":
		return ""
	case a.ours:
		return a.verdicts[q.file+q.address]
	case !counted.speaks(a.program, q, narrow):
		return ""
	case counted.among(a.program, a.failed[q.file], narrow):
		return "exposed"
	}
	return "not_exposed"
}

// cell is a program's answer with the checks that made it, those for switches
// in brackets.
func cell(q question, a answers, counted checks) string {
	says := verdictOf(q, a, counted, false)
	if says == "" {
		return "–"
	}
	text := spoken(says)
	if a.ours {
		return text
	}
	if narrow := verdictOf(q, a, counted, true); narrow != says && narrow != "" {
		text = spoken(narrow) + " (switch: " + text + ")"
	}
	return strings.Join(append([]string{text}, a.failed[q.file]...), " ")
}

func spoken(verdict string) string { return strings.ReplaceAll(verdict, "_", " ") }
