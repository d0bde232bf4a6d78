package thulium_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

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
	if e := failure(t, err, thulium.Connection); !errors.Is(e, syscall.ECONNREFUSED) || e.Status != 0 {
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
	if dns := (*net.DNSError)(nil); !errors.As(e, &dns) || dns.Name != "acme.invalid" {
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
		if e := failure(t, err, thulium.Connection); !errors.Is(e, syscall.ECONNRESET) {
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
		{"no such host", &net.DNSError{Err: "no such host", IsNotFound: true}, thulium.Connection, "Check the host name"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := stats(t, failing(tt.err))
			e := failure(t, err, tt.want)
			if !errors.Is(e, tt.err) || !strings.HasPrefix(e.Hint(), tt.hint) || e.Status != 0 {
				t.Errorf("status %d, error %v, hint %q; want %v, %q", e.Status, e, e.Hint(), tt.err, tt.hint)
			}
			if strings.Contains(e.Error(), "https://acme.test") {
				t.Errorf("%q repeats the URL", e)
			}
		})
	}
}
