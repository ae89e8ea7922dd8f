package exposure

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"slices"
	"strings"
)

// Verdict is what the analysis says of an arbitrary internet host: can it
// reach the endpoint? It is three-valued; the zero value admits ignorance.
type Verdict string

// The verdicts.
const (
	Unknown    Verdict = "unknown"
	Exposed    Verdict = "exposed"
	NotExposed Verdict = "not_exposed"
)

// SourceScope says how much of the internet a path certainly admits.
type SourceScope string

// The scopes, from narrow to wide. ScopeProvider means that only a cloud
// provider's own named ranges are admitted.
const (
	ScopeNone       SourceScope = "none"
	ScopeRestricted SourceScope = "restricted"
	ScopeProvider   SourceScope = "provider"
	ScopeBroad      SourceScope = "broad"
	ScopeWorld      SourceScope = "world"
)

// Transport is the transport protocol of an endpoint.
type Transport string

// The transports that endpoints use. Only TCP is ever probed.
const (
	TCP    Transport = "tcp"
	UDP    Transport = "udp"
	ICMP   Transport = "icmp"
	ICMPv6 Transport = "icmpv6"
)

// Access says what a client that reaches the endpoint may do without
// credentials, as far as the declaration tells.
type Access string

// The kinds of access.
const (
	AccessUnknown          Access = "unknown"
	AccessAnonymous        Access = "anonymous"
	AccessAnyAuthenticated Access = "any_authenticated"
	AccessAuthenticated    Access = "authenticated"
)

// Certainty says how sure a hop is: Must is declared, May rests on something
// unknown, Assumed on a named assumption about the cloud.
type Certainty string

// The certainties.
const (
	Must    Certainty = "must"
	May     Certainty = "may"
	Assumed Certainty = "assumed"
)

// Confidence says what a verdict rests on.
type Confidence string

// The confidences: everything declared, a named assumption, or an incomplete
// input.
const (
	Declared          Confidence = "declared"
	ConfidenceAssumed Confidence = "assumed"
	Partial           Confidence = "partial"
)

// Hop is one step of the path between the internet and an endpoint: a
// listener, a security group rule, a route. The same shape tells why a path is
// blocked.
type Hop struct {
	Gate      string    `json:"gate"`                // "address", "route", "nacl", "security_group", "listener", "policy" ...
	Resource  string    `json:"resource"`            // resource address; empty when the cloud itself decides
	Attribute string    `json:"attribute,omitempty"` // path inside the resource, "ingress[0].cidr_blocks"
	Summary   string    `json:"summary"`             // a clause: "aws_security_group.web allows 0.0.0.0/0 to port 443"
	Remedy    string    `json:"remedy,omitempty"`    // the change that would close the path here, a sentence without full stop
	Certainty Certainty `json:"certainty"`

	// Where the configuration declares it; empty and 0 when that is not known.
	File string `json:"file,omitempty"` // relative to the folder of the root module, with slashes
	Line int    `json:"line,omitempty"` // from 1
}

// Place returns "network.tf:12", and "" when the place is not known.
func (h Hop) Place() string {
	if h.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", h.File, h.Line)
}

// Gap is something the analysis could not know, and what would tell.
type Gap struct {
	Resource  string `json:"resource"`
	Attribute string `json:"attribute,omitempty"`
	Reason    string `json:"reason"`           // "source of rule ingress[0] is known after apply"
	Remedy    string `json:"remedy,omitempty"` // the cheapest way to know
}

// Identity is the cloud's own name of the resource, stable while addresses
// come and go. Fields the input does not tell are empty.
type Identity struct {
	Cloud   string `json:"cloud"`             // aws
	ID      string `json:"id,omitempty"`      // ARN, or the id where there is none
	Account string `json:"account,omitempty"` // account, subscription or project
	Region  string `json:"region,omitempty"`
}

