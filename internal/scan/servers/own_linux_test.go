package servers_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
)

// answer is what an own server says to a path. Header is "Name: value" lines.
type answer struct {
	code   int
	header string
	body   string
}

// own is a server of these tests, in the two states of the service that it
// stands for. Its answers are those that the service's document shows, to the
// paths that it names; everything else is not found.
type own struct {
	name, path string
	port       uint16
	tls        bool   // it speaks TLS in both states
	asks       bool   // once shut, it speaks TLS and asks for a client certificate
	safe       bool   // once shut, it speaks TLS
	extended   bool   // every question is asked
	front      answer // of / in both states
	open, shut answer // of path
	rule       string
}

const (
	jsonType = "Content-Type: application/json"
	htmlType = "Content-Type: text/html; charset=utf-8"
	page     = "<!doctype html><title>Shop</title>hello"
)

// serves starts the server and returns where.
func (o own) serves(t *testing.T, shut bool) netip.AddrPort {
	t.Helper()
	if !o.tls && (!shut || !o.asks && !o.safe) {
		return serveAt(t, o.port, nil, o.handler(shut))
	}
	files := certified(t, "web.test", flaw{})
	pair, err := tls.X509KeyPair([]byte(files["cert.pem"]), []byte(files["key.pem"]))
	if err != nil {
		t.Fatal(err)
	}
	ca, _ := authority()
	c := &tls.Config{Certificates: []tls.Certificate{pair}, ClientCAs: x509.NewCertPool()}
	c.ClientCAs.AddCert(ca)
	if o.asks && shut {
		c.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return serveAt(t, o.port, c, o.handler(shut))
}

// serveAt serves by HTTP, over TLS with a configuration of it.
func serveAt(t *testing.T, port uint16, c *tls.Config, h http.Handler) netip.AddrPort {
	t.Helper()
	at := probetest.Free(t, port)
	l, err := net.Listen("tcp4", at.String())
	if err != nil {
		t.Fatal(err)
	}
	if c != nil {
		l = tls.NewListener(l, c)
	}
	server := &http.Server{Handler: h, ErrorLog: log.New(io.Discard, "", 0)}
	ended := make(chan struct{})
	go func() { defer close(ended); server.Serve(l) }()
	t.Cleanup(func() { server.Close(); <-ended })
	return at
}

func (o own) handler(shut bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := answer{code: 404, body: "404 page not found\n"}
		switch {
		case r.URL.RequestURI() == o.path && shut && o.shut.code != 0:
			a = o.shut
		case r.URL.RequestURI() == o.path && !shut && o.rule == "go-profiler":
			pprof.Index(w, r) // the profiler itself
			return
		case r.URL.RequestURI() == o.path && (!shut || o.asks || o.safe):
			a = o.open
		case r.URL.Path == "/" && o.front.code != 0:
			a = o.front
		}
		for line := range strings.Lines(a.header) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			w.Header().Add(name, value)
		}
		w.WriteHeader(a.code)
		io.WriteString(w, a.body)
	})
}

