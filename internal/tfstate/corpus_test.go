package tfstate_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// Every real file is read, or refused with one sentence.
func TestCorpusIsReadOrRefused(t *testing.T) {
	folder := os.Getenv("DYNAMICSCAN_CORPUS")
	if folder == "" {
		t.Skip("DYNAMICSCAN_CORPUS names no folder with labelled/ and parse/: the corpus is optional material")
	}
	for _, sub := range []string{"labelled", "parse"} {
		files, err := filepath.Glob(filepath.Join(folder, sub, "*"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s holds no files (%v)", filepath.Join(folder, sub), err)
		}
		for _, file := range files {
			t.Run(sub+"/"+filepath.Base(file), func(t *testing.T) {
				in, err := tfstate.Open(t.Context(), file, nil)
				if err != nil {
					t.Logf("refused: %v", err)
					if strings.ContainsAny(err.Error(), "\n\r") {
						t.Errorf("Open(%s) = %q, want an error of one line", file, err)
					}
					return
				}
				t.Logf("%s of %s: %d resources, %d before; %q", in.Kind, in.Engine, len(in.Resources), len(in.Prior), in.Incomplete)
			})
		}
	}
}
