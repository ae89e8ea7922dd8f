package tfsource

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// tree loads a module and those below it.
type tree struct {
	root      string
	reader    reader
	modules   map[string]*module // by path below root
	installed map[string]string  // path by the keys of modules.json: "web.inner"
	real      map[string]string  // path without symbolic links, by path
	out       *Source
}

func (t *tree) load() error {
	if !isFolder(t.root) {
		return fmt.Errorf("%s is not a folder", t.root)
	}
	if err := t.readManifest(); err != nil {
		return err
	}
	return t.visit(nil, ".", nil)
}

// visit takes the module at path, called by calls, and those below it. Above
// are the real paths of the modules that led here.
func (t *tree) visit(calls []string, path string, above []string) error {
	m, err := t.module(path)
	if err != nil {
		return err
	}
	prefix := ""
	for _, call := range calls {
		prefix += "module." + call + "."
	}
	above = append(slices.Clip(above), t.realPath(path))
	for _, key := range sortedKeys(m.blocks) {
		b := m.blocks[key]
		t.out.declared[prefix+key] = b
		if len(t.out.declared) > maxBlocks {
			return fmt.Errorf("there are more than %d blocks", maxBlocks)
		}
		if !b.module {
			continue
		}
		inner := append(slices.Clip(calls), strings.TrimPrefix(key, "module."))
		if err := t.follow(prefix+key, inner, t.pathOf(b, inner, path), above); err != nil {
			return err
		}
	}
	return nil
}

// follow visits the module that the block at address calls, unless it is not
// at hand or calls itself.
func (t *tree) follow(address string, calls []string, path string, above []string) error {
	if path == "" || len(calls) > maxDepth || !isFolder(filepath.Join(t.root, path)) || slices.Contains(above, t.realPath(path)) {
		t.out.absent[address] = true
		return nil
	}
	return t.visit(calls, path, above)
}

// module reads the folder at path, once.
func (t *tree) module(path string) (*module, error) {
	if m, ok := t.modules[path]; ok {
		return m, nil
	}
	m, err := t.reader.folder(t.root, path)
	if err != nil {
		return nil, err
	}
	t.modules[path] = m
	t.out.problems = append(t.out.problems, m.problems...)
	return m, nil
}

// realPath returns where the folder at path really is, so that one that leads
// back through a symbolic link is recognised.
func (t *tree) realPath(path string) string {
	if real, ok := t.real[path]; ok {
		return real
	}
	real, err := filepath.EvalSymlinks(filepath.Join(t.root, path))
	if err != nil {
		real = path // the folder is gone; reading it will tell
	}
	t.real[path] = real
	return real
}

// pathOf returns where the module of a block is, relative to the root and
// empty when that is not known.
func (t *tree) pathOf(b *block, calls []string, parent string) string {
	source, ok := literal(b.body.attrs["source"].expr)
	if ok && source.Type() == cty.String {
		text := source.AsString()
		if strings.HasPrefix(text, "./") || strings.HasPrefix(text, "../") || text == "." || text == ".." {
			return filepath.Join(parent, filepath.FromSlash(text))
		}
	}
	return t.installed[strings.Join(calls, ".")]
}

// readManifest reads which modules init installed.
func (t *tree) readManifest() error {
	data := os.Getenv("TF_DATA_DIR")
	if data == "" {
		data = ".terraform"
	}
	name := filepath.Join(data, "modules", "modules.json")
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(t.root, name)
	}
	if _, err := os.Stat(path); err != nil {
		return nil // nothing is installed, or nothing that can be seen
	}
	src, err := t.reader.read(path)
	if err != nil {
		return err
	}
	var manifest struct {
		Modules []struct{ Key, Dir string }
	}
	if err := json.Unmarshal(src, &manifest); err != nil {
		return placed(printable(filepath.ToSlash(name)), src, err)
	}
	for _, m := range manifest.Modules {
		if m.Key != "" && m.Dir != "" {
			t.installed[m.Key] = t.relative(m.Dir)
		}
	}
	return nil
}

// relative turns a folder of the manifest, which is relative to the root or
// absolute, into a path below the root where it can be one.
func (t *tree) relative(dir string) string {
	dir = filepath.FromSlash(dir)
	if !filepath.IsAbs(dir) {
		return filepath.Clean(dir)
	}
	root, err := filepath.Abs(t.root)
	if err != nil {
		return ""
	}
	path, err := filepath.Rel(root, dir)
	if err != nil {
		return ""
	}
	return path
}
