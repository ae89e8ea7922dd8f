package tfsource

import (
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// maxNesting bounds how deep expressions nest. The parser recurses without a
// bound of its own, and a stack that overflows cannot be caught.
const maxNesting = 1000

// bracket is what is open at some token.
type bracket struct {
	lines   bool // a new line ends an expression
	pending int  // what recurses without a bracket: operators, directives of templates
}

var (
	opening = []hclsyntax.TokenType{
		hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc,
		hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl,
	}
	closing = []hclsyntax.TokenType{
		hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc,
		hclsyntax.TokenTemplateSeqEnd,
	}
)

// tooDeep returns the line on which the tokens nest too deep, 0 when none
// does.
func tooDeep(tokens hclsyntax.Tokens) int {
	stack, depth := []bracket{{lines: true}}, 1
	for i, token := range tokens {
		top := &stack[len(stack)-1]
		grown := 0
		switch {
		case slices.Contains(opening, token.Type):
			word := nextWord(tokens[i+1:])
			if token.Type == hclsyntax.TokenTemplateControl && (word == "if" || word == "for") {
				top.pending++ // until the template ends: its end directive is not looked for
				grown++
			}
			stack = append(stack, bracket{lines: token.Type == hclsyntax.TokenOBrace && word != "for"})
			grown++
		case slices.Contains(closing, token.Type) && len(stack) > 1:
			grown = -1 - top.pending
			stack = stack[:len(stack)-1]
		case token.Type == hclsyntax.TokenBang, token.Type == hclsyntax.TokenMinus, token.Type == hclsyntax.TokenQuestion:
			top.pending++
			grown++
		case token.Type == hclsyntax.TokenComma, token.Type == hclsyntax.TokenNewline && top.lines:
			grown, top.pending = -top.pending, 0
		}
		if depth += grown; depth > maxNesting {
			return token.Range.Start.Line
		}
	}
	return 0
}

// nextWord returns the next token, "" when it is no identifier.
func nextWord(tokens hclsyntax.Tokens) string {
	for _, token := range tokens {
		switch token.Type {
		case hclsyntax.TokenNewline, hclsyntax.TokenComment:
		case hclsyntax.TokenIdent:
			return string(token.Bytes)
		default:
			return ""
		}
	}
	return ""
}
