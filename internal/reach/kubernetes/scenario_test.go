package kubernetes_test

import (
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/kubernetes"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/reachtest"
)

func TestScenarios(t *testing.T) {
	reachtest.RunResources(t, "testdata/*.txtar", "hashicorp/kubernetes", kubernetes.Cloud())
}
