package settings

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// Scope says which endpoints are scanned: those that every list admits. Lists
// hold globs with * and ?. Of each pair at most one is set.
type Scope struct {
	IncludeProjects []string // the endpoint's own project
	ExcludeProjects []string
	IncludeModules  []string // "module.shop", which holds what is below it; "root" is the root module itself
	ExcludeModules  []string
	IncludeAccounts []string // account, subscription or project of the cloud
	ExcludeAccounts []string
	IncludeTags     map[string]string // all of them have to match
	ExcludeTags     map[string]string // one that matches is enough
}

// UsesTags reports whether the tags of resources have to be known.
func (s Scope) UsesTags() bool { return len(s.IncludeTags) > 0 || len(s.ExcludeTags) > 0 }

// LeavesOut returns why an endpoint is not scanned, a clause, and "" for one
// that is. Account and tags are asked only of endpoints that come from a state:
// of those that a user declares by hand nothing is known of either.
func (s Scope) LeavesOut(e exposure.Endpoint) string {
	for _, d := range s.dimensions(e) {
		if !d.admits() {
			return d.reason()
		}
	}
	if e.Identity.Cloud == "" {
		return ""
	}
	return s.tagsLeaveOut(e.Tags)
}

// dimension is one property of an endpoint with the lists that judge it. A
// property can have several values, of which one has to match.
type dimension struct {
	name             string
	values           []string
	include, exclude []string
}

func (s Scope) dimensions(e exposure.Endpoint) []dimension {
	all := []dimension{
		{"project", []string{e.Project}, s.IncludeProjects, s.ExcludeProjects},
		{"module", modules(e.ResourceAddress), s.IncludeModules, s.ExcludeModules},
	}
	if e.Identity.Cloud != "" {
		all = append(all, dimension{"account", []string{e.Identity.Account}, s.IncludeAccounts, s.ExcludeAccounts})
	}
	return all
}

func (d dimension) admits() bool {
	switch {
	case len(d.include) > 0:
		return matchesAny(d.include, d.values)
	case len(d.exclude) > 0:
		return !matchesAny(d.exclude, d.values)
	}
	return true
}

func (d dimension) reason() string {
	if innermost := d.values[len(d.values)-1]; innermost != "" {
		return fmt.Sprintf("%s %q is out of the declared scope", d.name, innermost)
	}
	return fmt.Sprintf("it has no known %s, and the declared scope names some", d.name)
}

func matchesAny(globs, values []string) bool {
	for _, g := range globs {
		if slices.ContainsFunc(values, func(v string) bool { return exposure.Glob(g, v) }) {
			return true
		}
	}
	return false
}

func (s Scope) tagsLeaveOut(tags map[string]string) string {
	matches := func(key, glob string) bool {
		value, ok := tags[key]
		return ok && exposure.Glob(glob, value)
	}
	for _, key := range slices.Sorted(maps.Keys(s.IncludeTags)) {
		if !matches(key, s.IncludeTags[key]) {
			return fmt.Sprintf("it has no tag %s = %q, as the declared scope asks", key, s.IncludeTags[key])
		}
	}
	for _, key := range slices.Sorted(maps.Keys(s.ExcludeTags)) {
		if matches(key, s.ExcludeTags[key]) {
			return fmt.Sprintf("its tag %s is out of the declared scope", key)
		}
	}
	return ""
}

// step is one call of a module in a resource address, with or without a key.
var step = regexp.MustCompile(`^module\.([^.\[]+)(\[(?:"(?:[^"\\]|\\.)*"|[0-9]+)\])?(?:\.|$)`)

// modules returns the path of the module that holds a resource and of the
// modules around it, each with and without keys, the innermost last: "root"
// for a resource of the root module.
func modules(address string) []string {
	paths, with, without := []string{"root"}, "", ""
	for {
		m := step.FindStringSubmatch(address)
		if m == nil {
			break
		}
		with, without = with+".module."+m[1]+m[2], without+".module."+m[1]
		paths = append(paths, without[1:], with[1:])
		address = address[len(m[0]):]
	}
	if len(paths) > 1 {
		return paths[1:] // what a module holds is not in the root module
	}
	return paths
}

// Unmatched returns the globs of the scope that no endpoint matches, each with
// its list, "scope.include_projects \"prod-*\"", sorted. A glob that matches
// nothing is most likely misspelt.
func (s Scope) Unmatched(endpoints []exposure.Endpoint) []string {
	unmatched := []string{}
	lists := map[string][]string{
		"include_projects": s.IncludeProjects, "exclude_projects": s.ExcludeProjects,
		"include_modules": s.IncludeModules, "exclude_modules": s.ExcludeModules,
		"include_accounts": s.IncludeAccounts, "exclude_accounts": s.ExcludeAccounts,
	}
	for name, globs := range lists {
		for _, g := range globs {
			if !slices.ContainsFunc(endpoints, func(e exposure.Endpoint) bool { return matchesAny([]string{g}, valuesOf(name, e)) }) {
				unmatched = append(unmatched, fmt.Sprintf("scope.%s %q", name, g))
			}
		}
	}
	for name, tags := range map[string]map[string]string{"include_tags": s.IncludeTags, "exclude_tags": s.ExcludeTags} {
		for key, glob := range tags {
			has := func(e exposure.Endpoint) bool { v, ok := e.Tags[key]; return ok && exposure.Glob(glob, v) }
			if !slices.ContainsFunc(endpoints, has) {
				unmatched = append(unmatched, fmt.Sprintf("scope.%s %s = %q", name, key, glob))
			}
		}
	}
	slices.Sort(unmatched)
	return unmatched
}

// valuesOf returns what the globs of a list are compared with.
func valuesOf(list string, e exposure.Endpoint) []string {
	switch {
	case strings.HasSuffix(list, "modules"):
		return modules(e.ResourceAddress)
	case strings.HasSuffix(list, "accounts"):
		return []string{e.Identity.Account}
	}
	return []string{e.Project}
}
