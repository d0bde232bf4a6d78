package thulium_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"thulium_exporter/thulium"
)

// Hints of failures of TLS, by their start.
const (
	hintAuthority = "The certificate was issued by an untrusted authority"
	hintHost      = "The certificate belongs to another host"
	hintExpired   = "The certificate has expired or is not valid yet"
	hintCert      = "The certificate cannot be verified"
	hintPlain     = "The server does not speak TLS on this port"
	hintRefused   = "The server refused the secure connection"
)

// TestTLS proves that different troubles have different hints.
func TestTLS(t *testing.T) {
	for _, tt := range []struct {
		name    string
		cert    func(*x509.Certificate) // changes a good one
		server  func(*tls.Config)
		unknown bool // to the client
		hint    string
	}{
		{name: "good"},
		{name: "self-signed", unknown: true, hint: hintAuthority},
		{name: "wrong host", hint: hintHost,
			cert: func(c *x509.Certificate) { c.IPAddresses, c.DNSNames = nil, []string{"other.test"} }},
		{name: "expired", hint: hintExpired,
			cert: func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Hour) }},
		{name: "not valid yet", hint: hintExpired,
			cert: func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Hour) }},
		{name: "wrong purpose", hint: hintCert,
			cert: func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }},
		{name: "client certificate wanted", hint: hintRefused,
			server: func(c *tls.Config) { c.ClientAuth = tls.RequireAnyClientCert }},
		{name: "client certificate wanted, TLS 1.2", hint: hintRefused,
			server: func(c *tls.Config) { c.ClientAuth, c.MaxVersion = tls.RequireAnyClientCert, tls.VersionTLS12 }},
		{name: "old version", hint: hintRefused,
			server: func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cert := certificate(t, tt.cert)
			server := httptest.NewUnstartedServer(http.HandlerFunc(sendDocumented))
			server.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
			if tt.server != nil {
				tt.server(server.TLS)
			}
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.StartTLS()
			defer server.Close()

			trusted := x509.NewCertPool()
			if !tt.unknown {
				trusted.AddCert(cert.Leaf)
			}
			checkTLS(t, server.URL, trusted, tt.hint)
		})
	}
}

// TestNoTLS asks servers that speak something else.
func TestNoTLS(t *testing.T) {
	plain := httptest.NewServer(http.HandlerFunc(sendDocumented))
	defer plain.Close()
	checkTLS(t, strings.Replace(plain.URL, "http:", "https:", 1), nil, hintPlain)
	checkTLS(t, "https://"+greeter(t, "220 mail.test ESMTP\r\n"), nil, hintPlain)
}

func checkTLS(t *testing.T, address string, trusted *x509.CertPool, hint string) {
	t.Helper()
	rt := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted}}
	defer rt.CloseIdleConnections()
	_, err := client(t, address, rt, thulium.Options{}).Stats(t.Context())
	if hint == "" {
		if err != nil {
			t.Error(err)
		}
		return
	}
	if e := failure(t, err, thulium.TLS); !strings.HasPrefix(e.Hint(), hint) {
		t.Errorf("error %q, hint %q; want %q", e, e.Hint(), hint)
	}
}

func sendDocumented(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, documented) }

// certificate signs itself, for this machine unless it is changed.
func certificate(t *testing.T, change func(*x509.Certificate)) tls.Certificate {
	t.Helper()
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotBefore:    time.Now().Add(-24 * time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
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
	if leaf, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// greeter sends a text to the first who connects, and waits for it to leave.
func greeter(t *testing.T, text string) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, text)
		_, _ = io.Copy(io.Discard, conn)
	}()
	t.Cleanup(func() {
		_ = listener.Close()
		<-done
	})
	return listener.Addr().String()
}
