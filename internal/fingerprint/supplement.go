package fingerprint

// supplement adds to the data the server products that an exposed endpoint
// often is and that the data knows not at all, or only by scripts that run in
// a browser. The patterns follow the data's form and match lower-case text;
// one of confidence 0 tells a version once another shows the product. They
// come from the pages and headers that the products ship.
var supplement = map[string]definition{
	"Alertmanager": {Categories: []int{10}, Markup: []string{`<title>alertmanager</title>`}},
	"Argo CD":      {Categories: []int{44}, Markup: []string{`<title>argo cd</title>`}},
	"Consul":       {Categories: []int{47}, Metas: map[string][]string{"consul-ui/config/environment": {""}}},
	"Docker Registry": {
		Categories: []int{60},
		Headers:    map[string]string{"docker-distribution-api-version": `^registry/`},
	},
	"Elasticsearch": {
		Headers: map[string]string{"x-elastic-product": `^elasticsearch$`},
		Markup:  []string{`"tagline"\s*:\s*"you know, for search"`, `"number"\s*:\s*"([\d.]+)"\;version:\1\;confidence:0`},
	},
	"Grafana": {
		Cookies: map[string]string{"grafana_session": "", "grafana_session_expiry": ""},
		Markup:  []string{`window\.grafanabootdata`, `"buildinfo":\{[^{}]*"version":"(\d[\d.]*)\;version:\1\;confidence:0`},
	},
	"HashiCorp Vault": {Categories: []int{16}, Metas: map[string][]string{"vault/config/environment": {""}}},
	"InfluxDB":        {Categories: []int{34}, Headers: map[string]string{"x-influxdb-version": `^v?([\d.]+)\;version:\1`}},
	"JupyterLab":      {Categories: []int{47}, Markup: []string{`<title>jupyterlab</title>`}},
	"Jupyter Notebook": {
		Categories: []int{47},
		Markup:     []string{`<title>(?:home page - select or create a notebook|jupyter notebook)</title>`},
	},
	"Keycloak": {
		Categories: []int{69},
		Cookies:    map[string]string{"kc_restart": ""},
		Markup:     []string{`<title>welcome to keycloak</title>`},
	},
	"Kubernetes": {
		Categories: []int{60},
		Headers:    map[string]string{"x-kubernetes-pf-flowschema-uid": ""},
		Markup:     []string{`^\s*\{\s*"kind":\s*"status",\s*"apiversion":\s*"v1"`},
	},
	"MinIO":      {Categories: []int{48}, Headers: map[string]string{"server": `^minio(?:/|$)`}, Markup: []string{`<title>minio (?:browser|console)</title>`}},
	"Nomad":      {Categories: []int{60}, Metas: map[string][]string{"nomad-ui/config/environment": {""}}},
	"OpenSearch": {Categories: []int{29}, Markup: []string{`"tagline"\s*:\s*"the opensearch project`, `"distribution"\s*:\s*"opensearch",\s*"number"\s*:\s*"([\d.]+)\;version:\1`}},
	"phpMyAdmin": {Cookies: map[string]string{"phpmyadmin": ""}, Markup: []string{`<title>phpmyadmin</title>`}},
	"Portainer":  {Categories: []int{60}, Markup: []string{`<html[^>]{0,99}ng-app="portainer"`, `<title>portainer</title>`}},
	"Prometheus": {Categories: []int{10}, Markup: []string{`<title>prometheus time series collection and processing server</title>`}},
	"RabbitMQ":   {Categories: []int{19}, Markup: []string{`<title>rabbitmq management</title>`}},
	"Sonatype Nexus Repository": {
		Categories: []int{47},
		Headers:    map[string]string{"server": `^nexus/([\d.]+)\;version:\1`},
		Markup:     []string{`<title>(?:sonatype )?nexus repository`},
	},
	"Traefik": {Categories: []int{64}, Markup: []string{`<title>traefik(?: proxy)?</title>`}},
}
