package services_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// spoken is all that a server says to one probe in the conversations of the
// tests.
func spoken(id string) []string {
	seeds := []string{"", "\x15\x03\x01\x00\x02\x02\x46", "HTTP/1.1 400 Bad Request\r\n\r\n"}
	for _, c := range conversations {
		if c.probe != id {
			continue
		}
		all := ""
		for _, s := range c.steps {
			all += s.says
		}
		seeds = append(seeds, all)
	}
	return seeds
}

// recorded returns what an own server says to a probe.
func recorded(f *testing.F, id string, serve func(net.Conn)) string {
	client, server := net.Pipe()
	go func() {
		defer server.Close()
		serve(server)
	}()
	defer client.Close()
	tape := &tape{Conn: client}
	if _, err := conversationOf(f, id)(context.Background(), tape); err != nil {
		f.Fatalf("%s: %v", id, err)
	}
	return tape.heard.String()
}

type tape struct {
	net.Conn
	heard bytes.Buffer
}

func (t *tape) Read(b []byte) (int, error) {
	n, err := t.Conn.Read(b)
	t.heard.Write(b[:n])
	return n, err
}

// fuzz lets the probes listen to anything. They must not panic, and what they
// make of it must be clean, short and what JSON holds.
func fuzz(f *testing.F, ids []string, more ...string) {
	for _, id := range ids {
		for _, seed := range append(spoken(id), more...) {
			f.Add(seed)
		}
	}
	f.Fuzz(func(t *testing.T, answer string) {
		for _, id := range ids {
			facts, err := conversationOf(t, id)(context.Background(), newScript(answer))
			if err != nil {
				continue
			}
			if raw, err := json.Marshal(facts); err != nil || len(raw) > 400<<10 {
				t.Errorf("%s: facts of %d bytes, %v", id, len(raw), err)
			}
			for name, value := range facts {
				mustBeClean(t, id, name, value)
			}
		}
	})
}

func mustBeClean(t *testing.T, id, name string, value any) {
	t.Helper()
	switch v := value.(type) {
	case string:
		if exposure.CleanLine(v) != v || utf8.RuneCountInString(v) > 200 {
			t.Errorf("%s: %s = %q is not clean or too long", id, name, v)
		}
	case []string:
		if len(v) > 100 {
			t.Errorf("%s: %s has %d names", id, name, len(v))
		}
		for _, s := range v {
			mustBeClean(t, id, name, s)
		}
	case bool, float64, []float64:
	default:
		t.Errorf("%s: %s is a %T", id, name, value)
	}
}

func FuzzText(f *testing.F) {
	fuzz(f, []string{"redis", "memcached", "zookeeper", "smtp", "imap", "pop3", "ftp", "rsync", "telnet"})
}
func FuzzSSH(f *testing.F) { fuzz(f, []string{"ssh"}) }
func FuzzSMB(f *testing.F) {
	fuzz(f, []string{"smb", "smb1"}, smb2Answer(0x0311, 1), smb2Answer(0x0202, 3), smb1Answer(0, 3), smb1Answer(0xffff, 0))
}
func FuzzLDAP(f *testing.F) { fuzz(f, []string{"ldap"}) }
func FuzzMongoDB(f *testing.F) {
	fuzz(f, []string{"mongodb"}, recorded(f, "mongodb", ownMongoDB(false)), recorded(f, "mongodb", ownMongoDB(true)))
}
func FuzzMySQL(f *testing.F) { fuzz(f, []string{"mysql"}) }
func FuzzAMQP(f *testing.F)  { fuzz(f, []string{"amqp"}) }
func FuzzKafka(f *testing.F) {
	fuzz(f, []string{"kafka"}, recorded(f, "kafka", ownKafka(false, 12)), recorded(f, "kafka", ownKafka(false, 1)))
}
func FuzzHandshakes(f *testing.F) {
	fuzz(f, []string{"cassandra", "mqtt", "mssql", "postgresql", "rdp", "vnc"}, recorded(f, "mssql", ownMSSQL(2)))
}

// announcements are messages that begin with a length that no answer has.
var announcements = map[string]string{
	"mongodb":   "\xff\xff\xff\x02" + strings.Repeat("\x00", 8) + le32(2013),
	"cassandra": "\x84\x00\x00\x00\x03" + be32(256<<20),
	"amqp":      "\x01\x00\x00\xff\xff\xff\xff",
	"kafka":     be32(100<<20) + be32(1),
	"ssh":       "SSH-2.0-x\r\n" + be32(35000) + "\x04\x14",
	"smb":       "\x00\xff\xff\xff",
	"ldap":      "\x30\x84\xff\xff\xff\xff",
	"mysql":     "\xff\xff\xff\x00\x0a",
	"mssql":     "\x04\x01\xff\xff\x00\x00\x01\x00",
	"rdp":       "\x03\x00\xff\xff\x0e\xd0\x00\x00\x12\x34\x00",
	"vnc":       "RFB 003.008\n\xff",
}

// A server that announces four gigabytes and says nothing costs no memory.
func TestMemoryDoesNotGrowByWhatIsAnnounced(t *testing.T) {
	for id, answer := range announcements {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := conversationOf(t, id)(context.Background(), newScript(answer))
		runtime.ReadMemStats(&after)
		if grown := after.TotalAlloc - before.TotalAlloc; grown > 64<<10 || err == nil {
			t.Errorf("%s took %d bytes for an empty answer, error %v; want at most 64 KiB and an error", id, grown, err)
		}
	}
}

// A server that never stops talking is not listened to for long.
func TestNoProbeListensForever(t *testing.T) {
	for _, pattern := range []string{"+OK\r\n", "220-a\r\n", "* OK\r\n", "@RSYNCD: 31.0\n", "SSH\r\n", "a\t\n", "\x00\x00\x00\x00", "\x30\x00", "Zookeeper version: 1\n"} {
		for id := range idsOfConversations(t) {
			endless := &endless{pattern: pattern}
			_, _ = conversationOf(t, id)(context.Background(), endless)
			if endless.read > 256<<10 {
				t.Errorf("%s read %d bytes of an endless %q, want at most 256 KiB", id, endless.read, pattern)
			}
		}
	}
}

// Nor where it announced how much it would say.
func TestNoProbeListensAsLongAsAnnounced(t *testing.T) {
	for id, answer := range announcements {
		talker := &endless{pattern: "\x00", first: answer}
		_, _ = conversationOf(t, id)(context.Background(), talker)
		if talker.read > 80<<10 {
			t.Errorf("%s read %d bytes of an endless answer, want at most 80 KiB", id, talker.read)
		}
	}
}

// endless says first, and then the pattern again and again.
type endless struct {
	script
	first   string
	pattern string
	read    int
}

func (e *endless) Read(b []byte) (int, error) {
	if e.read > 1<<20 {
		return 0, io.EOF
	}
	if e.first != "" {
		n := copy(b, e.first)
		e.first = e.first[n:]
		return n, nil
	}
	for i := range b {
		b[i] = e.pattern[(e.read+i)%len(e.pattern)]
	}
	e.read += len(b)
	return len(b), nil
}
