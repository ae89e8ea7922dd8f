package catalogue_test

import (
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/aws"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/catalogue"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/reachtest"
)

// Each entry has a scenario of its name with an open, a closed and an unknown
// case.
func TestServices(t *testing.T) {
	reachtest.RunResources(t, "testdata/services/aws_*.txtar", "hashicorp/aws", catalogue.Cloud(aws.Gates()...), aws.Cloud())
}
