// Command thulium is a simulated Thulium at https://acme.thulium.com and
// https://globex.thulium.com, for machines on which these names lead to
// themselves. It writes its certificate to the file that it is given.
package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"time"

	"thulium_exporter/thulium/simulator"
)

func main() {
	if err := serve(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "thulium:", err)
		os.Exit(1)
	}
}

// serve listens before it writes the certificate: who finds the file can ask.
func serve(ctx context.Context, certificateFile string) error {
	certificate, err := newCertificate("acme.thulium.com", "globex.thulium.com")
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:443")
	if err != nil {
		return err
	}
	block := &pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate[0]}
	if err := os.WriteFile(certificateFile, pem.EncodeToMemory(block), 0o600); err != nil { //nolint:gosec // the caller says where
		return err
	}
	server := &http.Server{
		Handler: simulator.New(simulator.Config{
			Username: "prometheus", Password: "correct-horse", Campaigns: simulator.Documented(),
		}),
		ReadHeaderTimeout: time.Second,
		TLSConfig:         &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12},
	}
	return server.ServeTLS(listener, "", "")
}

// newCertificate returns one that is its own authority.
func newCertificate(names ...string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		DNSNames:              names,
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}
