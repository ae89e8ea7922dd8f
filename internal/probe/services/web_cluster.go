package services

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// clusters are the probes of what runs and discovers containers and services.
var clusters = []Probe{
	service("docker-api", "/version", []uint16{2375, 2376}, nil, members([]string{"ApiVersion", "Version"}, "Version", "ApiVersion")),
	service("docker-registry", "/v2/_catalog?n=1", []uint16{5000}, []string{"Docker Registry"}, members([]string{"repositories"})),
	secure(service("kubelet", "/pods", []uint16{10250}, nil, kubernetes("PodList"))),
	service("kubelet-read-only", "/pods", []uint16{10255}, nil, kubernetes("PodList")),
	secure(service("kubernetes-api", "/api/v1/namespaces?limit=1", []uint16{6443}, []string{"Kubernetes"}, kubernetes("NamespaceList"))),
	service("etcd", "/version", []uint16{2379}, nil, members([]string{"etcdserver"}, "etcdserver")),
	service("consul", "/v1/agent/self", []uint16{8500}, []string{"Consul"}, members([]string{"Config", "Member"})),
	service("nomad", "/v1/jobs?per_page=1", []uint16{4646}, []string{"Nomad"}, nomad),
	service("vault", "/v1/sys/seal-status", []uint16{8200}, []string{"HashiCorp Vault"}, vault),
	service("yarn", "/ws/v1/cluster/info", []uint16{8088}, nil, members([]string{"clusterInfo"})),
}

// secure marks the probe of a service that speaks TLS.
func secure(p Probe) Probe {
	p.Secure = true
	return p
}

// kubernetes recognises a list, and tells of a refusal whether it was given to
// a user who is anonymous, which means that such users are let in at all.
func kubernetes(kind string) func(exposure.Response) (bool, map[string]any) {
	return func(r exposure.Response) (bool, map[string]any) {
		object, _ := topLevel(r.Text)
		switch {
		case succeeded(r) && object["kind"] == kind:
			return true, nil
		case r.StatusCode == 403 && strings.Contains(r.Text, "system:anonymous"):
			return true, map[string]any{"anonymous": true}
		}
		return false, nil
	}
}

func nomad(r exposure.Response) (bool, map[string]any) {
	_, kind := topLevel(r.Text)
	return succeeded(r) && kind == '[' && header(r, "X-Nomad-Index") != "", nil
}

// vault recognises a seal status, which anyone may read, and how it came.
func vault(r exposure.Response) (bool, map[string]any) {
	recognised, facts := members([]string{"initialized", "sealed"}, "initialized", "sealed", "version")(r)
	if recognised {
		facts["tls"] = strings.HasPrefix(r.URL, "https:")
	}
	return recognised, facts
}
