package probe_test

import (
	"context"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probe"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
)

func addrs(texts ...string) []netip.Addr {
	list := make([]netip.Addr, len(texts))
	for i, s := range texts {
		list[i] = netip.MustParseAddr(s)
	}
	return list
}

func TestResolveReturnsWhatMayBeDialledInOrder(t *testing.T) {
	resolver := probetest.Resolver{
		"web.test":            addrs("2606:4700::2", "9.9.9.9", "10.0.0.1", "1.1.1.1", "::ffff:9.9.9.9", "2606:4700::1", "169.254.169.254"),
		"xn--bcher-kva.test":  addrs("1.1.1.1"),
		"a_b.test":            addrs("1.1.1.2"),
		"private.test":        addrs("192.168.0.1", "10.0.0.1"),
		"nothing.test":        {},
		"must-not-be-asked.*": addrs("1.1.1.1"),
	}
	tests := []struct {
		host string
		want []netip.Addr
		err  string
	}{
		{"web.test", addrs("1.1.1.1", "9.9.9.9", "2606:4700::1", "2606:4700::2"), ""},
		{"web.test.", addrs("1.1.1.1", "9.9.9.9", "2606:4700::1", "2606:4700::2"), ""},
		{"bücher.test", addrs("1.1.1.1"), ""},
		{"a_b.test", addrs("1.1.1.2"), ""},
		{"1.1.1.1", addrs("1.1.1.1"), ""},
		{"::ffff:1.1.1.1", addrs("1.1.1.1"), ""},
		{"[2606:4700::1]", addrs("2606:4700::1"), ""},
		{"private.test", nil, "resolve private.test: 10.0.0.1 is a private address and in no allowed network"},
		{"nothing.test", nil, "resolve nothing.test: the name has no address"},
		{"gone.test", nil, "resolve gone.test: lookup gone.test: no such host"},
		{"must-not-be-asked.*", nil, `"must-not-be-asked.*" is neither an address nor a host name`},
		{"*.test", nil, `"*.test" is neither an address nor a host name`},
		{"", nil, `"" is neither an address nor a host name`},
		{"a..b", nil, `"a..b" is neither an address nor a host name`},
		{"http://web.test/", nil, `"http://web.test/" is neither an address nor a host name`},
		{"web.test:80", nil, `"web.test:80" is neither an address nor a host name`},
		{"a\x1b.test\n", nil, `"a` + "\uFFFD" + `.test" is neither an address nor a host name`},
		{strings.Repeat("a", 64) + ".test", nil, `"` + strings.Repeat("a", 64) + `.test" is neither an address nor a host name`},
	}
	p := probe.New(probe.Config{Resolver: resolver})
	for _, tt := range tests {
		got, err := p.Resolve(t.Context(), tt.host)
		text := ""
		if err != nil {
			text = err.Error()
		}
		if diff := cmp.Diff(tt.want, got, cmpopts.EquateComparable(netip.Addr{})); diff != "" || text != tt.err {
			t.Errorf("Resolve(%q) error %q, want %q; difference (-want +got):\n%s", tt.host, text, tt.err, diff)
		}
	}
}

// counter is a resolver that has an answer to everything and counts.
type counter struct{ asked []string }

func (r *counter) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	r.asked = append(r.asked, host)
	return addrs("1.1.1.1"), nil
}

