package report

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

var formats = map[string]func(io.Writer, exposure.Report) error{
	"text": Text,
	"json": JSON,
}

// Formats returns the names of the formats, sorted.
func Formats() []string { return slices.Sorted(maps.Keys(formats)) }

// Destination is a format and where it goes.
type Destination struct {
	Format string
	Path   string // empty: standard output
}

// ParseDestination reads FORMAT or FORMAT=FILE.
func ParseDestination(s string) (Destination, error) {
	format, file, toFile := strings.Cut(s, "=")
	if formats[format] == nil {
		return Destination{}, fmt.Errorf("report format %q is none of %s", format, strings.Join(Formats(), ", "))
	}
	if toFile && file == "" {
		return Destination{}, fmt.Errorf("report %q names no file", s)
	}
	return Destination{format, file}, nil
}

// Write renders r in the format to w.
func Write(w io.Writer, format string, r exposure.Report) error {
	render := formats[format]
	if render == nil {
		return fmt.Errorf("report format %q is none of %s", format, strings.Join(Formats(), ", "))
	}
	return render(w, r)
}

// WriteFile renders r in the format to a file. The file appears whole or not
// at all; its folder must exist.
func WriteFile(format, path string, r exposure.Report) error {
	var text bytes.Buffer
	if err := Write(&text, format, r); err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("write report %s: %w", path, err)
	}
	defer func() { _ = os.Remove(temp.Name()) }() // gone already when it was renamed
	_, err = temp.Write(text.Bytes())
	if closed := temp.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write report %s: %w", path, err)
	}
	return nil
}
