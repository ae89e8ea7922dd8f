package digitalocean_test

import (
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/digitalocean"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/reachtest"
)

func TestScenarios(t *testing.T) {
	reachtest.RunResources(t, "testdata/*.txtar", "digitalocean/digitalocean", digitalocean.Cloud())
}
