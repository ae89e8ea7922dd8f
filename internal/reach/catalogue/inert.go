package catalogue

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/hashicorp/hcl/v2"
)

// inert reads a list of types that have no host of their own and open none, so
// that there is nothing to understand about them:
//
//	inert "aws" {
//	  types = ["aws_key_pair", "aws_iam_*"]
//	}
//
// A type belongs to the provider of the label, and a * stands at its end.
func (l *loader) inert(block *hcl.Block) {
	a := l.content(block.Body, inertSchema).Attributes["types"]
	if a == nil {
		return
	}
	v, ok := l.constant(a)
	if !ok {
		return
	}
	types, unknown := tfstate.Strings(v)
	if len(types) == 0 || unknown > 0 {
		l.wrong(a.Expr.Range(), "Not a list of types", "%s must list resource types.", a.Name)
	}
	for _, t := range types {
		name, ok := strings.CutPrefix(strings.TrimSuffix(t, "*"), block.Labels[0]+"_")
		if !ok || strings.Contains(name, "*") {
			l.wrong(a.Expr.Range(), "Not a type of the provider", "%q must begin with %q, and * may only end it.", t, block.Labels[0]+"_")
		}
		l.catalogue.inert = append(l.catalogue.inert, t)
	}
}
