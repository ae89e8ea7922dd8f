package kubernetes

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// object is a Kubernetes object, declared by a resource of its own type or by
// a manifest. Its fields go by the names of the Kubernetes API.
type object struct {
	r        *tfstate.Resource
	kind     string
	manifest bool
}

// objectsOf returns the objects that may be exposed, in the order of their
// addresses within each type.
func objectsOf(g *reach.Graph) []object {
	var out []object
	for _, t := range covered {
		for _, r := range g.Managed(t) {
			o := object{r: r, kind: kinds[t], manifest: t == "kubernetes_manifest"}
			if o.manifest {
				o.kind = kindOf(r)
			}
			if o.kind != "" {
				out = append(out, o)
			}
		}
	}
	return out
}

// kindOf returns the kind of a manifest that may be exposed, empty for others.
// Kinds of the same name in other API groups are other things.
func kindOf(r *tfstate.Resource) string {
	group, _, _ := strings.Cut(flat.Text(r, "manifest.apiVersion"), "/")
	kind := flat.Text(r, "manifest.kind")
	groups := map[string][]string{
		"Service": {"v1"}, "Ingress": {"networking.k8s.io", "extensions"}, "Gateway": {"gateway.networking.k8s.io"},
	}
	if slices.Contains(groups[kind], group) {
		return kind
	}
	return ""
}

// blocks are the fields that the provider calls otherwise than in snake case.
var blocks = map[string]string{"ports": "port", "rules": "rule", "externalIPs": "external_ips"}

// path returns the path of a field below the resource: "spec.ports.0.nodePort"
// is spec.0.port.0.node_port, or the same below the manifest.
func (o object) path(field string) string {
	parts := strings.Split(field, ".")
	if o.manifest {
		root := "manifest."
		if parts[0] == "status" {
			root = "object."
		}
		return root + field
	}
	for i, part := range parts {
		if name, ok := blocks[part]; ok {
			parts[i] = name
			continue
		}
		parts[i] = snake(part)
	}
	return parts[0] + ".0." + strings.Join(parts[1:], ".")
}

func snake(name string) string {
	var b strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

func (o object) value(field string) cty.Value { return flat.Value(o.r, o.path(field)) }

func (o object) text(field string) string {
	s, _ := tfstate.String(o.value(field))
	return s
}

// count returns the number of elements of a list.
func (o object) count(field string) int { return len(tfstate.Elements(o.value(field))) }

// annotation returns an annotation below the field that holds them. ok is
// false when it is not there, unknown when it may be.
func (o object) annotation(key string) (text string, ok, unknown bool) {
	v := reach.Attr(o.value("metadata.annotations"), key)
	text, ok = tfstate.String(v)
	return strings.TrimSpace(text), ok, tfstate.Unknown(v)
}

// says returns an annotation, empty when there is none.
func (o object) says(key string) string {
	text, _, _ := o.annotation(key)
	return text
}

// printable returns an annotation for a reader.
func (o object) printable(key string) string {
	return exposure.Cut(flat.Printable(reach.Attr(o.value("metadata.annotations"), key)), 40)
}

// annotated reports whether any annotation begins with the prefix.
func (o object) annotated(prefix string) bool {
	bare, _ := o.value("metadata.annotations").Unmark()
	if !bare.IsKnown() || bare.IsNull() || !bare.CanIterateElements() {
		return false
	}
	for it := bare.ElementIterator(); it.Next(); {
		if key, _ := it.Element(); strings.HasPrefix(textOf(key), prefix) {
			return true
		}
	}
	return false
}

func textOf(v cty.Value) string {
	s, _ := tfstate.String(v)
	return s
}

func (o object) identity() exposure.Identity {
	id := cmp.Or(flat.Text(o.r, "id"), strings.Trim(cmp.Or(o.text("metadata.namespace"), "default")+"/"+o.text("metadata.name"), "/"))
	return exposure.Identity{Cloud: "kubernetes", ID: id}
}

// place is an address that the object got, or one that is not known yet.
type place struct {
	host string
	path string
}

// places returns the addresses in a list of the status, whose entries have
// them in the fields.
func (o object) places(list string, fields ...string) []place {
	var out []place
	for i := range o.count(list) {
		for _, field := range fields {
			at := list + "." + strconv.Itoa(i) + "." + field
			if host := flat.HostOf(o.value(at)); host != "" {
				out = append(out, place{host, o.path(at)})
				break
			}
		}
	}
	if len(out) == 0 {
		return []place{{path: o.path(list)}}
	}
	return out
}

// address makes an address of a place. The gates behind it say whether the
// internet gets there.
func (o object) address(p place, i int) flat.Address {
	a := flat.At(o.r, o.r, p.path, reach.IPv4, "lb")
	if a.Host == "" {
		a.Gate = flat.OpenGate("address", flat.Hop(o.r, p.path, o.r.Address+" gets an address from the cluster", ""))
	}
	if i > 0 {
		a.Key += " " + strconv.Itoa(i)
	}
	return a
}
