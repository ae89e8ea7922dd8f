// Package tfsource reads the configuration that a state or plan was made
// from: on which line each resource is declared, and which findings its
// comments accept.
//
// It evaluates nothing: no variable, no function, no provider. It reads .tf
// and .tofu files and the manifest of installed modules, writes nothing, runs
// nothing and fetches nothing. Values are compared and never shown.
package tfsource

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Location is a place in a configuration. Lines count from 1; EndLine is the
// last line, never before Line.
type Location struct {
	File    string // relative to the folder given to Load, with slashes
	Line    int
	EndLine int
}

// String returns "network.tf:12".
func (l Location) String() string { return fmt.Sprintf("%s:%d", l.File, l.Line) }

func (l Location) compare(m Location) int {
	return cmp.Or(strings.Compare(l.File, m.File), cmp.Compare(l.Line, m.Line), cmp.Compare(l.EndLine, m.EndLine))
}

// Source is the configuration of a root module and all modules at hand below
// it. The zero value has nothing in it and works.
type Source struct {
	// declared is every resource, data and module block, by its address
	// without instance keys: "module.web.aws_lb.this", "module.web".
	declared map[string]*block
	// absent are the addresses of module blocks whose configuration is not at
	// hand.
	absent   map[string]bool
	accepted []Comment
	problems []Problem
}

// Problem is a comment that was meant for this program and does not work.
type Problem struct {
	Location
	Message string // a clause: "owner is required"
}

// String returns a sentence without its full stop.
func (p Problem) String() string {
	return fmt.Sprintf("The comment at %s accepts nothing: %s", p.Location, p.Message)
}

// Load reads the configuration in the folder dir and the modules it calls:
// those in folders ("./x", "../x"), and those that init installed, through
// modules.json in .terraform (or TF_DATA_DIR). A module that is not there is
// passed over. As in OpenTofu, a .tofu file stands in for the .tf file of its
// name.
//
// A folder without configuration is an empty Source. A folder that cannot be
// read is an error, and so is a broken file, with file, line and column, and a
// configuration beyond 64 MiB, 10,000 files or 20,000 blocks (counted once for
// each call of their module).
func Load(dir string) (*Source, error) {
	t := &tree{
		root: dir, modules: map[string]*module{}, installed: map[string]string{}, real: map[string]string{},
		out: &Source{declared: map[string]*block{}, absent: map[string]bool{}},
	}
	if err := t.load(); err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	t.out.gather()
	return t.out, nil
}

// FolderOf returns the folder in which the configuration of an input is looked
// for: the input itself when it is a folder, else the one that holds the file.
func FolderOf(input string) string {
	if isFolder(input) {
		return input
	}
	return filepath.Dir(input)
}

// Empty reports whether no resource, data or module block was found.
func (s *Source) Empty() bool { return s == nil || len(s.declared) == 0 }

// Comments returns what the comments of the configuration accept, in the
// order of their places, and those that could not be read. Neither is nil. A
// comment in a module that is called several times is returned once.
func (s *Source) Comments() ([]Comment, []Problem) {
	if s == nil {
		return []Comment{}, []Problem{}
	}
	return append([]Comment{}, s.accepted...), append([]Problem{}, s.problems...)
}

// gather takes the comments of every block into s, each with all addresses of
// its block.
func (s *Source) gather() {
	at := map[directive]int{}
	for _, address := range sortedKeys(s.declared) {
		for _, d := range s.declared[address].directives {
			i, known := at[d]
			if !known {
				i = len(s.accepted)
				at[d] = i
				s.accepted = append(s.accepted, Comment{Location: d.place, text: d.text, module: s.declared[address].module})
			}
			s.accepted[i].addresses = append(s.accepted[i].addresses, address)
		}
	}
	read := s.accepted[:0]
	for _, c := range s.accepted {
		w, err := parseAccept(c.addresses[0], c.text)
		if err != nil {
			s.problems = append(s.problems, Problem{c.Location, oneLine(err)})
			continue
		}
		c.Waiver = w
		read = append(read, c)
	}
	s.accepted = read
	slices.SortStableFunc(s.accepted, func(a, b Comment) int { return a.compare(b.Location) })
	slices.SortFunc(s.problems, func(a, b Problem) int {
		return cmp.Or(a.compare(b.Location), strings.Compare(a.Message, b.Message))
	})
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }
