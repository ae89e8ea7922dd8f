package tfsource

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/hashicorp/hcl/v2"
	hcljson "github.com/hashicorp/hcl/v2/json"
	"github.com/zclconf/go-cty/cty"
)

var (
	jsonBlocks = &hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{
		{Type: "resource", LabelNames: []string{"type", "name"}},
		{Type: "data", LabelNames: []string{"type", "name"}},
		{Type: "module", LabelNames: []string{"name"}},
	}}
	// jsonComment is how terraform's JSON syntax writes a comment.
	jsonComment = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "//"}}}
)

// parseJSON reads a file in terraform's JSON syntax.
func parseJSON(name string, src []byte) (file, error) {
	// The standard library bounds how deep values nest; HCL's parser does not.
	var any json.RawMessage
	if err := json.Unmarshal(src, &any); err != nil {
		return file{}, placed(name, src, err)
	}
	parsed, diags := hcljson.Parse(src, name)
	if err := firstError(diags); err != nil {
		return file{}, err
	}
	root, _, diags := parsed.Body.PartialContent(jsonBlocks)
	if err := firstError(diags); err != nil {
		return file{}, err
	}
	var f file
	for _, b := range root.Blocks {
		key := keyOf(b.Type, b.Labels)
		attrs, diags := b.Body.JustAttributes()
		if err := firstError(diags); err != nil {
			return file{}, err
		}
		place := location(name, b.LabelRanges[len(b.LabelRanges)-1])
		place.EndLine = max(place.Line, b.Body.MissingItemRange().End.Line)
		f.blocks = append(f.blocks, &block{
			key: key, module: b.Type == "module", place: place, body: jsonBody(name, attrs), directives: jsonDirectives(name, b.Body),
		})
	}
	return f, nil
}

// placed gives an error of the standard library its place.
func placed(name string, src []byte, err error) error {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return fmt.Errorf("%s: %w", name, err)
	}
	before := src[:min(max(int(syntax.Offset)-1, 0), len(src))] // the offset is that behind the character at fault
	line := 1 + bytes.Count(before, []byte("\n"))
	column := len(before) - bytes.LastIndexByte(before, '\n')
	return fmt.Errorf("%s:%d,%d: %s", name, line, column, exposure.CleanLine(syntax.Error()))
}

func jsonBody(name string, attrs hcl.Attributes) body {
	out := newBody()
	for key, a := range attrs {
		if key != "dynamic" {
			out.attrs[key] = attr{location(name, a.Range), a.Expr}
			continue
		}
		for _, element := range elements(a.Expr) { // one object, or a list of them
			pairs, _ := hcl.ExprMap(element)
			for _, pair := range pairs {
				typ := keyText(pair)
				out.blocks[typ] = append(out.blocks[typ], node{
					place: location(name, hcl.RangeBetween(pair.Key.Range(), pair.Value.Range())), dynamic: true, body: newBody(),
				})
			}
		}
	}
	return out
}

// jsonDirectives reads the "//" property of a block.
func jsonDirectives(name string, b hcl.Body) []directive {
	content, _, _ := b.PartialContent(jsonComment)
	comment, ok := content.Attributes["//"]
	if !ok {
		return nil
	}
	var out []directive
	for _, e := range elements(comment.Expr) { // one string, or a list of them
		v, diags := e.Value(nil)
		if diags.HasErrors() || v.IsNull() || v.Type() != cty.String {
			continue
		}
		if text, ok := directiveText(v.AsString()); ok {
			out = append(out, directive{location(name, e.Range()), text})
		}
	}
	return out
}

// elements returns the elements of a list that is written out, and any other
// expression as the only element.
func elements(e hcl.Expression) []hcl.Expression {
	if list, diags := hcl.ExprList(e); !diags.HasErrors() {
		return list
	}
	return []hcl.Expression{e}
}

// keyText returns the key of an element when it is a literal, else "".
func keyText(pair hcl.KeyValuePair) string {
	v, diags := pair.Key.Value(nil)
	if diags.HasErrors() || !v.IsKnown() || v.IsNull() || v.Type() != cty.String {
		return ""
	}
	return v.AsString()
}
