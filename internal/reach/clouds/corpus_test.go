package clouds_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/clouds"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestCorpusIsJudgedTheSameTwice analyses every file that can be read, of all
// ages and shapes: none may panic, the answer may not depend on the run, and
// an unknown verdict always says what is not known.
func TestCorpusIsJudgedTheSameTwice(t *testing.T) {
	corpus := os.Getenv("DYNAMICSCAN_CORPUS")
	if corpus == "" {
		t.Skip("set DYNAMICSCAN_CORPUS to the folder with LABELS.json to analyse its files")
	}
	judged := 0
	err := filepath.WalkDir(corpus, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		in, err := tfstate.Parse(entry.Name(), data)
		if err != nil {
			return nil // what cannot be read is no matter of the analysis
		}
		judged++
		first, second := reach.Analyze(in, clouds.All()...), reach.Analyze(in, clouds.All()...)
		if diff := cmp.Diff(first, second, cmpopts.IgnoreUnexported(reach.Analysis{})); diff != "" {
			t.Errorf("Analyze(%s) differs between two runs:\n%s", entry.Name(), diff)
		}
		for _, e := range first.Endpoints {
			if e.Verdict == exposure.Unknown && len(e.Unknowns) == 0 {
				t.Errorf("Analyze(%s): %s %s is unknown and does not say why: %s", entry.Name(), e.ResourceAddress, e.HostPort(), hops(e))
			}
			if len(e.Ports) == 0 || e.ID == "" {
				t.Errorf("Analyze(%s): %s has ports %v and id %q", entry.Name(), e.ResourceAddress, e.Ports, e.ID)
			}
		}
		for _, e := range first.Blocked {
			if len(e.Blockers) == 0 {
				t.Errorf("Analyze(%s): %s is blocked and does not say why", entry.Name(), e.ResourceAddress)
			}
		}
		return nil
	})
	if err != nil || judged == 0 {
		t.Fatalf("%d files judged: %v", judged, err)
	}
}
