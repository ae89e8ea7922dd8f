// Package reachtest runs scenarios against the analysis of a cloud. A scenario
// is a txtar file: pairs of an input (NAME.json, a state or plan) and what is
// worked out from it (NAME.want).
//
// It is used by tests only and decides nothing about the analysis.
package reachtest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite what the scenarios want")

// Updating reports whether the scenarios are to be rewritten to what comes out
// instead of compared with it. Tests with a format of their own ask it, so that
// one flag serves every package.
func Updating() bool { return *update }

// Run runs every scenario that the pattern matches. With -update it rewrites
// the wanted parts instead of comparing them.
func Run(t *testing.T, pattern string, clouds ...reach.Cloud) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenario matches %s (%v)", pattern, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { runFile(t, file, clouds) })
	}
}

func runFile(t *testing.T, file string, clouds []reach.Cloud) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	wanted := map[string]string{}
	for _, f := range archive.Files {
		wanted[f.Name] = string(f.Data)
	}
	out := &txtar.Archive{Comment: archive.Comment}
	for _, f := range archive.Files {
		name, ok := strings.CutSuffix(f.Name, ".json")
		if !ok {
			continue
		}
		Keep(t, file, name, f.Data)
		got := judge(t, f.Name, f.Data, clouds)
		out.Files = append(out.Files, f, txtar.File{Name: name + ".want", Data: []byte(got)})
		if *update {
			continue
		}
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(wanted[name+".want"], got); diff != "" {
				t.Errorf("Analyze(%s) (-want +got):\n%s", f.Name, diff)
			}
		})
	}
	if *update {
		if err := os.WriteFile(file, txtar.Format(out), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func judge(t *testing.T, name string, data []byte, clouds []reach.Cloud) string {
	t.Helper()
	in, err := tfstate.Parse(name, data)
	if err != nil {
		t.Fatalf("Parse(%s): %v", name, err)
	}
	return Render(reach.Analyze(in, clouds...))
}

// Render tells an analysis in lines: one for each endpoint and blocked
// candidate, followed by its reasons.
func Render(a *reach.Analysis) string {
	var b strings.Builder
	for _, e := range a.Endpoints {
		renderEndpoint(&b, e, e.Hops)
	}
	for _, e := range a.Blocked {
		b.WriteString("blocked: ")
		renderEndpoint(&b, e, e.Blockers)
	}
	for _, w := range a.Warnings {
		fmt.Fprintf(&b, "warning: %s\n", w)
	}
	for _, u := range a.Uncovered {
		fmt.Fprintf(&b, "uncovered: %s %d\n", u.Type, u.Count)
	}
	return b.String()
}

func renderEndpoint(b *strings.Builder, e exposure.Endpoint, hops []exposure.Hop) {
	verdict := string(e.Verdict)
	if e.Likelihood != "" {
		verdict += "/" + e.Likelihood
	}
	fmt.Fprintf(b, "%s %s [%s] %s%s %s scope=%s access=%s", verdict, e.ResourceAddress, e.Key, e.HostPort(), e.Path, e.Transport, e.Scope, e.Access)
	if e.DirectlyExposedBucket {
		b.WriteString(" direct")
	}
	if e.Confidence != exposure.Declared {
		b.WriteString(" " + string(e.Confidence))
	}
	b.WriteString("\n")
	lines(b, "names", e.Names...)
	lines(b, "sources", e.Sources...)
	lines(b, "labels", e.SourceLabels...)
	lines(b, "assumes", e.Assumptions...)
	for _, h := range hops {
		fmt.Fprintf(b, "  %s (%s): %s\n", h.Gate, h.Certainty, h.Summary)
	}
	for _, g := range e.Unknowns {
		fmt.Fprintf(b, "  gap %s %s: %s\n", g.Resource, g.Attribute, g.Reason)
	}
	for _, n := range e.Notes {
		fmt.Fprintf(b, "  note: %s\n", n)
	}
}

func lines(b *strings.Builder, title string, texts ...string) {
	if len(texts) > 0 {
		fmt.Fprintf(b, "  %s: %s\n", title, strings.Join(texts, " "))
	}
}
