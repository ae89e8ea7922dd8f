package probe_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probe"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
)

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, s := range texts {
		list[i] = netip.MustParsePrefix(s)
	}
	return list
}

func TestGuardLetsPublicAddressesThrough(t *testing.T) {
	guard := probe.NewGuard(nil)
	for _, addr := range []string{
		"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
		"169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0",
		"198.17.255.255", "198.20.0.0", "223.255.255.255", "168.63.129.15", "168.63.129.17",
		"2606:4700::1111", "2a00:1450::1", "2001:4860:4860::8888", "3ffe::1", "::ffff:1.1.1.1",
		"64:ff9b::1.1.1.1", "2002:101:101::1",
		"2001:0:101:101::fefe:fefe", // Teredo: server 1.1.1.1, client 1.1.1.1
	} {
		if err := guard.Check(netip.MustParseAddr(addr)); err != nil {
			t.Errorf("Check(%s) = %v, want nil", addr, err)
		}
	}
}

func TestGuardRefusesWhatIsNotPublicUnlessAllowed(t *testing.T) {
	tests := []struct{ addr, want, allow string }{
		{"127.0.0.1", "127.0.0.1 is a loopback address and in no allowed network", "127.0.0.0/8"},
		{"127.255.255.255", "127.255.255.255 is a loopback address and in no allowed network", "127.0.0.0/8"},
		{"::1", "::1 is a loopback address and in no allowed network", "::1/128"},
		{"::ffff:127.0.0.1", "127.0.0.1 is a loopback address and in no allowed network", "127.0.0.0/8"},
		{"10.0.0.0", "10.0.0.0 is a private address and in no allowed network", "10.0.0.0/8"},
		{"10.1.2.3", "10.1.2.3 is a private address and in no allowed network", "::ffff:10.0.0.0/104"},
		{"172.16.0.0", "172.16.0.0 is a private address and in no allowed network", "172.16.0.0/12"},
		{"172.31.255.255", "172.31.255.255 is a private address and in no allowed network", "172.16.0.0/12"},
		{"192.168.1.1", "192.168.1.1 is a private address and in no allowed network", "192.168.1.1/32"},
		{"100.64.0.1", "100.64.0.1 is a carrier-grade NAT address and in no allowed network", "100.64.0.0/10"},
		{"169.254.1.1", "169.254.1.1 is a link-local address and in no allowed network", "169.254.0.0/16"},
		{"fe80::1", "fe80::1 is a link-local address and in no allowed network", "fe80::/10"},
		{"fd12::1", "fd12::1 is a unique local address and in no allowed network", "fd12::/16"},
		{"fec0::1", "fec0::1 is a site-local address and in no allowed network", "fec0::/10"},
		{"192.0.2.1", "192.0.2.1 is a documentation address and in no allowed network", "192.0.2.0/24"},
		{"198.51.100.1", "198.51.100.1 is a documentation address and in no allowed network", "198.51.100.0/24"},
		{"203.0.113.7", "203.0.113.7 is a documentation address and in no allowed network", "203.0.113.0/24"},
		{"2001:db8::1", "2001:db8::1 is a documentation address and in no allowed network", "2001:db8::/32"},
		{"3fff::1", "3fff::1 is a documentation address and in no allowed network", "3fff::/20"},
		{"198.18.0.1", "198.18.0.1 is a benchmarking address and in no allowed network", "198.18.0.0/15"},
		{"198.19.255.255", "198.19.255.255 is a benchmarking address and in no allowed network", "198.18.0.0/15"},
		{"2001:2::1", "2001:2::1 is a benchmarking address and in no allowed network", "2001:2::/48"},
		{"192.0.0.1", "192.0.0.1 is a reserved address and in no allowed network", "192.0.0.0/24"},
		{"240.0.0.1", "240.0.0.1 is a reserved address and in no allowed network", "240.0.0.0/4"},
		{"100::1", "100::1 is a reserved address and in no allowed network", "100::/64"},
		{"4000::1", "4000::1 is a reserved address and in no allowed network", "4000::/16"},
		{"2001:20::1", "2001:20::1 is a reserved address and in no allowed network", "2001:20::/28"},
		{"::10.0.0.1", "::a00:1 is an IPv4-compatible address and in no allowed network", "::/96"},
		{"::ffff:0:1.1.1.1", "::ffff:0:101:101 is an IPv4-translated address and in no allowed network", "::ffff:0:0:0/96"},
		{"64:ff9b::10.0.0.1", "64:ff9b::a00:1 is a way to 10.0.0.1, a private address, and in no allowed network", "64:ff9b::/96"},
		{"64:ff9b::127.0.0.1", "64:ff9b::7f00:1 is a way to 127.0.0.1, a loopback address, and in no allowed network", "64:ff9b::/96"},
		{"64:ff9b::224.0.0.1", "64:ff9b::e000:1 is a way to 224.0.0.1, a multicast address, and in no allowed network", "64:ff9b::/96"},
		{"64:ff9b:1::1.1.1.1", "64:ff9b:1::101:101 is a local NAT64 address and in no allowed network", "64:ff9b:1::/48"},
		{"2002:a00:1::1", "2002:a00:1::1 is a way to 10.0.0.1, a private address, and in no allowed network", "2002:a00:1::/48"},
		{
			"2001:0:101:101::80ff:fffe", // the client is 127.0.0.1
			"2001:0:101:101::80ff:fffe is a way to 127.0.0.1, a loopback address, and in no allowed network", "2001::/32",
		},
		{
			"2001:0:a00:1::fefe:fefe", // the server is 10.0.0.1
			"2001:0:a00:1::fefe:fefe is a way to 10.0.0.1, a private address, and in no allowed network", "2001::/32",
		},
	}
	for _, tt := range tests {
		addr := netip.MustParseAddr(tt.addr)
		err := probe.NewGuard(nil).Check(addr)
		var refused *probe.RefusedAddressError
		if !errors.As(err, &refused) || refused.Never || err.Error() != tt.want {
			t.Errorf("Check(%s) = %v, want the RefusedAddressError %q", tt.addr, err, tt.want)
		}
		if err := probe.NewGuard(prefixes("172.99.0.0/16", tt.allow)).Check(addr); err != nil {
			t.Errorf("Check(%s) with %s allowed = %v, want nil", tt.addr, tt.allow, err)
		}
	}
}

