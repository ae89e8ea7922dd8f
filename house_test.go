package main_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/dynamicscan/terraform-provider-dynamicscan/"

// arrows says which rooms of the house a room may import: main → provider and
// cli → scan → stages → exposure. Stages do not import each other; what two of
// them share is a noun of exposure. A room is a folder of internal with all
// below it.
var arrows = map[string][]string{
	"main":        {"provider", "cli"},
	"provider":    {"exposure", "policy", "report", "scan", "settings", "store", "tfsource", "tfstate"},
	"cli":         {"exposure", "policy", "report", "scan", "settings", "store", "tfsource", "tfstate"},
	"scan":        {"datascan", "exposure", "fingerprint", "policy", "probe", "reach", "screenshot", "settings", "store", "tfsource", "tfstate", "waiver"},
	"report":      {"exposure"},
	"settings":    {"exposure", "waiver"},
	"reach":       {"exposure", "tfstate"},
	"datascan":    {"exposure"},
	"fingerprint": {"exposure"},
	"policy":      {"exposure"},
	"probe":       {"exposure"},
	"screenshot":  {"exposure"},
	"store":       {"exposure"},
	"tfsource":    {"exposure", "waiver"},
	"tfstate":     {"exposure"},
	"waiver":      {"exposure"},
	"probetest":   {"exposure"},
	"reachtest":   {"exposure", "reach", "tfstate"},
	"exposure":    {},
	"demo":        {},
	"gallery":     {},
	"coverage":    {"reach"},
}

// owners says which rooms may import a module. Each that is costly to start is
// wrapped by one room, which starts it when it is first needed.
var owners = map[string][]string{
	"github.com/go-rod/rod":                                    {"screenshot"},
	"github.com/hashicorp/hcl/v2":                              {"cli", "reach", "settings", "tfsource"},
	"github.com/hashicorp/terraform-plugin-framework":          {"main", "provider"},
	"github.com/hashicorp/terraform-plugin-framework-timeouts": {"provider"},
	"github.com/hashicorp/terraform-plugin-go":                 {"provider"},
	"github.com/hashicorp/terraform-plugin-log":                {"provider"},
	"github.com/open-policy-agent/opa":                         {"policy"},
	"github.com/projectdiscovery/wappalyzergo":                 {"fingerprint"},
	"github.com/rs/zerolog":                                    {"datascan"},
	"github.com/spf13/viper":                                   {"datascan"},
	"github.com/zricethezav/gitleaks/v8":                       {"datascan"},
	"modernc.org/sqlite":                                       {"store"},
}

// pure are the rooms that neither read files nor use the network.
var pure = []string{"datascan", "exposure", "fingerprint", "policy", "reach", "waiver"}

// impure are the packages of the standard library that a pure room has no use for.
var impure = []string{"net/http", "os", "os/exec", "syscall"}

// sockets are what opens a connection or asks a name server. Only probe does
// either to what is scanned; probetest and demo serve on loopback.
var sockets = map[string][]string{
	"net": {
		"Dial", "DialIP", "DialTCP", "DialTimeout", "DialUDP", "Dialer", "DefaultResolver", "Resolver",
		"LookupAddr", "LookupCNAME", "LookupHost", "LookupIP", "LookupMX", "LookupNS", "LookupTXT",
	},
	"net/http":   {"Client", "DefaultClient", "DefaultTransport", "Get", "Head", "Post", "PostForm", "Transport"},
	"crypto/tls": {"Dial", "DialWithDialer", "Dialer"},
}

var mayOpenSockets = []string{"probe", "probetest", "demo"}

func TestImportsPointOneWay(t *testing.T) {
	eachFile(t, func(file, room string, f *ast.File) {
		allowed, known := arrows[room]
		if !known {
			t.Errorf("%s: room %q is not in the table of arrows", file, room)
		}
		for _, imported := range importsOf(t, f) {
			inner, ours := strings.CutPrefix(imported, module)
			if !ours {
				continue
			}
			if to := roomOf(inner); to != room && !slices.Contains(allowed, to) {
				t.Errorf("%s imports %s; %s may import %q", file, inner, room, allowed)
			}
		}
	})
}

