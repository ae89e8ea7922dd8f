package tfsource

import (
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// block is a resource, data or module block with its overrides merged.
type block struct {
	key        string // "aws_lb.web", "data.aws_ami.base", "module.web"
	module     bool
	place      Location
	body       body
	directives []directive
}

// body is what stands in a block.
type body struct {
	attrs  map[string]attr
	blocks map[string][]node // in the order of the source, dynamic ones too
}

type attr struct {
	place Location
	expr  hcl.Expression
}

// node is one of several like things that an index counts: a nested block, a
// dynamic block, or an element of a list that is written out.
type node struct {
	place   Location
	dynamic bool           // stands for any number of blocks
	body    body           // of a block
	expr    hcl.Expression // of an element, nil for a block
}

func newBody() body { return body{attrs: map[string]attr{}, blocks: map[string][]node{}} }

// directive is a comment, or one line of it, that speaks to this program.
type directive struct {
	place Location
	text  string // what follows "dynamicscan:"
}

// override merges what an override file says of b, by the rules of terraform:
// an attribute replaces the one of its name, and nested blocks replace all of
// their type. Either may stand for the other: JSON writes blocks as attributes.
func (b *block) override(by *block) {
	for name := range by.body.attrs {
		delete(b.body.blocks, name)
	}
	for name := range by.body.blocks {
		delete(b.body.attrs, name)
	}
	maps.Copy(b.body.attrs, by.body.attrs)
	maps.Copy(b.body.blocks, by.body.blocks)
	b.directives = slices.Concat(b.directives, by.directives)
}

// module is the configuration in one folder.
type module struct {
	blocks   map[string]*block
	problems []Problem
}

// add takes the blocks of a file. The first of several with the same key
// counts; terraform accepts no second one.
func (m *module) add(f file, override bool) {
	for _, b := range f.blocks {
		switch known := m.blocks[b.key]; {
		case known == nil:
			m.blocks[b.key] = b
		case override:
			known.override(b)
		}
	}
	m.problems = append(m.problems, f.problems...)
}

// file is what one file holds.
type file struct {
	blocks   []*block
	problems []Problem // directives that stand on no block
}

func location(name string, r hcl.Range) Location {
	return Location{File: name, Line: r.Start.Line, EndLine: max(r.Start.Line, r.End.Line)}
}
