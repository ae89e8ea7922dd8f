package main

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

var declaration = regexp.MustCompile(`(?m)^func (Test\w+)\(`)

// sectionsOf returns of each test in the folder the name of its file, without
// what all the files share.
func sectionsOf(folder string) (map[string]string, error) {
	sections := map[string]string{}
	root := os.DirFS(folder)
	files, err := fs.Glob(root, "*_test.go")
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		text, err := fs.ReadFile(root, file)
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(file, "_test.go"), "_acc"), "_linux")
		for _, match := range declaration.FindAllSubmatch(text, -1) {
			sections[string(match[1])] = strings.ReplaceAll(name, "_", " ")
		}
	}
	return sections, nil
}

// write prints the table: a line for each feature, a column for each engine.
func write(w io.Writer, results []result, sections map[string]string) {
	engines := map[string]bool{}
	cells := map[string]map[string]string{} // test → engine → cell
	for _, r := range results {
		engines[r.Engine] = true
		if cells[r.Test] == nil {
			cells[r.Test] = map[string]string{}
		}
		cells[r.Test][r.Engine] = cell(r)
	}
	tests := slices.SortedFunc(maps.Keys(cells), func(a, b string) int {
		return cmp.Or(cmp.Compare(sections[a], sections[b]), cmp.Compare(a, b))
	})
	width := len("Feature")
	for _, test := range tests {
		width = max(width, len(feature(test))+2)
	}
	columns := slices.Sorted(maps.Keys(engines))
	fmt.Fprintf(w, "%-*s", width, "Feature")
	for _, engine := range columns {
		fmt.Fprintf(w, "  %-10s", engine)
	}
	section := ""
	for _, test := range tests {
		if s := sections[test]; s != section {
			section = s
			fmt.Fprintf(w, "\n%s", s)
		}
		fmt.Fprintf(w, "\n  %-*s", width-2, feature(test))
		for _, engine := range columns {
			fmt.Fprintf(w, "  %-10s", cmp.Or(cells[test][engine], "-"))
		}
	}
	counts := count(results)
	fmt.Fprintf(w, "\n\n%d features under %s: %d passed, %d failed, %d skipped\n",
		len(tests), cmp.Or(strings.Join(columns, " and "), "no engine"), counts[passed], counts[failed], counts[skipped])
}

// cell makes failures catch the eye of who scrolls.
func cell(r result) string {
	switch r.Outcome {
	case passed:
		return fmt.Sprintf("ok %5.1fs", r.Seconds)
	case failed:
		return "FAILED"
	}
	return r.Outcome
}

// feature reads the name of a test: "TestAccStateIsNamedOnce" is "state is
// named once".
func feature(test string) string {
	var words strings.Builder
	letters := []rune(strings.TrimPrefix(strings.TrimPrefix(test, "Test"), "Acc"))
	for i, r := range letters {
		begins := unicode.IsUpper(r) && i > 0 && (unicode.IsLower(letters[i-1]) || i+1 < len(letters) && unicode.IsLower(letters[i+1]))
		if begins {
			words.WriteByte(' ')
		}
		words.WriteRune(unicode.ToLower(r))
	}
	return words.String()
}
