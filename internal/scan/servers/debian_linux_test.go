package servers_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
)

// login is a user of basic authentication, as htpasswd writes it.
const login = "probe:$2y$04$nUJrHEp8a26SVfraFEAiUOFhfiU/lEpsKh0KbxTR2zTR40zhT/shG\n"

const rabbit = "/usr/lib/rabbitmq/bin/rabbitmq-server"

// The services of Debian with an HTTP interface.
func TestRealServices(t *testing.T) {
	if testing.Short() {
		t.Skip("starts servers")
	}
	t.Parallel()
	cert := certified(t, "web.test", flaw{})
	var broker netip.AddrPort // RabbitMQ, which two of the servers share
	servers := []server{
		{name: "Prometheus, open", port: 9090, program: prometheus("prometheus", nil), fires: []string{"prometheus-open"}},
		{name: "Prometheus with a login", port: 9090, program: prometheus("prometheus", cert, "--web.config.file={dir}/web.yml")},
		{name: "Alertmanager, open", port: 9093, program: prometheus("prometheus-alertmanager", nil, "--cluster.listen-address="),
			fires: []string{"alertmanager-open"}},
		{name: "Alertmanager with a login", port: 9093,
			program: prometheus("prometheus-alertmanager", cert, "--cluster.listen-address=", "--web.config.file={dir}/web.yml")},
		{name: "Docker registry, open", port: 5000, program: registry(""), fires: []string{"docker-registry-open"}},
		{name: "Docker registry with a login", port: 5000, program: registry("auth: {htpasswd: {realm: registry, path: '{dir}/users'}}\n")},
		{name: "etcd, open", port: 2379, program: etcd("http", nil), fires: []string{"etcd-no-client-certificate"}},
		{name: "etcd with TLS for anyone", port: 2379, fires: []string{"etcd-no-client-certificate"},
			program: etcd("https", cert, "--cert-file={dir}/cert.pem", "--key-file={dir}/key.pem")},
		{name: "etcd with client certificates", port: 2379,
			program: etcd("https", cert, "--cert-file={dir}/cert.pem", "--key-file={dir}/key.pem", "--client-cert-auth", "--trusted-ca-file={dir}/ca.pem")},
		{name: "InfluxDB, open", port: 8086, program: influxdb("false"), fires: []string{"influxdb-no-authentication"}},
		{name: "InfluxDB with logins", port: 8086, program: influxdb("true")},
		{name: "Jupyter, open", port: 8888, program: jupyter(""), fires: []string{"jupyter-open"}},
		{name: "Jupyter with a token", port: 8888, program: jupyter("not-that-one")},
		{name: "RabbitMQ management", port: 15672, needs: rabbit, beside: func(t *testing.T, at netip.AddrPort) (probetest.Program, func()) {
			broker = at
			return rabbitMQ(t)
		}},
		// It wants a login, so that only who stands before it can open it.
		{name: "RabbitMQ management behind a proxy that logs in", port: 15672, fires: []string{"rabbitmq-management-open"}, needs: rabbit,
			beside: func(*testing.T, netip.AddrPort) (probetest.Program, func()) {
				return nginx("location / { proxy_pass http://"+broker.String()+"; proxy_set_header Authorization 'Basic Z3Vlc3Q6Z3Vlc3Q='; }", nil), func() {}
			}},
	}
	startAll(t, servers)
	check(t, servers)
}

func prometheus(name string, cert map[string]string, args ...string) probetest.Program {
	p := probetest.Program{Name: name, Greets: "/-/ready",
		Args: append(strings.Fields("--config.file={dir}/config.yml --web.listen-address={host}:{port} --log.level=warn"), args...),
		Files: map[string]string{"config.yml": "global: {}\n", "web.yml": "tls_server_config: {cert_file: cert.pem, key_file: key.pem}\n" +
			"basic_auth_users: {" + strings.Replace(strings.TrimSpace(login), ":", ": ", 1) + "}\n"}}
	if name == "prometheus" {
		p.Args = append(p.Args, "--storage.tsdb.path={dir}/data")
	} else {
		p.Args = append(p.Args, "--storage.path={dir}/data")
		p.Files["config.yml"] = "route: {receiver: none}\nreceivers: [{name: none}]\n"
	}
	return withFiles(p, cert)
}

// withFiles adds files to those of a program.
func withFiles(p probetest.Program, files map[string]string) probetest.Program {
	all := map[string]string{}
	for _, some := range []map[string]string{p.Files, files} {
		for name, text := range some {
			all[name] = text
		}
	}
	p.Files = all
	return p
}

func registry(auth string) probetest.Program {
	return probetest.Program{Name: "docker-registry", Args: []string{"serve", "{dir}/config.yml"}, Files: map[string]string{
		"users": login, "config.yml": "version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: '{dir}/data'}}\nhttp: {addr: '{host}:{port}'}\n" + auth}}
}

func etcd(scheme string, cert map[string]string, args ...string) probetest.Program {
	const peer = "http://{host}:2380"
	here := scheme + "://{host}:{port}"
	return withFiles(probetest.Program{Name: "etcd", Args: append([]string{"--data-dir={dir}/data", "--log-level=error", "--logger=zap", "--unsafe-no-fsync",
		"--listen-client-urls=" + here, "--advertise-client-urls=" + here, "--listen-peer-urls=" + peer, "--initial-advertise-peer-urls=" + peer,
		"--initial-cluster=default=" + peer}, args...)}, cert)
}

