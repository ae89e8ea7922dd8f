package scan_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/clouds"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	large "github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate/estate"
)

// notManaged are words of the sources that are no type of managed resources.
var notManaged = map[string]string{
	"aws_account_id":          "attribute",
	"aws_iam_policy_document": "data source",
	"aws_key_pair":            "example in a comment",
	"aws_lambda_":             "beginning of types that stand elsewhere in full",
	"aws_prefix_list":         "data source",
	"aws_region":              "data source",
	"google_organization":     "data source",
	"linode_id":               "attribute",
}

// builtIn has no entries of users.
var builtIn *scan.Catalogue

// readWithEndings reports whether a name is the beginning of the types for IAM
// of Google Cloud, and all of them are read.
func readWithEndings(name string) bool {
	return strings.HasSuffix(name, "_iam") && builtIn.Reads(name+"_binding") && builtIn.Reads(name+"_member") && builtIn.Reads(name+"_policy")
}

// A type that the analysis names and Reads denies would be analysed without its
// values, and nobody would notice.
func TestEveryTypeThatTheAnalysisNamesIsRead(t *testing.T) {
	prefixes := []string{}
	for _, cloud := range clouds.All() {
		if cloud.Prefix != "" {
			prefixes = append(prefixes, regexp.QuoteMeta(cloud.Prefix))
		}
	}
	literal := regexp.MustCompile(`"((?:` + strings.Join(prefixes, "|") + `)[a-z0-9_]+)"`)
	named := 0
	err := filepath.WalkDir(filepath.Join("..", "reach"), func(file string, d fs.DirEntry, err error) error {
		inert := strings.HasPrefix(filepath.Base(file), "inert_")
		if err != nil || d.IsDir() || inert || strings.HasSuffix(file, "_test.go") || strings.Contains(file, "testdata") {
			return err
		}
		text, err := os.ReadFile(file)
		for _, match := range literal.FindAllSubmatch(text, -1) {
			named++
			if name := string(match[1]); !builtIn.Reads(name) && notManaged[name] == "" && !readWithEndings(name) {
				t.Errorf("%s names %s, and Reads(%s) = false", file, name, name)
			}
		}
		return err
	})
	if err != nil || named < 200 {
		t.Fatalf("%d names of types in ../reach, %v; want some hundred", named, err)
	}
}

func TestTheAnalysisIsTheSameWithoutTypesThatItDoesNotRead(t *testing.T) {
	if builtIn.Reads("aws_iam_role_policy") || builtIn.Reads("nobody_knows") {
		t.Error("Reads() of an inert or unknown type is true, so that this test proves nothing")
	}
	var state strings.Builder
	if err := large.WriteState(&state, 600); err != nil {
		t.Fatal(err)
	}
	whole, err := tfstate.Parse("state", []byte(state.String()))
	if err != nil {
		t.Fatal(err)
	}
	part, err := tfstate.Parse("state", []byte(state.String()), tfstate.Only(builtIn.Reads))
	if err != nil {
		t.Fatal(err)
	}
	got, want := reach.Analyze(part, clouds.All()...), reach.Analyze(whole, clouds.All()...)
	if len(want.Endpoints) == 0 || len(want.Blocked) == 0 {
		t.Fatalf("Analyze() = %d endpoints and %d blocked, want some of both", len(want.Endpoints), len(want.Blocked))
	}
	for name, lists := range map[string][2]any{
		"Endpoints": {want.Endpoints, got.Endpoints}, "Blocked": {want.Blocked, got.Blocked}, "Uncovered": {want.Uncovered, got.Uncovered},
	} {
		if diff := cmp.Diff(lists[0], lists[1]); diff != "" {
			t.Errorf("%s with Only(Reads) (-all types +read types):\n%s", name, diff)
		}
	}
}
