package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const events = `{"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"TestAccGood"}
{"Action":"output","Package":"p","Test":"TestAccGood","Output":"    all is well\n"}
{"Action":"run","Package":"p","Test":"TestAccBad"}
{"Action":"output","Package":"p","Test":"TestAccBad/one","Output":"    exited 2, want 0\n"}
{"Action":"fail","Package":"p","Test":"TestAccBad/one","Elapsed":0.5}
{"Action":"fail","Package":"p","Test":"TestAccBad","Elapsed":1.5}
{"Action":"pass","Package":"p","Test":"TestAccGood","Elapsed":2}
{"Action":"skip","Package":"p","Test":"TestAccOnlyTofu","Elapsed":0}
{"Action":"run","Package":"p","Test":"TestAccEndless"}
{"Action":"output","Package":"p","Output":"panic: test timed out\n"}
{"Action":"fail","Package":"p","Elapsed":3}
`

func TestFollowTellsEachTestAndWhatAFailedOnePrinted(t *testing.T) {
	var printed strings.Builder
	got, broken, err := follow(strings.NewReader(events), &printed, "tofu", false)
	want := []result{
		{"tofu", "TestAccBad", failed, 1.5}, {"tofu", "TestAccGood", passed, 2},
		{"tofu", "TestAccOnlyTofu", skipped, 0}, {"tofu", "TestAccEndless", failed, 0},
	}
	if diff := cmp.Diff(want, got); diff != "" || !broken || err != nil {
		t.Errorf("follow() = broken %t, %v, want broken; results (-want +got):\n%s", broken, err, diff)
	}
	for text, want := range map[string]bool{"exited 2, want 0": true, "the test did not end": true, "panic: test timed out": true, "all is well": false} {
		if strings.Contains(printed.String(), text) != want {
			t.Errorf("follow() printed %q: %t, want %t:\n%s", text, !want, want, printed.String())
		}
	}
}

func TestFollowOfABuildThatFails(t *testing.T) {
	for _, stream := range []string{
		"provider/x.go:1: syntax error\n",
		`{"Action":"output","Package":"p","Output":"syntax error\n"}` + "\n" + `{"Action":"fail","Package":"p"}` + "\n",
	} {
		var printed strings.Builder
		results, broken, err := follow(strings.NewReader(stream), &printed, "tofu", false)
		if len(results) != 0 || !broken || err != nil || !strings.Contains(printed.String(), "syntax error") {
			t.Errorf("follow(%q) = %v, %t, %v, want no result, broken, and the error printed:\n%s", stream, results, broken, err, printed.String())
		}
	}
}

func TestWriteHasALineForEachFeatureAndAColumnForEachEngine(t *testing.T) {
	var got strings.Builder
	write(&got, []result{
		{"tofu", "TestAccStateIsNamedOnce", passed, 1.25}, {"terraform", "TestAccStateIsNamedOnce", failed, 1},
		{"tofu", "TestAccWaivers", skipped, 0},
	}, map[string]string{"TestAccStateIsNamedOnce": "exposure", "TestAccWaivers": "gate"})
	want := `Feature                terraform   tofu
exposure
  state is named once  FAILED      ok   1.2s
gate
  waivers              -           skipped

2 features under terraform and tofu: 1 passed, 1 failed, 1 skipped
`
	var trimmed []string
	for line := range strings.Lines(got.String()) {
		trimmed = append(trimmed, strings.TrimRight(line, " \n")+"\n")
	}
	if diff := cmp.Diff(want, strings.Join(trimmed, "")); diff != "" {
		t.Errorf("write() (-want +got):\n%s", diff)
	}
}

func TestSectionsAreTheFilesOfTheTests(t *testing.T) {
	sections, err := sectionsOf(".")
	if err != nil || sections["TestSectionsAreTheFilesOfTheTests"] != "matrix" {
		t.Errorf("sectionsOf(.) = %v, %v, want this test in the section matrix", sections, err)
	}
}
