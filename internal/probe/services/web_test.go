package services_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probe/services"
)

// answer is an HTTP answer; header are names and values.
func answer(code int, body string, header ...string) exposure.Response {
	h := map[string][]string{}
	for i := 0; i < len(header); i += 2 {
		h[header[i]] = []string{header[i+1]}
	}
	return exposure.Response{URL: "http://203.0.113.7/", StatusCode: code, Header: h, Text: body, Body: []byte(body)}
}

// webCases are answers as the services document them: of one that lets anyone
// in, and of one that does not. Facts beside status and recognised follow.
var webCases = []struct {
	probe      string
	open, shut exposure.Response
	facts      map[string]any
}{
	{"alertmanager", answer(200, `{"cluster":{"status":"ready"},"config":{"original":"route: {}"},"uptime":"x","versionInfo":{}}`), answer(401, "Unauthorized"), nil},
	{"apache-status", answer(200, "<h1>Apache Server Status for localhost (via 127.0.0.1)</h1><dt>Server uptime:  2 minutes</dt>"), answer(403, "Forbidden"), nil},
	{"consul", answer(200, `{"Config":{"Datacenter":"dc1"},"Coord":{},"Member":{"Name":"a"},"Stats":{}}`), answer(403, "Permission denied"), nil},
	{"couchdb", answer(200, `["_users","orders"]`, "Server", "CouchDB/3.3.3 (Erlang OTP/24)"), answer(401, `{"error":"unauthorized","reason":"You are not a server admin."}`, "Server", "CouchDB/3.3.3"), nil},
	{"docker-api", answer(200, `{"Platform":{"Name":"x"},"Components":[{}],"Version":"27.1.1","ApiVersion":"1.46"}`), answer(400, "Client sent an HTTP request to an HTTPS server.\n"), map[string]any{"Version": "27.1.1", "ApiVersion": "1.46"}},
	{"docker-registry", answer(200, `{"repositories":["shop"]}`), answer(401, `{"errors":[{"code":"UNAUTHORIZED"}]}`), nil},
	{"elasticsearch", answer(200, `{"name":"n","cluster_name":"c","cluster_uuid":"u","version":{"number":"8.15.0"},"tagline":"You Know, for Search"}`), answer(401, `{"error":{"type":"security_exception"},"status":401}`), nil},
	{"env-file", answer(200, "# shop\nAPP_ENV=production\nexport DB_HOST = db\n\nKEY=\"a\nb\"\n"), answer(200, "<html><body>a=b</body></html>"), map[string]any{"variables": 3.0}},
	{"etcd", answer(200, `{"etcdserver":"3.5.9","etcdcluster":"3.5.0"}`), answer(404, "404 page not found"), map[string]any{"etcdserver": "3.5.9"}},
	{"git-head", answer(200, "ref: refs/heads/main\n"), answer(200, "<html>ref: refs/heads/main</html>"), nil},
	{"git-head", answer(200, strings.Repeat("0a", 20)+"\n"), answer(404, "ref: refs/heads/main"), nil},
	{"go-pprof", answer(200, "<title>/debug/pprof/</title><a href='goroutine?debug=2'>full goroutine stack dump</a>"), answer(404, "404 page not found"), nil},
	{"grafana", answer(200, `{"id":1,"name":"Main Org.","address":{"city":""}}`), answer(401, `{"message":"Unauthorized"}`), nil},
	{"influxdb", answer(200, `{"results":[{"statement_id":0,"series":[{"name":"databases"}]}]}`), answer(401, `{"error":"unable to parse authentication credentials"}`), nil},
	{"jenkins", answer(200, `{"_class":"hudson.model.Hudson","mode":"NORMAL","jobs":[]}`, "X-Jenkins", "2.440"), answer(403, "<html>Authentication required</html>", "X-Jenkins", "2.440"), nil},
	{"jupyter", answer(200, `{"name":"","path":"","type":"directory","writable":true,"content":[{"name":"a"`), answer(403, `{"message":"Forbidden","reason":null}`), nil},
	{"kibana", answer(200, `{"name":"k","uuid":"u","version":{"number":"8.15.0"},"status":{"overall":{}}}`), answer(200, `{"status":{"overall":{"level":"available"}}}`), nil},
	{"kubelet", answer(200, `{"kind":"PodList","apiVersion":"v1","metadata":{},"items":[{"metadata":{"na`), answer(401, "Unauthorized"), nil},
	{"kubelet", answer(403, "Forbidden (user=system:anonymous, verb=get, resource=nodes, subresource=proxy)"), answer(403, "Forbidden (user=alice, verb=get)"), map[string]any{"anonymous": true}},
	{"kubelet-read-only", answer(200, `{"kind":"PodList","apiVersion":"v1"}`), answer(404, "not found"), nil},
	{"kubernetes-api", answer(200, `{"kind":"NamespaceList","apiVersion":"v1"}`), answer(401, `{"kind":"Status","message":"Unauthorized"}`), nil},
	{"kubernetes-api", answer(403, `{"kind":"Status","message":"namespaces is forbidden: User \"system:anonymous\" cannot list"}`), answer(403, `{"kind":"Status"}`), map[string]any{"anonymous": true}},
	{"mlflow", answer(200, `{"experiment":{"experiment_id":"0"}}`), answer(401, "You are not authenticated."), nil},
	{"mlflow", answer(404, `{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"x"}`), answer(404, `{"message":"x"}`), nil},
	{"nginx-status", answer(200, "Active connections: 1 \nserver accepts handled requests\n 1 1 1 \n"), answer(403, "Forbidden"), nil},
	{"nomad", answer(200, `[]`, "X-Nomad-Index", "1"), answer(403, "Permission denied", "X-Nomad-Index", "1"), nil},
	{"ollama", answer(200, `{"models":[]}`), answer(401, ""), nil},
	{"phpinfo", answer(200, "<h1>PHP Version 8.2.1</h1><h2>PHP License</h2>"), answer(404, ""), nil},
	{"phpmyadmin-setup", answer(200, "<title>phpMyAdmin setup</title>"), answer(403, ""), nil},
	{"prometheus", answer(200, `{"status":"success","data":{"yaml":"global: {}"}}`), answer(401, "Unauthorized"), nil},
	{"rabbitmq-management", answer(200, `{"management_version":"3.13.7","rabbitmq_version":"3.13.7"}`), answer(401, `{"error":"not_authorized"}`), map[string]any{"rabbitmq_version": "3.13.7"}},
	{"ray", answer(200, `{"version":"4","ray_version":"2.9.0"}`), answer(401, ""), map[string]any{"ray_version": "2.9.0"}},
	{"spring-actuator", answer(200, `{"_links":{"self":{"href":"x"},"env":{"href":"x"},"health":{"href":"x"},"heapdump":{"href":"x"}}}`), answer(401, ""), map[string]any{"sensitive": []any{"env", "heapdump"}}},
	{"svn-entries", answer(200, "12\n"), answer(200, "12 monkeys"), nil},
	{"symfony-profiler", answer(200, "<title>Symfony Profiler</title>"), answer(404, ""), nil},
	{"yarn", answer(200, `{"clusterInfo":{"id":1}}`), answer(401, ""), nil},
}