// Endpoint is one host with one or more ports that a resource exposes: the
// unit of every result. All its ports share one verdict and one path.
type Endpoint struct {
	ID              string // stable before and after apply; the host is not part of it
	Input           string // label of the input that holds it, of several; empty when there is one
	ResourceAddress string
	Key             string   // tells several endpoints of one resource apart: "ipv4", "website"
	Related         []string // other resources that take part, sorted
	Identity        Identity
	Project         string // the user's own grouping; empty when none was given

	// Tags of the resource, and labels where its cloud says labels; nil when
	// nobody asked for them. Sensitive ones are left out.
	Tags map[string]string

	Host      string   // address or name; empty when not known yet
	Names     []string // other names of the same host, sorted
	Transport Transport
	Ports     []PortRange // merged, never empty
	App       string      // http, https, ssh, postgresql ... when the declaration tells
	Path      string      // HTTP path of the one GET; empty means "/"

	Kind                  string // compute, lb, database, bucket, k8s_api, web ...
	SharedFront           bool   // the provider's front end answers for everyone, so a handshake proves nothing
	DirectlyExposedBucket bool
	Dormant               bool // declared stopped: not probed

	Verdict      Verdict
	Likelihood   string // likely or unlikely, only when Verdict is Unknown
	Scope        SourceScope
	Sources      []string // admitted prefixes, at most 20, sorted
	SourceTotal  int      // how many prefixes there are
	SourceLabels []string // sources without prefixes, such as a provider's own ranges
	Access       Access
	Confidence   Confidence

	Hops        []Hop
	Blockers    []Hop
	Unknowns    []Gap
	Assumptions []string // ids, sorted
	Notes       []string
}

// EndpointID derives the stable id of an endpoint.
func EndpointID(resourceAddress, key string, transport Transport, ports []PortRange) string {
	texts := make([]string, len(ports))
	for i, p := range ports {
		texts[i] = p.String()
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{resourceAddress, key, string(transport), strings.Join(texts, ",")}, "|")))
	return hex.EncodeToString(sum[:])[:16]
}

// InInput returns the id of an endpoint that shares its own with one of
// another input.
func InInput(id, input string) string {
	sum := sha256.Sum256([]byte(id + "|" + input))
	return hex.EncodeToString(sum[:])[:16]
}

// Place returns the resource address, and of several inputs which of them
// holds it: "aws_lb.web (in prod.tfstate)".
func (e Endpoint) Place() string { return Place(e.ResourceAddress, e.Input) }

// Place names a resource of an input, which may be empty.
func Place(resourceAddress, input string) string {
	if input == "" {
		return resourceAddress
	}
	return resourceAddress + " (in " + input + ")"
}

// HostPort returns "203.0.113.7:443", with brackets around an IPv6 host and
// "?" for a host that is not known yet. A range reads "203.0.113.7:8000-8100",
// several ranges "203.0.113.7:{22, 8000-8100}". Without ports it is the host
// alone.
func (e Endpoint) HostPort() string {
	host := cmp.Or(e.Host, "?")
	switch len(e.Ports) {
	case 0:
		return host
	case 1:
		return net.JoinHostPort(host, e.Ports[0].String())
	}
	return net.JoinHostPort(host, "{"+FormatPorts(e.Ports)+"}")
}

// SortEndpoints orders endpoints as CompareEndpoints does, so that the same
// input gives the same report.
func SortEndpoints(endpoints []Endpoint) { slices.SortStableFunc(endpoints, CompareEndpoints) }

// CompareEndpoints orders by resource address, key, transport, ports, host and
// input.
func CompareEndpoints(a, b Endpoint) int {
	return cmp.Or(
		strings.Compare(a.ResourceAddress, b.ResourceAddress),
		strings.Compare(a.Key, b.Key),
		strings.Compare(string(a.Transport), string(b.Transport)),
		slices.CompareFunc(a.Ports, b.Ports, func(p, q PortRange) int { return cmp.Or(cmp.Compare(p.Lo, q.Lo), cmp.Compare(p.Hi, q.Hi)) }),
		strings.Compare(a.Host, b.Host),
		strings.Compare(a.Input, b.Input),
	)
}
