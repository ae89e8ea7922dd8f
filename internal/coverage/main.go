// Command coverage prints, for the documentation, which resource types the
// analysis understands. It takes every name that stands in the sources of
// internal/reach and asks the clouds about it, so the list is theirs and not
// one beside them. Types of which nothing is to be understood are left out. It
// runs from the root of a checkout.
package main

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/clouds"
)

// providers are the prefixes of resource types with the names of their clouds.
var providers = map[string]string{
	"alicloud": "Alibaba Cloud", "aws": "AWS", "azurerm": "Azure", "digitalocean": "DigitalOcean", "google": "Google Cloud",
	"hcloud": "Hetzner Cloud", "helm": "Helm", "kubernetes": "Kubernetes", "linode": "Linode", "oci": "Oracle Cloud",
	"scaleway": "Scaleway", "vultr": "Vultr",
}

// lineWidth is where the lists wrap.
const lineWidth = 118

func main() {
	types, err := understood("internal/reach")
	if err != nil {
		fmt.Fprintf(os.Stderr, "coverage: %s\n", err)
		os.Exit(1)
	}
	for _, provider := range slices.Sorted(maps.Keys(types)) {
		name := providers[provider]
		if name == "" {
			name = provider
		}
		fmt.Printf("### %s\n\n%s\n", name, wrapped(types[provider]))
	}
}

var quotedType = regexp.MustCompile(`"([a-z][a-z0-9]*_[a-z0-9_]+)"`)

// understood returns the covered resource types that the sources below root
// name, sorted, by provider.
func understood(root string) (map[string][]string, error) {
	found := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !isSource(path) {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, match := range quotedType.FindAllStringSubmatch(string(text), -1) {
			found[match[1]] = true
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the sources: %w", err)
	}
	types := map[string][]string{}
	for _, t := range slices.Sorted(maps.Keys(found)) {
		if covered(t) {
			provider, _, _ := strings.Cut(t, "_")
			types[provider] = append(types[provider], t)
		}
	}
	return types, nil
}

// isSource reports whether a file holds knowledge of types that can be exposed
// or take part in a way to one. The catalogue keeps all others in inert files.
func isSource(path string) bool {
	name := filepath.Base(path)
	return !strings.HasPrefix(name, "inert") &&
		(strings.HasSuffix(name, ".hcl") || strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go"))
}

func covered(resourceType string) bool {
	for _, cloud := range clouds.All() {
		if cloud.Covers(resourceType) {
			return true
		}
	}
	return false
}

// wrapped returns the names as code, separated by commas, in lines.
func wrapped(names []string) string {
	var b strings.Builder
	width := 0
	for i, name := range names {
		word := "`" + name + "`"
		if i < len(names)-1 {
			word += ","
		}
		switch {
		case width == 0:
		case width+1+len(word) > lineWidth:
			b.WriteByte('\n')
			width = 0
		default:
			b.WriteByte(' ')
			width++
		}
		b.WriteString(word)
		width += len(word)
	}
	b.WriteByte('\n')
	return b.String()
}