func TestTheAnswersOfServices(t *testing.T) {
	probes := map[string]services.Probe{}
	for _, p := range services.Probes() {
		probes[p.ID] = p
	}
	tried := []string{"vault"} // in a test of its own
	for _, c := range webCases {
		tried = append(tried, c.probe)
		want := map[string]any{"status": float64(c.open.StatusCode), "recognised": true}
		for name, value := range c.facts {
			want[name] = value
		}
		if diff := cmp.Diff(want, probes[c.probe].Read(c.open)); diff != "" {
			t.Errorf("%s, open (-want +got):\n%s", c.probe, diff)
		}
		want = map[string]any{"status": float64(c.shut.StatusCode), "recognised": false}
		if diff := cmp.Diff(want, probes[c.probe].Read(c.shut)); diff != "" {
			t.Errorf("%s, shut (-want +got):\n%s", c.probe, diff)
		}
	}
	for id, p := range probes {
		if p.Path != "" && !slices.Contains(tried, id) {
			t.Errorf("the probe %s was not tried", id)
		}
	}
}

// Answers of others must not pass for those of a service.
func TestAPageIsTheAnswerOfNoService(t *testing.T) {
	for _, r := range []exposure.Response{
		answer(200, ""), answer(200, "{}"), answer(200, "[]"), answer(200, "null"), answer(200, "<html><title>hello</title></html>", "Content-Type", "text/html"),
		answer(302, "", "Location", "/login"), answer(200, strings.Repeat("[", 100_000)), answer(200, `{"a":`+strings.Repeat("{\"a\":", 50_000)),
	} {
		for _, p := range services.Probes() {
			if p.Path == "" {
				continue
			}
			if facts := p.Read(r); facts["recognised"] != false {
				t.Errorf("%s of %.40q = %v, want it not recognised", p.ID, r.Text, facts)
			}
		}
	}
}

