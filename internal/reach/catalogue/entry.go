package catalogue

import (
	"maps"
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/hashicorp/hcl/v2"
)

// catalogue is a set of descriptors by resource type.
type catalogue struct {
	services map[string]*service
	readers  []*record
	parts    []string // types that entries look at beside their own, sorted
	inert    []string // globs of types that have no host and open none
}

// covers reports whether the type is understood, if only as one of which there
// is nothing to understand.
func (c *catalogue) covers(resourceType string) bool {
	return c.reads(resourceType) || slices.ContainsFunc(c.inert, func(glob string) bool { return exposure.Glob(glob, resourceType) })
}

// reads reports whether an entry looks at values of the type.
func (c *catalogue) reads(resourceType string) bool {
	reader := func(r *record) bool { return r.resourceType == resourceType }
	return c.services[resourceType] != nil || slices.Contains(c.parts, resourceType) || slices.ContainsFunc(c.readers, reader)
}

func (c *catalogue) types() []string { return slices.Sorted(maps.Keys(c.services)) }

// service is the descriptor of a resource type.
type service struct {
	resourceType string
	provider     string
	kind         string
	lets         []let
	identity     map[string]hcl.Expression // id, account, region
	endpoints    []*endpoint
	never        *neverPublic
	declared     hcl.Range

	applies  hcl.Expression // to a resource; nil: to all of the type
	own      bool           // written by a user
	replaces *service       // what judges the resources that it does not apply to, or nil
}

// let is a name for a value, in the order of the file.
type let struct {
	name string
	expr hcl.Expression
}

// endpoint is one host of a service. Expressions that a descriptor leaves out
// are nil.
type endpoint struct {
	key       string
	transport string
	app       string
	shared    bool
	each      hcl.Expression // a list: one host for each element
	enabled   hcl.Expression
	host      hcl.Expression
	names     hcl.Expression
	ports     hcl.Expression
	access    hcl.Expression
	notes     hcl.Expression
	gates     []gate
}

// gate is one control before an endpoint.
type gate struct {
	kind    string
	because string // path of the attribute that decides, "vpc_config[0].public_access_cidrs"
	args    map[string]hcl.Expression
}

// neverPublic is a service that offers no public endpoint whatever its
// arguments say.
type neverPublic struct {
	because string
	port    uint16
}
