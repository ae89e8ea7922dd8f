package catalogue

import (
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// record is the reader of a type of DNS record:
//
//	record "x_dns_record" {
//	  provider = "x"
//	  name     = dns_name(self.name, self.zone)
//	  kind     = self.type
//	  values   = self.values
//	  points   = { "values" = [], "target_id" = ["x_address.id"] }
//	}
//
// points are the paths at which the record says what it points at. Where a
// value there is not known yet, the references of the configuration count;
// types with an attribute say what a value that is no host refers to.
type record struct {
	resourceType string
	provider     string
	lets         []let
	name         hcl.Expression
	kind         hcl.Expression
	values       hcl.Expression
	private      hcl.Expression
	via          hcl.Expression
	points       map[string][]reach.Join
	declared     hcl.Range
}

var recordSchema = schemaOf([]string{"provider", "name", "kind", "values", "points"}, []string{"private", "via"},
	hcl.BlockHeaderSchema{Type: "let"})

func (l *loader) record(block *hcl.Block) *record {
	content := l.content(block.Body, recordSchema)
	a := content.Attributes
	s := &service{}
	l.lets = nil
	for _, b := range content.Blocks {
		l.readLets(s, b)
	}
	return &record{
		resourceType: block.Labels[0], provider: l.text(a["provider"]), lets: s.lets, declared: block.DefRange,
		name: l.expr(a["name"]), kind: l.expr(a["kind"]), values: l.expr(a["values"]),
		private: l.expr(a["private"]), via: l.expr(a["via"]), points: l.points(a["points"]),
	}
}

// points reads the paths of a record with the types that each may refer to.
func (l *loader) points(a *hcl.Attribute) map[string][]reach.Join {
	out := map[string][]reach.Join{}
	if a == nil {
		return out
	}
	v, ok := l.constant(a)
	if !ok {
		return out
	}
	if !v.Type().IsObjectType() || v.IsNull() || !v.IsKnown() {
		l.wrong(a.Expr.Range(), "Not a map", "%s maps paths to lists of TYPE.ATTRIBUTE.", a.Name)
		return out
	}
	for path, list := range v.AsValueMap() {
		out[path] = []reach.Join{}
		known, _ := tfstate.Strings(list)
		for _, text := range known {
			resourceType, attribute, ok := strings.Cut(text, ".")
			if !ok {
				l.wrong(a.Expr.Range(), "Not a type and an attribute", "%q must be TYPE.ATTRIBUTE.", text)
			}
			out[path] = append(out[path], reach.Join{Type: resourceType, Attr: attribute})
		}
	}
	return out
}

// records returns the DNS records of the input.
func (c *catalogue) records(g *reach.Graph) []reach.Record {
	var out []reach.Record
	for _, reader := range c.readers {
		for _, r := range g.Managed(reader.resourceType) {
			if !tfstate.IsSensitive(r.Values()) {
				out = append(out, reader.read(g, r))
				continue
			}
			// A record of which a part is sensitive is not spelt out anywhere.
			out = append(out, reach.Record{Resource: r.Address, Provider: reader.provider, Private: true})
		}
	}
	return out
}

func (d *record) read(g *reach.Graph, r *tfstate.Resource) reach.Record {
	s := newScope(g, &service{lets: d.lets}, r)
	out := reach.Record{
		Resource: r.Address, Provider: d.provider, Name: s.text(d.name), Kind: strings.ToUpper(s.text(d.kind)),
		Values: s.texts(d.values), Via: s.text(d.via),
	}
	if private, err := s.eval(d.private); err == nil {
		out.Private, _ = tfstate.Bool(private)
	}
	for path, joins := range d.points {
		v := reach.Value(r, path)
		if _, unknown := tfstate.Strings(v); unknown > 0 {
			for _, ref := range r.References(path) {
				if ref.Certain {
					out.Mentions = append(out.Mentions, ref.Address)
				}
			}
		}
		if len(joins) == 0 {
			continue
		}
		for _, l := range g.Follow(r, path, joins...).Links {
			if l.To != nil && l.Certain {
				out.Targets = append(out.Targets, l.To.Address)
			}
		}
	}
	slices.Sort(out.Mentions)
	slices.Sort(out.Targets)
	return out
}

// dnsName is dns_name(NAME, ZONE): the fully qualified name of a record that is
// written as providers let it be written: relative to its zone, as a whole, or
// "@" for the zone itself. It is null when the zone is needed and not there.
var dnsName = function.New(&function.Spec{
	Params: []function.Parameter{
		{Name: "name", Type: cty.String, AllowNull: true},
		{Name: "zone", Type: cty.String, AllowNull: true},
	},
	Type: function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		if args[0].IsNull() || args[1].IsNull() {
			return cty.NullVal(cty.String), nil
		}
		name := strings.ToLower(strings.TrimSuffix(args[0].AsString(), "."))
		zone := strings.ToLower(strings.TrimSuffix(args[1].AsString(), "."))
		switch {
		case name == "" || name == "@":
			return cty.StringVal(zone), nil
		case name == zone || strings.HasSuffix(name, "."+zone):
			return cty.StringVal(name), nil
		}
		return cty.StringVal(name + "." + zone), nil
	},
})
