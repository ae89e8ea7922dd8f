package hetzner_test

import (
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/hetzner"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/reachtest"
)

func TestScenarios(t *testing.T) {
	reachtest.RunResources(t, "testdata/*.txtar", "hetznercloud/hcloud", hetzner.Cloud())
}
