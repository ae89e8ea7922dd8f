package catalogue

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// load reads descriptors from files by name. An error names the file, line and
// column of everything that is wrong, and unwraps to one for each.
func load(sources map[string][]byte) (*catalogue, error) {
	l := &loader{catalogue: &catalogue{services: map[string]*service{}}}
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		if problem := unreadable(name, sources[name]); problem != nil {
			l.diags = append(l.diags, problem)
			continue
		}
		file, diags := hclsyntax.ParseConfig(sources[name], name, hcl.InitialPos)
		l.diags = append(l.diags, diags...)
		if file != nil {
			l.file(file.Body)
		}
	}
	slices.Sort(l.catalogue.parts)
	l.catalogue.parts = slices.Compact(l.catalogue.parts)
	return l.catalogue, l.err()
}

// loader collects what the files declare and all that is wrong with them.
type loader struct {
	catalogue *catalogue
	diags     hcl.Diagnostics
	lets      []string // that expressions may name at this point
	each      bool     // whether they may name each
}

func (l *loader) err() error {
	var problems []error
	for _, diag := range l.diags {
		if diag.Severity == hcl.DiagError {
			problems = append(problems, placed(diag))
		}
	}
	return errors.Join(problems...)
}

// placed words a diagnostic as FILE:LINE:COLUMN: what is wrong.
func placed(diag *hcl.Diagnostic) error {
	if diag.Subject == nil {
		return errors.New(diag.Error())
	}
	return fmt.Errorf("%s: %s: %s", placeOf(*diag.Subject), diag.Summary, diag.Detail)
}

func placeOf(at hcl.Range) string {
	return fmt.Sprintf("%s:%d:%d", at.Filename, at.Start.Line, at.Start.Column)
}

func (l *loader) wrong(at hcl.Range, summary, format string, args ...any) {
	l.diags = append(l.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: fmt.Sprintf(format, args...), Subject: &at})
}

// content reads a body by its schema.
func (l *loader) content(body hcl.Body, schema *hcl.BodySchema) *hcl.BodyContent {
	content, diags := body.Content(schema)
	l.diags = append(l.diags, diags...)
	return content
}

func schemaOf(required, optional []string, blocks ...hcl.BlockHeaderSchema) *hcl.BodySchema {
	s := &hcl.BodySchema{Blocks: blocks}
	for _, name := range required {
		s.Attributes = append(s.Attributes, hcl.AttributeSchema{Name: name, Required: true})
	}
	for _, name := range optional {
		s.Attributes = append(s.Attributes, hcl.AttributeSchema{Name: name})
	}
	return s
}

