package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// explainMermaid writes a flowchart with one chain of nodes for each path. All
// of what stands in a label comes through mermaidText.
func explainMermaid(w io.Writer, e exposure.Explanation) error {
	var b strings.Builder
	b.WriteString("flowchart TD\n")
	paths, others := drawn(e)
	for i, t := range paths {
		mermaidPath(&b, fmt.Sprintf("p%d", i+1), e.ResourceAddress, t)
	}
	if len(paths) == 0 {
		mermaidNode(&b, "resource", "endpoint", e.ResourceAddress)
		mermaidNode(&b, "why", "note", noPathText(e)...)
		b.WriteString("  resource --- why\n")
	}
	for i, rest := range restText(others) {
		mermaidNode(&b, fmt.Sprintf("rest%d", i+1), "note", rest)
	}
	for i, part := range e.PartOf {
		mermaidNode(&b, fmt.Sprintf("part%d", i+1), "note", "takes part in "+partText(part))
	}
	if remarks := remarksText(e); len(remarks) > 0 {
		mermaidNode(&b, "remarks", "note", remarks...)
	}
	b.WriteString("  classDef endpoint font-weight:bold\n" +
		"  classDef pass fill:#fff4f2,stroke:#c0392b,color:#222\n" +
		"  classDef doubt fill:#fff9e8,stroke:#b7791f,color:#222\n" +
		"  classDef stop fill:#eef8f0,stroke:#2e7d32,stroke-width:3px,color:#222\n" +
		"  classDef beyond fill:#f5f5f5,stroke:#999,stroke-dasharray:4 3,color:#555\n" +
		"  classDef note fill:#fff,stroke:#bbb,color:#333\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func mermaidPath(b *strings.Builder, id, address string, t exposure.Trace) {
	fmt.Fprintf(b, "  subgraph %s[\"%s\"]\n", id, mermaidText(trafficText(t)+": "+verdictText(t)))
	last := id + "_internet"
	mermaidNode(b, last, "endpoint", "the internet")
	arrow, beyond := "-->", false
	for i, step := range t.Steps {
		node := fmt.Sprintf("%s_gate%d", id, i+1)
		lines := []string{gateText(step.Gate) + " " + admitsText(step)}
		for _, h := range step.Hops {
			lines = append(lines, hopText(step, h))
		}
		mermaidNode(b, node, stepClass(step, beyond), lines...)
		fmt.Fprintf(b, "  %s %s %s\n", last, arrow, node)
		last = node
		if step.Stops {
			arrow, beyond = "-.-x", true
		}
	}
	mermaidNode(b, id+"_resource", "endpoint", address)
	fmt.Fprintf(b, "  %s %s %s_resource\n  end\n", last, arrow, id)
	if heading, changes := closingsText(t); heading != "" {
		mermaidNode(b, id+"_close", "note", append([]string{heading}, changes...)...)
		fmt.Fprintf(b, "  %s_resource -.- %s_close\n", id, id)
	}
	if doubts := doubtsText(t); len(doubts) > 0 {
		mermaidNode(b, id+"_doubt", "note", doubts...)
		fmt.Fprintf(b, "  %s_resource -.- %s_doubt\n", id, id)
	}
}

// stepClass says how a gate stands on its path: it lets pass, it may, it stops
// the path, or it is behind the one that does.
func stepClass(s exposure.Step, beyond bool) string {
	switch {
	case s.Stops:
		return "stop"
	case beyond:
		return "beyond"
	case s.Verdict == exposure.Unknown:
		return "doubt"
	}
	return "pass"
}

func mermaidNode(b *strings.Builder, id, class string, lines ...string) {
	escaped := make([]string, len(lines))
	for i, l := range lines {
		escaped[i] = mermaidText(l)
	}
	fmt.Fprintf(b, "  %s[\"%s\"]:::%s\n", id, strings.Join(escaped, "<br/>"), class)
}

// mermaidText makes any text safe inside a quoted label: whatever is neither a
// letter, a digit, a space nor harmless punctuation is written by its number,
// for Mermaid reads HTML, Markdown and comments in labels.
func mermaidText(s string) string {
	var b strings.Builder
	for _, r := range exposure.CleanLine(s) {
		if r < 128 && strings.ContainsRune("\"<>&#`*[]{}|;%\\~$'", r) {
			fmt.Fprintf(&b, "#%d;", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
