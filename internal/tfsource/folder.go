package tfsource

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// Bounds of a configuration.
const (
	maxFiles  = 10_000
	maxBytes  = 64 << 20
	maxBlocks = 20_000
	maxDepth  = 50 // of module calls; deeper ones are passed over
)

// reader reads files until the bounds are reached.
type reader struct{ files, bytes int }

// read returns the content of a file. Anything but a regular file, such as a
// pipe that nobody writes to, counts as empty.
func (r *reader) read(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // opened for reading, so closing loses nothing
	src, err := io.ReadAll(io.LimitReader(f, int64(maxBytes-r.bytes)+1))
	if err != nil {
		return nil, err
	}
	r.files++
	r.bytes += len(src)
	switch {
	case r.files > maxFiles:
		return nil, fmt.Errorf("there are more than %d files", maxFiles)
	case r.bytes > maxBytes:
		return nil, fmt.Errorf("there are more than %d bytes", maxBytes)
	}
	return src, nil
}

// folder reads the module in root/path. path is what its locations begin with.
func (r *reader) folder(root, path string) (*module, error) {
	entries, err := os.ReadDir(filepath.Join(root, path))
	if err != nil {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	m := &module{blocks: map[string]*block{}}
	for _, name := range configuration(names) {
		file := filepath.Join(path, name)
		src, err := r.read(filepath.Join(root, file))
		if err != nil {
			return nil, err
		}
		read, err := parse(printable(filepath.ToSlash(file)), src)
		if err != nil {
			return nil, err
		}
		m.add(read, isOverride(name))
	}
	return m, nil
}

// printable makes the name of a file safe to show, and one line.
func printable(name string) string {
	return strings.NewReplacer("\n", "\ufffd", "\t", "\ufffd").Replace(exposure.Clean(name))
}

// parse reads one file. Its name tells the syntax.
func parse(name string, src []byte) (file, error) {
	if strings.HasSuffix(name, ".json") {
		if len(src) == 0 {
			return file{}, nil
		}
		return parseJSON(name, src)
	}
	return parseNative(name, src)
}

// configuration picks the configuration files among names, in the order in
// which they are merged: overrides last.
func configuration(names []string) []string {
	var plain, overrides []string
	for _, name := range slices.Sorted(slices.Values(names)) {
		ignored := strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") || strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#")
		stem, ext := splitName(name)
		replaced := strings.HasPrefix(ext, ".tf") && slices.Contains(names, stem+strings.Replace(ext, ".tf", ".tofu", 1))
		switch {
		case ext == "", ignored, replaced:
		case isOverride(name):
			overrides = append(overrides, name)
		default:
			plain = append(plain, name)
		}
	}
	return append(plain, overrides...)
}

// splitName cuts the extension off the name of a configuration file. It is
// empty for any other file.
func splitName(name string) (stem, ext string) {
	for _, ext := range []string{".tf", ".tf.json", ".tofu", ".tofu.json"} {
		if stem, ok := strings.CutSuffix(name, ext); ok {
			return stem, ext
		}
	}
	return name, ""
}

func isOverride(name string) bool {
	stem, _ := splitName(name)
	return stem == "override" || strings.HasSuffix(stem, "_override")
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
