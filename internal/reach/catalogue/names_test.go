package catalogue_test

import (
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/aws"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/catalogue"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/reachtest"
)

// Records of any provider name endpoints of any cloud; AWS stands for all.
func TestNames(t *testing.T) {
	reachtest.RunResources(t, "testdata/names/*.txtar", "hashicorp/aws", catalogue.Cloud(), aws.Cloud())
}
