package catalogue_test

import (
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/catalogue"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/reachtest"
)

// Each entry has a scenario of its name with an open, a closed and an unknown
// case, as far as the service can be all three.
func TestScenarios(t *testing.T) { reachtest.Run(t, "testdata/*.txtar", catalogue.Cloud()) }
