package probe_test

import (
	"net/netip"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probe"
)

func TestURLIsWrittenAsABrowserWritesIt(t *testing.T) {
	tests := []struct {
		host, addr, path string
		secure           bool
		want             string
	}{
		{"web.test", "203.0.113.7:443", "", true, "https://web.test/"},
		{"web.test", "203.0.113.7:80", "/a", false, "http://web.test/a"},
		{"web.test", "203.0.113.7:80", "/a", true, "https://web.test:80/a"},
		{"web.test.", "203.0.113.7:443", "/", false, "http://web.test:443/"},
		{"203.0.113.7", "203.0.113.7:8443", "/admin", true, "https://203.0.113.7:8443/admin"},
		{"2001:db8::1", "[2001:db8::1]:443", "/", true, "https://[2001:db8::1]/"},
		{"[2001:db8::1]", "[2001:db8::1]:8080", "/", false, "http://[2001:db8::1]:8080/"},
		{"bücher.test", "203.0.113.7:443", "/ü", true, "https://xn--bcher-kva.test/%C3%BC"},
		{"web.test", "203.0.113.7:443", "/%41%4%", true, "https://web.test/%41%254%25"},
		{"web.test", "203.0.113.7:443", "/a?b=\"c\"#d", true, "https://web.test/a?b=%22c%22"},
		{"web.test", "203.0.113.7:443", "/api/*", true, "https://web.test/api/*"}, // not asked for, but shown
	}
	for _, tt := range tests {
		if got := probe.URLOf(tt.host, netip.MustParseAddrPort(tt.addr), tt.path, tt.secure); got != tt.want {
			t.Errorf("URL of %s at %s, path %q, TLS %t = %s, want %s", tt.host, tt.addr, tt.path, tt.secure, got, tt.want)
		}
	}
}
