package catalogue_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/catalogue"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/reachtest"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// acme is what a user may write.
const acme = `
service "acme_gateway" {
  provider = "acme"
  kind     = "api"
  endpoint "main" {
    enabled_when = self.on
    host         = self.host
    port         = self.port
    names        = self.names
    gate "flag" {
      open    = self.public
      because = "public"
    }
    gate "cidrs" {
      allow      = self.allow
      when_empty = "none"
      because    = "allow"
    }
  }
  endpoint "each" {
    for_each = self.hosts
    host     = each
    port     = 443
  }
}
service "acme_ranges" {
  provider = "acme"
  kind     = "database"
  endpoint "main" {
    host = self.host
    port = 5432
    gate "ranges" {
      allow      = self.rules
      when_empty = "none"
      because    = "rules"
      labels     = { "0.0.0.0" = "acme-services" }
    }
  }
}
service "acme_ordered" {
  provider = "acme"
  kind     = "web"
  endpoint "main" {
    host = self.host
    port = 443
    gate "ordered" {
      rules     = self.rules
      unmatched = self.otherwise
      because   = "rules"
    }
  }
}
service "acme_work" {
  provider = "acme"
  kind     = "web"
  let {
    two   = [for a in self.items : [for b in self.items : b]]
    all   = [for a in self.items : [for b in self.items : [for c in self.items : [for d in self.items : [for e in self.items : [for f in self.items : [for g in self.items : g]]]]]]]
    grown = concat(let.two, let.two)
  }
  endpoint "main" {
    host = "a.example.com"
    port = length(let.grown)
    gate "flag" {
      open    = length(let.all) > 0
      because = "items"
    }
  }
}
service "acme_some" {
  provider     = "acme"
  kind         = "web"
  applies_when = self.ours
  endpoint "ours" {
    host = self.host
    port = 443
  }
}
service "acme_found" {
  provider = "acme"
  kind     = "web"
  let {
    pools = find("acme_pool", "name", self.pool)
  }
  endpoint "main" {
    for_each = let.pools
    host     = each.host
    port     = 443
  }
}
`

func parse(t *testing.T, sources map[string]string) reach.Cloud {
	t.Helper()
	files := map[string][]byte{}
	for name, source := range sources {
		files[name] = []byte(source)
	}
	entries, err := catalogue.Parse(files)
	if err != nil {
		t.Fatal(err)
	}
	return catalogue.CloudWith(entries)
}

func TestWhatAnEntryOfAUserCannotKnowIsUnknown(t *testing.T) {
	reachtest.RunResources(t, "testdata/entries/*.txtar", "acme/acme", parse(t, map[string]string{"acme.hcl": acme}))
}

// analyse analyses a state with one resource. sensitive are its attributes
// that nobody may see.
func analyse(t *testing.T, cloud reach.Cloud, resourceType, attributes string, sensitive ...string) string {
	t.Helper()
	var paths []string
	for _, name := range sensitive {
		paths = append(paths, fmt.Sprintf(`[{"type":"get_attr","value":%q}]`, name))
	}
	state := fmt.Sprintf(`{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"l","outputs":{},"resources":[{"mode":"managed","type":%q,"name":"a","provider":"provider[\"registry.terraform.io/acme/acme\"]","instances":[{"attributes":%s,"sensitive_attributes":[%s]}]}]}`,
		resourceType, attributes, strings.Join(paths, ","))
	in, err := tfstate.Parse("s", []byte(state))
	if err != nil {
		t.Fatal(err)
	}
	return reachtest.Render(reach.Analyze(in, cloud))
}

func TestSensitiveValuesOfAnEntryCountAndAreNotShown(t *testing.T) {
	cloud := parse(t, map[string]string{"acme.hcl": acme})
	got := analyse(t, cloud, "acme_gateway",
		`{"host":"secret.example.com","port":18443,"on":true,"public":true,"allow":["198.51.100.0/24"],"hosts":["hidden.example.com"],"names":["secret.example.net"]}`,
		"host", "port", "on", "public", "allow", "hosts", "names")
	for _, secret := range []string{"secret", "18443", "198.51.100", "hidden"} {
		if strings.Contains(got, secret) {
			t.Errorf("the analysis shows %q:\n%s", secret, got)
		}
	}
	for _, want := range []string{
		"[main] ?:0-65535 tcp scope=restricted", "the host of endpoint main is sensitive and not shown", "the port of endpoint main is sensitive and not shown",
		"exposed acme_gateway.a [each] ?:443 tcp scope=world", "the host of endpoint each is sensitive and not shown",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the analysis has no %q:\n%s", want, got)
		}
	}
	ordered := analyse(t, cloud, "acme_ordered", `{"host":"a.example.com","rules":[{"priority":1,"action":"allow","source":"198.51.100.0/24"}],"otherwise":"deny"}`, "rules")
	ranges := analyse(t, cloud, "acme_ranges", `{"host":"a.example.com","rules":[{"start":"198.51.100.4","end":"198.51.100.9"}]}`, "rules")
	for _, got := range []string{ordered, ranges} {
		if strings.Contains(got, "198.51.100") || !strings.Contains(got, "scope=restricted") {
			t.Errorf("want a restricted endpoint without its sources:\n%s", got)
		}
	}
}

