package servers_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/policy"
)

var quoted = regexp.MustCompile("`([^`]+)`")

// SHOWN.md names each rule once, and a test that is there and speaks of it.
func TestTheTableSaysHowEachRuleIsShown(t *testing.T) {
	text, err := os.ReadFile("SHOWN.md")
	if err != nil {
		t.Fatal(err)
	}
	times, numbers := map[string]int{}, map[int]bool{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.TrimSpace(line), " | ")
		number, err := strconv.Atoi(strings.TrimPrefix(cells[0], "| "))
		if err != nil || len(cells) != 5 {
			continue // not a row
		}
		numbers[number] = true
		kind := cells[2]
		if !strings.HasPrefix(kind, "real server: ") && kind != "own server" && kind != "not shown" {
			t.Errorf("row %q is shown by %q", line, kind)
		}
		for _, m := range quoted.FindAllStringSubmatch(cells[3], -1) {
			times[m[1]]++
			if kind != "not shown" {
				mustBeTested(t, m[1], cells[4])
			}
		}
	}
	for n := 1; n <= 40; n++ {
		if !numbers[n] {
			t.Errorf("SHOWN.md has no row %d", n)
		}
	}
	for _, id := range policy.HostRuleIDs() {
		if times[id] != 1 {
			t.Errorf("SHOWN.md names %s %d times, want once", id, times[id])
		}
		delete(times, id)
	}
	for id := range times {
		t.Errorf("SHOWN.md names %s, which is no rule", id)
	}
}

// mustBeTested finds the test of a cell in its folder, and in the same folder
// the rule.
func mustBeTested(t *testing.T, rule, cell string) {
	t.Helper()
	folder := quoted.FindStringSubmatch(cell)
	fields := strings.Fields(strings.TrimSuffix(cell, "|"))
	if folder == nil || len(fields) != 2 {
		t.Fatalf("cell %q names no folder and test", cell)
	}
	files, _ := filepath.Glob(filepath.Join("../../..", folder[1], "*_test.go")) // the pattern is well formed
	holds := func(what string) bool {
		return slices.ContainsFunc(files, func(file string) bool {
			text, err := os.ReadFile(file)
			return err == nil && bytes.Contains(text, []byte(what))
		})
	}
	if !holds("func " + fields[1] + "(t *testing.T)") {
		t.Errorf("%s is shown by %s, which is not there", rule, cell)
	}
	if !holds(`"` + rule + `"`) {
		t.Errorf("%s is shown by %s, but no test of that folder names it", rule, cell)
	}
}
