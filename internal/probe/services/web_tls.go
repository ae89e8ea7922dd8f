package services

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
)

// transports are the probes of how a web server speaks TLS.
var transports = []Probe{
	{ID: "tls-legacy", General: 9, OptIn: true, Talk: legacyTLS},
}

// legacyTLS offers TLS 1.0 and 1.1 alone, and tells whether the server takes
// one of them.
func legacyTLS(ctx context.Context, conn net.Conn) (map[string]any, error) {
	var suites []uint16
	for _, suite := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		suites = append(suites, suite.ID)
	}
	client := tls.Client(conn, &tls.Config{
		InsecureSkipVerify: true, // the question is what the server speaks, and nothing is sent over the connection
		MinVersion:         tls.VersionTLS10,
		MaxVersion:         tls.VersionTLS11,
		CipherSuites:       suites,
	})
	err := client.HandshakeContext(ctx)
	var alert tls.AlertError
	var remote *net.OpError
	switch {
	case err == nil:
		return map[string]any{"accepted": true, "version": tls.VersionName(client.ConnectionState().Version)}, nil
	case errors.As(err, &alert), errors.As(err, &remote) && remote.Op == "remote error":
		return map[string]any{"accepted": false}, nil // the server refuses in the words of TLS
	}
	return nil, err
}
