package exposure

import "slices"

// SupportedProtocol is one row of the table of ports that are probed even
// where a rule opens everything.
type SupportedProtocol struct {
	Name  string   // stable: "postgresql"
	Title string   // as a sentence names it: "PostgreSQL"
	Ports []uint16 // ascending
}

// The table is in the order of its lowest ports, except that the more telling
// name of a port that stands in two rows comes first: Protocol takes it.
var supported = []SupportedProtocol{
	{"ftp", "FTP", []uint16{21}},
	{"ssh", "SSH", []uint16{22, 2222}},
	{"smtp", "SMTP", []uint16{25}},
	{"kubernetes-api", "Kubernetes API", []uint16{6443, 10250}},
	{"http", "HTTP", []uint16{
		80, 443, 591, 1443, 2443, 3443, 4443, 5443, 6443, 7443, 7990, 8000, 8001, 8008, 8080, 8081,
		8082, 8088, 8443, 8800, 8808, 8880, 8881, 8882, 8888, 9000, 9090, 10000,
	}},
	{"smb", "SMB", []uint16{445}},
	{"ike", "IKE", []uint16{500}},
	{"sftp", "SFTP", []uint16{990}},
	{"mssql", "Microsoft SQL Server", []uint16{1433}},
	{"grafana", "Grafana", []uint16{3000}},
	{"mysql", "MySQL", []uint16{3306}},
	{"public-managed-sql", "Managed SQL", []uint16{3342}},
	{"rdp", "RDP", []uint16{3389}},
	{"upnp", "UPnP", []uint16{5000}},
	{"postgresql", "PostgreSQL", []uint16{5432}},
	{"winrm-http", "WinRM over HTTP", []uint16{5985}},
	{"winrm-https", "WinRM over HTTPS", []uint16{5986}},
	{"redis", "Redis", []uint16{6379}},
	{"cassandra", "Cassandra", []uint16{7000}},
	{"cassandra-ssl", "Cassandra over TLS", []uint16{7001}},
	{"elasticsearch", "Elasticsearch", []uint16{9200}},
	{"kubernetes", "Kubernetes", []uint16{10250}},
	{"memcached", "Memcached", []uint16{11211}},
	{"istio", "Istio", []uint16{15006, 15010, 15012, 15021}},
	{"mongodb", "MongoDB", []uint16{27017}},
}

// SupportedProtocols returns the table of supported ports. A port may stand in
// two rows: 6443 is HTTP and the Kubernetes API. The caller may keep and change
// what it gets.
func SupportedProtocols() []SupportedProtocol {
	rows := slices.Clone(supported)
	for i := range rows {
		rows[i].Ports = slices.Clone(rows[i].Ports)
	}
	return rows
}

// SupportedPorts returns every supported port once, ascending.
func SupportedPorts() []uint16 {
	ports := []uint16{}
	for _, row := range supported {
		ports = append(ports, row.Ports...)
	}
	slices.Sort(ports)
	return slices.Compact(ports)
}

// Protocol returns the protocol that usually listens on port, in its stable
// name and as a sentence names it. A port of two rows has the more telling one:
// 6443 is the Kubernetes API. ok is false for a port that is not supported.
func Protocol(port uint16) (name, title string, ok bool) {
	for _, row := range supported {
		if slices.Contains(row.Ports, port) {
			return row.Name, row.Title, true
		}
	}
	return "", "", false
}

// IsHTTP reports whether port is one of the supported HTTP and HTTPS ports: the
// ports that get a GET when the settings name no others.
func IsHTTP(port uint16) bool {
	i := slices.IndexFunc(supported, func(row SupportedProtocol) bool { return row.Name == "http" })
	return slices.Contains(supported[i].Ports, port)
}
