package exposure

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// PortResult is how one port answered a TCP handshake. The zero value admits
// ignorance.
type PortResult string

// The port results.
const (
	Unverified PortResult = "unverified" // nothing was learnt
	Open       PortResult = "open"       // SYN-ACK
	Refused    PortResult = "refused"    // RST
	Filtered   PortResult = "filtered"   // silence, or an ICMP error
)

// PortStatus sums up the handshakes of an endpoint.
type PortStatus string

// The port statuses. Every status but StatusOpen and StatusClosed means that
// the endpoint was not scanned.
const (
	StatusOpen            PortStatus = "open"   // at least one port is open
	StatusClosed          PortStatus = "closed" // every port is refused or filtered
	StatusScannerDisabled PortStatus = "scanner_disabled"
	StatusExcluded        PortStatus = "excluded_from_scan"
	StatusUnsupportedPort PortStatus = "unsupported_port"
	StatusScanFailed      PortStatus = "scan_failed"
)

// Scanned reports whether the status came from a look at the endpoint.
func (s PortStatus) Scanned() bool { return s == StatusOpen || s == StatusClosed }

// HTTPStatus is the class of an HTTP status code, "1xx" to "5xx", or why there
// is none.
type HTTPStatus string

// The HTTP statuses that are no class. Empty means that no GET was due.
const (
	HTTPUnsupportedPath HTTPStatus = "unsupported_http_path" // the path holds * or {name}; no GET was sent
	HTTPClientError     HTTPStatus = "client_error"          // the GET got no HTTP answer
)

// HTTPStatusOf returns the class of a status code from 100 to 599, "2xx", and
// HTTPClientError for any other number.
func HTTPStatusOf(code int) HTTPStatus {
	if code < 100 || code > 599 {
		return HTTPClientError
	}
	return HTTPStatus(string(rune('0'+code/100)) + "xx")
}

// Technology is a product recognised in an answer.
type Technology struct {
	Name       string   `json:"name"`
	Version    string   `json:"version,omitempty"`
	Categories []string `json:"categories,omitempty"` // sorted
	CPE        string   `json:"cpe,omitempty"`
}

// Header is one header field of an answer, its value cut, cleaned of control
// characters and with secrets redacted.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// HTTPObservation is what the one GET of a port brought.
type HTTPObservation struct {
	URL        string     `json:"url"`
	Status     HTTPStatus `json:"http_status"`
	StatusCode int        `json:"http_status_code,omitempty"` // 0 without an HTTP answer
	Reason     string     `json:"reason,omitempty"`           // why there was no HTTP answer
	Title      string     `json:"web_page_title,omitempty"`
	Headers    []Header   `json:"headers,omitempty"` // in the order of their names
	// HeadersTruncated means that the headers did not arrive whole, so that some
	// are not known, such as those that ask for authentication.
	HeadersTruncated bool `json:"headers_truncated,omitempty"`

	BodyStart string `json:"body_start,omitempty"`
	BodyBytes int64  `json:"body_bytes"` // bytes read, up to the limit

	Technologies   []Technology     `json:"technologies"`
	Authentication []Authentication `json:"authentication"`
	Screenshot     *Screenshot      `json:"screenshot,omitempty"`
}

// PortObservation is everything learnt about one port.
type PortObservation struct {
	Port     uint16           `json:"port"`
	Result   PortResult       `json:"result"`
	Detail   string           `json:"detail,omitempty"` // why Unverified
	HTTP     *HTTPObservation `json:"http,omitempty"`
	TLS      *TLS             `json:"tls,omitempty"`      // of the handshake that the port's look made; nil without one
	Banner   string           `json:"banner,omitempty"`   // what the service sent unasked: one line, cleaned, redacted and cut
	Evidence []Evidence       `json:"evidence,omitempty"` // what the host configuration probes brought, by probe
	Severity Severity         `json:"severity"`
}

