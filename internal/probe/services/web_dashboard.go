package services

import "github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"

// dashboards are the probes of what watches and builds.
var dashboards = []Probe{
	service("prometheus", "/api/v1/status/config", []uint16{9090}, []string{"Prometheus"}, holds(`"status":"success"`, `"yaml":`)),
	service("alertmanager", "/api/v2/status", []uint16{9093}, []string{"Alertmanager"}, members([]string{"cluster", "versionInfo", "config"})),
	service("grafana", "/api/org", []uint16{3000}, []string{"Grafana"}, members([]string{"id", "name", "address"})),
	service("kibana", "/api/status", []uint16{5601}, []string{"Kibana"}, kibana),
	service("jenkins", "/api/json", nil, []string{"Jenkins"}, jenkins),
	service("phpmyadmin-setup", "/setup/", nil, []string{"phpMyAdmin"}, holds("<title>phpMyAdmin setup</title>")),
	service("spring-actuator", "/actuator", nil, []string{"Spring"}, actuator),
}

// kibana recognises a status. One that answers without a login but keeps the
// version to itself leaves it out.
func kibana(r exposure.Response) (bool, map[string]any) {
	return members([]string{"name", "uuid", "version", "status"})(r)
}

// jenkins recognises the list of jobs that an anonymous user may read.
func jenkins(r exposure.Response) (bool, map[string]any) {
	recognised, _ := members([]string{"jobs", "mode"})(r)
	return recognised && header(r, "X-Jenkins") != "", nil
}

// sensitive are the endpoints of an actuator that give secrets away or change
// what runs.
var sensitive = []string{"env", "heapdump", "configprops", "jolokia", "shutdown", "threaddump", "gateway", "logfile", "mappings", "httptrace", "trace"}

// actuator recognises the list of endpoints, and tells which of the sensitive
// ones are among them.
func actuator(r exposure.Response) (bool, map[string]any) {
	recognised, _ := members([]string{"_links"})(r)
	if !recognised {
		return false, nil
	}
	links := nestedNames(r.Text, "_links")
	open := []any{}
	for _, name := range sensitive {
		if links[name] {
			open = append(open, name)
		}
	}
	return true, map[string]any{"sensitive": open}
}
