package thulium_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"io/fs"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"thulium_exporter/thulium"
	"thulium_exporter/thulium/simulator"
)

// closedPort returns an address where nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func TestConnectionRefused(t *testing.T) {
	_, err := client(t, "http://"+closedPort(t), &http.Transport{}, thulium.Options{}).Stats(t.Context())
	if e := failure(t, err, thulium.Connection); !strings.Contains(e.Error(), syscall.ECONNREFUSED.Error()) || e.Status != 0 {
		t.Errorf("status %d, error %v", e.Status, e)
	}
}

// TestProxyDown proves too that a proxy's password is not told.
func TestProxyDown(t *testing.T) {
	proxy := &url.URL{Scheme: "http", Host: closedPort(t), User: url.UserPassword("exporter", password)}
	_, err := client(t, "https://acme.test", &http.Transport{Proxy: http.ProxyURL(proxy)}, thulium.Options{}).Stats(t.Context())
	e := failure(t, err, thulium.Connection)
	if !strings.HasPrefix(e.Error(), "proxyconnect tcp: ") || strings.Contains(e.Error(), password) {
		t.Errorf("error %q", e)
	}
}

// TestUnknownHost asks a resolver without any name server, so that no network
// has a say.
func TestUnknownHost(t *testing.T) {
	dialer := net.Dialer{Resolver: &net.Resolver{
		PreferGo: true,
		Dial: func(context.Context, string, string) (net.Conn, error) {
			return nil, errors.New("no name server")
		},
	}}
	rt := &http.Transport{DialContext: dialer.DialContext}
	_, err := client(t, "https://acme.invalid", rt, thulium.Options{}).Stats(t.Context())
	e := failure(t, err, thulium.Connection)
	if !strings.Contains(e.Error(), "lookup acme.invalid") {
		t.Errorf("error %v", e)
	}
}

// TestReset breaks real connections, before the response and inside it.
func TestReset(t *testing.T) {
	sim := simulator.New(simulator.Config{Campaigns: simulator.Documented()})
	server := httptest.NewServer(sim)
	defer server.Close()
	for _, fault := range []simulator.Fault{simulator.Connection, simulator.ResetBody} {
		sim.SetFault(fault)
		_, err := client(t, server.URL, server.Client().Transport, thulium.Options{}).Stats(t.Context())
		if e := failure(t, err, thulium.Connection); !strings.Contains(e.Error(), syscall.ECONNRESET.Error()) {
			t.Errorf("%s: %v", fault, e)
		}
	}
}

// TestIPv6 asks this machine by its address of that kind, if it has one; what
// ParseURL makes of such addresses, TestParseURL proves everywhere.
func TestIPv6(t *testing.T) {
	listener, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		return
	}
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: http.HandlerFunc(sendDocumented)}}
	server.Start()
	defer server.Close()
	base, err := thulium.ParseURL("http://"+listener.Addr().String(), false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := thulium.New(base, server.Client().Transport, thulium.Options{}).Stats(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestClassification(t *testing.T) {
	_, missing := os.ReadFile(filepath.Join(t.TempDir(), "password"))
	for _, tt := range []struct {
		name string
		err  error
		want thulium.Result
		hint string
	}{
		{"file", missing, thulium.Unauthorized, "Make the password and certificate files readable"},
		{"no room for the file", &fs.PathError{Op: "open", Path: "password", Err: syscall.EMFILE}, thulium.Connection, "Too many files are open"},
		{"no room for a socket", os.NewSyscallError("socket", syscall.ENFILE), thulium.Connection, "Too many files are open"},
		{"timeout", dialTimeoutError{}, thulium.Timeout, "Thulium was too slow"},
		{"closed", io.EOF, thulium.Connection, "Check the host name, DNS, proxy and firewall"},
		{"DNS timeout", &net.DNSError{Err: "timed out", IsTimeout: true}, thulium.Timeout, "Thulium was too slow"},
		{"known to the transport", &thulium.Error{Result: thulium.Forbidden, Err: io.EOF, Advice: "Ask."}, thulium.Forbidden, "Ask."},
		{"no such host", &net.DNSError{Err: "no such host", IsNotFound: true}, thulium.Connection, "Check the host name"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := stats(t, failing(tt.err))
			e := failure(t, err, tt.want)
			if e.Error() != tt.err.Error() || !strings.HasPrefix(e.Hint(), tt.hint) || e.Status != 0 {
				t.Errorf("status %d, error %v, hint %q; want %v, %q", e.Status, e, e.Hint(), tt.err, tt.hint)
			}
			if strings.Contains(e.Error(), "https://acme.test") {
				t.Errorf("%q repeats the URL", e)
			}
		})
	}
}

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

// TestRedirects proves that none is followed, and so that no other host ever
// sees the credentials.
func TestRedirects(t *testing.T) {
	asked := 0
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	defer other.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		server := httptest.NewServer(http.RedirectHandler(other.URL+"/login?token=secret", status))
		rt := basicAuth{"exporter", "secret", server.Client().Transport}
		_, err := client(t, server.URL, rt, thulium.Options{}).Stats(t.Context())
		server.Close()
		e := failure(t, err, thulium.Redirect)
		if e.Status != status || !strings.HasSuffix(e.Error(), ` to "`+other.URL+`/login" refused`) {
			t.Errorf("status %d, error %q; want %d and the address without its query", e.Status, e, status)
		}
	}
	if asked != 0 {
		t.Errorf("%d redirects followed", asked)
	}
}

