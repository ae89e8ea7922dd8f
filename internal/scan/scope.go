package scan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// tagAttributes are where providers keep tags and labels, the completest
// first: those that the provider block adds stand in the first two only.
var tagAttributes = []string{"tags_all", "effective_labels", "tags", "labels", "freeform_tags"}

// tag gives the endpoints of a state the tags of their resources, when the
// scope asks for tags.
func (v Validation) tag(in *tfstate.Input, endpoints []exposure.Endpoint) {
	if !v.Settings.Scope.UsesTags() {
		return
	}
	byAddress := map[string]*tfstate.Resource{}
	for i := range in.Resources {
		byAddress[in.Resources[i].Address] = &in.Resources[i]
	}
	for i := range endpoints {
		if r := byAddress[endpoints[i].ResourceAddress]; r != nil {
			endpoints[i].Tags = tagsOf(r)
		}
	}
}

// tagsOf returns the tags that are known and not sensitive, never nil. Where
// tags are plain words, "web" or "team:web", what stands before the colon is the
// key and the rest the value.
func tagsOf(r *tfstate.Resource) map[string]string {
	tags := map[string]string{}
	for _, name := range tagAttributes {
		v := r.Attr(name)
		if !v.IsKnown() || v.IsMarked() || v.IsNull() || !v.CanIterateElements() {
			continue
		}
		for it := v.ElementIterator(); it.Next(); {
			key, value := it.Element()
			addTag(tags, key, value)
		}
		if len(tags) > 0 {
			return tags
		}
	}
	return tags
}

func addTag(tags map[string]string, key, value cty.Value) {
	if value.IsMarked() || !value.IsKnown() || value.IsNull() || value.Type() != cty.String {
		return
	}
	if key.Type() == cty.String {
		tags[key.AsString()] = value.AsString()
		return
	}
	word, rest, _ := strings.Cut(value.AsString(), ":")
	tags[word] = rest
}

// misspelt warns of globs of the scope that nothing in the state matches. A
// run that has a few endpoints by reference says nothing of the others.
func (v Validation) misspelt(report *exposure.Report, endpoints []exposure.Endpoint) {
	if v.Input == nil {
		v.allLeftOut(report)
		return
	}
	for _, glob := range v.Settings.Scope.Unmatched(endpoints) {
		report.Warnings = append(report.Warnings, "The setting "+glob+" matches no endpoint")
	}
}

// allLeftOut warns of a scope that leaves out every endpoint given by
// reference: a gate that looked at nothing passes, and should say so.
func (v Validation) allLeftOut(report *exposure.Report) {
	admitted := func(e exposure.Endpoint) bool { return v.Settings.Scope.LeavesOut(e) == "" }
	if !v.Settings.Enabled || v.Offline || len(v.Endpoints) == 0 || slices.ContainsFunc(v.Endpoints, admitted) {
		return
	}
	report.Warnings = append(report.Warnings, fmt.Sprintf("Nothing was looked at: the declared scope leaves out every endpoint. Of %s, %s",
		v.Endpoints[0].HostPort(), v.Settings.Scope.LeavesOut(v.Endpoints[0])))
}
