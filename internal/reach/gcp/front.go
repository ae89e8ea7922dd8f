package gcp

import (
	"net/url"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// front is a managed service behind Google's own front end.
type front struct {
	r       *tfstate.Resource
	key     string
	host    string // a URL or a host
	names   []string
	ports   []uint16
	app     string
	access  exposure.Access
	related []string
	gates   []reach.Gate
	kind    string
	shared  bool
	notes   []string
	dormant bool
}

func (f front) candidate() reach.Candidate {
	c := reach.Candidate{Family: reach.IPv4, Gates: f.gates, Endpoint: exposure.Endpoint{
		ResourceAddress: f.r.Address, Key: f.key, Kind: f.kind, Identity: identity(f.r), Host: urlHost(f.host),
		Names: sortedSet(f.names), Related: sortedSet(f.related), App: f.app, SharedFront: f.shared, Access: f.access,
		Notes: f.notes, Dormant: f.dormant,
	}}
	for _, port := range f.ports {
		c.Slots = append(c.Slots, reach.Slot{Transport: exposure.TCP, Ports: exposure.PortRange{Lo: port, Hi: port}, App: f.app})
	}
	return c
}

// urlHost returns the host of a URL, or of a host that was written without a
// scheme.
func urlHost(text string) string {
	if text == "" {
		return ""
	}
	if !strings.Contains(text, "://") {
		text = "//" + text
	}
	u, err := url.Parse(text)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// openness maps the values of an ingress setting to what they mean.
var openness = map[string]string{
	"INGRESS_TRAFFIC_ALL": "", "ALLOW_ALL": "", "all": "", "INGRESS_TRAFFIC_ALLOWED_ALL": "", "INGRESS_TRAFFIC_ALLOWED_UNSPECIFIED": "",
	"INGRESS_TRAFFIC_INTERNAL_ONLY": "inside only", "ALLOW_INTERNAL_ONLY": "inside only", "internal": "inside only",
	"INGRESS_TRAFFIC_ALLOWED_INTERNAL_ONLY":   "inside only",
	"INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER":  "inside and through a load balancer only",
	"ALLOW_INTERNAL_AND_GCLB":                 "inside and through a load balancer only",
	"internal-and-cloud-load-balancing":       "inside and through a load balancer only",
	"INGRESS_TRAFFIC_ALLOWED_INTERNAL_AND_LB": "inside and through a load balancer only",
}

// ingressGate reads an ingress setting. Absent it admits everyone.
func ingressGate(r *tfstate.Resource, path string, v cty.Value) reach.Gate {
	hop := exposure.Hop{Resource: r.Address, Attribute: bracketed(path), Certainty: exposure.Must}
	written, known := tfstate.String(v)
	limit, understood := openness[written]
	switch {
	case tfstate.Unknown(v), known && written != "" && !understood:
		hop.Summary = r.Address + " may take requests from everywhere"
		d, gap := reach.Pending, afterApply(r, path, "the ingress setting of "+r.Address)
		if known {
			d, gap = reach.Unread, notInInput(r, path, "what the ingress setting "+printable(v)+" admits")
		}
		return gateOf("ingress", func(f reach.Flow) reach.Passage { return believed(f, d, gap, hop) })
	case limit != "":
		hop.Summary = r.Address + " takes requests from " + limit + " (" + bracketed(path) + ")"
		return closedGate("ingress", hop)
	}
	hop.Summary = r.Address + " takes requests from everywhere (" + bracketed(path) + ")"
	hop.Remedy = "Limit " + bracketed(path) + " of " + r.Address
	return openGate("ingress", hop)
}
