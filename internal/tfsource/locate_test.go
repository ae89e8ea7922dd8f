package tfsource_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

var none = cty.NilVal

// values reads the attributes of a resource from JSON, as a state has them.
func values(t *testing.T, text string) cty.Value {
	t.Helper()
	if text == "" {
		return none
	}
	typ, err := ctyjson.ImpliedType([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	v, err := ctyjson.Unmarshal([]byte(text), typ)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// place is one expectation about the resource test_x.a.
type place struct{ attribute, values, want string }

func expect(t *testing.T, archive string, places []place) {
	t.Helper()
	s := load(t, tree(t, archive))
	for _, p := range places {
		l, ok := s.Locate("test_x.a", p.attribute, values(t, p.values))
		got := ""
		if ok {
			got = l.String()
		}
		if ok && l.EndLine != l.Line {
			got += fmt.Sprintf("-%d", l.EndLine)
		}
		if got != p.want {
			t.Errorf("Locate(test_x.a, %q, %s) = %q, want %q", p.attribute, p.values, got, p.want)
		}
	}
}

const twoRules = `
-- main.tf --
resource "test_x" "a" {
  name = "n"

  ingress {
    from_port   = 22
    cidr_blocks = ["10.0.0.0/8", "192.168.0.0/16"]
  }

  ingress {
    from_port   = 443
    cidr_blocks = var.world
  }
  egress {
    from_port = 0
  }
}
`

func TestAnAttributeIsFoundWhereItStands(t *testing.T) {
	sorted := `{"ingress":[{"from_port":443,"cidr_blocks":["0.0.0.0/0"]},{"from_port":22,"cidr_blocks":["192.168.0.0/16","10.0.0.0/8"]}]}`
	expect(t, twoRules, []place{
		{"", "", "main.tf:1-16"},
		{"name", "", "main.tf:2"},
		{"computed", "", "main.tf:1-16"},
		{"egress[0].from_port", "", "main.tf:14"},
		{"egress.0.from_port", "", "main.tf:14"},
		{"egress", "", "main.tf:13-15"},
		{"egress[0].description", "", "main.tf:13-15"},
		// The state has an order of its own, which the literals see through.
		{"ingress[0].cidr_blocks", sorted, "main.tf:11"},
		{"ingress[1].cidr_blocks", sorted, "main.tf:6"},
		{"ingress[1].cidr_blocks[0]", sorted, "main.tf:6"},
		{"ingress[1]", sorted, "main.tf:4-7"},
		// Nothing tells which.
		{"ingress[1].cidr_blocks", "", "main.tf:4-12"},
		{"ingress", "", "main.tf:4-12"},
		{"ingress[7].cidr_blocks", sorted, "main.tf:4-12"},
		{"ingress[1].cidr_blocks", `{"ingress":null}`, "main.tf:4-12"},
	})
}

func TestABlockIsNamedOnlyWhenEverythingFits(t *testing.T) {
	expect(t, twoRules, []place{
		// A rule that the source does not have: the others are no longer sure.
		{"ingress[0].cidr_blocks", `{"ingress":[{"from_port":443},{"from_port":22},{"from_port":80}]}`, "main.tf:9-12"},
		{"ingress[2].cidr_blocks", `{"ingress":[{"from_port":443},{"from_port":22},{"from_port":80}]}`, "main.tf:1-16"},
		{"egress[0].from_port", `{"egress":[{"from_port":99}]}`, "main.tf:1-16"},
		// A rule of which the state shows nothing is the one that is left.
		{"ingress[0].cidr_blocks", `{"ingress":[{"from_port":null},{"from_port":22}]}`, "main.tf:11"},
		{"ingress[0].cidr_blocks", `{"ingress":[{},{}]}`, "main.tf:4-12"},
		{"ingress[0].cidr_blocks", `{"ingress":[{"from_port":"22"},{"from_port":"443"}]}`, "main.tf:6"},
	})
}

func TestWhatAProviderWritesDifferentlyIsNotTakenForAnother(t *testing.T) {
	expect(t, `
-- main.tf --
resource "test_x" "a" {
  ingress {
    protocol = "TCP"
    port     = 1
  }
  ingress {
    protocol = "tcp"
    port     = var.port
  }
}
`, []place{{"ingress[0].port", `{"ingress":[{"protocol":"tcp","port":1},{"protocol":"tcp","port":2}]}`, "main.tf:6-9"}})
}

func TestALoneBlockThatIsNotMeantIsNotNamed(t *testing.T) {
	expect(t, "-- main.tf --\nresource \"test_x\" \"a\" {\n  rule {\n    port = 1\n  }\n}\n", []place{
		{"rule[0].port", `{"rule":[{"port":1}]}`, "main.tf:3"},
		{"rule[0].port", `{"rule":{"port":1}}`, "main.tf:3"},
		{"rule.port", `{"rule":{"port":1}}`, "main.tf:3"},
		{"rule[1].port", `{"rule":[{"port":1},{"port":2}]}`, "main.tf:1-5"},
	})
}

func TestDynamicBlocksAnswerForTheirBlocks(t *testing.T) {
	expect(t, `
-- main.tf --
resource "test_x" "a" {
  ingress {
    from_port = 22
  }
  dynamic "ingress" {
    for_each = var.rules
    content {
      protocol  = "tcp"
      from_port = ingress.value
    }
  }
  dynamic "egress" {
    for_each = var.rules
    content {}
  }
}
`, []place{
		{"egress[3].from_port", "", "main.tf:12-15"},
		{"egress[1].from_port", `{"egress":[{"from_port":1},{"from_port":2}]}`, "main.tf:12-15"},
		{"ingress[0].from_port", `{"ingress":[{"from_port":80,"protocol":"tcp"},{"from_port":22,"protocol":"udp"},{"from_port":81,"protocol":"tcp"}]}`, "main.tf:5-11"},
		{"ingress[1].from_port", `{"ingress":[{"from_port":80,"protocol":"tcp"},{"from_port":22,"protocol":"udp"}]}`, "main.tf:3"},
		// Either may have made it.
		{"ingress[1].from_port", `{"ingress":[{"from_port":22,"protocol":"tcp"},{"from_port":22,"protocol":"tcp"}]}`, "main.tf:2-11"},
	})
}

func TestListsAreFollowedAsFarAsTheyAreWrittenOut(t *testing.T) {
	expect(t, `
-- main.tf --
resource "test_x" "a" {
  ingress = [
    {
      from_port   = 22
      "cidr_blocks" = ["10.0.0.0/8"]
    },
    {
      from_port   = 443
      cidr_blocks = [
        "10.0.0.0/8",
        "0.0.0.0/0",
      ]
    },
  ]
  egress = [for r in var.rules : r]
  tags = {
    "a.b" = 1
    (x)   = 2
  }
  network = {
    rules = [{ port = 1 }]
  }
  policy = jsonencode({ Statement = [] })
}
`, []place{
		{"ingress[0].cidr_blocks", `{"ingress":[{"from_port":443},{"from_port":22}]}`, "main.tf:9-12"},
		{"ingress[0].cidr_blocks[1]", `{"ingress":[{"from_port":443,"cidr_blocks":["0.0.0.0/0","10.0.0.0/8"]},{"from_port":22}]}`, "main.tf:10"},
		{"ingress[1].cidr_blocks", `{"ingress":[{"from_port":443},{"from_port":22}]}`, "main.tf:5"},
		{"ingress[1].cidr_blocks", "", "main.tf:2-14"},
		{"ingress[1].cidr_blocks", `{"ingress":[{"from_port":443},{"from_port":443}]}`, "main.tf:2-14"},
		{"egress[1].cidr_blocks", `{"egress":[{},{}]}`, "main.tf:15"},
		{`tags["a.b"]`, "", "main.tf:17"},
		{"tags.z", "", "main.tf:16-19"},
		{"network.rules[0].port", "", "main.tf:21"},
		{"policy.Statement[0]", "", "main.tf:23"},
	})
}

func TestJSONIsConfigurationToo(t *testing.T) {
	archive := `
-- main.tf.json --
{
  "resource": {
    "test_x": {
      "a": {
        "name": "n",
        "ingress": [
          {"from_port": 22,
           "cidr_blocks": ["10.0.0.0/8"]},
          {"from_port": "${var.port}",
           "cidr_blocks": ["0.0.0.0/0"]}
        ],
        "egress": {
          "from_port": 0
        },
        "dynamic": {
          "rule": {
            "for_each": "${var.rules}", "content": {}
          }
        }
      }
    }
  },
  "module": {"m": {"source": "./m"}}
}
-- m/main.tf.json --
[{"data": [{"test_x": {"b":
  {"name": 1}}}]}]
`
	expect(t, archive, []place{
		{"", "", "main.tf.json:4-20"},
		{"name", "", "main.tf.json:5"},
		{"ingress[0].cidr_blocks", `{"ingress":[{"from_port":443},{"from_port":22}]}`, "main.tf.json:10"},
		{"ingress[1].cidr_blocks", `{"ingress":[{"from_port":443},{"from_port":22}]}`, "main.tf.json:8"},
		{"ingress[1].cidr_blocks", "", "main.tf.json:6-11"},
		{"egress[0].from_port", "", "main.tf.json:13"},
		{"rule[4].port", "", "main.tf.json:16-18"},
	})
	if l, ok := load(t, tree(t, archive)).Locate("module.m.data.test_x.b", "name", none); !ok || l.String() != "m/main.tf.json:2" {
		t.Errorf("Locate in the module = %v, %v, want m/main.tf.json:2", l, ok)
	}
}

func TestOverridesWin(t *testing.T) {
	expect(t, `
-- a.tf --
resource "test_x" "a" {
  name    = "n"
  size    = 1
  colour  = "red"
  rule {
    port = 1
  }
  rule {
    port = 2
  }
  other {
    port = 3
  }
  third {
    port = 3
  }
  fourth = [{ port = 3 }]
}
-- b_override.tf --
resource "test_x" "a" {
  name = "b"
  size = 2
}
-- override.tf --

resource "test_x" "a" {
  name = "o"
  dynamic "rule" {
    for_each = []
    content {}
  }
  fourth {
    port = 3
  }
}
-- z_override.tf.json --
{"resource": {"test_x": {"a":
  {"colour": "blue",
   "third": [{"port": 3}]}}}}
`, []place{
		{"", "", "a.tf:1-18"},
		{"name", "", "override.tf:3"},
		{"size", "", "b_override.tf:3"},
		{"colour", "", "z_override.tf.json:2"},
		{"rule[1].port", "", "override.tf:4-7"},
		{"other[0].port", "", "a.tf:12"},
		{"third[0].port", "", "z_override.tf.json:3"},
		{"fourth[0].port", "", "override.tf:9"},
	})
}

func TestATofuFileStandsInForItsTwin(t *testing.T) {
	expect(t, `
-- main.tf --
this is broken {
-- main.tofu --
resource "test_x" "a" {
  name = "tofu"
}
-- other.tf --
resource "test_x" "b" {}
-- x_override.tf --
resource "test_x" "a" {
  name = "terraform"
}
-- x_override.tofu --


resource "test_x" "a" {
  size = 1
}
-- y_override.tofu.json --
{"resource": {"test_x": {"a": {
  "colour": 1}}}}
-- y_override.tf.json --
{
`, []place{
		{"name", "", "main.tofu:2"},
		{"size", "", "x_override.tofu:4"},
		{"colour", "", "y_override.tofu.json:2"},
	})
}

func TestSensitiveValuesAreComparedToo(t *testing.T) {
	s := load(t, tree(t, twoRules))
	rule := func(port int64) cty.Value {
		return cty.ObjectVal(map[string]cty.Value{"from_port": cty.NumberIntVal(port).Mark("sensitive"), "cidr_blocks": cty.DynamicVal})
	}
	v := cty.ObjectVal(map[string]cty.Value{"ingress": cty.TupleVal([]cty.Value{rule(443), rule(22)}).Mark("sensitive")})
	if l, ok := s.Locate("test_x.a", "ingress[1].cidr_blocks", v); !ok || l.String() != "main.tf:6" {
		t.Errorf("Locate = %v, %v, want main.tf:6", l, ok)
	}
	for _, v := range []cty.Value{cty.DynamicVal, cty.NullVal(cty.DynamicPseudoType), cty.StringVal("x"), cty.EmptyObjectVal} {
		if l, ok := s.Locate("test_x.a", "ingress[1].cidr_blocks", v); !ok || l.String() != "main.tf:4" {
			t.Errorf("Locate with %#v = %v, %v, want main.tf:4", v, l, ok)
		}
	}
}

// The shuffled state of many rules still tells them apart, and as many that
// look alike take no time.
func TestManyBlocksAreToldApartOrNot(t *testing.T) {
	const n = 60
	var src, alike strings.Builder
	var elements, same []string
	for i := range n {
		fmt.Fprintf(&src, "  rule {\n    port = %d\n  }\n", i)
		fmt.Fprintf(&alike, "  rule {\n    port = var.x\n  }\n")
		elements = append(elements, fmt.Sprintf(`{"port":%d}`, i))
		same = append(same, "{}")
	}
	slices.Reverse(elements)
	wrap := func(body string) string { return "-- main.tf --\nresource \"test_x\" \"a\" {\n" + body + "}\n" }
	state := func(of []string) string { return `{"rule":[` + strings.Join(of, ",") + `]}` }
	var apart []place
	for i := range n {
		apart = append(apart, place{fmt.Sprintf("rule[%d].port", i), state(elements), fmt.Sprintf("main.tf:%d", 3+3*(n-1-i))})
	}
	expect(t, wrap(src.String()), apart)
	expect(t, wrap(alike.String()), []place{{"rule[30].port", state(same), fmt.Sprintf("main.tf:2-%d", 1+3*n)}})
	expect(t, wrap(strings.Repeat(src.String(), 5)), []place{{"rule[30].port", state(elements), fmt.Sprintf("main.tf:2-%d", 1+15*n)}})
}
