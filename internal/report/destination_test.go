package report_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/report"
)

func TestParseDestination(t *testing.T) {
	good := map[string]report.Destination{
		"text":            {Format: "text"},
		"json=a/b.json":   {Format: "json", Path: "a/b.json"},
		"json=a=b":        {Format: "json", Path: "a=b"},
		"text=-":          {Format: "text", Path: "-"},
		"json=C:\\r.json": {Format: "json", Path: "C:\\r.json"},
	}
	for s, want := range good {
		if got, err := report.ParseDestination(s); err != nil || got != want {
			t.Errorf("ParseDestination(%q) = %+v, %v, want %+v", s, got, err, want)
		}
	}
	for s, want := range map[string]string{"xml": `"xml" is none of `, "": `"" is none of `, "json=": `"json=" names no file`, "JSON": `"JSON" is none of `} {
		if got, err := report.ParseDestination(s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseDestination(%q) = %+v, %v, want an error with %s", s, got, err, want)
		}
	}
}

func TestAReportReplacesAFileWholeAndLeavesNothingElse(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "r.json")
	for range 2 {
		if err := report.WriteFile("json", path, scanReport()); err != nil {
			t.Fatal(err)
		}
	}
	var want bytes.Buffer
	if err := report.JSON(&want, scanReport()); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, want.Bytes()) {
		t.Errorf("the file holds %d bytes, %v, want the %d of the report", len(got), err, want.Len())
	}
	if diff := cmp.Diff([]string{"r.json"}, names(t, dir)); diff != "" {
		t.Errorf("files of the folder (-want +got):\n%s", diff)
	}
}

func TestAReportThatCannotBeWrittenSaysSoBeforehandAndLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"missing/r.json", "file/r.json", "folder"} {
		path = filepath.Join(dir, path)
		if err := (report.Destination{Format: "json", Path: path}).Check(); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("Check of %s = %v, want an error that names it", path, err)
		}
		if err := report.WriteFile("json", path, scanReport()); err == nil {
			t.Errorf("WriteFile to %s gave no error", path)
		}
	}
	if diff := cmp.Diff([]string{"file", "folder"}, names(t, dir)); diff != "" {
		t.Errorf("files of the folder (-want +got):\n%s", diff)
	}
	for _, path := range []string{"", filepath.Join(dir, "new.json"), filepath.Join(dir, "file")} {
		if err := (report.Destination{Format: "json", Path: path}).Check(); err != nil {
			t.Errorf("Check of %q = %v", path, err)
		}
	}
}

func TestADeviceIsWrittenToAndStays(t *testing.T) {
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Skipf("%s is no device here", os.DevNull)
	}
	if err := report.WriteFile("text", os.DevNull, scanReport()); err != nil {
		t.Errorf("WriteFile to %s: %v", os.DevNull, err)
	}
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Fatalf("%s was replaced by a file", os.DevNull)
	}
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestAWriterThatFailsIsAnError(t *testing.T) {
	for _, format := range report.Formats() {
		if err := report.Write(brokenWriter{}, format, scanReport()); err == nil {
			t.Errorf("Write of %s to a broken writer gave no error", format)
		}
	}
	if err := report.Write(&bytes.Buffer{}, "xml", scanReport()); err == nil {
		t.Error("Write of xml gave no error")
	}
}

func TestReasonAndRemedy(t *testing.T) {
	clause := func(s, remedy string) exposure.Hop {
		return exposure.Hop{Gate: "gate " + s, Summary: s, Remedy: remedy}
	}
	beside := func(h exposure.Hop, gate string) exposure.Hop { h.Gate = gate; return h }
	tests := []struct {
		hops           []exposure.Hop
		reason, remedy string
	}{
		{nil, "", ""},
		{[]exposure.Hop{clause("a is public", "")}, "It is reachable because a is public.", ""},
		{[]exposure.Hop{clause("a", "Close a"), clause("b", "")}, "It is reachable because a and b.", "Close a."},
		{[]exposure.Hop{clause("a", "Close a"), clause("b", "Close b"), clause("c", "")}, "It is reachable because a, b and c.", "Close b."},
		{[]exposure.Hop{clause("a", "Close a"), beside(clause("b", "Close b"), "rules"), beside(clause("c", "Close c"), "rules")}, "It is reachable because a, b and c.", "Close b and close c."},
	}
	for _, test := range tests {
		e := exposure.Endpoint{Hops: test.hops}
		if got := report.Reason(e); got != test.reason {
			t.Errorf("Reason(%v) = %q, want %q", test.hops, got, test.reason)
		}
		if got := report.Remedy(e); got != test.remedy {
			t.Errorf("Remedy(%v) = %q, want %q", test.hops, got, test.remedy)
		}
	}
}

func TestForeignTextCannotSteerATerminal(t *testing.T) {
	r := scanReport()
	r.Results[0].Endpoint.Host = "a\x1b[2Jb\u202ec"
	var out bytes.Buffer
	if err := report.Text(&out, r); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(out.String(), "\x1b\u202e") || !strings.Contains(out.String(), "a\uFFFD[2Jb\uFFFDc") {
		t.Errorf("text holds an escape or lost the host:\n%q", out.String())
	}
}
