package gcp

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// grant is one role that an IAM resource gives to members.
type grant struct {
	r           *tfstate.Resource
	role        string
	anyone      flag // allUsers is among the members
	signedIn    flag // allAuthenticatedUsers is
	conditional bool
	doubt       exposure.Gap // set when role or members are not known
}

// grantsOn returns the grants of the IAM resources PREFIX_member, PREFIX_binding
// and PREFIX_policy whose attribute path names the object.
func (e *estate) grantsOn(object *tfstate.Resource, prefix, path string) []grant {
	var out []grant
	for _, kind := range []string{"_member", "_binding", "_policy"} {
		for _, r := range e.g.Managed(prefix + kind) {
			links := e.follow(r, path, object.Type)
			for _, l := range links.Links {
				if l.To == object || l.To == nil && l.ID != "" && parseRef(l.ID).name == alias(object) {
					out = append(out, readGrants(r, kind, l.Certain)...)
				}
			}
			if links.Unknown { // it may be on this object or on another
				out = append(out, readGrants(r, kind, false)...)
			}
		}
	}
	return out
}

// alias returns the name of the Cloud Run service that runs a function of the
// second generation, and a text that names nothing for anything else.
func alias(object *tfstate.Resource) string {
	if name := parseRef(text(object, "service_config.0.service")).name; name != "" {
		return name
	}
	return "?"
}

// readGrants reads one IAM resource. certain is false when it may be on
// another object.
func readGrants(r *tfstate.Resource, kind string, certain bool) []grant {
	var out []grant
	switch kind {
	case "_policy":
		out = policyGrants(r)
	default:
		path := strings.TrimPrefix(kind, "_")
		members := reach.Value(r, map[string]string{"member": "member", "binding": "members"}[path])
		known, doubts := tfstate.Strings(members)
		g := grant{r: r, role: text(r, "role"), conditional: len(tfstate.Elements(r.Attr("condition"))) > 0}
		g.name(known)
		if doubts > 0 {
			g.doubt = afterApply(r, path, "a member of "+r.Address)
		}
		if tfstate.Unknown(r.Attr("role")) {
			g.doubt = afterApply(r, "role", "the role of "+r.Address)
		}
		out = []grant{g}
	}
	if !certain {
		for i := range out {
			out[i].doubt = afterApply(r, "", "what "+r.Address+" speaks of")
		}
	}
	return out
}

// name records which of the two special members are among the members.
func (g *grant) name(members []string) {
	g.anyone = flagIf(slices.Contains(members, "allUsers"))
	g.signedIn = flagIf(slices.Contains(members, "allAuthenticatedUsers"))
}

// policyGrants reads the document of a whole IAM policy.
func policyGrants(r *tfstate.Resource) []grant {
	written, ok := tfstate.String(r.Attr("policy_data"))
	var document struct {
		Bindings []struct {
			Role      string          `json:"role"`
			Members   []string        `json:"members"`
			Condition json.RawMessage `json:"condition"`
		} `json:"bindings"`
	}
	if !ok || json.Unmarshal([]byte(written), &document) != nil {
		return []grant{{r: r, doubt: afterApply(r, "policy_data", "the policy of "+r.Address)}}
	}
	var out []grant
	for _, b := range document.Bindings {
		g := grant{r: r, role: b.Role, conditional: len(b.Condition) > 0 && string(b.Condition) != "null"}
		g.name(b.Members)
		out = append(out, g)
	}
	return out
}

// gap is what is not known about a grant to everyone.
func (g grant) gap() exposure.Gap {
	switch {
	case g.doubt != (exposure.Gap{}):
		return g.doubt
	case g.conditional:
		return exposure.Gap{Resource: g.r.Address, Attribute: "condition", Reason: "whom the condition of " + g.r.Address + " admits is not known",
			Remedy: "Remove the condition or the grant"}
	}
	return exposure.Gap{}
}
