package services_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
)

// Own servers, for the protocols of which Debian has no server. Each takes the
// question apart as the document of the protocol tells and complains about what
// a real one would not take.

// ownMongoDB answers listDatabases. With access control it refuses as mongod
// does: code 13, Unauthorized.
func ownMongoDB(accessControl bool) func(net.Conn) {
	return func(conn net.Conn) {
		head := make([]byte, 16)
		if _, err := io.ReadFull(conn, head); err != nil {
			return
		}
		body := make([]byte, binary.LittleEndian.Uint32(head)-16)
		if _, err := io.ReadFull(conn, body); err != nil || binary.LittleEndian.Uint32(head[12:]) != 2013 {
			return
		}
		document := body[5:]
		asks := bytes.HasPrefix(document[4:], []byte("\x10listDatabases\x00")) && bytes.Contains(document, []byte("\x02$db\x00"+le32(6)+"admin\x00"))
		if body[4] != 0 || int(binary.LittleEndian.Uint32(document)) != len(document) || document[len(document)-1] != 0 || !asks {
			return
		}
		answer := "\x01ok\x00" + strings.Repeat("\x00", 8) + bsonString("errmsg", "command listDatabases requires authentication") +
			"\x10code\x00" + le32(13) + bsonString("codeName", "Unauthorized")
		if !accessControl {
			list := ""
			for i, name := range []string{"admin", "customers", "local"} {
				list += "\x03" + string(rune('0'+i)) + "\x00" + bson(bsonString("name", name))
			}
			answer = "\x04databases\x00" + bson(list) + "\x01ok\x00\x00\x00\x00\x00\x00\x00\xf0\x3f"
		}
		reply := le32(0) + "\x00" + bson(answer)
		io.WriteString(conn, le32(16+len(reply))+le32(9)+string(head[4:8])+le32(2013)+reply)
	}
}

func bson(elements string) string { return le32(4+len(elements)+1) + elements + "\x00" }

func bsonString(name, value string) string {
	return "\x02" + name + "\x00" + le32(len(value)+1) + value + "\x00"
}

// ownKafka answers ApiVersions, and Metadata in the versions 1 and 4 unless the
// listener wants a login: then it hangs up, as a broker does.
func ownKafka(login bool, highest int) func(net.Conn) {
	return func(conn net.Conn) {
		for {
			head := make([]byte, 4)
			if _, err := io.ReadFull(conn, head); err != nil {
				return
			}
			request := make([]byte, binary.BigEndian.Uint32(head))
			if _, err := io.ReadFull(conn, request); err != nil {
				return
			}
			key, version := binary.BigEndian.Uint16(request), binary.BigEndian.Uint16(request[2:])
			id, body := string(request[4:8]), request[10+binary.BigEndian.Uint16(request[8:]):]
			text := func(s string) string { return be16(len(s)) + s }
			answer := ""
			switch {
			case key == 18 && version == 0 && len(body) == 0:
				answer = be16(0) + be32(3) + be16(3) + be16(0) + be16(highest) + be16(17) + be16(0) + be16(1) + be16(18) + be16(0) + be16(4)
			case login:
				return
			case key == 3 && (version == 4 && string(body) == "\xff\xff\xff\xff\x00" || version == 1 && string(body) == "\xff\xff\xff\xff"):
				if version == 4 {
					answer = be32(0)
				}
				answer += be32(2) + be32(1) + text("a") + be32(9092) + "\xff\xff" + be32(2) + text("b") + be32(9092) + text("rack")
				if version == 4 {
					answer += text("cluster")
				}
				answer += be32(1) + be32(1) + be16(0) + text("orders") + "\x00" + be32(0)
			default:
				return
			}
			io.WriteString(conn, be32(4+len(answer))+id+answer)
		}
	}
}

// ownMSSQL answers PRELOGIN with one value of ENCRYPTION.
func ownMSSQL(encryption byte) func(net.Conn) {
	return func(conn net.Conn) {
		head := make([]byte, 8)
		if _, err := io.ReadFull(conn, head); err != nil || head[0] != 0x12 || head[1] != 1 {
			return
		}
		body := make([]byte, binary.BigEndian.Uint16(head[2:])-8)
		if _, err := io.ReadFull(conn, body); err != nil || body[0] != 0 { // the version comes first
			return
		}
		data := "\x0f\x00\x10\x09\x00\x00" + string([]byte{encryption})
		options := "\x00" + be16(11) + be16(6) + "\x01" + be16(17) + be16(1) + "\xff"
		io.WriteString(conn, "\x04\x01"+be16(8+len(options)+len(data))+"\x00\x00\x01\x00"+options+data)
	}
}

func TestOwnServers(t *testing.T) {
	cases := []struct {
		probe, name string
		serve       func(net.Conn)
		want        map[string]any
	}{
		{"mongodb", "open", ownMongoDB(false), map[string]any{"ok": true, "databases": 3.0}},
		{"mongodb", "with access control", ownMongoDB(true), map[string]any{"ok": false, "code": 13.0, "code_name": "Unauthorized"}},
		{"kafka", "open", ownKafka(false, 12), map[string]any{"sasl_known": true, "metadata": true, "brokers": 2.0, "topics": 1.0}},
		{"kafka", "open and old", ownKafka(false, 2), map[string]any{"sasl_known": true, "metadata": true, "brokers": 2.0, "topics": 1.0}},
		{"kafka", "with a login", ownKafka(true, 12), map[string]any{"sasl_known": true, "metadata": false}},
		{"mssql", "that encrypts nothing", ownMSSQL(2), map[string]any{"version": "15.0.4105", "encryption": 2.0}},
		{"mssql", "that encrypts all", ownMSSQL(3), map[string]any{"version": "15.0.4105", "encryption": 3.0}},
	}
	for _, c := range cases {
		t.Run(c.probe+" "+c.name, func(t *testing.T) {
			facts, err := ask(t, c.probe, probetest.Listen(t, c.serve).Addr.String())
			if err != nil {
				t.Fatalf("%s: %v", c.probe, err)
			}
			if diff := cmp.Diff(c.want, facts); diff != "" {
				t.Errorf("facts of %s (-want +got):\n%s", c.probe, diff)
			}
		})
	}
}

// ask lets a probe speak with the server at a loopback address.
func ask(t testing.TB, id, address string) (map[string]any, error) {
	t.Helper()
	conn, err := net.DialTimeout("tcp4", address, 5*time.Second)
	if err != nil {
		t.Fatalf("dial %s: %v", address, err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	facts, err := conversationOf(t, id)(context.Background(), conn)
	if err != nil {
		return nil, err
	}
	return asJSON(t, facts), nil
}
