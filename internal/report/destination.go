package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

var formats = map[string]func(io.Writer, exposure.Report) error{
	"text":  Text,
	"json":  JSON,
	"sarif": SARIF,
	"junit": JUnit,
	"html":  HTML,
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

// CheckAll says why reports could not be written, or would overwrite each
// other, so that it is known before a scan. It writes nothing.
func CheckAll(destinations []Destination) error {
	taken := map[string]bool{}
	for _, d := range destinations {
		place := d.Path
		if place != "" {
			absolute, err := filepath.Abs(place)
			if err != nil {
				return fmt.Errorf("report %s: %w", place, err)
			}
			place = absolute
		}
		switch {
		case taken[place] && place == "":
			return errors.New("only one report can go to standard output; the others need a file each")
		case taken[place]:
			return fmt.Errorf("two reports go to %s", d.Path)
		}
		taken[place] = true
		if err := d.Check(); err != nil {
			return err
		}
	}
	return nil
}

// Check says why a report could not be written to the destination, so that it
// is known before a scan. It writes nothing.
func (d Destination) Check() error {
	if d.Path == "" {
		return nil
	}
	folder := filepath.Dir(d.Path)
	if info, err := os.Stat(folder); err != nil {
		return fmt.Errorf("report %s: the folder %s: %w", d.Path, folder, bare(err))
	} else if !info.IsDir() {
		return fmt.Errorf("report %s: %s is not a folder", d.Path, folder)
	}
	if info, err := os.Stat(d.Path); err == nil && info.IsDir() {
		return fmt.Errorf("report %s: it is a folder", d.Path)
	}
	return nil
}

// bare drops the path that an error repeats.
func bare(err error) error {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr.Err
	}
	return err
}

// Write renders r in the format to w.
func Write(w io.Writer, format string, r exposure.Report) error {
	render := formats[format]
	if render == nil {
		return fmt.Errorf("report format %q is none of %s", format, strings.Join(Formats(), ", "))
	}
	return render(w, r)
}

// WriteFile renders r in the format to a file, readable by its owner alone:
// a report tells an attacker where to look. The file appears whole or not at
// all; its folder must exist. A device or a pipe is written to as it is.
func WriteFile(format, path string, r exposure.Report) error {
	var text bytes.Buffer
	if err := Write(&text, format, r); err != nil {
		return err
	}
	write := replace
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		write = func(path string, data []byte) error { return os.WriteFile(path, data, 0) }
	}
	if err := write(path, text.Bytes()); err != nil {
		return fmt.Errorf("write report %s: %w", path, err)
	}
	return nil
}

// replace puts a file in the place of another in one step.
func replace(path string, data []byte) error {
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temp.Name()) }() // gone already when it was renamed
	_, err = temp.Write(data)
	if err = errors.Join(err, temp.Close()); err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}
