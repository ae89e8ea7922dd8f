package probe

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// Bounds of what is kept of a TLS handshake.
const (
	maxChain           = 10
	maxCertificateName = 256 // characters
	maxNames           = 100
)

// tlsFacts returns what a handshake with host showed.
func tlsFacts(state tls.ConnectionState, host string) *exposure.TLS {
	facts := &exposure.TLS{
		Version:     tls.VersionName(state.Version),
		CipherSuite: tls.CipherSuiteName(state.CipherSuite),
		Chain:       []exposure.Certificate{},
	}
	for i, c := range state.PeerCertificates {
		if i == maxChain {
			break
		}
		facts.Chain = append(facts.Chain, certificateFacts(c))
	}
	if len(state.PeerCertificates) > 0 {
		facts.NameMatches = state.PeerCertificates[0].VerifyHostname(host) == nil
	}
	return facts
}

func certificateFacts(c *x509.Certificate) exposure.Certificate {
	algorithm, bits := keyFacts(c)
	return exposure.Certificate{
		Subject:   nameText(c.Subject.String()),
		Issuer:    nameText(c.Issuer.String()),
		Names:     certificateNames(c),
		NotBefore: c.NotBefore.UTC(),
		NotAfter:  c.NotAfter.UTC(),
		// The signature is not tried: one that says it is its own issuer is
		// trusted by nobody in either case.
		SelfSigned:         bytes.Equal(c.RawSubject, c.RawIssuer) && (len(c.AuthorityKeyId) == 0 || bytes.Equal(c.AuthorityKeyId, c.SubjectKeyId)),
		KeyAlgorithm:       algorithm,
		KeyBits:            bits,
		SignatureAlgorithm: c.SignatureAlgorithm.String(),
	}
}

func nameText(s string) string {
	return exposure.Cut(exposure.CleanLine(exposure.Cut(s, 2*maxCertificateName)), maxCertificateName)
}

// certificateNames returns the DNS names and addresses of a certificate.
func certificateNames(c *x509.Certificate) []string {
	names := []string{}
	for _, name := range c.DNSNames {
		names = append(names, nameText(name))
	}
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	slices.Sort(names)
	names = slices.Compact(names)
	return names[:min(len(names), maxNames)]
}

func keyFacts(c *x509.Certificate) (algorithm string, bits int) {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return "RSA", key.N.BitLen()
	case *ecdsa.PublicKey:
		return "ECDSA", key.Curve.Params().BitSize
	case ed25519.PublicKey:
		return "Ed25519", 256
	}
	return c.PublicKeyAlgorithm.String(), 0
}
