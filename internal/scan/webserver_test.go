package scan_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
)

// These tests run the rules against the nginx and the Apache of the system,
// each once as it should not be set up and once as it should.

// program returns the path of a server that is installed beside Go. Without it
// the test is skipped, but not where everything is installed.
func program(t *testing.T, names ...string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a server")
	}
	for _, name := range names {
		for _, place := range []string{name, "/usr/sbin/" + name} {
			if path, err := exec.LookPath(place); err == nil {
				return path
			}
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("none of %q is installed", names)
	}
	t.Skipf("none of %q is installed", names)
	return ""
}

// freePorts returns ports of loopback that nobody listens on.
func freePorts(t *testing.T, n int) []uint16 {
	t.Helper()
	ports := make([]uint16, n)
	for i := range ports {
		l, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		ports[i] = l.Addr().(*net.TCPAddr).AddrPort().Port()
	}
	return ports
}

// sites makes the folder of a web server: one with what nobody should see, one
// with a page. A server that gives up its rights can read them.
func sites(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, d := range []string{filepath.Dir(dir), dir} {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for file, text := range map[string]string{
		"open/.git/HEAD": "ref: refs/heads/main\n", "open/.env": "APP_ENV=test\nAPP_DEBUG=true\n", "open/backup.txt": "backup",
		"open/.svn/entries": "12\n", "shut/.git/HEAD": "ref: refs/heads/main\n", "shut/.env": "APP_ENV=test\n", "shut/.svn/entries": "12\n",
		"shut/index.html": "<title>Shop</title>hello",
	} {
		path := filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// authority signs certificates for "web.test", to be used until notAfter.
func authority(t *testing.T, dir, name string, notAfter time.Time) {
	t.Helper()
	newKey := func() *ecdsa.PrivateKey {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Example CA"}, IsCA: true, BasicConstraintsValid: true}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "web.test"}, DNSNames: []string{"web.test"},
		NotBefore: notAfter.AddDate(0, -3, 0), NotAfter: notAfter,
	}
	key := newKey()
	der, err := x509.CreateCertificate(rand.Reader, leaf, ca, &key.PublicKey, newKey())
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{name + ".crt": {Type: "CERTIFICATE", Bytes: der}, name + ".key": {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(filepath.Join(dir, file), pem.EncodeToMemory(block), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// serve runs a server with a configuration until the test ends, once it
// listens on every port.
func serve(t *testing.T, dir, config string, ports []uint16, command string, arguments ...string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "server.conf"), []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	server := exec.CommandContext(ctx, command, arguments...)
	var told bytes.Buffer
	server.Stdout, server.Stderr = &told, &told
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		server.Wait() // which the cancel ended
		if t.Failed() {
			t.Logf("%s said: %s", command, told.String())
		}
	})
	for _, port := range ports {
		for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
			conn, err := net.Dial("tcp4", netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), port).String())
			if err == nil {
				conn.Close()
				break
			}
			if time.Since(began) > 10*time.Second {
				t.Fatalf("%s does not listen on %d: %v", command, port, err)
			}
		}
	}
}

// found returns the ids of the host configuration rules that each port of
// "web.test" breaks, in extended mode.
func found(t *testing.T, ports []uint16) [][]string {
	t.Helper()
	var endpoints []exposure.Endpoint
	for i, port := range ports {
		endpoints = append(endpoints, declared(fmt.Sprint(i), "web.test", exposure.PortRange{Lo: port, Hi: port}))
	}
	r := request(t, endpoints...)
	r.Resolver = probetest.Resolver{"web.test": {netip.MustParseAddr("127.0.0.1")}}
	for _, port := range ports {
		r.Settings.HTTPPorts = append(r.Settings.HTTPPorts, exposure.PortRange{Lo: port, Hi: port})
	}
	r.Settings.HostRules = settings.HostRules{Enabled: true, Extended: true}
	outcome, err := scan.Run(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	all := make([][]string, len(ports))
	for i, port := range ports {
		all[i] = []string{}
		for _, result := range outcome.Results {
			for _, f := range result.Findings {
				if f.Port == port && f.Fix != "" {
					all[i] = append(all[i], f.Rule)
				}
			}
		}
		slices.Sort(all[i])
	}
	return all
}

func compare(t *testing.T, names []string, want, got [][]string) {
	t.Helper()
	for i, name := range names {
		if !slices.Equal(got[i], want[i]) {
			t.Errorf("%s breaks %q, want %q", name, got[i], want[i])
		}
	}
}

func TestTheRulesOnNginx(t *testing.T) {
	t.Parallel()
	nginx := program(t, "nginx")
	dir, ports := sites(t), freePorts(t, 5)
	authority(t, dir, "expired", time.Now().AddDate(0, -1, 0))
	authority(t, dir, "valid", time.Now().AddDate(0, 2, 0))
	config := `daemon off; master_process off; pid nginx.pid; error_log stderr;
events {}
http {
  access_log off; client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
  server { listen 127.0.0.1:PORT0; root open; autoindex on; location /nginx_status { stub_status; } }
  server { listen 127.0.0.1:PORT1; root shut; location ~ /\. { deny all; } location /nginx_status { stub_status; deny all; } }
  server { listen 127.0.0.1:PORT2 ssl; root shut; ssl_certificate expired.crt; ssl_certificate_key expired.key;
    ssl_protocols TLSv1 TLSv1.1; ssl_ciphers ALL:@SECLEVEL=0; location ~ /\. { deny all; } }
  server { listen 127.0.0.1:PORT3 ssl; root shut; ssl_certificate valid.crt; ssl_certificate_key valid.key;
    ssl_protocols TLSv1.2 TLSv1.3; location ~ /\. { deny all; } add_header Strict-Transport-Security max-age=31536000 always; }
  server { listen 127.0.0.1:PORT4 ssl; root shut; ssl_certificate valid.crt; ssl_certificate_key valid.key;
    ssl_protocols TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers ALL:@SECLEVEL=0; location ~ /\. { deny all; }
    add_header Strict-Transport-Security max-age=31536000 always; }
}`
	for i, port := range ports {
		config = strings.ReplaceAll(config, fmt.Sprintf("PORT%d", i), fmt.Sprint(port))
	}
	config = strings.NewReplacer("root ", "root "+dir+"/").Replace(config)
	serve(t, dir, config, ports, nginx, "-p", dir, "-c", filepath.Join(dir, "server.conf"))
	compare(t, []string{"the open server", "the shut server", "TLS 1.1 alone", "TLS 1.3", "TLS 1.1 too"}, [][]string{
		{"directory-listing", "environment-file", "git-repository", "nginx-stub-status", "svn-working-copy"},
		{},
		{"http-no-hsts", "tls-certificate-expired", "tls-old-version", "tls-old-version-accepted"},
		{},
		{"tls-old-version-accepted"},
	}, found(t, ports))
}

func TestTheRulesOnApache(t *testing.T) {
	t.Parallel()
	apache := program(t, "apache2", "httpd")
	dir, ports := sites(t), freePorts(t, 2)
	modules := "/usr/lib/apache2/modules"
	if _, err := os.Stat(modules); err != nil {
		missing := "the modules of Apache are not where Debian has them: run make deps"
		if os.Getenv("CI") == "true" {
			t.Fatal(missing)
		}
		t.Skip(missing)
	}
	config := `ServerName web.test
ServerRoot DIR
PidFile DIR/apache.pid
ErrorLog /dev/stderr
User nobody
Group nogroup
`
	for _, m := range []string{"mpm_event", "authz_core", "authz_host", "autoindex", "dir", "mime", "status"} {
		config += fmt.Sprintf("LoadModule %s_module %s/mod_%s.so\n", m, modules, m)
	}
	config += `TypesConfig /etc/mime.types
ExtendedStatus On
Listen 127.0.0.1:PORT0
Listen 127.0.0.1:PORT1
<Directory DIR>
  Options Indexes
  Require all granted
</Directory>
<VirtualHost 127.0.0.1:PORT0>
  DocumentRoot DIR/open
  <Location /server-status>
    SetHandler server-status
  </Location>
</VirtualHost>
<VirtualHost 127.0.0.1:PORT1>
  DocumentRoot DIR/shut
  <Directory DIR/shut>
    Options None
    Require all granted
  </Directory>
  <DirectoryMatch "/\.">
    Require all denied
  </DirectoryMatch>
  <FilesMatch "^\.">
    Require all denied
  </FilesMatch>
  <Location /server-status>
    SetHandler server-status
    Require all denied
  </Location>
</VirtualHost>
`
	config = strings.NewReplacer("DIR", dir, "PORT0", fmt.Sprint(ports[0]), "PORT1", fmt.Sprint(ports[1])).Replace(config)
	serve(t, dir, config, ports, apache, "-X", "-f", filepath.Join(dir, "server.conf"))
	compare(t, []string{"the open server", "the shut server"}, [][]string{
		{"apache-server-status", "directory-listing", "environment-file", "git-repository", "svn-working-copy"},
		{},
	}, found(t, ports))
}
