package tfsource_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfsource"
	"github.com/rogpeppe/go-internal/txtar"
)

// tree writes the files of an archive below a new folder and returns it.
func tree(t *testing.T, archive string) string {
	t.Helper()
	root := t.TempDir()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		path := filepath.Join(root, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func load(t *testing.T, dir string) *tfsource.Source {
	t.Helper()
	s, err := tfsource.Load(dir)
	if err != nil {
		t.Fatalf("Load(%q) = %v, want the configuration", dir, err)
	}
	return s
}

func TestAFolderWithoutConfigurationIsEmpty(t *testing.T) {
	for _, archive := range []string{"", "-- readme.md --\nx\n-- main.tf~ --\n{\n-- .main.tf --\n{\n-- #main.tf# --\n{\n-- main.tf.bak --\n{\n-- sub/main.tf --\n{\n"} {
		s := load(t, tree(t, archive))
		comments, problems := s.Comments()
		if !s.Empty() || comments == nil || problems == nil || len(comments)+len(problems) > 0 {
			t.Errorf("Load of %q is not empty: %v, %v", archive, comments, problems)
		}
	}
}

func TestNoSourceAtAllKnowsNothing(t *testing.T) {
	for _, s := range []*tfsource.Source{nil, {}} {
		if l, ok := s.Locate("aws_lb.web", "internal", none); ok || !s.Empty() {
			t.Errorf("Locate = %v, want nothing", l)
		}
		if comments, problems := s.Comments(); comments == nil || problems == nil {
			t.Errorf("Comments() = %v, %v, want no nil", comments, problems)
		}
	}
}

func TestABrokenFileIsNamedWithItsPlace(t *testing.T) {
	deep := strings.Repeat("[", 2000) + strings.Repeat("]", 2000)
	tests := []struct{ name, archive, want string }{
		{"syntax", "-- main.tf --\nlocals {\n  a = \n}\n", "main.tf:2,7: Invalid expression"},
		{"unclosed block", "-- main.tf --\nlocals {\n", "main.tf:1,8: Unclosed configuration block"},
		{"override", "-- x_override.tf --\n}\n", "x_override.tf:1,1: "},
		{"json", "-- main.tf.json --\n{\n  \"resource\": x\n}\n", "main.tf.json:2,15: invalid character 'x'"},
		{"json of the wrong shape", "-- main.tf.json --\n{\"resource\": 1}\n", "main.tf.json:1,14: Incorrect JSON value type"},
		{"json with more behind it", "-- main.tf.json --\n{}\n{}\n", "main.tf.json:2,1: invalid character '{'"},
		{"module", "-- main.tf --\nmodule \"a\" {\n  source = \"./a\"\n}\n-- a/main.tofu --\nx\n", "a/main.tofu:1,1: Argument or block"},
		{"deep brackets", "-- main.tf --\na = " + deep + "\n", "main.tf:1: expressions nest more than 1000 deep"},
		{"deep operators", "-- main.tf --\n\na = " + strings.Repeat("!", 2000) + "true\n", "main.tf:2: expressions nest"},
		{"deep conditions", "-- main.tf --\na = " + strings.Repeat("true ? 1 : ", 2000) + "1\n", "main.tf:1: expressions nest"},
		{"deep conditions over lines", "-- main.tf --\na = (" + strings.Repeat("true ? 1 :\n", 2000) + "1)\n", "expressions nest"},
		{"deep directives", "-- main.tf --\na = \"" + strings.Repeat("%{if true}", 2000) + strings.Repeat("%{endif}", 2000) + "\"\n", "expressions nest"},
		{"deep json", "-- main.tf.json --\n" + strings.Repeat("[", 20000) + "\n", "main.tf.json:1,"},
		{"manifest", "-- .terraform/modules/modules.json --\n{\n", ".terraform/modules/modules.json:1,2: unexpected end"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := tfsource.Load(tree(t, test.archive)); err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("Load = %v, want an error of one line with %q", err, test.want)
			}
		})
	}
}

func TestWhatIsLongIsNotDeep(t *testing.T) {
	many := strings.Repeat("  x ? -1 : !y,\n", 3000)
	load(t, tree(t, "-- main.tf --\nlocals {\na = [\n"+many+"]\n}\n"))
	load(t, tree(t, "-- main.tf --\n"+strings.Repeat("locals {\n  a = x ? -1 : \"${y}\"\n}\n", 3000)))
}

func TestAFolderThatCannotBeReadIsAnError(t *testing.T) {
	file := filepath.Join(tree(t, "-- f --\n"), "f")
	for _, dir := range []string{filepath.Join(file, ".."+string(filepath.Separator)+"gone"), file} {
		if s, err := tfsource.Load(dir); err == nil {
			t.Errorf("Load(%q) = %v, want an error", dir, s)
		}
	}
}

const modules = `
-- main.tf --
module "web" {
  source   = "./modules/web"
  for_each = toset(["a"])
}

module "vpc" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "5.0.0"
}

module "gone" {
  source = "git::ssh://git@example.com/gone"
}

module "computed" {
  source = var.source
}

data "aws_ami" "base" {
  owners = ["amazon"]
}
-- modules/web/main.tf --
resource "aws_lb" "this" {
  count    = 2
  internal = false
}
module "inner" {
  source = "../inner"
}
-- modules/inner/lb.tf --

resource "aws_lb" "this" { internal = false }
-- .terraform/modules/modules.json --
{"Modules": [
  {"Key": "", "Source": "", "Dir": "."},
  {"Key": "vpc", "Source": "registry.terraform.io/terraform-aws-modules/vpc/aws", "Version": "5.0.0", "Dir": ".terraform/modules/vpc"},
  {"Key": "vpc.sub", "Source": "./sub", "Dir": ".terraform/modules/vpc/sub"},
  {"Key": "computed", "Source": "./modules/inner", "Dir": "modules/inner"}
]}
-- .terraform/modules/vpc/main.tf --
resource "aws_vpc" "this" {
}
module "sub" {
  source = "./sub"
}
-- .terraform/modules/vpc/sub/main.tf --
resource "aws_subnet" "this" {}
`

