package exposure_test

import (
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

func TestGlobReadsBracketsAsThemselves(t *testing.T) {
	tests := []struct {
		pattern, s string
		want       bool
	}{
		{"aws_lb.web[0]", "aws_lb.web[0]", true},
		{"aws_lb.web[0]", "aws_lb.web0", false},
		{"aws_lb.web[*]", "aws_lb.web[0]", true},
		{"aws_lb.web[*]", "aws_lb.web", false},
		{"aws_lb.web[?]", "aws_lb.web[12]", false},
		{`module.*.aws_lb.web["a\b"]`, `module.x["y.z"].module.q.aws_lb.web["a\b"]`, true},
		{"module.*", "aws_lb.web", false},
		{"*", "", true},
		{"*", "a.b/c\nd", true},
		{"", "", true},
		{"", "a", false},
		{"?", "", false},
		{"?", "ü", true},
		{"a*b*c", "a-b-b-c", true},
		{"a*b*c", "a-b-b-c-", false},
		{"*a", "aaab", false},
		{"*aab", "aaaaab", true},
		{"a**", "a", true},
		{"a", "aa", false},
		{"aa", "a", false},
		{"[a-z]", "b", false},
		{strings.Repeat("*a", 30) + "b", strings.Repeat("a", 3000), false},
	}
	for _, test := range tests {
		if got := exposure.Glob(test.pattern, test.s); got != test.want {
			t.Errorf("Glob(%q, %.50q) = %v, want %v", test.pattern, test.s, got, test.want)
		}
	}
}
