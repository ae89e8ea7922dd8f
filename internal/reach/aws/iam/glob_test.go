package iam

import "testing"

func TestPatternsOverlapAndCover(t *testing.T) {
	tests := []struct {
		a, b              string
		overlap, a2b, b2a bool // a covers b, b covers a
	}{
		{"x", "x", true, true, true},
		{"x", "y", false, false, false},
		{"*", "x*", true, true, false},
		{"a*c", "ab*", true, false, false},
		{"a?c", "abc", true, true, false},
		{"a?c", "a*c", true, false, true},
		{"b/*", "b", false, false, false},
		{"b/private/*", "b/*", true, false, true},
		{"", "*", true, false, true},
		{"a*", "b*", false, false, false},
	}
	for _, tt := range tests {
		if got := overlaps(tt.a, tt.b); got != tt.overlap {
			t.Errorf("overlaps(%q, %q) = %v, want %v", tt.a, tt.b, got, tt.overlap)
		}
		if got := overlaps(tt.b, tt.a); got != tt.overlap {
			t.Errorf("overlaps(%q, %q) = %v, want %v", tt.b, tt.a, got, tt.overlap)
		}
		if got := covers(tt.a, tt.b); got != tt.a2b {
			t.Errorf("covers(%q, %q) = %v, want %v", tt.a, tt.b, got, tt.a2b)
		}
		if got := covers(tt.b, tt.a); got != tt.b2a {
			t.Errorf("covers(%q, %q) = %v, want %v", tt.b, tt.a, got, tt.b2a)
		}
	}
}
