package cli_test

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/cli"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/screenshot"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"check": func() {
			os.Exit(cli.Main("1.2.3", append([]string{"check"}, os.Args[1:]...), os.Stdin, os.Stdout, os.Stderr))
		},
		"explain": func() {
			os.Exit(cli.Main("1.2.3", append([]string{"explain"}, os.Args[1:]...), os.Stdin, os.Stdout, os.Stderr))
		},
		"tool": func() { os.Exit(cli.Main("1.2.3", os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// The scripts run the command as a user does. Their servers are on loopback:
// $HTTP answers 200 to anyone, $STALL completes the handshake and then says
// nothing, $REFUSED refuses, $PAGE answers a page whose picture never comes.
func TestScripts(t *testing.T) {
	wiki := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<title>Wiki</title>welcome") })
	stall := probetest.Silent(t)
	refused := probetest.Refusing(t)
	page := probetest.HTTP(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/never.png" {
			<-r.Context().Done()
			return
		}
		fmt.Fprint(w, `<title>Page</title><img src="/never.png">`)
	}))
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			web := probetest.HTTP(t, wiki) // one for each script, which counts its connections
			env.Values["web"] = web
			env.Setenv("HTTP", port(web.Addr))
			env.Setenv("PAGE", port(page.Addr))
			env.Setenv("STALL", port(stall.Addr))
			env.Setenv("REFUSED", port(refused))
			env.Setenv("TERRAFORM_BINARY", "")
			env.Setenv("LC_ALL", "C.UTF-8")
			return nil
		},
		Condition: func(name string) (bool, error) {
			if name != "browser" {
				return false, fmt.Errorf("no such condition: %s", name)
			}
			_, err := screenshot.Find("")
			if err != nil && os.Getenv("CI") == "true" {
				return false, err
			}
			return err == nil, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"state":    writeState,
			"readme":   writeSnippet,
			"gateways": writeGateways,
			"exits":    exits,
			"clock":    clock,
			"contacts": func(ts *testscript.TestScript, not bool, args []string) { contacts(t, ts, args) },
		},
	})
}

func port(addr netip.AddrPort) string { return strconv.Itoa(int(addr.Port())) }

// exits is exec for an exact exit status: exits 2 check --offline x. Standard
// output and error go to the files out and err.
func exits(ts *testscript.TestScript, not bool, args []string) {
	if not || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS PROGRAM [ARGUMENT ...]")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	if err != nil {
		text := err.Error()
		if _, scanErr := fmt.Sscanf(text, "exit status %d", &got); scanErr != nil {
			ts.Fatalf("%s: %v", strings.Join(args[1:], " "), err)
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs("out"), []byte(ts.ReadFile("stdout")), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs("err"), []byte(ts.ReadFile("stderr")), 0o600))
	if want := args[0]; strconv.Itoa(got) != want {
		ts.Fatalf("%s: exit status %d, want %s", strings.Join(args[1:], " "), got, want)
	}
}

// clock starts a stopwatch, and with a duration checks that no more has passed
// since: clock, kill -INT scan, wait scan, clock 2s.
func clock(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) == 0 {
		ts.Setenv("CLOCK", time.Now().Format(time.RFC3339Nano))
		return
	}
	limit, err := time.ParseDuration(args[0])
	ts.Check(err)
	began, err := time.Parse(time.RFC3339Nano, ts.Getenv("CLOCK"))
	ts.Check(err)
	if took := time.Since(began); took > limit {
		ts.Fatalf("it took %v, want at most %v", took, limit)
	}
}

// contacts checks how many connections the HTTP server has had since the
// script last asked.
func contacts(t *testing.T, ts *testscript.TestScript, args []string) {
	web := ts.Value("web").(*probetest.Listener)
	mark := ts.MkAbs(".contacts")
	before, _ := os.ReadFile(mark) // absent at first
	last, _ := strconv.Atoi(string(before))
	now := web.Settle(t)
	ts.Check(os.WriteFile(mark, []byte(strconv.Itoa(now)), 0o600))
	if len(args) == 1 && args[0] != "any" && strconv.Itoa(now-last) != args[0] {
		ts.Fatalf("%d connections, want %s", now-last, args[0])
	}
}

// writeState writes a state of instances that are open to the internet:
// state FILE HOST:PORT ...
func writeState(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 1 {
		ts.Fatalf("usage: state FILE [HOST:PORT ...]")
	}
	resources := []string{
		resource("aws_vpc", "main", `"id":"vpc-1","cidr_block":"10.0.0.0/16","main_route_table_id":"rtb-0"`),
		resource("aws_internet_gateway", "main", `"id":"igw-1","vpc_id":"vpc-1"`),
		resource("aws_subnet", "a", `"id":"subnet-1","vpc_id":"vpc-1","cidr_block":"10.0.1.0/24","map_public_ip_on_launch":true`),
		resource("aws_route_table", "a", `"id":"rtb-1","vpc_id":"vpc-1","route":[{"cidr_block":"0.0.0.0/0","gateway_id":"igw-1"}]`),
		resource("aws_route_table_association", "a", `"id":"rtbassoc-1","subnet_id":"subnet-1","route_table_id":"rtb-1"`),
	}
	for i, place := range args[1:] {
		host, port, err := net.SplitHostPort(place)
		ts.Check(err)
		resources = append(resources,
			resource("aws_security_group", fmt.Sprintf("s%d", i), fmt.Sprintf(`"id":"sg-%d","vpc_id":"vpc-1","ingress":[{"from_port":%s,"to_port":%s,"protocol":"tcp","cidr_blocks":["0.0.0.0/0"],"self":false}],"egress":[{"from_port":0,"to_port":0,"protocol":"-1","cidr_blocks":["0.0.0.0/0"],"self":false}]`, i, port, port)),
			resource("aws_instance", fmt.Sprintf("i%d", i), fmt.Sprintf(`"id":"i-%d","instance_state":"running","subnet_id":"subnet-1","public_ip":%q,"private_ip":"10.0.1.%d","vpc_security_group_ids":["sg-%d"]`, i, host, i+10, i)))
	}
	text := `{"version":4,"terraform_version":"1.11.4","serial":7,"lineage":"test","outputs":{},"resources":[` + strings.Join(resources, ",\n") + "]}\n"
	path := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(filepath.Dir(path), 0o700))
	ts.Check(os.WriteFile(path, []byte(text), 0o600))
}

func resource(kind, name, attributes string) string {
	return fmt.Sprintf(`{"mode":"managed","type":%q,"name":%q,"provider":"provider[\"registry.terraform.io/hashicorp/aws\"]","instances":[{"schema_version":1,"attributes":{%s},"sensitive_attributes":[]}]}`, kind, name, attributes)
}
