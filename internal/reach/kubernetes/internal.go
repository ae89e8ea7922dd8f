package kubernetes

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// toggle is an annotation that keeps a load balancer off the internet when it
// has one of the values; without values, whatever it says but "" and false.
type toggle struct {
	key    string
	values []string
}

// inside lists the annotations that clouds document for load balancers inside
// their network.
var inside = []toggle{
	{"service.beta.kubernetes.io/aws-load-balancer-internal", nil},
	{"service.beta.kubernetes.io/aws-load-balancer-scheme", []string{"internal"}},
	{"service.beta.kubernetes.io/azure-load-balancer-internal", []string{"true"}},
	{"networking.gke.io/load-balancer-type", []string{"internal"}},
	{"cloud.google.com/load-balancer-type", []string{"internal"}},
	{"service.beta.kubernetes.io/do-loadbalancer-network", []string{"internal"}},
	{"service.beta.kubernetes.io/oci-load-balancer-internal", []string{"true"}},
	{"oci-network-load-balancer.oraclecloud.com/internal", []string{"true"}},
	{"load-balancer.hetzner.cloud/disable-public-network", []string{"true"}},
	{"service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type", []string{"intranet"}},
	{"service.beta.kubernetes.io/openstack-internal-load-balancer", []string{"true"}},
	{"service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type", []string{"private"}},
}

func (t toggle) on(text string) bool {
	text = strings.ToLower(text)
	if t.values == nil {
		return text != "" && text != "false"
	}
	return slices.Contains(t.values, text)
}

// byAnnotation returns why a load balancer is not on the internet, ok false
// when no annotation says so. unknown tells that one may.
func (o object) byAnnotation() (hop exposure.Hop, ok, unknown bool) {
	field := o.path("metadata.annotations")
	for _, t := range inside {
		text, _, pending := o.annotation(t.key)
		unknown = unknown || pending
		if t.on(text) {
			return flat.Hop(o.r, field, o.r.Address+" is annotated "+t.key+" = "+o.printable(t.key)+": its load balancer is internal", ""), true, false
		}
	}
	return hop, false, unknown
}

// asksForInternet reports whether an annotation says in so many words that the
// load balancer is not internal.
func (o object) asksForInternet() bool {
	return slices.ContainsFunc(inside, func(t toggle) bool {
		text, ok, _ := o.annotation(t.key)
		return ok && text != "" && !t.on(text)
	})
}

// byController tells that the controller which makes the load balancer puts it
// inside the network unless an annotation asks for the internet.
func (o object) byController() (exposure.Hop, bool) {
	class, kind := o.text("spec.loadBalancerClass"), o.says("service.beta.kubernetes.io/aws-load-balancer-type")
	path := "spec.loadBalancerClass"
	switch {
	case class == "service.k8s.aws/nlb", class == "eks.amazonaws.com/nlb":
	case class == "" && (kind == "external" || kind == "nlb-ip"):
		path = "metadata.annotations"
	default:
		return exposure.Hop{}, false
	}
	if strings.EqualFold(o.says("service.beta.kubernetes.io/aws-load-balancer-scheme"), "internet-facing") {
		return exposure.Hop{}, false
	}
	return flat.Hop(o.r, o.path(path), o.r.Address+" does not ask for the scheme internet-facing, and its controller makes internal load balancers by default", ""), true
}

// scheme is the gate that tells a load balancer on the internet from one
// inside the network of the cloud.
func (o object) scheme(p place) reach.Gate {
	hop, internal, unknown := o.byAnnotation()
	if !internal {
		hop, internal = o.byController()
	}
	field := o.path("metadata.annotations")
	host := strings.ToLower(p.host)
	switch {
	case internal && !unknown:
		return flat.ClosedGate("scheme", hop)
	case strings.HasPrefix(host, "internal-") && strings.HasSuffix(strings.TrimSuffix(host, ".cn"), ".amazonaws.com"):
		return flat.ClosedGate("scheme", flat.Hop(o.r, p.path, o.r.Address+" has the name of an internal load balancer", ""))
	case unknown:
		return flat.DoubtfulGate("scheme", reach.Pending, flat.AfterApply(o.r, field, "an annotation of "+o.r.Address),
			flat.Hop(o.r, field, o.r.Address+" may have its load balancer on the internet", ""))
	}
	hop = flat.Hop(o.r, o.path("spec.type"), o.r.Address+" has a load balancer on the internet", "Annotate "+o.r.Address+" for an internal load balancer")
	if addr, err := netip.ParseAddr(p.host); err == nil && reach.Public(reach.Of(addr)).Contains(addr) || o.asksForInternet() {
		return flat.OpenGate("scheme", hop)
	}
	hop.Certainty = exposure.Assumed
	return reach.Gate{Name: "scheme", Pass: func(f reach.Flow) reach.Passage {
		passage := reach.Open(f, hop)
		passage.Assumptions = []string{assumePublic}
		return passage
	}}
}

// listed is the gate of a list of sources that the field or one of the
// annotations, which have commas between entries, holds. It is nil when none is
// there: then everyone is admitted. The field goes before the annotations; it
// may be empty.
func (o object) listed(name, field string, annotations ...string) []reach.Gate {
	path, v := "", cty.NullVal(cty.DynamicPseudoType)
	if field != "" {
		path, v = o.path(field), o.value(field)
	}
	for _, key := range annotations {
		if len(tfstate.Elements(v)) > 0 || tfstate.Unknown(v) {
			break
		}
		if text, ok, unknown := o.annotation(key); ok && text != "" || unknown {
			path, v = o.path("metadata.annotations"), commaList(reach.Attr(o.value("metadata.annotations"), key))
		}
	}
	if len(tfstate.Elements(v)) == 0 && !tfstate.Unknown(v) {
		return nil
	}
	source, shown := flat.SourceOf(o.r, path, v)
	rule := reach.Rule{Allow: true, Source: source, Hop: flat.Hop(o.r, path, o.r.Address+" admits "+shown, "Narrow "+flat.Bracketed(path)+" of "+o.r.Address)}
	return []reach.Gate{{Name: name, Pass: func(f reach.Flow) reach.Passage { return reach.AnyMatch([]reach.Rule{rule}, f) }}}
}