// A word for access that comes out of an expression is only known then.
func TestAccessThatIsNoWordIsAGap(t *testing.T) {
	const service = "service \"acme_site\" {\n  provider = \"acme\"\n  kind = \"web\"\n  endpoint \"main\" {\n    host = self.host\n    port = 443\n    access = lower(self.access)\n  }\n}\n"
	cloud := parse(t, map[string]string{"own.hcl": service})
	const gap = "the access of endpoint main is none of anonymous, any_authenticated, authenticated, unknown: "
	tests := []struct {
		access, want string
		hidden       bool
	}{
		{access: `"Sure"`, want: gap + "sure"}, {access: `"Sure"`, hidden: true, want: gap + "(sensitive)"}, {access: `""`, want: gap},
		{access: `"Anonymous"`}, {access: `"unknown"`}, {access: `"Anonymous"`, hidden: true},
	}
	for _, test := range tests {
		sensitive := []string{}
		if test.hidden {
			sensitive = []string{"access"}
		}
		got := analyse(t, cloud, "acme_site", `{"host":"a.example.com","access":`+test.access+`}`, sensitive...)
		if strings.Contains(got, gap) != (test.want != "") || !strings.Contains(got, test.want) {
			t.Errorf("access %s (hidden: %v) gives\n%swant the gap %q", test.access, test.hidden, got, test.want)
		}
	}
}

// Entries go before those of ours, and inert types may have one.
func TestAnEntryTakesThePlaceOfOurs(t *testing.T) {
	const never = "service %q {\n  provider = \"x\"\n  kind = \"web\"\n  never_public {\n    because = \"is ours to judge\"\n    port = 443\n  }\n}\n"
	ours := catalogue.Cloud()
	for _, resourceType := range []string{"vultr_database", "aws_key_pair"} {
		cloud := parse(t, map[string]string{"own.hcl": fmt.Sprintf(never, resourceType)})
		got := analyse(t, cloud, resourceType, `{"host":"a.example.com","trusted_ips":[]}`)
		if !strings.Contains(got, "is of a service that is ours to judge") || strings.Contains(got, "\nexposed ") || strings.HasPrefix(got, "exposed ") {
			t.Errorf("%s is not judged by the entry:\n%s", resourceType, got)
		}
		if !strings.Contains(got, "note: judged by the catalogue entry at own.hcl:1") {
			t.Errorf("no note tells whose word it is:\n%s", got)
		}
		if cloud.Inert(resourceType) || !cloud.Covers(resourceType) {
			t.Errorf("Inert(%s), Covers(%[1]s) = %v, %v; want its values read", resourceType, cloud.Inert(resourceType), cloud.Covers(resourceType))
		}
	}
	if got := analyse(t, ours, "vultr_database", `{"host":"a.example.com","trusted_ips":[]}`); !strings.HasPrefix(got, "exposed ") {
		t.Errorf("without the entry it should be exposed, so that the test tells something:\n%s", got)
	}
	some := "service \"vultr_database\" {\n  provider = \"x\"\n  kind = \"database\"\n  applies_when = self.label == \"ours\"\n" + strings.SplitN(fmt.Sprintf(never, "x_y"), "kind = \"web\"\n", 2)[1]
	cloud := parse(t, map[string]string{"own.hcl": some})
	if got := analyse(t, cloud, "vultr_database", `{"label":"theirs","host":"a.example.com","trusted_ips":[]}`); !strings.HasPrefix(got, "exposed ") {
		t.Errorf("a resource to which the entry does not apply is not judged by ours:\n%s", got)
	}
	for _, attributes := range []string{`{"label":null,"host":"a"}`, `{"label":"ours","host":"a"}`} {
		doubtful := parse(t, map[string]string{"own.hcl": strings.Replace(some, `self.label == "ours"`, `self.label == "ours" ? self.sure : self.label`, 1)})
		if got := analyse(t, doubtful, "vultr_database", attributes); !strings.HasPrefix(got, "unknown/likely ") {
			t.Errorf("an entry that may not apply closes %s:\n%s", attributes, got)
		}
	}
	if got := analyse(t, cloud, "vultr_database", `{"label":"ours","host":"a.example.com","trusted_ips":[]}`); strings.HasPrefix(got, "exposed ") {
		t.Errorf("a resource to which the entry applies is judged by ours:\n%s", got)
	}
}

