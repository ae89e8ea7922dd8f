package exposure

import "time"

// Evidence is what one host configuration probe learnt from one port: facts,
// without judgement. The rules judge.
type Evidence struct {
	Probe string `json:"probe"` // stable id: "redis", "ssh", "prometheus-config"

	// Fields are the facts by name. Values are what JSON holds: strings
	// (cleaned and cut), booleans, float64, and slices and maps of these.
	// Secrets and data of the service are never among them.
	Fields map[string]any `json:"fields"`

	// Reason says why nothing was learnt; Fields is then empty. A rule never
	// takes that for a good answer.
	Reason string `json:"reason,omitempty"`
}

// TLS is what one TLS handshake showed. Nothing of it was verified: a browser
// would warn of a certificate that is SelfSigned, expired or of another name.
type TLS struct {
	Version     string        `json:"version"`      // "TLS 1.3"
	CipherSuite string        `json:"cipher_suite"` // IANA name
	Chain       []Certificate `json:"chain"`        // as sent, the server's first; never nil
	// ClientCertificate means that the server asked for a certificate.
	ClientCertificate bool `json:"client_certificate,omitempty"`
	// NameMatches reports whether the certificate is for the endpoint's host.
	NameMatches bool `json:"name_matches"`
}

// Warns reports whether a browser would warn of the server's certificate at a
// time: there is none, it is for another host, outside its dates or issued by
// itself. Whether a browser trusts another issuer is not looked at.
func (t TLS) Warns(at time.Time) bool {
	if len(t.Chain) == 0 || !t.NameMatches {
		return true
	}
	c := t.Chain[0]
	return c.SelfSigned || at.Before(c.NotBefore) || at.After(c.NotAfter)
}

// Certificate is one certificate of a chain. Texts are cleaned and cut.
type Certificate struct {
	Subject            string    `json:"subject"`
	Issuer             string    `json:"issuer"`
	Names              []string  `json:"names"` // DNS names and IP addresses, sorted, never nil
	NotBefore          time.Time `json:"not_before"`
	NotAfter           time.Time `json:"not_after"`
	SelfSigned         bool      `json:"self_signed"`
	KeyAlgorithm       string    `json:"key_algorithm"` // "RSA", "ECDSA", "Ed25519"
	KeyBits            int       `json:"key_bits,omitempty"`
	SignatureAlgorithm string    `json:"signature_algorithm"` // "SHA256-RSA"
}
