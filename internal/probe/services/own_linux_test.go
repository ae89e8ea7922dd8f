package services_test

import (
	"io"
	"net"
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/policy"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
)

// says is a server that takes the steps and hangs up, or does so at once when it
// hears something else.
func says(steps ...step) func(net.Conn) {
	return func(conn net.Conn) {
		for _, s := range steps {
			heard := make([]byte, len(s.expects))
			if _, err := io.ReadFull(conn, heard); err != nil || string(heard) != s.expects {
				return
			}
			io.WriteString(conn, s.says)
		}
		conn.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
		io.Copy(io.Discard, conn) // what is left unread would turn the end into a reset
	}
}

// The own servers, each set up as it should not be and as it should, and the
// rules that they break.
func TestOwnServersBreakTheirRules(t *testing.T) {
	rules, err := policy.NewHostRules(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	const startup, srvr, header = "\x04\x00\x00\x00\x01", "srvr", "AMQP\x00\x00\x09\x01"
	ssh := func(kex, ciphers, macs string) func(net.Conn) {
		return says(step{"", "SSH-2.0-Test\r\n"}, step{"SSH-2.0-dynamicscan\r\n", kexInit(kex, "ssh-ed25519", ciphers, ciphers, macs, macs)})
	}
	const kex, chacha = "curve25519-sha256", "chacha20-poly1305@openssh.com"
	for _, c := range []struct {
		name, probe string
		serve       func(net.Conn)
		fires       []string
	}{
		{"MongoDB, open", "mongodb", ownMongoDB(false), []string{"mongodb-no-authentication"}},
		{"MongoDB with access control", "mongodb", ownMongoDB(true), nil},
		{"Kafka, open", "kafka", ownKafka(false, 12), []string{"kafka-no-authentication"}},
		{"Kafka with a login", "kafka", ownKafka(true, 12), nil},
		{"SQL Server that encrypts nothing", "mssql", ownMSSQL(2), []string{"mssql-without-tls"}},
		{"SQL Server that encrypts the login", "mssql", ownMSSQL(0), []string{"mssql-encryption-not-required"}},
		{"SQL Server that encrypts all", "mssql", ownMSSQL(3), nil},
		{"Cassandra, open", "cassandra", says(step{startup, "\x84\x00\x00\x00\x02" + be32(0)}), []string{"cassandra-no-authentication"}},
		{"Cassandra with a login in the clear", "cassandra", says(step{startup, "\x84\x00\x00\x00\x03" + be32(5) + be16(3) + "a.B"}), []string{"cassandra-without-tls"}},
		{"ZooKeeper that tells", "zookeeper", says(step{srvr, "Zookeeper version: 3.8.0-1, built on x\nMode: standalone\n"}), []string{"zookeeper-answers-anyone"}},
		{"ZooKeeper that does not", "zookeeper", says(step{srvr, "srvr is not executed because it is not in the whitelist.\n"}), nil},
		{"AMQP for anyone", "amqp", says(step{header, amqpStart("EXTERNAL ANONYMOUS")}), []string{"amqp-anonymous"}},
		{"AMQP with certificates", "amqp", says(step{header, amqpStart("EXTERNAL")}), nil},
		{"SSH 1", "ssh", says(step{"", "SSH-1.5-old\n"}), []string{"ssh-protocol-1"}},
		{"SSH before strict key exchange", "ssh", ssh(kex, chacha, "hmac-sha2-256"), []string{"ssh-terrapin"}},
		{"SSH with it", "ssh", ssh(kex+",kex-strict-s-v00@openssh.com", chacha, "hmac-sha2-256"), nil},
		{"Telnet", "telnet", says(step{"", "\xff\xfd\x18\r\nlogin: "}), []string{"telnet"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkServer(t, rules, c.probe, probetest.Listen(t, c.serve).Addr, c.fires, false)
		})
	}
}
