package probetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Program is a server of a Debian package, run on loopback for one test under a
// configuration of its own. In Args, Prepare, Env and the texts of Files, {dir}
// stands for a folder that only the test has, {host} and {port} for where it is
// to listen, {other} for another free port of 127.0.0.1, {user} and {group} for
// the names of those that the program runs as.
type Program struct {
	Name    string   // "redis-server"; looked for on PATH and where Debian keeps servers
	Args    []string // has to keep the program in the foreground
	Prepare [][]string
	Env     []string
	Files   map[string]string // path below {dir} → text, readable by that user only; "data/" is a folder

	// At is where the program listens; a free port of 127.0.0.1 when it is zero.
	At netip.AddrPort

	// Greets is a path. With it the program has started once it answers a GET of
	// the path over plain HTTP, with a status below 500, and not when it accepts.
	Greets string

	// Certificate puts a self-signed certificate and its key into {dir}, as
	// cert.pem and key.pem.
	Certificate bool
}

// How long a program may take until it accepts connections, and to end.
const (
	startLimit = 60 * time.Second
	endLimit   = 2 * time.Second
)

// Run starts the program and returns its address once it accepts connections.
// It ends, with all that it started, when the test ends. As root, it runs as
// nobody.
//
// A program that is not installed skips the test, and fails it in a pipeline
// (CI=true): there it would pass for one that passed.
func Run(t testing.TB, p Program) netip.AddrPort {
	t.Helper()
	addr, started := Start(t, p)
	started()
	return addr
}

// Start is Run without the wait, so that several programs can start at once.
// started waits until the program accepts connections, and belongs into the
// goroutine of the test.
func Start(t testing.TB, p Program) (addr netip.AddrPort, started func()) {
	t.Helper()
	addr = p.At
	if !addr.IsValid() {
		addr = quiet(t)
	}
	r := newRun(t, addr, quiet(t).Port())
	for _, name := range slices.Sorted(maps.Keys(p.Files)) { // a folder before what is in it
		r.write(t, name, []byte(r.fill.Replace(p.Files[name])))
	}
	if p.Certificate {
		cert, key := selfSigned(t)
		r.write(t, "cert.pem", cert)
		r.write(t, "key.pem", key)
	}
	for _, command := range p.Prepare {
		if out, err := r.command(t, p, command[0], command[1:]).CombinedOutput(); err != nil {
			t.Fatalf("%q: %v\n%s", command, err, out)
		}
	}
	return addr, r.start(t, r.command(t, p, p.Name, p.Args), addr, p.Greets)
}

// Installed reports whether a program is there for Run, or a file of a path.
func Installed(name string) bool { return located(name) != "" }

// Free returns a port of an address of loopback that has been given to nobody
// else: the usual port of a service can be taken on it without being in the way
// of another test.
func Free(t testing.TB, port uint16) netip.AddrPort {
	t.Helper()
	for range 100 {
		var last [2]byte
		rand.Read(last[:]) // which never fails
		at := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 77, last[0], 1 + last[1]%250}), port)
		// Not by listening: a program that is being started meanwhile would hold
		// the listener for a moment.
		conn, err := net.DialTimeout("tcp4", at.String(), time.Second)
		if errors.Is(err, syscall.ECONNREFUSED) {
			return at
		}
		if err == nil {
			conn.Close()
		}
	}
	t.Fatalf("port %d is not free on any of 100 addresses of loopback", port)
	return netip.AddrPort{}
}

// quiet returns a port of 127.0.0.1 on which nobody listens, and which the
// system gives to no connection as its own end: a program that wants it a
// moment later would find it taken.
func quiet(t testing.TB) netip.AddrPort {
	t.Helper()
	const low, span = 12000, 20000 // below 32768, where Linux begins to take such ports from
	for range 100 {
		var random [2]byte
		rand.Read(random[:]) // which never fails
		port := low + (int(random[0])<<8|int(random[1]))%span
		at := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(port))
		conn, err := net.DialTimeout("tcp4", at.String(), time.Second)
		if errors.Is(err, syscall.ECONNREFUSED) {
			return at
		}
		if err == nil {
			conn.Close()
		}
	}
	t.Fatal("none of 100 ports of 127.0.0.1 is free")
	return netip.AddrPort{}
}

