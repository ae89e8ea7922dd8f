package aws_test

import (
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/aws"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/reachtest"
)

func TestAcceleratorScenarios(t *testing.T) {
	reachtest.RunResources(t, "testdata/accelerator/*.txtar", "hashicorp/aws", aws.Cloud())
}
