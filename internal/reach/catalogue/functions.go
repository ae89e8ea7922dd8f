package catalogue

import (
	"net/url"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/hashicorp/hcl/v2/ext/customdecode"
	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// functionNames lists the functions that expressions may call.
var functionNames = []string{
	"arn_part", "can", "children", "coalesce_known", "concat", "contains", "dns_name", "find", "flatten", "keys", "length", "lower", "peers",
	"policy_access", "referents", "rid_part", "selflink_part", "split", "trimprefix", "trimsuffix", "try", "upper", "urlhost", "urlport", "values",
}

// functions returns the functions for the expressions of one resource. None
// does any I/O.
func functions(g *reach.Graph, r *tfstate.Resource, w *work) map[string]function.Function {
	out := map[string]function.Function{
		"arn_part":       arnPart,
		"can":            tryfunc.CanFunc,
		"children":       children(g, r),
		"coalesce_known": coalesceKnown,
		"concat":         stdlib.ConcatFunc,
		"contains":       stdlib.ContainsFunc,
		"dns_name":       dnsName,
		"find":           find(g),
		"flatten":        stdlib.FlattenFunc,
		"keys":           stdlib.KeysFunc,
		"length":         stdlib.LengthFunc,
		"lower":          stdlib.LowerFunc,
		"peers":          peers(g, r),
		"policy_access":  policyAccess,
		"referents":      referents(g, r),
		"rid_part":       pathPart("id"),
		"selflink_part":  pathPart("link"),
		"split":          stdlib.SplitFunc,
		"trimprefix":     stdlib.TrimPrefixFunc,
		"trimsuffix":     stdlib.TrimSuffixFunc,
		"try":            tryfunc.TryFunc,
		"upper":          stdlib.UpperFunc,
		"urlhost":        urlHost,
		"urlport":        urlPort,
		"values":         stdlib.ValuesFunc,
	}
	for name, f := range out {
		// Those that take expressions evaluate them, and these count for themselves.
		if more := f.VarParam(); more == nil || more.Type != customdecode.ExpressionClosureType {
			out[name] = metered(w, f)
		}
	}
	return out
}

// urlHost returns the host of a URL, or of a host that was written without a
// scheme, without port and path. It is null for null.
var urlHost = textFunction(func(text string) cty.Value {
	if !strings.Contains(text, "://") {
		text = "//" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" {
		return cty.NullVal(cty.String)
	}
	return cty.StringVal(u.Hostname())
})

// urlPort returns the port of a URL, or of a host that was written without a
// scheme, as a text. Without one it is that of the scheme: 443 of https, 80 of
// http. It is null for null and where neither says.
var urlPort = textFunction(func(text string) cty.Value {
	if !strings.Contains(text, "://") {
		text = "//" + text
	}
	u, err := url.Parse(text)
	switch {
	case err != nil:
	case u.Port() != "":
		return cty.StringVal(u.Port())
	case strings.EqualFold(u.Scheme, "https"):
		return cty.StringVal("443")
	case strings.EqualFold(u.Scheme, "http"):
		return cty.StringVal("80")
	}
	return cty.NullVal(cty.String)
})

// pathPart is rid_part(ID, KIND) or selflink_part(LINK, KIND): what follows a
// word in a path, compared without regard to case, such as the group in
// /subscriptions/S/resourceGroups/G. It is null for null and without the word.
func pathPart(name string) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: name, Type: cty.String, AllowNull: true}, {Name: "kind", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if args[0].IsNull() {
				return cty.NullVal(cty.String), nil
			}
			parts := strings.Split(args[0].AsString(), "/")
			for i, part := range parts[:len(parts)-1] {
				if strings.EqualFold(part, args[1].AsString()) && parts[i+1] != "" {
					return cty.StringVal(parts[i+1]), nil
				}
			}
			return cty.NullVal(cty.String), nil
		},
	})
}

// textFunction wraps a function of one string that passes null through.
func textFunction(f func(string) cty.Value) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "text", Type: cty.String, AllowNull: true}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if args[0].IsNull() {
				return args[0], nil
			}
			return f(args[0].AsString()), nil
		},
	})
}

var arnParts = []string{"arn", "partition", "service", "region", "account", "resource"}

// arnPart returns a part of an ARN by name: partition, service, region,
// account or resource. It is null for null and for what is no ARN.
var arnPart = function.New(&function.Spec{
	Params: []function.Parameter{
		{Name: "arn", Type: cty.String, AllowNull: true},
		{Name: "part", Type: cty.String},
	},
	Type: function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		i := slices.Index(arnParts, args[1].AsString())
		if i < 1 {
			return cty.NilVal, function.NewArgErrorf(1, "must be one of %s", strings.Join(arnParts[1:], ", "))
		}
		if args[0].IsNull() {
			return cty.NullVal(cty.String), nil
		}
		parts := strings.SplitN(args[0].AsString(), ":", len(arnParts))
		if len(parts) < len(arnParts) || parts[i] == "" {
			return cty.NullVal(cty.String), nil
		}
		return cty.StringVal(parts[i]), nil
	},
})

// coalesceKnown returns the first argument that is there, known and not null,
// and null without one.
var coalesceKnown = function.New(&function.Spec{
	VarParam: &function.Parameter{Name: "expressions", Type: customdecode.ExpressionClosureType},
	Type:     function.StaticReturnType(cty.DynamicPseudoType),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		for _, arg := range args {
			closure := customdecode.ExpressionClosureFromVal(arg)
			v, diags := closure.Value()
			if !diags.HasErrors() && !tfstate.Null(v) && !tfstate.Unknown(v) {
				return v, nil
			}
		}
		return cty.NullVal(cty.DynamicPseudoType), nil
	},
})

// policyAccess tells what a client without credentials may do by the policies:
// "anonymous", "authenticated" or "unknown".
var policyAccess = function.New(&function.Spec{
	Params: []function.Parameter{
		{Name: "documents", Type: cty.DynamicPseudoType, AllowNull: true, AllowUnknown: true, AllowDynamicType: true},
		{Name: "actions", Type: cty.DynamicPseudoType},
	},
	Type: function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		actions, _ := tfstate.Strings(args[1])
		return cty.StringVal(string(readDocuments(args[0]).access(actions))), nil
	},
})