func influxdb(logins string) probetest.Program {
	return probetest.Program{Name: "influxd", Args: strings.Fields("run -config {dir}/influxdb.conf"), Files: map[string]string{
		"influxdb.conf": "reporting-disabled = true\nbind-address = \"{host}:8088\"\n[meta]\ndir = \"{dir}/meta\"\n[data]\ndir = \"{dir}/data\"\n" +
			"wal-dir = \"{dir}/wal\"\n[http]\nbind-address = \"{host}:{port}\"\nauth-enabled = " + logins + "\nlog-enabled = false\n[monitor]\nstore-enabled = false\n"}}
}

func jupyter(token string) probetest.Program {
	return probetest.Program{Name: "jupyter-notebook", Files: map[string]string{"notes/": ""},
		Args: []string{"--no-browser", "--ip={host}", "--port={port}", "--NotebookApp.port_retries=0", "--NotebookApp.password=",
			"--NotebookApp.token=" + token, "--NotebookApp.notebook_dir={dir}/notes"},
		Env: []string{"JUPYTER_RUNTIME_DIR={dir}/run", "JUPYTER_CONFIG_DIR={dir}/config", "JUPYTER_DATA_DIR={dir}/data"}}
}

// rabbitMQ is a broker with its management interface and nothing else that
// listens, and the daemon that knows it by its name.
func rabbitMQ(t *testing.T) (probetest.Program, func()) {
	names, wait := probetest.Start(t, probetest.Program{Name: "epmd", Args: strings.Fields("-port {port} -address 127.0.0.1")})
	return probetest.Program{Name: rabbit, Greets: "/api/overview",
		Files: map[string]string{"plugins": "[rabbitmq_management].\n",
			"rabbitmq.conf": "listeners.tcp = none\nmanagement.tcp.ip = {host}\nmanagement.tcp.port = {port}\nloopback_users = none\n"},
		Env: []string{fmt.Sprint("ERL_EPMD_PORT=", names.Port()), "ERL_EPMD_ADDRESS=127.0.0.1", "RABBITMQ_NODENAME=probe{other}@localhost",
			"RABBITMQ_MNESIA_BASE={dir}", "RABBITMQ_LOG_BASE={dir}", "RABBITMQ_CONFIG_FILE={dir}/rabbitmq.conf",
			"RABBITMQ_ENABLED_PLUGINS_FILE={dir}/plugins", "RABBITMQ_PID_FILE={dir}/pid", "RABBITMQ_DIST_PORT={other}",
			"RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1}"}}, wait
}

// nginx serves one site. Its block of configuration goes on after "listen".
func nginx(block string, files map[string]string) probetest.Program {
	listen := "listen {host}:{port};"
	if files["cert.pem"] != "" {
		listen = "listen {host}:{port} ssl; ssl_certificate cert.pem; ssl_certificate_key key.pem;"
	}
	return withFiles(probetest.Program{Name: "nginx", Args: strings.Fields("-p {dir} -c {dir}/nginx.conf"), Files: map[string]string{
		"nginx.conf": "daemon off; master_process off; pid nginx.pid; error_log stderr;\nevents {}\nhttp {\n  access_log off; client_body_temp_path b; " +
			"proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;\n  types { text/html html; }\n" +
			"  server { " + listen + "\n    " + block + "\n  }\n}\n"}}, files)
}

const hsts = "add_header Strict-Transport-Security max-age=31536000 always; "

// The certificates and headers that nginx can be given.
func TestRealTransports(t *testing.T) {
	if testing.Short() {
		t.Skip("starts servers")
	}
	t.Parallel()
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	const weak = "ssl_ciphers DEFAULT:@SECLEVEL=0; "
	page := map[string]string{"html/": "", "html/index.html": "<title>Shop</title>hello"}
	site := func(host, block string, f flaw, fires ...string) server {
		return server{name: host, host: host, port: 8443, program: nginx(block+"root html;", certified(t, "*.test", f, page)), fires: fires}
	}
	expired := flaw{change: func(c *x509.Certificate) { c.NotAfter = time.Now().AddDate(0, 0, -1) }}
	servers := []server{
		site("sound.test", hsts, flaw{}),
		site("expired.test", hsts, expired, "tls-certificate-expired"),
		site("self-signed.test", hsts, flaw{selfSigned: true}, "tls-certificate-self-signed"),
		site("short-key.test", hsts+weak, flaw{key: short}, "tls-weak-key"),
		site("sha-1.test", hsts+weak, flaw{change: func(c *x509.Certificate) { c.SignatureAlgorithm = x509.SHA1WithRSA }}, "tls-weak-signature"),
		site("name.example", hsts, flaw{}, "tls-certificate-other-name"),
		site("no-hsts.test", "", flaw{}, "http-no-hsts"),
		site("cors.test", hsts+"add_header Access-Control-Allow-Origin *; add_header Access-Control-Allow-Credentials true; ", flaw{}, "http-cors-any-origin"),
		site("public.test", hsts+"add_header Access-Control-Allow-Origin *; ", flaw{}),
		site("cookie.test", hsts+"add_header Set-Cookie 'sessionid=1; Path=/'; ", flaw{}, "http-cookie-flags"),
		site("careful.test", hsts+"add_header Set-Cookie 'sessionid=1; Path=/; HttpOnly; Secure'; ", flaw{}),
		site("login.test", hsts+"auth_basic shop; auth_basic_user_file users; ", flaw{}),
		{name: "basic authentication in the clear", port: 8080, program: nginx("auth_basic shop; auth_basic_user_file users;", map[string]string{"users": login}),
			fires: []string{"http-basic-without-tls"}},
		{name: "a password form in the clear", port: 8080, fires: []string{"http-password-form-without-tls"},
			program: nginx("root html;", map[string]string{"html/": "", "html/index.html": "<form><input type=password></form>"})},
	}
	startAll(t, servers)
	check(t, servers)
}
