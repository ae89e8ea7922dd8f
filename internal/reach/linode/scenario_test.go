package linode_test

import (
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/linode"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/reachtest"
)

func TestScenarios(t *testing.T) {
	reachtest.RunResources(t, "testdata/*.txtar", "linode/linode", linode.Cloud())
}
