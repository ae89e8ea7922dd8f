package catalogue_test

import (
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/catalogue"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/reachtest"
)

// The entries of the smaller clouds have their scenarios written as resources.
func TestOtherClouds(t *testing.T) {
	reachtest.RunResources(t, "testdata/others/*.txtar", "example/example", catalogue.Cloud())
}
