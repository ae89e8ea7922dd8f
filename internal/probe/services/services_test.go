package services_test

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probe/services"
)

// step is one turn of a server: it waits for a message that begins as expected
// and then says what it has to say.
type step struct{ expects, says string }

// conversationOf returns the Talk of a probe.
func conversationOf(t testing.TB, id string) services.Conversation {
	t.Helper()
	for _, p := range services.Probes() {
		if p.ID == id && p.Talk != nil {
			return p.Talk
		}
	}
	t.Fatalf("no probe %q with a conversation", id)
	return nil
}

// talk lets the probe speak with a server that takes the steps and hangs up.
func talk(t testing.TB, id string, steps []step) (map[string]any, error) {
	t.Helper()
	client, server := net.Pipe()
	defer client.Close()
	deadline := time.Now().Add(5 * time.Second)
	client.SetDeadline(deadline)
	server.SetDeadline(deadline)
	done := make(chan string, 1)
	go func() {
		defer close(done)
		defer server.Close()
		for _, s := range steps {
			if s.expects != "" {
				heard := make([]byte, 4096) // a pipe hands over what was written at once
				if n, _ := server.Read(heard); !strings.HasPrefix(string(heard[:n]), s.expects) {
					done <- "server heard " + string(heard[:n]) + ", want " + s.expects
					return
				}
			}
			if _, err := io.WriteString(server, s.says); err != nil {
				return // the probe has heard enough
			}
		}
	}()
	facts, err := conversationOf(t, id)(context.Background(), client)
	client.Close()
	if complaint := <-done; complaint != "" {
		t.Errorf("%s: %q", id, complaint)
	}
	return facts, err
}

// asJSON is what the rules see of the facts.
func asJSON(t testing.TB, facts map[string]any) map[string]any {
	t.Helper()
	raw, err := json.Marshal(facts)
	if err != nil {
		t.Fatalf("facts %v are not what JSON holds: %v", facts, err)
	}
	var seen map[string]any
	if err := json.Unmarshal(raw, &seen); err != nil {
		t.Fatalf("read %s again: %v", raw, err)
	}
	return seen
}

func TestEveryProbeHasOneWayToAsk(t *testing.T) {
	ids := []string{}
	for _, p := range services.Probes() {
		ids = append(ids, p.ID)
		ways := 0
		for _, set := range []bool{p.Talk != nil, p.Path != "", p.Page != nil} {
			if set {
				ways++
			}
		}
		if ways != 1 {
			t.Errorf("probe %q has %d of Talk, Path and Page, want 1", p.ID, ways)
		}
		if p.Talk != nil && len(p.Ports) == 0 && p.General == 0 {
			t.Errorf("probe %q speaks and has no ports", p.ID)
		}
	}
	if !slices.IsSorted(ids) || len(slices.Compact(ids)) != len(services.Probes()) {
		t.Errorf("Probes() = %q, want them sorted, each once", ids)
	}
}

func TestConversations(t *testing.T) {
	for _, c := range conversations {
		t.Run(c.probe+" "+c.name, func(t *testing.T) {
			facts, err := talk(t, c.probe, c.steps)
			if err != nil {
				t.Fatalf("%s: %v", c.probe, err)
			}
			if diff := cmp.Diff(c.want, asJSON(t, facts)); diff != "" {
				t.Errorf("facts of %s (-want +got):\n%s", c.probe, diff)
			}
		})
	}
}

// An answer of another protocol teaches nothing: no probe may take it for a
// fact about its own.
func TestAnAnswerOfAnotherProtocolIsAnError(t *testing.T) {
	answers := map[string]string{
		"HTTP":       "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",
		"TLS alert":  "\x15\x03\x01\x00\x02\x02\x46",
		"nothing":    "",
		"zeros":      strings.Repeat("\x00", 64),
		"ones":       strings.Repeat("\xff", 64),
		"lower case": strings.Repeat("a", 64) + "\r\n",
	}
	for _, p := range services.Probes() {
		if p.Talk == nil {
			continue
		}
		for name, answer := range answers {
			// Telnet has no mark of its own: whatever speaks first is a fact. SMB 1
			// is refused by hanging up, and old TLS by an alert. Zeros are a VNC refusal nowhere else.
			if p.ID == "telnet" || p.ID == "smb1" && name == "nothing" || p.ID == "tls-legacy" && name == "TLS alert" {
				continue
			}
			t.Run(p.ID+" "+name, func(t *testing.T) {
				facts, err := p.Talk(context.Background(), newScript(answer))
				if err == nil {
					t.Errorf("%s of %q = %v, want an error", p.ID, answer, facts)
				}
			})
		}
	}
}

// script is a connection on which everything was said beforehand.
type script struct {
	net.Conn
	answer *strings.Reader
}

func newScript(answer string) script               { return script{answer: strings.NewReader(answer)} }
func (s script) Read(b []byte) (int, error)        { return s.answer.Read(b) }
func (s script) Write(b []byte) (int, error)       { return len(b), nil }
func (s script) Close() error                      { panic("a conversation closes nothing") }
func (s script) SetDeadline(time.Time) error       { panic("a conversation sets no deadline") }
func (s script) SetReadDeadline(t time.Time) error { return s.SetDeadline(t) }

// idsOfConversations returns the probes that speak.
func idsOfConversations(t testing.TB) map[string]bool {
	t.Helper()
	ids := map[string]bool{}
	for _, p := range services.Probes() {
		if p.Talk != nil {
			ids[p.ID] = true
		}
	}
	return ids
}

// What a server says before it is asked becomes the banner of the port. Some
// SSH servers send their KEXINIT with it.
func TestSSHReadsNoMoreThanTheBannerBeforeItSpeaks(t *testing.T) {
	const banner = "SSH-2.0-Test_1\r\n"
	conn := &untilWrite{script: newScript(banner + kexInit("a", "b", "c", "d", "e", "f"))}
	if _, err := conversationOf(t, "ssh")(context.Background(), conn); err != nil {
		t.Fatal(err)
	}
	if conn.before != len(banner) {
		t.Errorf("%d bytes were read before the first was written, want the %d of the banner", conn.before, len(banner))
	}
}

// untilWrite counts what is read before anything is written.
type untilWrite struct {
	script
	before int
	wrote  bool
}

func (u *untilWrite) Read(b []byte) (int, error) {
	n, err := u.script.Read(b)
	if !u.wrote {
		u.before += n
	}
	return n, err
}

func (u *untilWrite) Write(b []byte) (int, error) {
	u.wrote = true
	return len(b), nil
}
