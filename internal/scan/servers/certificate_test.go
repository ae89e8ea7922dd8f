package servers_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"maps"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"
)

// authority signs the certificates of these tests. It has an RSA key, so that
// it can sign as badly as it is told to.
var authority = sync.OnceValues(func() (*x509.Certificate, *rsa.PrivateKey) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Example CA"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().AddDate(0, -6, 0), NotAfter: time.Now().AddDate(0, 6, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return certificate, key
})

// flaw changes a certificate, or its key, from what it should be.
type flaw struct {
	change     func(*x509.Certificate)
	key        crypto.Signer
	selfSigned bool
}

// certified returns files of a server: cert.pem and key.pem, for a name or an
// address, and the certificate of the authority, ca.pem. Others are added.
func certified(t testing.TB, name string, f flaw, others ...map[string]string) map[string]string {
	t.Helper()
	ca, caKey := authority()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().AddDate(0, -1, 0), NotAfter: time.Now().AddDate(0, 2, 0),
	}
	if ip := net.ParseIP(name); ip != nil {
		template.DNSNames, template.IPAddresses = nil, []net.IP{ip}
	}
	key := f.key
	if key == nil {
		var err error
		if key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
			t.Fatal(err)
		}
	}
	if f.change != nil {
		f.change(template)
	}
	parent, signer := ca, crypto.Signer(caKey)
	if f.selfSigned {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := func(kind string, b []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b}))
	}
	files := map[string]string{
		"cert.pem": text("CERTIFICATE", der), "key.pem": text("PRIVATE KEY", private), "ca.pem": text("CERTIFICATE", ca.Raw),
	}
	for _, more := range others {
		maps.Copy(files, more)
	}
	return files
}
