package oci

import (
	"net"
	"net/url"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// apiHost returns the public address of a cluster, which is written with its
// port.
func apiHost(r *tfstate.Resource) string {
	text := flat.Text(r, "endpoints.0.public_endpoint")
	if host, _, err := net.SplitHostPort(text); err == nil {
		text = host
	}
	return flat.HostOf(cty.StringVal(text))
}

// buckets returns the buckets. Their API answers everyone, so that what counts
// is whether the bucket lets strangers read.
func (e *estate) buckets() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed("oci_objectstorage_bucket") {
		namespace, name := flat.Text(r, "namespace"), flat.Text(r, "name")
		ep := exposure.Endpoint{
			ResourceAddress: r.Address, Key: "rest", Kind: "bucket", SharedFront: true, App: "https", Identity: identity(r), Access: exposure.AccessAuthenticated,
		}
		ep.Identity.ID = flat.Text(r, "bucket_id")
		ep.Identity.Region = regionOf(ep.Identity.ID)
		if ep.Identity.Region != "" {
			ep.Host = "objectstorage." + ep.Identity.Region + ".oraclecloud.com"
		}
		v := flat.Value(r, "access_type")
		access := flat.Text(r, "access_type")
		gate := flat.ClosedGate("access", flat.Hop(r, "access_type", r.Address+" grants nothing to strangers", ""))
		switch {
		case tfstate.Unknown(v):
			ep.Access = exposure.AccessAnonymous
			gate = flat.DoubtfulGate("access", reach.Pending, flat.AfterApply(r, "access_type", "whether "+r.Address+" is public"), flat.Hop(r, "access_type", r.Address+" may let strangers read", ""))
		case access == "ObjectRead", access == "ObjectReadWithoutList":
			ep.Access, ep.DirectlyExposedBucket = exposure.AccessAnonymous, true
			gate = flat.OpenGate("access", flat.Hop(r, "access_type", r.Address+" lets strangers read objects ("+access+")", "Set access_type = \"NoPublicAccess\" on "+r.Address))
		}
		if access == "ObjectRead" && namespace != "" && name != "" {
			ep.Path = "/n/" + url.PathEscape(namespace) + "/b/" + url.PathEscape(name) + "/o"
		}
		out = append(out, reach.Candidate{Endpoint: ep, Family: reach.IPv4, Gates: []reach.Gate{gate},
			Slots: []reach.Slot{{Transport: exposure.TCP, Ports: exposure.PortRange{Lo: 443, Hi: 443}}}})
	}
	return out
}
