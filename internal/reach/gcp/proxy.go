package gcp

import (
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// behindProxy fills in what stands behind a proxy. The proxy answers by
// itself, whatever the machines behind it admit: their firewall sees the
// proxy's own addresses and never the client.
func (e *estate) behindProxy(b *backend, proxy *tfstate.Resource) {
	services, complete := e.servicesOf(b, proxy)
	var policies []armed
	protected, backends := len(services) > 0 && complete, 0
	for _, s := range services {
		b.related = appendNew(b.related, s.Address)
		policies = append(policies, e.armedBy(s))
		protected = protected && e.identityAware(s)
		backends += len(tfstate.Elements(s.Attr("backend"))) + len(text(s, "bucket_name"))
		e.describeGroups(b, s)
	}
	if protected {
		b.access = exposure.AccessAuthenticated
		b.notes = append(b.notes, "Identity-Aware Proxy asks for a sign-in")
	} else if b.access == "" && complete && len(services) > 0 {
		b.access = e.accessBehind(services)
	}
	if len(services) > 0 && complete && backends == 0 {
		b.notes = append(b.notes, "no backend")
	}
	if gate, ok := armorGate(policies, complete); ok {
		b.gates = append(b.gates, gate)
	}
}

// servicesOf returns the backend services and buckets that a proxy hands
// requests to. complete is false when there may be others.
func (e *estate) servicesOf(b *backend, proxy *tfstate.Resource) (services []*tfstate.Resource, complete bool) {
	complete = true
	add := func(r *tfstate.Resource, path string) {
		links := e.follow(r, path, slices.Concat(serviceTypes, bucketTypes)...)
		for _, l := range links.Links {
			if l.To == nil || !l.Certain {
				complete = false
				continue
			}
			services = appendNew(services, l.To)
		}
		complete = complete && !(links.Unknown && !leftOut(r, path, reach.Value(r, path)))
	}
	add(proxy, "backend_service")
	urls := e.follow(proxy, "url_map", mapTypes...)
	for _, l := range urls.Links {
		if l.To == nil {
			complete = false
			continue
		}
		b.related = appendNew(b.related, l.To.Address)
		for _, path := range servicePaths(l.To) {
			add(l.To, path)
		}
	}
	return services, complete && !urls.Unknown
}

// servicePaths lists where a URL map may name backend services.
func servicePaths(urls *tfstate.Resource) []string {
	out := []string{"default_service"}
	weighted := func(prefix string) {
		for i := range tfstate.Elements(reach.Value(urls, prefix+"weighted_backend_services")) {
			out = append(out, prefix+"weighted_backend_services."+itoa(i)+".backend_service")
		}
	}
	weighted("default_route_action.0.")
	for i := range tfstate.Elements(urls.Attr("path_matcher")) {
		matcher := "path_matcher." + itoa(i) + "."
		out = append(out, matcher+"default_service")
		weighted(matcher + "default_route_action.0.")
		for _, list := range []string{"path_rule", "route_rules"} {
			for j := range tfstate.Elements(reach.Value(urls, matcher+list)) {
				rule := matcher + list + "." + itoa(j) + "."
				out = append(out, rule+"service")
				weighted(rule + "route_action.0.")
			}
		}
	}
	return out
}

// identityAware reports whether a backend service asks for a sign-in.
func (e *estate) identityAware(service *tfstate.Resource) bool {
	blocks := tfstate.Elements(service.Attr("iap"))
	if len(blocks) == 0 {
		return false
	}
	// Until version 6 of the provider, the block alone switched it on.
	return flagOf(value(service, "iap.0.enabled"), yes) == yes
}

// serverlessOf returns the managed service that a serverless group of
// endpoints stands for, or nil.
func (e *estate) serverlessOf(group *tfstate.Resource) *tfstate.Resource {
	for _, at := range []struct {
		path  string
		types []string
	}{
		{"cloud_run.0.service", []string{"google_cloud_run_v2_service", "google_cloud_run_service"}},
		{"cloud_function.0.function", []string{"google_cloudfunctions2_function", "google_cloudfunctions_function"}},
	} {
		if o := e.objectAt(group, at.path, at.types...); o.to != nil && o.doubt == reach.Sure {
			return o.to
		}
	}
	return nil
}

// describeGroups names the groups behind a backend service.
func (e *estate) describeGroups(b *backend, service *tfstate.Resource) {
	for i := range tfstate.Elements(service.Attr("backend")) {
		for _, l := range e.groupsAt(service, "backend."+itoa(i)+".group").Links {
			if l.To == nil {
				continue
			}
			b.related = appendNew(b.related, l.To.Address)
			if behind := e.serverlessOf(l.To); behind != nil {
				b.related = appendNew(b.related, behind.Address)
			}
		}
	}
	if o := e.objectAt(service, "bucket_name", "google_storage_bucket"); o.to != nil {
		b.related = appendNew(b.related, o.to.Address)
	}
}

// accessBehind returns the access of backends that are all managed services of
// the input, and unknown otherwise.
func (e *estate) accessBehind(services []*tfstate.Resource) exposure.Access {
	var found exposure.Access
	for _, s := range services {
		for i := range tfstate.Elements(s.Attr("backend")) {
			for _, l := range e.groupsAt(s, "backend."+itoa(i)+".group").Links {
				var access exposure.Access
				if l.To != nil {
					if run := e.serverlessOf(l.To); run != nil {
						access = e.invokers(run)
					}
				}
				if access == "" || found != "" && found != access {
					return ""
				}
				found = access
			}
		}
	}
	return found
}
