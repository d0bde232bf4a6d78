package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http/httptest"
	"testing"
	"time"

	"thulium_exporter/test/e2e/harness"
	"thulium_exporter/thulium/simulator"
)

// TestCertificates expects a sentence of its own in the log for each problem.
func TestCertificates(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change  func(*x509.Certificate) // of a good one
		unknown bool                    // to the exporter
		up, log string
	}{
		"good":        {up: "thulium_up 1", log: "Listening on"},
		"self-signed": {unknown: true, up: "thulium_up 0", log: "The certificate was issued by an untrusted authority"},
		"wrong host": {up: "thulium_up 0", log: "The certificate belongs to another host", change: func(c *x509.Certificate) {
			c.IPAddresses, c.DNSNames = nil, []string{"other.invalid"}
		}},
		"expired": {up: "thulium_up 0", log: "The certificate has expired or is not valid yet", change: func(c *x509.Certificate) {
			c.NotAfter = time.Now().Add(-time.Hour)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			thulium := harness.NewThulium(t, simulator.Documented()...)
			address, certificate := serveTLS(t, thulium, test.change)
			more := ""
			if !test.unknown {
				more = "tls_config: {ca_file: " + harness.File(t, "ca.pem", certificate) + "}"
			}
			config := oneSystem(address, thulium, more)
			exporter := harness.Serve(t, "--config.file="+harness.File(t, "thulium.yml", config))
			exporter.Get(t, "/metrics", nil).HasLine(t, test.up)
			exporter.WaitForLog(t, test.log)
		})
	}
}

// serveTLS serves a Thulium with a certificate that signs itself, for this
// machine unless it is changed.
func serveTLS(t *testing.T, thulium *harness.Thulium, change func(*x509.Certificate)) (address, certificate string) {
	t.Helper()
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotBefore:    time.Now().Add(-24 * time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if change != nil {
		change(leaf)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, leaf, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(thulium)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it reports handshakes that should fail
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.URL, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}
