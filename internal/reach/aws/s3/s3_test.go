package s3_test

import (
	"slices"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/aws/s3"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/reachtest"
)

func cloud() reach.Cloud {
	return reach.Cloud{
		Name:        "s3",
		Prefix:      "aws_",
		Covers:      func(t string) bool { return slices.Contains(s3.Types, t) },
		Candidates:  s3.Candidates,
		Assumptions: s3.Assumptions,
		Routine:     s3.Routine,
	}
}

func TestScenarios(t *testing.T) { reachtest.Run(t, "testdata/*.txtar", cloud()) }