var owns = []own{
	{name: "Elasticsearch", port: 9200, path: "/", rule: "elasticsearch-no-authentication",
		open: answer{200, jsonType, `{"name":"n","cluster_name":"docs","cluster_uuid":"u","version":{"number":"8.15.0"},"tagline":"You Know, for Search"}`},
		shut: answer{401, jsonType + "\nWWW-Authenticate: Basic realm=\"security\"", `{"error":{"type":"security_exception"},"status":401}`}},
	{name: "CouchDB", port: 5984, path: "/_all_dbs", rule: "couchdb-no-authentication", front: answer{200, jsonType, `{"couchdb":"Welcome"}`},
		open: answer{200, jsonType + "\nServer: CouchDB/3.3.3 (Erlang OTP/24)", `["_users","orders"]`},
		shut: answer{401, jsonType + "\nServer: CouchDB/3.3.3 (Erlang OTP/24)", `{"error":"unauthorized","reason":"You are not a server admin."}`}},
	{name: "Docker API", port: 2375, asks: true, path: "/version", rule: "docker-api-open",
		open: answer{200, jsonType + "\nServer: Docker/27.1.1 (linux)", `{"Version":"27.1.1","ApiVersion":"1.46","MinAPIVersion":"1.24"}`}},
	{name: "Docker API with TLS", port: 2376, tls: true, asks: true, path: "/version", rule: "docker-api-open",
		open: answer{200, jsonType, `{"Version":"27.1.1","ApiVersion":"1.46"}`}},
	{name: "kubelet", port: 10250, tls: true, path: "/pods", rule: "kubelet-open",
		open: answer{200, jsonType, `{"kind":"PodList","apiVersion":"v1","metadata":{},"items":[]}`}, shut: answer{401, "", "Unauthorized"}},
	{name: "kubelet that knows anonymous users", port: 10250, tls: true, path: "/pods", rule: "kubelet-anonymous",
		open: answer{403, "", "Forbidden (user=system:anonymous, verb=get, resource=nodes, subresource=proxy)"}, shut: answer{401, "", "Unauthorized"}},
	{name: "kubelet's read-only port", port: 10255, path: "/pods", rule: "kubelet-read-only-port",
		open: answer{200, jsonType, `{"kind":"PodList","apiVersion":"v1","metadata":{},"items":[]}`}},
	{name: "Kubernetes API", port: 6443, tls: true, path: "/api/v1/namespaces?limit=1", rule: "kubernetes-api-open", front: answer{401, jsonType, `{"kind":"Status","code":401}`},
		open: answer{200, jsonType, `{"kind":"NamespaceList","apiVersion":"v1","metadata":{},"items":[]}`},
		shut: answer{401, jsonType, `{"kind":"Status","apiVersion":"v1","status":"Failure","message":"Unauthorized","code":401}`}},
	{name: "Kubernetes API that knows anonymous users", port: 6443, tls: true, path: "/api/v1/namespaces?limit=1", rule: "kubernetes-api-anonymous",
		open: answer{403, jsonType, `{"kind":"Status","message":"namespaces is forbidden: User \"system:anonymous\" cannot list resource \"namespaces\"","code":403}`},
		shut: answer{401, jsonType, `{"kind":"Status","message":"Unauthorized","code":401}`}},
	{name: "Consul", port: 8500, path: "/v1/agent/self", rule: "consul-no-acl", front: answer{code: 301, header: "Location: /ui/"},
		open: answer{200, jsonType, `{"Config":{"Datacenter":"dc1"},"Coord":{},"Member":{"Name":"a"},"Stats":{}}`}, shut: answer{403, "", "Permission denied"}},
	{name: "Nomad", port: 4646, path: "/v1/jobs?per_page=1", rule: "nomad-no-acl", front: answer{code: 307, header: "Location: /ui/"},
		open: answer{200, jsonType + "\nX-Nomad-Index: 7", `[]`}, shut: answer{403, "X-Nomad-Index: 7", "Permission denied"}},
	{name: "Vault before it is set up", port: 8200, tls: true, path: "/v1/sys/seal-status", rule: "vault-uninitialized",
		open: answer{200, jsonType, `{"type":"shamir","initialized":false,"sealed":true,"version":"1.17.2"}`},
		shut: answer{200, jsonType, `{"type":"shamir","initialized":true,"sealed":false,"version":"1.17.2"}`}},
	{name: "YARN", port: 8088, path: "/ws/v1/cluster/info", rule: "yarn-open", front: answer{code: 302, header: "Location: /cluster"},
		open: answer{200, jsonType, `{"clusterInfo":{"id":1,"state":"STARTED"}}`}, shut: answer{401, "WWW-Authenticate: Negotiate", "Authentication required"}},
	{name: "Grafana", port: 3000, path: "/api/org", rule: "grafana-anonymous",
		open: answer{200, jsonType, `{"id":1,"name":"Main Org.","address":{"city":""}}`}, shut: answer{401, jsonType, `{"message":"Unauthorized"}`}},
	{name: "Kibana", port: 5601, path: "/api/status", rule: "kibana-open",
		open: answer{200, jsonType, `{"name":"k","uuid":"u","version":{"number":"8.15.0"},"status":{"overall":{"level":"available"}}}`},
		shut: answer{200, jsonType, `{"status":{"overall":{"level":"available"}}}`}},
	{name: "Jenkins", port: 8080, path: "/api/json", rule: "jenkins-anonymous",
		front: answer{200, htmlType + "\nX-Jenkins: 2.440\nX-Hudson: 1.395", "<title>Dashboard [Jenkins]</title>"},
		open:  answer{200, jsonType + "\nX-Jenkins: 2.440", `{"_class":"hudson.model.Hudson","mode":"NORMAL","jobs":[]}`},
		shut:  answer{403, htmlType + "\nX-Jenkins: 2.440", "<html><head></head><body>Authentication required</body></html>"}},
	{name: "phpMyAdmin's setup", port: 8080, path: "/setup/", rule: "phpmyadmin-setup",
		front: answer{200, htmlType, `<title>phpMyAdmin</title><link rel="stylesheet" href="phpmyadmin.css.php?nocache=1">`},
		open:  answer{200, htmlType, "<title>phpMyAdmin setup</title>"}, shut: answer{403, htmlType, "Forbidden"}},
	{name: "Spring actuator", port: 8080, path: "/actuator", rule: "spring-actuator-open", front: answer{404, htmlType, "<html><body><h1>Whitelabel Error Page</h1></body></html>"},
		open: answer{200, jsonType, `{"_links":{"self":{"href":"/actuator"},"env":{"href":"/actuator/env"},"health":{"href":"/actuator/health"}}}`},
		shut: answer{200, jsonType, `{"_links":{"self":{"href":"/actuator"},"health":{"href":"/actuator/health"}}}`}},
	{name: "Go profiler", port: 8080, path: "/debug/pprof/", rule: "go-profiler", extended: true, front: answer{200, htmlType, page}},
	{name: "Symfony profiler", port: 8080, path: "/_profiler/empty/search/results?limit=1", rule: "symfony-profiler", extended: true,
		front: answer{200, htmlType + "\nSet-Cookie: sf_redirect=1; HttpOnly; Secure", page}, open: answer{200, htmlType, "<title>Symfony Profiler</title>"}},
	{name: "WordPress before it is set up", port: 8080, path: "/", rule: "installer-open",
		open: answer{302, "Location: http://web.test/wp-admin/install.php", ""}, shut: answer{200, htmlType, page}},
	{name: "Ray", port: 8265, path: "/api/version", rule: "ray-open", open: answer{200, jsonType, `{"version":"4","ray_version":"2.9.0"}`}, shut: answer{401, "", ""}},
	{name: "Ollama", port: 11434, path: "/api/tags", rule: "ollama-open", open: answer{200, jsonType, `{"models":[]}`}, shut: answer{401, "", ""}},
	{name: "MLflow", port: 5000, path: "/api/2.0/mlflow/experiments/get?experiment_id=0", rule: "mlflow-open", extended: true,
		open: answer{200, jsonType, `{"experiment":{"experiment_id":"0","name":"Default"}}`}, shut: answer{401, "WWW-Authenticate: Basic realm=\"mlflow\"", "You are not authenticated."}},
	{name: "Vault in the clear", port: 8200, path: "/v1/sys/seal-status", rule: "vault-without-tls", safe: true,
		open: answer{200, jsonType, `{"type":"shamir","initialized":true,"sealed":false,"version":"1.17.2"}`}},
}

func TestOwnServers(t *testing.T) {
	if testing.Short() {
		t.Skip("scans for seconds")
	}
	t.Parallel()
	var servers []server
	for _, o := range owns {
		for _, shut := range []bool{false, true} {
			s := server{name: o.name + ", open", port: o.port, extended: o.extended, fires: []string{o.rule},
				at: o.serves(t, shut)}
			if shut {
				s.name, s.fires = o.name+", shut", nil
			}
			servers = append(servers, s)
		}
	}
	check(t, servers)
}
