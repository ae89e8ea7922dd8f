// Command benchgate measures a plan that gates many endpoints on loopback,
// beside a plan that only reads the same endpoints with the http provider, and
// one in which the engine has nothing to do but its own work.
//
//	benchgate -n 1000 -provider bin/terraform-provider-dynamicscan -http terraform-provider-http
//
// Each step is an engine of its own, in a folder of its own. The steps take
// turns, so that what else the machine does meets all of them, and the median of
// the rounds counts. The ratios are what to look at: times are those of the
// machine of the day.
//
// The endpoints are addresses of 127.0.0.0/8, which only Linux has without
// preparation. Nothing is sent beyond.
package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	var b bench
	n := flag.Int("n", 1000, "how many endpoints, 1 to 50000")
	flag.IntVar(&b.rounds, "rounds", 3, "how often each step runs")
	flag.StringVar(&b.provider, "provider", "bin/terraform-provider-dynamicscan", "the provider as a `FILE`")
	flag.StringVar(&b.http, "http", "", "the http provider as a `FILE`; without it that step is left out")
	flag.StringVar(&b.engine, "engine", "", "terraform or tofu; the first of them on PATH when omitted")
	only := flag.String("only", "", "run only the step of this `NAME`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, b, *n, *only); err != nil {
		fmt.Fprintln(os.Stderr, "benchgate:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, b bench, n int, only string) error {
	if n < 1 || n > 50000 || b.rounds < 1 {
		return fmt.Errorf("%d endpoints in %d rounds cannot be measured", n, b.rounds)
	}
	for _, name := range []string{b.engine, "terraform", "tofu"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			b.engine = path
			break
		}
	}
	folder, err := os.MkdirTemp("", "benchgate")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	b.folder = folder
	hosts, port, err := listen(ctx, n)
	if err != nil {
		return fmt.Errorf("listen on loopback: %w", err)
	}
	if err := b.install(); err != nil {
		return fmt.Errorf("lay out the providers: %w", err)
	}
	measured, err := b.measure(ctx, stepsOf(hosts, port, b.http != "", only))
	if err != nil {
		return err
	}
	version, err := exec.CommandContext(ctx, b.engine, "version").Output()
	if err != nil {
		return fmt.Errorf("ask %s for its version: %w", b.engine, err)
	}
	fmt.Printf("%s, %d endpoints, median of %d\n", firstLine(version), n, b.rounds)
	tabulate(os.Stdout, measured)
	return nil
}

// listen serves a small page on one port of n addresses.
func listen(ctx context.Context, n int) (hosts []string, port int, err error) {
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		// A gate passes over what asks for a password; the http provider wants a 200.
		if strings.HasPrefix(r.UserAgent(), "dynamicscan") {
			w.Header().Set("WWW-Authenticate", `Basic realm="bench"`)
			w.WriteHeader(http.StatusUnauthorized)
		}
		fmt.Fprint(w, "<!doctype html><title>Bench</title><p>The same page for everyone.</p>")
	})
	server := &http.Server{Handler: page, ReadHeaderTimeout: 30 * time.Second}
	var config net.ListenConfig
	for i := range n {
		host := fmt.Sprintf("127.%d.%d.%d", 100+i/62500, i/250%250, 1+i%250)
		l, err := config.Listen(ctx, "tcp", fmt.Sprintf("%s:%d", host, port)) // the first one finds a free port
		if err != nil {
			return nil, 0, err
		}
		port = l.Addr().(*net.TCPAddr).Port
		hosts = append(hosts, host)
		go func() { _ = server.Serve(l) }()
	}
	return hosts, port, nil
}

// install lays the providers out so that the engine takes them from there.
func (b *bench) install() error {
	overrides := ""
	for source, file := range map[string]string{"dynamicscan/dynamicscan": b.provider, "hashicorp/http": b.http} {
		if file == "" {
			continue
		}
		absolute, err := filepath.Abs(file)
		if err != nil {
			return err
		}
		place := filepath.Join(b.folder, filepath.Base(source))
		if err := os.Mkdir(place, 0o755); err != nil {
			return err
		}
		if err := os.Symlink(absolute, filepath.Join(place, "terraform-provider-"+filepath.Base(source))); err != nil {
			return err
		}
		overrides += fmt.Sprintf("    %q = %q\n", source, place)
	}
	text := "provider_installation {\n  dev_overrides {\n" + overrides + "  }\n  direct {}\n}\n"
	return os.WriteFile(filepath.Join(b.folder, "cli.tfrc"), []byte(text), 0o600)
}
