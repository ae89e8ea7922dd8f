package probe

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
)

// secure makes the TLS handshake on conn, and keeps in s what it shows. The
// error is a *noAnswerError.
func (p *Prober) secure(ctx context.Context, conn net.Conn, s site) (*tls.Conn, error) {
	tlsConn := tls.Client(conn, &tls.Config{
		ServerName: s.serverName(),
		// The question is whether anyone on the internet gets an answer here.
		// An attacker does not mind a bad certificate, and nothing secret is
		// sent over the connection.
		InsecureSkipVerify: true,
		// Old servers are the ones worth finding.
		MinVersion:   tls.VersionTLS10,
		CipherSuites: everyCipherSuite(),
		// Post-quantum key shares make the hello longer than one packet, which
		// some old servers and middleboxes drop.
		CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521},
		NextProtos:       []string{"http/1.1"},
		// Called as soon as the certificates are there, so that a handshake that
		// fails for the want of a client certificate has shown them.
		VerifyConnection: func(state tls.ConnectionState) error {
			s.heard.tls = tlsFacts(state, s.host)
			return nil
		},
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			if s.heard.tls != nil {
				s.heard.tls.ClientCertificate = true
			}
			return &tls.Certificate{}, nil // none: the scan sees what anyone sees
		},
	})
	err := tlsConn.HandshakeContext(ctx)
	if err == nil {
		return tlsConn, nil
	}
	var record tls.RecordHeaderError
	if !errors.As(err, &record) {
		return nil, p.explain(err, "TLS answer", "the server closed the connection during the TLS handshake")
	}
	if plainHTTPRecord(record) {
		return nil, &noAnswerError{reason: "the server answered TLS with plain HTTP", otherScheme: true}
	}
	return nil, &noAnswerError{reason: notHTTP(record.RecordHeader[:])}
}

func everyCipherSuite() []uint16 {
	var ids []uint16
	for _, suite := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		ids = append(ids, suite.ID)
	}
	return ids
}
