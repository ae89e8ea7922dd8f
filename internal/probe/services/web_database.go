package services

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// datastores are the probes of stores and brokers with an HTTP interface.
var datastores = []Probe{
	service("elasticsearch", "/", []uint16{9200}, []string{"Elasticsearch", "OpenSearch"}, members([]string{"cluster_name", "tagline"})),
	service("couchdb", "/_all_dbs", []uint16{5984}, []string{"CouchDB"}, couchdb),
	service("influxdb", "/query?q=SHOW+DATABASES", []uint16{8086}, []string{"InfluxDB"}, members([]string{"results"})),
	service("rabbitmq-management", "/api/overview", []uint16{15672}, []string{"RabbitMQ"}, members([]string{"rabbitmq_version"}, "rabbitmq_version")),
}

// couchdb recognises the list of databases by the server that sends it.
func couchdb(r exposure.Response) (bool, map[string]any) {
	_, kind := topLevel(r.Text)
	return succeeded(r) && kind == '[' && strings.HasPrefix(header(r, "Server"), "CouchDB"), nil
}
