package scan

import (
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
)

// Reads reports whether the analysis reads values of managed resources of the
// type, for tfstate.Only. Of all others an input need tell no more than what
// they are.
func (c *Catalogue) Reads(resourceType string) bool {
	return slices.ContainsFunc(c.all(), func(c reach.Cloud) bool {
		covered := strings.HasPrefix(resourceType, c.Prefix) && c.Covers(resourceType)
		inert := c.Inert != nil && c.Inert(resourceType)
		return covered && !inert || slices.Contains(c.Reads, resourceType)
	})
}
