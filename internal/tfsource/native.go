package tfsource

import (
	"fmt"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// labels says how many labels the blocks have that this package reads.
var labels = map[string]int{"resource": 2, "data": 2, "module": 1}

// keyOf returns the key of a block, "" for one that this package does not read.
func keyOf(typ string, names []string) string {
	if n, ok := labels[typ]; !ok || len(names) != n {
		return ""
	}
	switch typ {
	case "resource":
		return names[0] + "." + names[1]
	case "data":
		return "data." + names[0] + "." + names[1]
	}
	return "module." + names[0]
}

// parseNative reads a file in HCL's own syntax.
func parseNative(name string, src []byte) (file, error) {
	tokens, _ := hclsyntax.LexConfig(src, name, hcl.InitialPos) // the parser tells what is wrong with them
	if line := tooDeep(tokens); line > 0 {
		return file{}, fmt.Errorf("%s:%d: expressions nest more than %d deep", name, line, maxNesting)
	}
	parsed, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos)
	if err := firstError(diags); err != nil {
		return file{}, err
	}
	root := parsed.Body.(*hclsyntax.Body) // what this parser always returns
	var f file
	spans := make([]span, len(root.Blocks))
	for i, b := range root.Blocks {
		spans[i] = span{from: b.Range().Start.Line, to: b.Range().End.Line}
		if key := keyOf(b.Type, b.Labels); key != "" {
			spans[i].block = &block{key: key, module: b.Type == "module", place: location(name, b.Range()), body: nativeBody(name, b.Body)}
			f.blocks = append(f.blocks, spans[i].block)
		}
	}
	f.problems = attach(name, tokens, spans)
	return f, nil
}

// firstError returns the first error of a parser as one line with its place.
func firstError(diags hcl.Diagnostics) error {
	for _, d := range diags {
		if d.Severity != hcl.DiagError {
			continue
		}
		told := exposure.CleanLine(d.Summary + ": " + d.Detail)
		if d.Subject == nil {
			return fmt.Errorf("%s", told)
		}
		return fmt.Errorf("%s:%d,%d: %s", d.Subject.Filename, d.Subject.Start.Line, d.Subject.Start.Column, told)
	}
	return nil
}

func nativeBody(name string, b *hclsyntax.Body) body {
	out := newBody()
	for key, a := range b.Attributes {
		out.attrs[key] = attr{location(name, a.SrcRange), a.Expr}
	}
	for _, inner := range b.Blocks {
		n := node{place: location(name, inner.Range()), body: nativeBody(name, inner.Body)}
		typ := inner.Type
		if typ == "dynamic" && len(inner.Labels) == 1 {
			typ, n.dynamic, n.body = inner.Labels[0], true, content(name, inner.Body)
		}
		out.blocks[typ] = append(out.blocks[typ], n)
	}
	return out
}

// content returns what the content block of a dynamic block holds.
func content(name string, dynamic *hclsyntax.Body) body {
	for _, b := range dynamic.Blocks {
		if b.Type == "content" {
			return nativeBody(name, b.Body)
		}
	}
	return newBody()
}