func TestWhatIsNeitherAddressNorNameIsNotLookedUp(t *testing.T) {
	resolver := &counter{}
	p := probe.New(probe.Config{Resolver: resolver, Allowed: prefixes("0.0.0.0/0")})
	for _, host := range []string{
		"127.1", "127.0.1", "0x7f000001", "0X7F.1", "2130706433", "0177.0.0.1", "127.0.0.1.", "127.0.0.01", "256.256.256.256", "1.2.3.4.5",
		"web.test.0x7f", "web.test.0x", "web.123", "\uff11\uff12\uff17.1", "127\u30021",
		"-a.test", "a-.test", "a.-b.test", "a.test-", "a b.test", " a.test", "a.test ", ".test", "a..test", "a.test..", ".", "",
		strings.Repeat("a.", 125) + "test", "a:80", "user@a.test", "%31.test",
	} {
		if got, err := p.Resolve(t.Context(), host); err == nil || !strings.HasSuffix(err.Error(), "is neither an address nor a host name") {
			t.Errorf("Resolve(%q) = %v, %v, want it refused as neither an address nor a host name", host, got, err)
		}
	}
	if len(resolver.asked) > 0 {
		t.Errorf("looked up %q, want nothing", resolver.asked)
	}
	for _, host := range []string{"_dmarc.a_b.test", "a--b.test", "0x7g.test", "1.test", "test", "xn--bcher-kva.test", "0xyz", strings.Repeat("a.", 124) + "tests"} {
		if _, err := p.Resolve(t.Context(), host); err != nil {
			t.Errorf("Resolve(%q) = %v, want its address", host, err)
		}
	}
	if len(resolver.asked) != 8 {
		t.Errorf("looked up %q, want each of eight names", resolver.asked)
	}
}

func TestLocalhostIsLoopbackWithoutALookup(t *testing.T) {
	resolver := &counter{}
	allowed := probe.New(probe.Config{Resolver: resolver, Allowed: prefixes("127.0.0.0/8", "::1/128")})
	refused := probe.New(probe.Config{Resolver: resolver})
	for _, host := range []string{"localhost", "LocalHost", "localhost.", "app.localhost", "a.b.localhost."} {
		got, err := allowed.Resolve(t.Context(), host)
		if diff := cmp.Diff(addrs("127.0.0.1", "::1"), got, cmpopts.EquateComparable(netip.Addr{})); diff != "" || err != nil {
			t.Errorf("Resolve(%q) error %v, difference (-want +got):\n%s", host, err, diff)
		}
		if got, err := refused.Resolve(t.Context(), host); err == nil || !strings.Contains(err.Error(), "127.0.0.1 is a loopback address") {
			t.Errorf("Resolve(%q) without an allowed network = %v, %v, want it refused", host, got, err)
		}
	}
	if len(resolver.asked) > 0 {
		t.Errorf("looked up %q, want nothing", resolver.asked)
	}
	if got, err := allowed.Resolve(t.Context(), "notlocalhost"); err != nil || len(resolver.asked) != 1 {
		t.Errorf("Resolve(notlocalhost) = %v, %v after lookups of %q, want the answer to one", got, err, resolver.asked)
	}
}

// turncoat answers with a public address first and then with loopback.
type turncoat struct{ asked int }

func (r *turncoat) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	r.asked++
	if r.asked == 1 {
		return addrs("127.0.0.2"), nil // in the allowed network of the test
	}
	return addrs("127.0.0.1"), nil
}

func TestNameIsLookedUpOnce(t *testing.T) {
	server := probetest.Silent(t) // on 127.0.0.1, where the second answer leads
	resolver := &turncoat{}
	p := probe.New(probe.Config{Allowed: prefixes("127.0.0.2/32"), Resolver: resolver, Clock: newClock()})
	found, err := p.Resolve(t.Context(), "web.test")
	if err != nil || len(found) != 1 {
		t.Fatalf("Resolve = %v, %v, want one address", found, err)
	}
	p.Port(t.Context(), "web.test", found[0], server.Addr.Port(), &probe.Get{})
	if proxy, err := p.PageProxy(t.Context(), "web.test", found[0], server.Addr.Port()); err != nil {
		t.Errorf("PageProxy = %v, want nil", err)
	} else {
		through(t, proxy).Get("http://web.test" + at(server, ":%PORT%/"))
		proxy.Close()
	}
	if resolver.asked != 1 {
		t.Errorf("lookups = %d, want 1", resolver.asked)
	}
	if got := server.Settle(t); got != 0 {
		t.Errorf("connections to the second answer = %d, want 0", got)
	}
}
