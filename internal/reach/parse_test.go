package reach_test

import (
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/google/go-cmp/cmp"
)

func TestParseSource(t *testing.T) {
	tests := []struct {
		text string
		want []string // nil: it is not read
	}{
		{"0.0.0.0/0", []string{"0.0.0.0/0"}},
		{"*", []string{"0.0.0.0/0", "::/0"}},
		{" Any ", []string{"0.0.0.0/0", "::/0"}},
		{"Internet", []string{"0.0.0.0/0", "::/0"}},
		{"0/0", []string{"0.0.0.0/0"}},
		{"/0", []string{"0.0.0.0/0", "::/0"}},
		{"0.0.0.0", []string{"0.0.0.0/0"}},
		{"::", []string{"::/0"}},
		{"10.1.2.3/8", []string{"10.0.0.0/8"}},
		{"203.0.113.7", []string{"203.0.113.7/32"}},
		{"::ffff:203.0.113.7", []string{"203.0.113.7/32"}},
		{"::ffff:203.0.113.0/120", []string{"203.0.113.0/24"}},
		{"2001:DB8::1/32", []string{"2001:db8::/32"}},
		{"10.0.0.0 - 10.0.0.255", []string{"10.0.0.0/24"}},
		{"10.0.0.9-10.0.0.1", nil},
		{"10.0.0.1-::1", nil},
		{"10.0.0.0/33", nil},
		{"10.0.0.0/", nil},
		{"10.0.0.0/-1", nil},
		{"10.0.0.0/+8", nil},
		{"::ffff:0:0/64", nil},
		{"fe80::1%eth0", nil},
		{"010.0.0.1/8", nil},
		{"sg-0abc", nil},
		{"", nil},
	}
	for _, tt := range tests {
		got, ok := reach.ParseSource(tt.text)
		if ok != (tt.want != nil) {
			t.Errorf("ParseSource(%q): read %t, want %t", tt.text, ok, tt.want != nil)
			continue
		}
		if ok {
			if diff := cmp.Diff(tt.want, texts(got)); diff != "" {
				t.Errorf("ParseSource(%q) (-want +got):\n%s", tt.text, diff)
			}
		}
	}
}

func TestParseProtocol(t *testing.T) {
	tests := []struct {
		text string
		want exposure.Transport
		all  bool
		ok   bool
	}{
		{"-1", "", true, true}, {"ALL", "", true, true}, {"*", "", true, true}, {"any", "", true, true},
		{"tcp", exposure.TCP, false, true}, {"TCP", exposure.TCP, false, true}, {"6", exposure.TCP, false, true},
		{"17", exposure.UDP, false, true}, {"icmp", exposure.ICMP, false, true}, {"58", exposure.ICMPv6, false, true},
		{"47", "other:47", false, true}, {"gre", "other:47", false, true}, {"ESP", "other:50", false, true},
		{"256", "", false, false}, {"tpc", "", false, false}, {"", "", false, false},
	}
	for _, tt := range tests {
		got, all, ok := reach.ParseProtocol(tt.text)
		if got != tt.want || all != tt.all || ok != tt.ok {
			t.Errorf("ParseProtocol(%q) = %q, %t, %t, want %q, %t, %t", tt.text, got, all, ok, tt.want, tt.all, tt.ok)
		}
	}
}

func FuzzParseSource(f *testing.F) {
	for _, seed := range []string{"*", "10.0.0.0/8", "::ffff:1.2.3.4/97", "1.2.3.4-1.2.3.9", "/0", "0.0.0.0/0/0", "-"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if s, ok := reach.ParseSource(text); ok && s.IsEmpty() {
			t.Errorf("ParseSource(%q) reads it as nobody", text)
		}
	})
}