func TestGuardRefusesForeverWhateverIsAllowed(t *testing.T) {
	guard := probe.NewGuard(prefixes("0.0.0.0/0", "::/0"))
	addrs := []netip.Addr{{}}
	for _, s := range []string{
		"169.254.169.254", "169.254.169.253", "169.254.170.2", "169.254.170.23", "169.254.42.42", "169.254.0.23",
		"100.100.100.200", "168.63.129.16", "192.0.0.192",
		"fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254", "fd00:c1::a9fe:a9fe", "fd00:42::42",
		"fd00:a9fe:a9fe::1", "fd00:100::100:200", "fe80::a9fe:a9fe",
		"::ffff:169.254.169.254", "::169.254.169.254", "::ffff:0:169.254.169.254",
		"64:ff9b::169.254.169.254", "64:ff9b:1::169.254.169.254", "64:ff9b:1:a9fe:a9:fe00::",
		"2002:a9fe:a9fe::1", "2001:0:101:101::5601:5601", "64:ff9b::168.63.129.16",
		"0.0.0.0", "0.1.2.3", "::", "224.0.0.1", "239.255.255.255", "ff02::1", "255.255.255.255",
		"fe80::1%eth0", "2606:4700::1111%1",
	} {
		addrs = append(addrs, netip.MustParseAddr(s))
	}
	for _, addr := range addrs {
		var refused *probe.RefusedAddressError
		if err := guard.Check(addr); !errors.As(err, &refused) || !refused.Never {
			t.Errorf("Check(%v) with everything allowed = %v, want a RefusedAddressError with Never", addr, err)
		}
	}
}

func TestGuardErrorHidesControlCharactersOfAZone(t *testing.T) {
	err := probe.NewGuard(nil).Check(netip.MustParseAddr("fe80::1%\x1b[31mred"))
	if got, want := err.Error(), "fe80::1%\uFFFD[31mred is an address with a zone and is never probed"; got != want {
		t.Errorf("error = %q, want %q", got, want)
	}
}

func TestGuardJudgesTheAddressThatIsDialled(t *testing.T) {
	server := probetest.Silent(t)
	dialer := net.Dialer{Control: probe.NewGuard(nil).Control}
	// No check comes before this dial: only the one at the socket can stop it.
	conn, err := dialer.Dial("tcp4", server.Addr.String())
	if err == nil {
		conn.Close()
	}
	var refused *probe.RefusedAddressError
	if !errors.As(err, &refused) {
		t.Errorf("dial of loopback = %v, want a RefusedAddressError", err)
	}
	if got := server.Settle(t); got != 0 {
		t.Errorf("connections = %d, want 0", got)
	}
}

// Nothing below may reach the counting server: no network is allowed.
func TestNothingIsDialledWithoutPermission(t *testing.T) {
	server := probetest.Silent(t)
	resolver := probetest.Resolver{
		"web.test":      {netip.MustParseAddr("127.0.0.1")},
		"private.test":  {netip.MustParseAddr("10.0.0.1")},
		"metadata.test": {netip.MustParseAddr("169.254.169.254"), netip.MustParseAddr("::ffff:127.0.0.1")},
	}
	turns := &countingThrottle{}
	p := probe.New(probe.Config{Resolver: resolver, Throttle: turns})
	ctx := t.Context()
	want := exposure.PortObservation{
		Port: server.Addr.Port(), Result: exposure.Unverified,
		Detail: "127.0.0.1 is a loopback address and in no allowed network",
	}
	for name, get := range map[string]*probe.Get{"handshake": nil, "GET": {Path: "/"}, "GET over TLS": {TLSFirst: true}} {
		for _, addr := range []string{"127.0.0.1", "::ffff:127.0.0.1"} {
			got, response := p.Port(ctx, "web.test", netip.MustParseAddr(addr), server.Addr.Port(), get)
			if diff := cmp.Diff(want, got); diff != "" || response != nil {
				t.Errorf("%s: Port(%s) response %v, difference (-want +got):\n%s", name, addr, response, diff)
			}
		}
	}
	for _, host := range []string{"web.test", "private.test", "metadata.test", "127.0.0.1", "[::1]", "169.254.169.254"} {
		var refused *probe.RefusedAddressError
		if got, err := p.Resolve(ctx, host); !errors.As(err, &refused) {
			t.Errorf("Resolve(%q) = %v, %v, want a RefusedAddressError", host, got, err)
		}
	}
	var refused *probe.RefusedAddressError
	if _, err := p.PageProxy(ctx, "web.test", server.Addr.Addr(), server.Addr.Port()); !errors.As(err, &refused) {
		t.Errorf("PageProxy = %v, want a RefusedAddressError", err)
	}
	dialer := &probe.Dialer{Guard: probe.NewGuard(nil), Timeout: time.Second}
	if answer, err := dialer.Handshake(context.Background(), server.Addr); err == nil || answer.Result != exposure.Unverified {
		t.Errorf("Handshake = %v, %v, want unverified and an error", answer, err)
	}
	if got := server.Settle(t); got != 0 || turns.taken != 0 {
		t.Errorf("connections = %d, turns = %d, want none of either", got, turns.taken)
	}
}