func TestWhatIsWrongWithAnEntryIsAllTold(t *testing.T) {
	const head = "service \"x_thing\" {\n  provider = \"x\"\n  kind = \"web\"\n"
	const end = "  }\n}\n"
	endpoint := func(lines string) string { return head + "  endpoint \"e\" {\n    host = self.h\n" + lines + end }
	flag := func(open string) string {
		return endpoint("    port = 443\n    gate \"flag\" {\n      open = " + open + "\n      because = \"o\"\n    }\n")
	}
	tests := []struct{ name, source, want string }{
		{"type", "service \"x thing\" {\n  provider = \"x\"\n  kind = \"web\"\n}\n", "a.hcl:1:9: Not a resource type"},
		{"port", endpoint("    port = 70000\n"), "a.hcl:6:12: Not a port"},
		{"port with a fraction", endpoint("    port = 22.5\n"), "a.hcl:6:12: Not a port"},
		{"port of all", endpoint("    ports = [443, 0]\n"), "a.hcl:6:13: Not a port"},
		{"no ports", endpoint("    ports = []\n"), "a.hcl:6:13: Not a port"},
		{"number", endpoint("    port = 1e999999999\n"), "a.hcl:6:12: Number out of range"},
		{"access", endpoint("    port = 1\n    access = \"public\"\n"), "a.hcl:7:14: Unknown word: access must be one of anonymous"},
		{"access in parentheses", endpoint("    port = 1\n    access = (\"sure\")\n"), "a.hcl:7:14: Unknown word: access must be one of anonymous"},
		{"kind", strings.Replace(endpoint("    port = 1\n"), "\"web\"", "\"nonsense\"", 1), "a.hcl:3:10: Unknown word: kind must be one of address, api"},
		{"flag", flag(`"maybe"`), "a.hcl:8:14: Neither true nor false"},
		{"condition", endpoint("    port = 1\n    enabled_when = \"yes\"\n"), "a.hcl:7:20: Neither true nor false"},
		{"too few arguments", flag("urlhost()"), "a.hcl:8:14: Wrong number of arguments: urlhost takes one argument, not 0"},
		{"too many arguments", flag("urlhost(self.a, self.b)"), "a.hcl:8:14: Wrong number of arguments: urlhost takes one argument, not 2"},
		{"relation without a type", flag("length(children(self.t, \"a\")) > 0"), "a.hcl:8:30: Not a type"},
		{"relation of too few", flag("length(children(\"x_y\")) > 0"), "a.hcl:8:21: Wrong number of arguments: children takes two arguments or more, not 1"},
		{"because of nothing", endpoint("    port = 443\n    gate \"flag\" {\n      open = true\n      because = \"\"\n    }\n"), "a.hcl:9:17: Nothing to name"},
		{"name twice", head + "  let {\n    a = 1\n  }\n  let {\n    a = 2\n  }\n  never_public {\n    because = \"b\"\n    port = 1\n" + end, "a.hcl:8:5: Duplicate name"},
		{"private twice", head + "  never_public {\n    because = \"b\"\n    port = 1\n  }\n  never_public {\n    because = \"b\"\n    port = 1\n" + end, "a.hcl:8:3: Duplicate block"},
		{"record twice", strings.Repeat("record \"x_record\" {\n  provider = \"x\"\n  name = self.n\n  kind = \"A\"\n  values = []\n  points = {}\n}\n", 2), "a.hcl:8:1: Duplicate record: x_record is declared at a.hcl:1:1 already"},
		{"loop for a plain value", "service \"x_thing\" {\n  provider = \"${[for a in [1] : a][0]}\"\n  kind = \"web\"\n}\n", "a.hcl:2:14: Not a plain value"},
		{"a file", head + "  let {\n    a = file(\"/etc/passwd\")\n  }\n}\n", "a.hcl:5:9: Unknown function"},
		{"deep", "x = " + strings.Repeat("(", 1000), "a.hcl:1:105: Unreadable file"},
		{"deep operators", "x = " + strings.Repeat("!", 1000) + "true\n", "a.hcl:1:105: Unreadable file"},
		{"deep conditions", "x = " + strings.Repeat("a?b:", 1000) + "c\n", "a.hcl:1:406: Unreadable file"},
		{"deep templates", "x = \"" + strings.Repeat("%{if a}", 1000) + "\"\n", "Unreadable file"},
		{"size", strings.Repeat("# nothing\n", 1<<16), "a.hcl:1:1: Unreadable file: It has 655360 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := catalogue.Parse(map[string][]byte{"a.hcl": []byte(tt.source)})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Parse(%.300s) = %v, want %q in it", tt.source, err, tt.want)
			}
		})
	}
	_, err := catalogue.Parse(map[string][]byte{"b.hcl": []byte(flag("1e600000000")), "a.hcl": []byte("service {")})
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok || len(joined.Unwrap()) != 3 || !strings.HasPrefix(joined.Unwrap()[0].Error(), "a.hcl:1:9: ") {
		t.Errorf("Parse of two broken files = %v, want three errors, in their order", err)
	}
}

// The guide names all that an entry may hold.
func TestTheGuideNamesEverything(t *testing.T) {
	text, err := os.ReadFile("../../../templates/guides/teach-a-resource-type.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range catalogue.Vocabulary() {
		if !strings.Contains(string(text), "`"+word+"`") && !strings.Contains(string(text), "`"+word+"(") && !strings.Contains(string(text), "`"+word+" ") {
			t.Errorf("the guide does not name %s", word)
		}
	}
}
