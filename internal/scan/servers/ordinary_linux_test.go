package servers_test

import (
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probe/services"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
)

// application is the page of an application whose routes are in the browser:
// its server answers every path with it. It speaks of what the rules look for.
const application = `<!doctype html><html><head><title>Handbook</title><meta charset="utf-8">
<link rel="stylesheet" href="/app.css"></head><body><div id="root">ref: refs/heads/main APP_ENV=production
Index of /, Apache Server Status for, Active connections: PHP Version, Symfony Profiler, Whitelabel Error Page,
{"_links":{"env":{}}} "status":"success" full goroutine stack dump, wp-admin/install.php</div>
<script src="/app.js"></script></body></html>
`

// A server that has one answer for every path has none of what is asked for,
// and no ordinary one breaks a rule on a port that is usually another's.
func TestOrdinaryServersBreakNoRule(t *testing.T) {
	if testing.Short() {
		t.Skip("starts servers")
	}
	t.Parallel()
	files := map[string]string{"html/": "", "html/index.html": application}
	apache := "ServerName web.test\nServerRoot {dir}\nPidFile {dir}/pid\nErrorLog {dir}/log\nListen {host}:{port}\nTypesConfig /etc/mime.types\n"
	for _, m := range []string{"mpm_event", "authz_core", "dir", "mime"} {
		apache += fmt.Sprintf("LoadModule %s_module /usr/lib/apache2/modules/mod_%s.so\n", m, m)
	}
	apache += "DocumentRoot {dir}/html\n<Directory {dir}/html>\n  Require all granted\n  FallbackResource /index.html\n</Directory>\n"
	programs := map[string]probetest.Program{
		"nginx": nginx("root html; location / { try_files $uri /index.html; }", files),
		"Apache": {Name: "apache2", Args: strings.Fields("-X -f {dir}/apache.conf"),
			Files: map[string]string{"html/": "", "html/index.html": application, "apache.conf": apache}},
		"lighttpd": withFiles(lighttpd("{dir}/html", "server.modules += ( \"mod_rewrite\" )\nurl.rewrite-if-not-file = ( \".*\" => \"/index.html\" )\n"), files),
		"PHP":      php("html", files),
	}
	var servers []server
	for _, extended := range []bool{false, true} {
		for name, program := range programs {
			mode := map[bool]string{false: "", true: ", every question"}[extended]
			servers = append(servers, server{name: name + mode, port: 8080, extended: extended, program: program})
		}
	}
	startAll(t, servers)
	for kind, body := range map[string]string{
		htmlType: application, jsonType: `{"status":"ok","name":"shop","version":"1"}`, "Content-Type: text/plain": "ok\n", "Server: nginx": "[]",
	} {
		for _, port := range usualPorts() {
			servers = append(servers, server{name: fmt.Sprintf("%s on %d", kind, port), port: port, at: everywhere(t, port, kind, body)})
		}
	}
	check(t, servers)
}

// everywhere serves one answer to every path.
func everywhere(t *testing.T, port uint16, header, body string) netip.AddrPort {
	t.Helper()
	name, value, _ := strings.Cut(header, ": ")
	return serveAt(t, port, nil, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(name, value)
		io.WriteString(w, body)
	}))
}

// usualPorts are those of the services that are asked by HTTP, as far as an
// ordinary user may listen on them.
func usualPorts() []uint16 {
	var ports []uint16
	for _, p := range services.Probes() {
		for _, port := range p.Ports {
			if p.Path != "" && port >= 1024 && !slices.Contains(ports, port) {
				ports = append(ports, port)
			}
		}
	}
	return ports
}