// run is one start of a program.
type run struct {
	dir  string
	user *syscall.Credential // nil for that of the test
	fill *strings.Replacer
}

func newRun(t testing.TB, at netip.AddrPort, other uint16) run {
	t.Helper()
	// Not t.TempDir: nobody may not pass its parent.
	dir, err := os.MkdirTemp("", "probetest-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	r := run{dir: dir}
	uid, gid := os.Getuid(), os.Getgid()
	if uid == 0 {
		const nobody = 65534
		uid, gid = nobody, nobody
		r.user = &syscall.Credential{Uid: nobody, Gid: nobody}
		if err := os.Chown(dir, nobody, nobody); err != nil {
			t.Fatal(err)
		}
	}
	account, err := user.LookupId(strconv.Itoa(uid))
	if err != nil {
		t.Fatal(err)
	}
	group, err := user.LookupGroupId(strconv.Itoa(gid))
	if err != nil {
		t.Fatal(err)
	}
	r.fill = strings.NewReplacer("{dir}", dir, "{host}", at.Addr().String(), "{port}", strconv.Itoa(int(at.Port())),
		"{other}", strconv.Itoa(int(other)), "{user}", account.Username, "{group}", group.Name)
	return r
}

// write puts a file into the folder. A name that ends in a slash is a folder.
func (r run) write(t testing.TB, name string, text []byte) {
	t.Helper()
	path := filepath.Join(r.dir, name)
	var err error
	if strings.HasSuffix(name, "/") {
		err = os.Mkdir(path, 0o700)
	} else {
		err = os.WriteFile(path, text, 0o600)
	}
	if err == nil && r.user != nil {
		err = os.Chown(path, int(r.user.Uid), int(r.user.Gid))
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (r run) command(t testing.TB, p Program, name string, args []string) *exec.Cmd {
	t.Helper()
	filled := []string{}
	for _, a := range args {
		filled = append(filled, r.fill.Replace(a))
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, find(t, name), filled...)
	cmd.Dir = r.dir
	cmd.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME=" + r.dir, "TMPDIR=" + r.dir, "LC_ALL=C"}
	for _, e := range p.Env {
		cmd.Env = append(cmd.Env, r.fill.Replace(e))
	}
	// A group of its own, so that its children can be ended with it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL, Credential: r.user}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

// located returns the path of a program, "" when there is none.
func located(name string) string {
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	versions, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name) // the pattern is well formed
	for _, path := range append(versions, "/usr/sbin/"+name, name) {
		if !filepath.IsAbs(path) {
			continue
		}
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return ""
}

// find returns the path of a program.
func find(t testing.TB, name string) string {
	t.Helper()
	if path := located(name); path != "" {
		return path
	}
	missing := fmt.Sprintf("%s is not installed; make deps installs it", name)
	if os.Getenv("CI") == "true" {
		t.Fatal(missing)
	}
	t.Skip(missing)
	return ""
}

// start runs the program and returns what waits until it has started.
func (r run) start(t testing.TB, cmd *exec.Cmd, addr netip.AddrPort, greets string) func() {
	t.Helper()
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatalf("start %s: %v", cmd.Path, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		// Asked first, some tidy up what lies outside of {dir}, such as shared
		// memory and sockets. They may have ended already.
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(endLimit):
		}
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		if t.Failed() {
			t.Logf("%s said:\n%s", cmd.Path, said.String())
		}
	})
	return func() {
		t.Helper()
		for deadline := time.Now().Add(startLimit); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
			select {
			case err := <-ended:
				ended <- err
				t.Fatalf("%s ended at once: %v\n%s", cmd.Path, err, said.String())
			default:
			}
			if answers(addr, greets) {
				return
			}
		}
		t.Fatalf("%s did not accept on %s within %s", cmd.Path, addr, startLimit)
	}
}

// answers reports whether a server accepts, and with a path whether it answers
// a GET of it.
func answers(addr netip.AddrPort, greets string) bool {
	if greets == "" {
		conn, err := net.DialTimeout("tcp4", addr.String(), time.Second)
		if err == nil {
			conn.Close()
		}
		return err == nil
	}
	client := &http.Client{
		Timeout:       5 * time.Second,
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Get("http://" + addr.String() + greets)
	if err != nil {
		return false
	}
	response.Body.Close()
	return response.StatusCode < 500
}