func TestVaultTellsWhetherItWasAskedOverTLS(t *testing.T) {
	i := slices.IndexFunc(services.Probes(), func(p services.Probe) bool { return p.ID == "vault" })
	r := answer(200, `{"type":"shamir","initialized":false,"sealed":true,"version":"1.17.2"}`)
	for url, secure := range map[string]bool{"http://203.0.113.7:8200/": false, "https://203.0.113.7:8200/": true} {
		r.URL = url
		want := map[string]any{"status": 200.0, "recognised": true, "initialized": false, "sealed": true, "version": "1.17.2", "tls": secure}
		if diff := cmp.Diff(want, services.Probes()[i].Read(r)); diff != "" {
			t.Errorf("vault at %s (-want +got):\n%s", url, diff)
		}
	}
}

func TestWhatAPageIs(t *testing.T) {
	nothing := map[string]any{
		"directory_listing": false, "default_page": "", "installer": "", "debug": "", "phpinfo": false, "database_admin": "", "password_form": false,
	}
	tests := []struct {
		name  string
		r     exposure.Response
		fact  string
		value any
	}{
		{"a page", answer(200, "<title>Shop</title>"), "debug", ""},
		{"a listing", answer(200, "<html><head><title>Index of /</title></head>"), "directory_listing", true},
		{"one of Python", answer(200, "<title>Directory listing for /</title>"), "directory_listing", true},
		{"an article about one", answer(200, "<title>How to turn Index of / off</title>"), "directory_listing", false},
		{"a forbidden one", answer(403, "<title>Index of /</title>"), "directory_listing", false},
		{"nginx", answer(200, "<title>Welcome to nginx!</title>"), "default_page", "nginx"},
		{"Tomcat", answer(200, "<title>Apache Tomcat/9.0.1</title>If you're seeing this, you've successfully installed Tomcat."), "default_page", "Tomcat"},
		{"WordPress", answer(302, "", "Location", "http://203.0.113.7/wp-admin/install.php"), "installer", "WordPress"},
		{"Django", answer(404, "<code>DEBUG = True</code> in your Django settings file"), "debug", "Django"},
		{"Symfony", answer(200, "", "X-Debug-Token-Link", "/_profiler/1"), "debug", "Symfony"},
		{"phpinfo", answer(200, "<h1>PHP Version 8.2.1</h1><h2>PHP License</h2>"), "phpinfo", true},
		{"phpMyAdmin in use", answer(200, `<div id="pma_navigation">`), "database_admin", "phpMyAdmin"},
		{"phpMyAdmin at its door", answer(200, `<div id="pma_navigation"><input name=pma_password type="password">`), "password_form", true},
		{"a form", answer(200, `<FORM><INPUT NAME=p TYPE=Password>`), "password_form", true},
		{"another form", answer(200, `<input type=text value="type=password">`), "password_form", false},
	}
	i := slices.IndexFunc(services.Probes(), func(p services.Probe) bool { return p.ID == "page" })
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want := map[string]any{}
			for name, value := range nothing {
				want[name] = value
			}
			want[test.fact] = test.value
			if diff := cmp.Diff(want, services.Probes()[i].Page(test.r)); diff != "" {
				t.Errorf("page (-want +got):\n%s", diff)
			}
		})
	}
	if got := services.Probes()[i].Page(answer(200, `{"title":"Index of /"}`, "Content-Type", "application/json")); got != nil {
		t.Errorf("page of JSON = %v, want nothing", got)
	}
}

func TestWhichQuestionComesFirst(t *testing.T) {
	page := answer(200, "<title>x</title>", "Content-Type", "text/html; charset=utf-8")
	tests := []struct {
		name         string
		port         uint16
		technologies []string
		r            exposure.Response
		want         string
	}{
		{"any page", 80, nil, page, "git-head"},
		{"a recognised service", 8080, []string{"Jenkins"}, page, "jenkins"},
		{"the usual service", 9090, nil, page, "prometheus"},
		{"a recognised one on the port of another", 9090, []string{"Grafana"}, page, "grafana"},
		{"no page", 80, nil, answer(200, "{}"), ""},
		{"a status page", 80, []string{"Nginx"}, page, "git-head"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			if all := services.Questions(test.port, test.technologies, test.r, false); len(all) > 0 {
				got = all[0].ID
			}
			if got != test.want {
				t.Errorf("first %q, want %q", got, test.want)
			}
		})
	}
	for port, want := range map[uint16]string{6379: "redis", 9200: "elasticsearch", 22: "ssh", 5000: "docker-registry", 1: ""} {
		got := ""
		if all := services.Conversations(port, false); len(all) > 0 {
			got = all[0].ID
		}
		if got != want {
			t.Errorf("first question on port %d %q, want %q", port, got, want)
		}
	}
}