// Observation is everything learnt about an endpoint in one scan.
type Observation struct {
	PortStatus        PortStatus        `json:"port_status"`
	Reason            string            `json:"reason,omitempty"` // why the endpoint was not scanned
	ResolvedAddresses []string          `json:"resolved_addresses"`
	Ports             []PortObservation `json:"ports"` // ascending; a wide range lists open and unverified ports only
	PortsProbed       int               `json:"ports_probed"`
	AnswersOnAllPorts bool              `json:"answers_on_all_ports,omitempty"`
	Severity          Severity          `json:"severity"` // the highest of the ports
	Leaks             []Leak            `json:"leaks,omitempty"`
	ScannedAt         time.Time         `json:"last_scanned_at,omitzero"`
	FromStore         bool              `json:"from_store,omitempty"` // a fresh enough earlier result was used
	Postponed         bool              `json:"-"`                    // left out because no scan window is open and there is no earlier result
}

// OpenPorts returns the ports that completed a handshake, ascending, never nil.
func (o Observation) OpenPorts() []uint16 {
	open := []uint16{}
	for _, p := range o.Ports {
		if p.Result == Open {
			open = append(open, p.Port)
		}
	}
	return open
}

// Decisive returns the port that decides the severity: the worst, and among
// equals an HTTP answer before none, then the lowest port. Nil without ports.
func (o Observation) Decisive() *PortObservation {
	var worst *PortObservation
	for i := range o.Ports {
		p := &o.Ports[i]
		if worst == nil || p.Severity > worst.Severity || p.Severity == worst.Severity && p.HTTP != nil && worst.HTTP == nil {
			worst = p
		}
	}
	return worst
}

// Finding is a rule that an endpoint breaks, with the evidence for it.
type Finding struct {
	Rule            string      `json:"rule"` // stable id
	Title           string      `json:"title"`
	Severity        Severity    `json:"severity"`
	ResourceAddress string      `json:"resource_address"`
	Input           string      `json:"input,omitempty"` // of the endpoint
	EndpointID      string      `json:"endpoint_id"`
	Host            string      `json:"host"`
	Port            uint16      `json:"port,omitempty"`      // 0 when it concerns the endpoint as a whole
	Ports           []PortRange `json:"ports,omitempty"`     // every port it concerns, merged; empty when that is Port alone
	Evidence        string      `json:"evidence"`            // sentences: what was seen
	Why             string      `json:"why,omitempty"`       // sentences: what an attacker gains; of host configuration rules
	Fix             string      `json:"fix,omitempty"`       // sentences: what mends the configuration
	Reference       string      `json:"reference,omitempty"` // where to read more: a URL
	Waiver          *Waiver     `json:"waiver,omitempty"`
	Failing         bool        `json:"failing"` // it fails the gate
}

// Waiver is an accepted finding. It is shown, never hidden. Empty match
// fields match everything; Resource and Host are globs. Severity is the worst
// that is accepted, and none accepts any.
type Waiver struct {
	Rule     string    `json:"rule,omitempty"`
	Resource string    `json:"resource,omitempty"`
	Input    string    `json:"input,omitempty"` // label of the input, of several
	Host     string    `json:"host,omitempty"`
	Ports    []string  `json:"ports,omitempty"`
	Severity Severity  `json:"severity,omitzero"`
	Reason   string    `json:"reason"`
	Owner    string    `json:"owner"`
	Expires  time.Time `json:"expires"`
}

// Result is one endpoint with what was observed of it and what follows.
// Observed is nil when the run only analysed.
type Result struct {
	Endpoint Endpoint
	Observed *Observation
	Severity Severity
	Findings []Finding // worst first
	Change   Change    // of an exposed endpoint of a plan
}

// Change says what a plan does to an exposed endpoint. It is empty where there
// is no plan.
type Change string

// The changes. What a plan closes is in Report.Closed.
const (
	ChangeNew  Change = "new"       // at least one of its ports is exposed by the plan
	ChangeNone Change = "unchanged" // it was exposed before
)

// SortFindings orders findings worst first, then by resource, host, port and rule.
func SortFindings(findings []Finding) {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(b.Severity, a.Severity),
			strings.Compare(a.ResourceAddress, b.ResourceAddress),
			strings.Compare(a.Host, b.Host),
			cmp.Compare(a.Port, b.Port),
			strings.Compare(a.Rule, b.Rule),
		)
	})
}
