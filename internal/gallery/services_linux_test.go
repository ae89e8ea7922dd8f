package gallery_test

import (
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
)

// anyPort is a service on no port that is known for one.
const anyPort = 1

// services are servers that get no GET: banners, and the conversations of the
// host configuration rules.
func services() []piece {
	flood := func(begin, again string) server { return unasked(forever(begin, again, 0)) }
	return []piece{
		{name: "banner-flood", does: "a banner without end", service: anyPort, serve: flood("220 hello ", "hello "), want: greeted("banner \"220 hello")},
		{name: "banner-escapes", does: "a banner of terminal escapes", service: anyPort, want: greeted("banner \"]0;x evil"),
			serve: unasked(func(conn net.Conn) { io.WriteString(conn, "\x1b[2J\x1b]0;x\x07\u202Eevil\xff\r\n"); drained(conn) })},
		{name: "banner-binary", does: "a banner of noise", service: anyPort, serve: flood("\x00\x01\x02", "\x00\xff\x03"), want: greeted()},
		{name: "banner-resets", does: "resets after its banner", service: anyPort, want: greeted(),
			serve: unasked(func(conn net.Conn) { io.WriteString(conn, "SSH-2.0-x\r\n"); probetest.Reset(conn) })},
		{name: "banner-drips", does: "a banner, a byte every 100 ms", service: anyPort, want: greeted("banner \""),
			serve: unasked(forever("", "x", 100*time.Millisecond))},
		{name: "redis-bulk", does: "Redis: a reply of 2 GB", service: 6379, serve: flood("$2000000000\r\n", "x"), want: greeted("redis:")},
		{name: "redis-line", does: "Redis: a line without end", service: 26379, serve: flood("+PONG", "G"), want: greeted("redis:")},
		{name: "mysql-packet", does: "MySQL: a packet of 16 MB", service: 3306, serve: flood("\xff\xff\xff\x00\x0a", "x"), want: greeted("mysql:")},
		{name: "mongodb-length", does: "MongoDB: an answer of 2 GB", service: 27017, serve: flood("\xff\xff\xff\x7f", "\x01"), want: greeted("mongodb:")},
		{name: "memcached-stats", does: "Memcached: statistics without end", service: 11211, serve: flood("", "STAT a b\r\n"), want: greeted("memcached:")},
		{name: "postgresql-noise", does: "PostgreSQL: yes to TLS, then noise", service: 5432, serve: flood("S", "\x00\xff"), want: greeted("postgresql:")},
		{name: "mssql-length", does: "SQL Server: lengths that lead nowhere", service: 1433, serve: flood("\x04\x01\xff\xff\x00\x00\x01\x00", "\xff"), want: greeted("mssql:")},
		{name: "rdp-silent", does: "RDP: never answers", service: 3389, serve: unasked(drained), want: greeted("rdp: no answer within 3s")},
		{name: "vnc-types", does: "VNC: 255 security types, then nothing", service: 5900,
			serve: unasked(func(conn net.Conn) { io.WriteString(conn, "RFB 003.008\n\xff"); drained(conn) }), want: greeted("vnc:")},
		{name: "amqp-table", does: "AMQP: tables within tables", service: 5672, serve: flood("\x01\x00\x00\x00\x00\xff\xff\x00\x0a\x00\x0a\x00\x09\xff\xff\xff\xff", "\x01aF\x00\x00\xff\xff"), want: greeted("amqp:")},
		{name: "ssh-lines", does: "SSH: lines before its version, without end", service: 2222, serve: flood("", "hello\r\n"), want: greeted("ssh:")},
		{name: "telnet-options", does: "Telnet: options without end", service: 2323, serve: flood("", "\xff\xfb\x01\xff\xfd\x03"), want: greeted("telnet:")},
		{name: "smtp-greeting", does: "SMTP: a greeting of lines without end", service: 2525, serve: flood("", "220-hello\r\n"), want: greeted("smtp:")},
		{name: "cassandra-frame", does: "Cassandra: a frame of 2 GB", service: 9042, serve: flood("\x84\x00\x00\x00\x06\x7f\xff\xff\xff", "x"), want: greeted("cassandra:")},
		{name: "zookeeper", does: "ZooKeeper: an answer without end", service: 2181, serve: flood("", "x=y\n"), want: greeted("zookeeper:")},
	}
}

// hosts are what is odd about a host rather than a server.
func hosts() []piece {
	page := html("<title>rebound</title>hello<img src=/a.png>")
	refused := func(t *testing.T) netip.AddrPort { return probetest.Refusing(t) }
	return []piece{
		{name: "refuses", does: "nothing listens", serve: refused, want: want{"refused", "", nil}},
		{name: "answers-everywhere", does: "every port of 121 answers", ports: 121, service: anyPort, want: greeted("answers on all ports")},
		{name: "rebinds", does: "DNS: this server first, then metadata", serve: page, names: []string{"127.0.0.1", "169.254.169.254"},
			want: answered("200", "title \"rebound\"", "picture", "asked once")},
		{name: "rebinds-mixed", does: "DNS: this server and metadata at once", serve: page, names: []string{"127.0.0.1,169.254.169.254"},
			want: answered("200", "name asked once")}, // this server alone was asked
		{name: "many-addresses", does: "DNS: a thousand private addresses", serve: page, names: []string{thousand()},
			want: want{"scan_failed", "", []string{"private"}}},
		{name: "no-name", does: "a name that does not exist", serve: page, names: []string{""}, want: want{"scan_failed", "", []string{"no such host"}}},
	}
}

// thousand are addresses that no allowed network holds.
func thousand() string {
	all := ""
	addr := netip.MustParseAddr("10.0.0.1")
	for range 1000 {
		all += addr.String() + ","
		addr = addr.Next()
	}
	return all[:len(all)-1]
}