func TestResourcesAreFoundThroughModules(t *testing.T) {
	s := load(t, tree(t, modules))
	tests := []struct{ address, attribute, want string }{
		{`module.web["a"].aws_lb.this[1]`, "internal", "modules/web/main.tf:3"},
		{`module.web["a.b]\"c"].aws_lb.this[1]`, "internal", "modules/web/main.tf:3"},
		{`module.web["a"].module.inner.aws_lb.this`, "internal", "modules/inner/lb.tf:2"},
		{"module.web.module.inner.aws_lb.this", "", "modules/inner/lb.tf:2"},
		{"module.vpc.aws_vpc.this", "cidr_block", ".terraform/modules/vpc/main.tf:1"},
		{"module.vpc.module.sub.aws_subnet.this", "", ".terraform/modules/vpc/sub/main.tf:1"},
		{"module.computed.aws_lb.this", "", "modules/inner/lb.tf:2"},
		{"data.aws_ami.base", "owners", "main.tf:20"},
		{"module.gone[0].aws_lb.this", "internal", "main.tf:11"},
		{"module.gone[0].module.x.aws_lb.this", "internal", "main.tf:11"},
		{"aws_ami.base", "", ""},
		{"module.web.aws_lb.that", "", ""},
		{"module.web.module.other.aws_lb.this", "", ""},
		{"module.nowhere.aws_lb.this", "", ""},
		{"", "", ""},
		{"[", "", ""},
	}
	for _, test := range tests {
		got := ""
		if l, ok := s.Locate(test.address, test.attribute, none); ok {
			got = l.String()
		}
		if got != test.want {
			t.Errorf("Locate(%s, %q) = %q, want %q", test.address, test.attribute, got, test.want)
		}
	}
}

func TestTheDataFolderMayBeElsewhere(t *testing.T) {
	dir := tree(t, "-- main.tf --\nmodule \"a\" {\n  source = \"x/y/z\"\n}\n-- data/modules/modules.json --\n{\"Modules\":[{\"Key\":\"a\",\"Dir\":\"data/modules/a\"}]}\n-- data/modules/a/main.tf --\nresource \"aws_lb\" \"this\" {}\n")
	for _, data := range []string{"data", filepath.Join(dir, "data")} {
		t.Setenv("TF_DATA_DIR", data)
		if l, ok := load(t, dir).Locate("module.a.aws_lb.this", "", none); !ok || l.String() != "data/modules/a/main.tf:1" {
			t.Errorf("Locate with TF_DATA_DIR=%s = %v, %v", data, l, ok)
		}
	}
}

func TestModulesAboveTheFolderAreFound(t *testing.T) {
	dir := tree(t, "-- live/main.tf --\nmodule \"a\" {\n  source = \"../shared\"\n}\n-- shared/main.tf --\nresource \"aws_lb\" \"this\" {}\n")
	if l, ok := load(t, filepath.Join(dir, "live")).Locate("module.a.aws_lb.this", "", none); !ok || l.String() != "../shared/main.tf:1" {
		t.Errorf("Locate = %v, %v, want ../shared/main.tf:1", l, ok)
	}
}

func TestModulesThatLeadBackEnd(t *testing.T) {
	dir := tree(t, "-- main.tf --\nmodule \"a\" {\n  source = \"./loop\"\n}\nmodule \"b\" {\n  source = \".\"\n}\nresource \"aws_lb\" \"this\" {}\n")
	if err := os.Symlink(dir, filepath.Join(dir, "loop")); err != nil {
		t.Skipf("no symbolic links: %v", err)
	}
	if l, ok := load(t, dir).Locate("module.a.module.b.aws_lb.this", "", none); !ok || l.String() != "main.tf:1" {
		t.Errorf("Locate = %v, %v, want the module block", l, ok)
	}
}

func TestEveryModuleTwiceDoesNotExplode(t *testing.T) {
	var b strings.Builder
	for i := range 16 {
		dir, next := strings.Repeat("m/", i), "./m"
		b.WriteString("-- " + dir + "main.tf --\nmodule \"a\" {\n  source = \"" + next + "\"\n}\nmodule \"b\" {\n  source = \"" + next + "\"\n}\n")
	}
	if _, err := tfsource.Load(tree(t, b.String())); err == nil || !strings.Contains(err.Error(), "more than 20000 blocks") {
		t.Errorf("Load of 2^16 modules = %v, want an error that names the bound", err)
	}
}

func TestOnlyRegularFilesAreRead(t *testing.T) {
	dir := tree(t, "-- main.tf --\nresource \"aws_lb\" \"this\" {}\n-- folder.tf/x --\n")
	if err := os.Symlink(os.DevNull, filepath.Join(dir, "null.tf")); err != nil {
		t.Skipf("no symbolic links: %v", err)
	}
	if s := load(t, dir); s.Empty() {
		t.Error("Load found nothing, want aws_lb.this")
	}
}
