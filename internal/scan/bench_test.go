package scan_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	large "github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate/estate"
)

// manyResources is how many resources the benchmarks read.
const manyResources = 10_000

func largeState(b *testing.B) string {
	b.Helper()
	var text bytes.Buffer
	if err := large.WriteState(&text, manyResources); err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(b.TempDir(), "large.tfstate")
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}

func openLarge(b *testing.B, path string) *tfstate.Input {
	b.Helper()
	in, err := tfstate.Open(b.Context(), path, nil, tfstate.Only(builtIn.Reads))
	if err != nil {
		b.Fatal(err)
	}
	return in
}

// BenchmarkOpenWhatIsRead reads of a large state what the analysis looks at.
func BenchmarkOpenWhatIsRead(b *testing.B) {
	path := largeState(b)
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	b.ReportAllocs()
	for b.Loop() {
		openLarge(b, path)
	}
}

// BenchmarkValidateOffline analyses and judges a large state that has been read.
func BenchmarkValidateOffline(b *testing.B) {
	in := openLarge(b, largeState(b))
	b.ReportAllocs()
	for b.Loop() {
		v := scan.Validation{Input: in, Offline: true, Gate: scan.Gate{FailOn: exposure.SeverityCritical},
			Request: scan.Request{Settings: settings.Default(), Now: time.Now}}
		report, err := scan.Validate(b.Context(), v)
		if err != nil || len(report.Findings) == 0 {
			b.Fatalf("Validate() = %d findings, %v; want some", len(report.Findings), err)
		}
	}
}