var typeName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*_[A-Za-z0-9_-]+$`)

var (
	fileSchema = schemaOf(nil, nil, hcl.BlockHeaderSchema{Type: "service", LabelNames: []string{"type"}},
		hcl.BlockHeaderSchema{Type: "inert", LabelNames: []string{"provider"}},
		hcl.BlockHeaderSchema{Type: "record", LabelNames: []string{"type"}})
	serviceSchema = schemaOf([]string{"provider", "kind"}, []string{"applies_when"},
		hcl.BlockHeaderSchema{Type: "let"}, hcl.BlockHeaderSchema{Type: "identity"},
		hcl.BlockHeaderSchema{Type: "endpoint", LabelNames: []string{"key"}}, hcl.BlockHeaderSchema{Type: "never_public"})
	identitySchema = schemaOf([]string{"id"}, []string{"account", "region"})
	endpointSchema = schemaOf([]string{"host"},
		[]string{"enabled_when", "for_each", "names", "port", "ports", "transport", "app", "front", "access", "notes"},
		hcl.BlockHeaderSchema{Type: "gate", LabelNames: []string{"kind"}})
	inertSchema = schemaOf([]string{"types"}, nil)
	neverSchema = schemaOf([]string{"because", "port"}, nil)

	gateSchemas = map[string]*hcl.BodySchema{
		"flag":    schemaOf([]string{"open", "because"}, []string{"default", "when_open", "when_closed"}),
		"cidrs":   schemaOf([]string{"allow", "because", "when_empty"}, []string{"default", "labels"}),
		"ordered": schemaOf([]string{"rules", "because", "unmatched"}, nil),
		"ranges":  schemaOf([]string{"allow", "because", "when_empty"}, []string{"default", "labels"}),
		"policy":  schemaOf([]string{"engine", "documents", "actions", "because"}, nil),
		"aws_vpc": schemaOf([]string{"security_groups", "subnets", "placed"}, []string{"through"}),
	}
)

func (l *loader) file(body hcl.Body) {
	content := l.content(body, fileSchema)
	for _, block := range content.Blocks.OfType("inert") {
		l.inert(block)
	}
	for _, block := range content.Blocks.OfType("record") {
		r := l.record(block)
		if i := slices.IndexFunc(l.catalogue.readers, func(old *record) bool { return old.resourceType == r.resourceType }); i >= 0 {
			l.wrong(block.DefRange, "Duplicate record", "%s is declared at %s already.", r.resourceType, placeOf(l.catalogue.readers[i].declared))
		}
		l.catalogue.readers = append(l.catalogue.readers, r)
	}
	for _, block := range content.Blocks.OfType("service") {
		s := l.service(block)
		if old, ok := l.catalogue.services[s.resourceType]; ok {
			l.wrong(block.DefRange, "Duplicate service", "%s is declared at %s already.", s.resourceType, placeOf(old.declared))
		}
		l.catalogue.services[s.resourceType] = s
	}
}

func (l *loader) service(block *hcl.Block) *service {
	content := l.content(block.Body, serviceSchema)
	s := &service{resourceType: block.Labels[0], identity: map[string]hcl.Expression{}, declared: block.DefRange}
	if len(block.LabelRanges) > 0 && !typeName.MatchString(s.resourceType) {
		l.wrong(block.LabelRanges[0], "Not a resource type", "%q is no name of a resource type such as aws_instance.", s.resourceType)
	}
	s.provider, s.kind = l.text(content.Attributes["provider"]), l.word(content.Attributes["kind"], kinds...)
	l.lets = nil
	keys := map[string]bool{}
	for _, b := range content.Blocks.OfType("let") {
		l.readLets(s, b)
	}
	s.applies = l.truth(content.Attributes["applies_when"])
	for _, b := range content.Blocks.OfType("identity") {
		for name, a := range l.content(b.Body, identitySchema).Attributes {
			s.identity[name] = l.expr(a)
		}
	}
	for _, b := range content.Blocks.OfType("endpoint") {
		if keys[b.Labels[0]] {
			l.wrong(b.DefRange, "Duplicate endpoint", "%s has an endpoint %q already.", s.resourceType, b.Labels[0])
		}
		keys[b.Labels[0]] = true
		s.endpoints = append(s.endpoints, l.endpoint(b))
	}
	for _, b := range content.Blocks.OfType("never_public") {
		if s.never != nil {
			l.wrong(b.DefRange, "Duplicate block", "%s has a never_public block already.", s.resourceType)
		}
		never := l.content(b.Body, neverSchema)
		s.never = &neverPublic{because: l.text(never.Attributes["because"]), port: l.port(never.Attributes["port"])}
	}
	if (s.never == nil) == (len(s.endpoints) == 0) {
		l.wrong(block.DefRange, "Incomplete service", "%s needs endpoints, or a never_public block and none.", s.resourceType)
	}
	return s
}

func (l *loader) readLets(s *service, b *hcl.Block) {
	attributes, diags := b.Body.JustAttributes()
	l.diags = append(l.diags, diags...)
	ordered := slices.SortedFunc(maps.Values(attributes), func(a, b *hcl.Attribute) int { return a.Range.Start.Byte - b.Range.Start.Byte })
	for _, a := range ordered {
		if slices.Contains(l.lets, a.Name) {
			l.wrong(a.NameRange, "Duplicate name", "let.%s is declared above already.", a.Name)
		}
		s.lets = append(s.lets, let{a.Name, l.expr(a)})
		l.lets = append(l.lets, a.Name)
	}
}

func (l *loader) endpoint(b *hcl.Block) *endpoint {
	content := l.content(b.Body, endpointSchema)
	a := content.Attributes
	e := &endpoint{
		key: b.Labels[0], transport: "tcp", app: l.text(a["app"]), enabled: l.truth(a["enabled_when"]), each: l.expr(a["for_each"]),
	}
	l.each = e.each != nil
	defer func() { l.each = false }()
	e.host, e.names, e.ports = l.expr(a["host"]), l.expr(a["names"]), l.portsOf(a["ports"])
	e.access, e.notes = l.accessOf(a["access"]), l.expr(a["notes"])
	if a["transport"] != nil {
		e.transport = l.word(a["transport"], "tcp", "udp")
	}
	if a["front"] != nil {
		e.shared = l.word(a["front"], "dedicated", "shared") == "shared"
	}
	if (a["port"] == nil) == (a["ports"] == nil) {
		l.wrong(b.DefRange, "Unclear ports", "Endpoint %q needs one of port and ports.", e.key)
	} else if a["port"] != nil {
		e.ports = l.portsOf(a["port"])
	}
	for _, g := range content.Blocks {
		e.gates = append(e.gates, l.gate(g))
	}
	return e
}

func (l *loader) gate(b *hcl.Block) gate {
	g := gate{kind: b.Labels[0], args: map[string]hcl.Expression{}}
	schema, ok := gateSchemas[g.kind]
	if !ok {
		l.wrong(b.LabelRanges[0], "Unknown gate", "There is no gate %q. Gates are: %s.", g.kind, strings.Join(slices.Sorted(maps.Keys(gateSchemas)), ", "))
		return g
	}
	attributes := l.content(b.Body, schema).Attributes
	if a := attributes["because"]; a != nil {
		if g.because = l.text(a); g.because == "" {
			l.wrong(a.Expr.Range(), "Nothing to name", "because must name the attribute that decides.")
		}
	}
	l.word(attributes["when_empty"], "world", "none")
	l.word(attributes["engine"], "aws")
	l.word(attributes["placed"], "one_of", "all")
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if name == "open" || name == "default" && g.kind == "flag" {
			g.args[name] = l.truth(attributes[name])
			continue
		}
		g.args[name] = l.expr(attributes[name])
	}
	if a := attributes["through"]; a != nil {
		v, _ := l.constant(a)
		if through, _ := tfstate.Strings(v); len(through) > 2 {
			l.catalogue.parts = append(l.catalogue.parts, through[1])
		} else {
			l.wrong(a.Expr.Range(), "Not a way through", "%s must list a path, a type and the attributes that name it.", a.Name)
		}
	}
	return g
}

// expr returns the expression of an attribute, nil without one, and refuses
// names and functions that do not exist.
func (l *loader) expr(a *hcl.Attribute) hcl.Expression {
	if a == nil {
		return nil
	}
	for _, traversal := range a.Expr.Variables() {
		l.checkName(traversal)
	}
	if node, ok := a.Expr.(hclsyntax.Node); ok {
		l.diags = append(l.diags, hclsyntax.VisitAll(node, l.checkNode)...)
		count(node)
	}
	return a.Expr
}

func (l *loader) checkName(traversal hcl.Traversal) {
	root := traversal.RootName()
	if root == "self" || root == "each" && l.each {
		return
	}
	if root == "let" && len(traversal) > 1 {
		if step, ok := traversal[1].(hcl.TraverseAttr); ok && slices.Contains(l.lets, step.Name) {
			return
		}
	}
	l.wrong(traversal.SourceRange(), "Unknown name", "Expressions know self, what a let block above them declares, and each where there is a for_each.")
}

// word is text that must be one of the words.
func (l *loader) word(a *hcl.Attribute, words ...string) string {
	if a == nil {
		return ""
	}
	text := l.text(a)
	if !slices.Contains(words, text) {
		l.wrong(a.Expr.Range(), "Unknown word", "%s must be one of %s.", a.Name, strings.Join(words, ", "))
	}
	return text
}
