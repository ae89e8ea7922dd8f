package gallery_test

import (
	"encoding/json"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/screenshot"
)

const (
	maxPeak  = 300 << 20        // bytes of the scanning process, without the browser's own
	maxWhole = 5 * time.Minute  // the whole scan, on a slow machine too
	maxPiece = 90 * time.Second // one piece, with its waits for a page of the browser
)

func TestTheGallery(t *testing.T) {
	if dir := os.Getenv(folderVariable); dir != "" {
		visit(t, dir)
		return
	}
	if _, err := screenshot.Find(""); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	trap, at := newTrap(t)
	udp := newUDPTrap(t, at)
	all := slices.Concat(heads(), bodies(), tlsPieces(), services(), hosts(), pages(at.String()))
	dir := t.TempDir()
	out := scanned(t, dir, opened(t, all))
	t.Log("\n" + table(all, out))
	for _, p := range all {
		p.check(t, out.Seen[p.name])
	}
	if out.Peak > maxPeak {
		t.Errorf("the scanning process held %d MB, want at most %d", out.Peak>>20, maxPeak>>20)
	}
	if out.Took > maxWhole {
		t.Errorf("the scan took %v, want at most %v", out.Took, maxWhole)
	}
	if n := trap.Settle(t); n != 0 {
		t.Errorf("the trap got %d connections, want none", n)
	}
	if n := udp(); n != 0 {
		t.Errorf("the trap got %d datagrams, want none", n)
	}
	checkReports(t, dir)
}

// opened starts every server and returns where they are.
func opened(t *testing.T, all []piece) []address {
	t.Helper()
	var where []address
	for i, p := range all {
		a := address{Name: p.name, Get: p.service == 0, Ports: p.ports}
		own := netip.AddrFrom4([4]byte{127, 0, 77, byte(i + 1)})
		var addr netip.AddrPort
		switch {
		case p.ports > 1:
			addr = netip.AddrPortFrom(own, 20000)
			for n := range p.ports {
				relay(t, netip.AddrPortFrom(own, 20000+uint16(n)), netip.AddrPort{})
			}
		case p.service > anyPort:
			addr = netip.AddrPortFrom(own, p.service)
			relay(t, addr, p.serve(t))
		default:
			addr = p.serve(t)
		}
		a.Host, a.Port = addr.Addr().String(), addr.Port()
		if p.names != nil {
			a.Host, a.Answers = p.name+".test", p.names
		}
		where = append(where, a)
	}
	return where
}

// relay listens on an address of loopback and passes on to a server, or to
// nobody: then it accepts and says nothing.
func relay(t *testing.T, on, to netip.AddrPort) {
	t.Helper()
	l, err := net.Listen("tcp4", on.String())
	for began := time.Now(); err != nil && time.Since(began) < 20*time.Second; time.Sleep(100 * time.Millisecond) {
		l, err = net.Listen("tcp4", on.String()) // somebody has the port on every address, for how long?
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				if !to.IsValid() {
					drained(conn)
					return
				}
				server, err := net.Dial("tcp4", to.String())
				if err != nil {
					return
				}
				defer server.Close()
				go func() { copyAll(server, conn); server.Close() }()
				copyAll(conn, server)
			}()
		}
	}()
}

// scanned runs the scan in a process of its own, so that its memory is that of
// the provider and not that of the servers.
func scanned(t *testing.T, dir string, where []address) outcome {
	t.Helper()
	text, err := json.Marshal(where)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "addresses.json"), text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	visitor := exec.CommandContext(t.Context(), self, "-test.run=^"+t.Name()+"$", "-test.timeout=6m")
	visitor.Env = append(os.Environ(), folderVariable+"="+dir)
	if said, err := visitor.CombinedOutput(); err != nil {
		t.Fatalf("the scanning process: %v\n%s", err, said)
	}
	var out outcome
	if text, err = os.ReadFile(filepath.Join(dir, "outcome.json")); err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// check holds what was seen of a piece against what is wanted.
func (p piece) check(t *testing.T, s seen) {
	t.Helper()
	if s.Observed == nil {
		t.Errorf("%s has no result", p.name)
		return
	}
	port, http, kept := row(s)
	if port != p.want.port || http != p.want.http {
		t.Errorf("%s: port %s, http %q, want %s and %q; %s", p.name, port, http, p.want.port, p.want.http, kept)
	}
	for _, text := range p.want.says {
		if !strings.Contains(kept, text) {
			t.Errorf("%s: %s; want %q in it", p.name, kept, text)
		}
	}
	if s.Took > maxPiece {
		t.Errorf("%s took %v, want at most %v", p.name, s.Took, maxPiece)
	}
	text, err := json.Marshal(s.Observed)
	if err != nil {
		t.Fatal(err)
	}
	if i := strings.IndexFunc(string(text), hostile); i >= 0 {
		t.Errorf("%s: the observation holds a character that is not for showing: %q", p.name, text[max(0, i-20):i+10])
	}
}

