package catalogue

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// What a file may be before it is given to the parser, which recurses without
// a bound of its own: a stack that overflows cannot be caught.
const (
	maxFile    = 1 << 18
	maxNesting = 100
)

// unreadable says what keeps a file from the parser, nil for one that is well.
func unreadable(name string, src []byte) *hcl.Diagnostic {
	refuse := func(at hcl.Range, detail string) *hcl.Diagnostic {
		return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Unreadable file", Detail: detail, Subject: &at}
	}
	if len(src) > maxFile {
		return refuse(hcl.Range{Filename: name, Start: hcl.InitialPos, End: hcl.InitialPos},
			fmt.Sprintf("It has %d bytes; a file of entries has at most %d.", len(src), maxFile))
	}
	tokens, _ := hclsyntax.LexConfig(src, name, hcl.InitialPos) // the parser tells what is wrong with them
	depth, pending := 0, 0
	for _, token := range tokens {
		switch token.Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc,
			hclsyntax.TokenTemplateInterp:
			depth++
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc,
			hclsyntax.TokenTemplateSeqEnd:
			depth = max(depth-1, 0)
		case hclsyntax.TokenBang, hclsyntax.TokenMinus, hclsyntax.TokenQuestion, hclsyntax.TokenTemplateControl:
			pending++ // these recurse without a bracket, until the attribute ends
			if token.Type == hclsyntax.TokenTemplateControl {
				depth++
			}
		case hclsyntax.TokenEqual:
			pending = 0
		}
		if depth+pending > maxNesting {
			return refuse(token.Range, fmt.Sprintf("Expressions nest more than %d deep, or an attribute has as many operators.", maxNesting))
		}
	}
	return nil
}