func TestAHeavyModuleHasOneOwner(t *testing.T) {
	eachFile(t, func(file, room string, f *ast.File) {
		for _, imported := range importsOf(t, f) {
			for owned, by := range owners {
				if within(imported, owned) && !slices.Contains(by, room) {
					t.Errorf("%s imports %s, which belongs to %q", file, imported, by)
				}
			}
			if room == "exposure" && strings.Contains(imported, ".") {
				t.Errorf("%s imports %s; the nouns need the standard library only", file, imported)
			}
		}
	})
}

func TestPureRoomsReadNothing(t *testing.T) {
	eachFile(t, func(file, room string, f *ast.File) {
		for _, imported := range importsOf(t, f) {
			if slices.Contains(pure, room) && slices.Contains(impure, imported) {
				t.Errorf("%s imports %s; %s is pure", file, imported, room)
			}
		}
	})
}

func TestOnlyTheProbeOpensSockets(t *testing.T) {
	eachFile(t, func(file, room string, f *ast.File) {
		if slices.Contains(mayOpenSockets, room) {
			return
		}
		eachSelector(t, f, func(pkg, name string) {
			if slices.Contains(sockets[pkg], name) {
				t.Errorf("%s uses %s.%s; only %q open sockets", file, pkg, name, mayOpenSockets)
			}
		})
	})
}

func TestOnlyMainExits(t *testing.T) {
	eachFile(t, func(file, room string, f *ast.File) {
		eachSelector(t, f, func(pkg, name string) {
			exits := pkg == "os" && name == "Exit" || pkg == "log" && strings.HasPrefix(name, "Fatal")
			if exits && f.Name.Name != "main" {
				t.Errorf("%s uses %s.%s; only a main package ends the process", file, pkg, name)
			}
		})
	})
}

// eachFile calls check for every Go file of the module that is not a test.
// Tests may import what they like.
func eachFile(t *testing.T, check func(file, room string, f *ast.File)) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		skip := d != nil && d.IsDir() && (slices.Contains([]string{"bin", "dist", "testdata", "tools"}, d.Name()) || len(file) > 1 && d.Name()[0] == '.')
		switch {
		case err != nil:
			return err
		case skip:
			return fs.SkipDir
		case d.IsDir() || filepath.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go"):
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files++
		check(file, roomOf(path.Dir(filepath.ToSlash(file))), f)
		return nil
	})
	if err != nil {
		t.Fatalf("walk the module: %v", err)
	}
	if files < 50 {
		t.Fatalf("%d files were looked at, want the whole module", files)
	}
}

// roomOf names the room of a package by its folder: "internal/reach/aws" is
// reach, "." is main. A package that serves tests is a room of its own.
func roomOf(folder string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(folder, "internal/"), "/")
	switch last := path.Base(folder); {
	case strings.HasSuffix(last, "test"):
		return last
	case first == ".":
		return "main"
	}
	return first
}

func within(imported, module string) bool {
	return imported == module || strings.HasPrefix(imported, module+"/")
}

func importsOf(t *testing.T, f *ast.File) []string {
	t.Helper()
	var paths []string
	for _, spec := range f.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatalf("import %s: %v", spec.Path.Value, err)
		}
		paths = append(paths, imported)
	}
	return paths
}

// eachSelector calls check for every name that f takes from an imported
// package.
func eachSelector(t *testing.T, f *ast.File, check func(pkg, name string)) {
	t.Helper()
	imported := map[string]string{} // name in the file → path
	for i, p := range importsOf(t, f) {
		name := path.Base(p)
		if f.Imports[i].Name != nil {
			name = f.Imports[i].Name.Name
		}
		imported[name] = p
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && imported[x.Name] != "" {
				check(imported[x.Name], s.Sel.Name)
			}
		}
		return true
	})
}