func TestRedirectTarget(t *testing.T) {
	for _, tt := range []struct {
		status         int
		location, want string
	}{
		{302, "/login", `HTTP status 302 Found to "https://acme.test/login" refused`},
		{302, "https://user:password@other.test/", `HTTP status 302 Found to "https://other.test/" refused`},
		{302, "", `HTTP status 302 Found to "nowhere" refused`},
		{302, "http://[::1/login", `HTTP status 302 Found to "an invalid URL" refused`},
		{300, "https://other.test/", `HTTP status 300 Multiple Choices to "https://other.test/" refused`},
		{304, "", `HTTP status 304 Not Modified to "nowhere" refused`},
	} {
		_, err := stats(t, responding(tt.status, "", "Location", tt.location))
		if e := failure(t, err, thulium.Redirect); e.Error() != tt.want {
			t.Errorf("%d to %q: %q, want %q", tt.status, tt.location, e, tt.want)
		}
	}
}

// retryAfter returns what a client makes of the header.
func retryAfter(t testing.TB, status int, header string) time.Duration {
	t.Helper()
	_, err := stats(t, responding(status, "", "Retry-After", header))
	var e *thulium.Error
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	return e.RetryAfter
}

func TestRetryAfter(t *testing.T) {
	const hour = time.Hour
	synctest.Test(t, func(t *testing.T) {
		now := time.Now().UTC() // midnight, as every bubble
		for _, tt := range []struct {
			header string
			want   time.Duration
		}{
			{"", 0},
			{"0", 0},
			{"30", 30 * time.Second},
			{" 30 ", 30 * time.Second},
			{"0030", 30 * time.Second},
			{"3600", hour},
			{"3601", hour},
			{"9999999999", hour},
			{"18446744073709551615", hour},
			{strings.Repeat("9", 1000), hour},
			{"-1", 0},
			{"+1", 0},
			{"1.5", 0},
			{"1e3", 0},
			{"0x10", 0},
			{"1_000", 0},
			{"30s", 0},
			{"30, 60", 0},
			{"soon", 0},
			{now.Add(time.Minute).Format(http.TimeFormat), time.Minute},
			{now.Add(time.Minute).Format(time.RFC850), time.Minute},
			{now.Add(time.Minute).Format(time.ANSIC), time.Minute},
			{now.Add(-time.Minute).Format(http.TimeFormat), 0},
			{now.Add(48 * time.Hour).Format(http.TimeFormat), hour},
			{"Fri, 31 Dec 9999 23:59:59 GMT", hour},
			{"Mon, 01 Jan 0001 00:00:00 GMT", 0},
			{now.Format(time.RFC3339), 0},
		} {
			if got := retryAfter(t, 429, tt.header); got != tt.want {
				t.Errorf("%q: %v, want %v", tt.header, got, tt.want)
			}
		}
	})
}

// TestRetryAfterDate proves that a date is relative to the clock of the server.
func TestRetryAfterDate(t *testing.T) {
	rt := responding(503, "", "Date", "Tue, 29 Feb 2028 23:00:00 GMT", "Retry-After", "Tue, 29 Feb 2028 23:01:30 GMT")
	_, err := stats(t, rt)
	if e := failure(t, err, thulium.ServerError); e.RetryAfter != 90*time.Second {
		t.Errorf("%v, want 90s", e.RetryAfter)
	}
}

// TestRetryAfterStatus proves that only those responses can ask for a pause for
// which it says how long the server cannot serve.
func TestRetryAfterStatus(t *testing.T) {
	for status, want := range map[int]time.Duration{
		429: time.Minute, 503: time.Minute, 302: 0, 403: 0, 500: 0, 502: 0, 504: 0,
	} {
		if got := retryAfter(t, status, "60"); got != want {
			t.Errorf("status %d: %v, want %v", status, got, want)
		}
	}
}