// hostile reports whether a character may do something to who reads it.
func hostile(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Cf, r)
}

// checkReports looks for what must stand in none of the reports.
func checkReports(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "report.*"))
	if err != nil || len(files) != 5 {
		t.Fatalf("reports %q, %v, want five", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if i := strings.IndexFunc(string(text), hostile); i >= 0 {
			t.Errorf("%s holds a character that is not for showing: %q", filepath.Base(file), text[max(0, i-40):i+20])
		}
		if !strings.HasSuffix(file, ".text") && strings.Contains(string(text), "<script>alert(1)") && !json.Valid(text) {
			t.Errorf("%s holds the markup of a title as markup", filepath.Base(file))
		}
		if strings.HasSuffix(file, ".json") || strings.HasSuffix(file, ".sarif") {
			if !json.Valid(text) {
				t.Errorf("%s is no JSON", filepath.Base(file))
			}
		}
	}
}

// row returns what the table says of an observation.
func row(s seen) (port, http, kept string) {
	o := s.Observed
	if len(o.Ports) == 0 {
		return string(o.PortStatus), "", o.Reason
	}
	p := o.Ports[0]
	said := []string{}
	add := func(format string, values ...any) { said = append(said, fmt.Sprintf(format, values...)) }
	if p.Detail != "" {
		add("%s", p.Detail)
	}
	if o.AnswersOnAllPorts {
		add("answers on all ports: %d of %d", len(o.OpenPorts()), o.PortsProbed)
	}
	if p.Banner != "" {
		add("banner %q", exposure.Cut(p.Banner, 40))
	}
	if p.HTTP != nil {
		http = httpRow(*p.HTTP, add)
	}
	for _, e := range p.Evidence {
		if p.HTTP == nil {
			add("%s: %s", e.Probe, e.Reason)
		}
	}
	if s.Lookups > 0 {
		add("name asked %s", map[bool]string{true: "once", false: fmt.Sprint(s.Lookups, " times")}[s.Lookups == 1])
	}
	return string(p.Result), http, strings.Join(said, "; ")
}

func httpRow(h exposure.HTTPObservation, add func(string, ...any)) string {
	if h.StatusCode == 0 {
		add("%s", h.Reason)
		return string(h.Status)
	}
	if strings.HasPrefix(h.URL, "https:") {
		add("https:")
	}
	if h.HeadersTruncated {
		add("headers cut")
	}
	if h.Title != "" {
		add("title %q", exposure.Cut(h.Title, 30))
	}
	add("%d bytes", h.BodyBytes)
	switch {
	case h.Screenshot == nil:
	case h.Screenshot.File != "":
		add("picture, text %q", exposure.Cut(h.Screenshot.Text, 20))
	default:
		add("%s", h.Screenshot.Reason)
	}
	if h.BodyStart != "" && h.Title == "" {
		add("body %q", exposure.Cut(h.BodyStart, 20))
	}
	return fmt.Sprint(h.StatusCode)
}

// table prints the gallery: one line for each piece.
func table(all []piece, out outcome) string {
	var b strings.Builder
	const format = "%-19s %-52s %-11s %-12s %7s %5s  %s\n"
	fmt.Fprintf(&b, format, "PIECE", "WHAT IT DOES", "PORT", "HTTP", "TOOK", "MB", "REASON, OR WHAT WAS KEPT")
	for _, p := range all {
		s := out.Seen[p.name]
		if s.Observed == nil {
			fmt.Fprintf(&b, format, p.name, p.does, "none", "", "", "", "")
			continue
		}
		port, http, kept := row(s)
		fmt.Fprintf(&b, format, p.name, p.does, port, http, fmt.Sprintf("%.1fs", s.Took.Seconds()), fmt.Sprint(s.Peak>>20), exposure.Cut(kept, 150))
	}
	fmt.Fprintf(&b, "%d pieces in %.1fs; the scanning process held %d MB at most, without the browser's own processes\n",
		len(all), out.Took.Seconds(), out.Peak>>20)
	for _, w := range out.Warnings {
		fmt.Fprintf(&b, "warning: %s\n", w)
	}
	return b.String()
}

// newUDPTrap listens for datagrams on the same port as the trap, and returns
// how many came.
func newUDPTrap(t *testing.T, at netip.AddrPort) func() int {
	t.Helper()
	conn, err := net.ListenPacket("udp4", at.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return func() int {
		n := 0
		conn.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
		for b := make([]byte, 100); ; n++ {
			if _, _, err := conn.ReadFrom(b); err != nil {
				return n
			}
		}
	}
}

func copyAll(to, from net.Conn) {
	b := make([]byte, 32<<10)
	for {
		n, err := from.Read(b)
		if _, failed := to.Write(b[:n]); err != nil || failed != nil {
			return
		}
	}
}
