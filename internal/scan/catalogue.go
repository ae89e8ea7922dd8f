package scan

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/catalogue"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/clouds"
)

// Catalogue is what the analysis knows of resource types: what it brings, and
// over that the entries of users. Nil has no entries of users.
type Catalogue struct{ clouds []reach.Cloud }

// all returns every cloud.
func (c *Catalogue) all() []reach.Cloud {
	if c == nil {
		return clouds.All()
	}
	return c.clouds
}

// What a catalogue may be made of: somebody who names a folder of something
// else should be told so at once.
const (
	catalogueFiles = 256
	catalogueBytes = 1 << 19
)

// ReadCatalogue reads the entries of users from the files that the patterns
// match, relative to the working folder, as filepath.Match has patterns. It is
// nil without a pattern. A pattern without a file is an error: nothing would be
// known of what its author believes to be. The error unwraps to one for each
// mistake; one within a file begins with FILE:LINE:COLUMN.
func ReadCatalogue(patterns ...string) (*Catalogue, error) {
	if len(patterns) == 0 {
		return nil, nil
	}
	var names []string
	var problems []error
	for _, pattern := range patterns {
		found, err := filepath.Glob(pattern)
		switch {
		case err != nil:
			problems = append(problems, fmt.Errorf("%q is no pattern of files", pattern))
		case len(found) == 0:
			problems = append(problems, fmt.Errorf("no file matches %q", pattern))
		}
		for _, name := range found {
			names = append(names, filepath.Clean(name))
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if len(names) > catalogueFiles {
		problems = append(problems, fmt.Errorf("%d files match, and a catalogue has at most %d", len(names), catalogueFiles))
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return parseCatalogue(names)
}

func parseCatalogue(names []string) (*Catalogue, error) {
	sources := map[string][]byte{}
	for _, name := range names {
		source, err := readEntries(name)
		if err != nil {
			return nil, fmt.Errorf("read catalogue: %w", err)
		}
		sources[filepath.ToSlash(name)] = source
	}
	entries, err := catalogue.Parse(sources)
	if err != nil {
		return nil, err
	}
	return &Catalogue{clouds.With(entries)}, nil
}

// readEntries reads a file, or so much of it that it is seen to be too large.
func readEntries(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no file", name) // a pipe would be waited for
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() // opened for reading, so closing loses nothing
	return io.ReadAll(io.LimitReader(f, catalogueBytes))
}
