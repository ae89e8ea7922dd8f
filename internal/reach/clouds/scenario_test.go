package clouds_test

import (
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/clouds"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/reachtest"
)

// TestScenarios runs what no cloud's package can pin alone: scenarios that
// need the catalogue beside a cloud.
func TestScenarios(t *testing.T) {
	reachtest.RunResources(t, "testdata/scenarios/*.txtar", "hashicorp/aws", clouds.All()...)
}

// TestLabelledExamples holds the analysis of the small clouds against examples
// of their documentation, labelled by hand.
func TestLabelledExamples(t *testing.T) {
	reachtest.RunLabelled(t, "testdata/labelled/*.txtar", "example/example", clouds.All()...)
}
