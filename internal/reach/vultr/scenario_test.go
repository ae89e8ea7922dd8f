package vultr_test

import (
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/reachtest"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/vultr"
)

func TestScenarios(t *testing.T) {
	reachtest.RunResources(t, "testdata/*.txtar", "vultr/vultr", vultr.Cloud())
}
