package main

import (
	"crypto/x509"
	"encoding/pem"
	"net/url"
	"os"
	"os/exec"
	"testing"

	commonconfig "github.com/prometheus/common/config"
	"golang.org/x/crypto/x509roots/fallback/bundle"

	"thulium_exporter/internal/config"
)

// rootsChild makes TestRoots the program that is tested: what the machine
// trusts is read once in a process.
const rootsChild = "THULIUM_TEST_ROOTS"

// TestRoots: on a machine without certificates the program trusts those that
// are compiled in, however often it is told to; on others it never does.
func TestRoots(t *testing.T) {
	if want := os.Getenv(rootsChild); want != "" {
		checkRoots(t, want == "compiled")
		return
	}
	machine := write(t, "roots.pem", oneRoot())
	for want, file := range map[string]string{"compiled": "/nonexistent", "machine": machine} {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestRoots$")
		cmd.Env = append(os.Environ(), rootsChild+"="+want, "SSL_CERT_FILE="+file, "SSL_CERT_DIR=/nonexistent")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", want, err, out)
		}
	}
}

// oneRoot returns one certificate, as machines keep them.
func oneRoot() string {
	for root := range bundle.Roots() {
		return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}))
	}
	return ""
}

func checkRoots(t *testing.T, compiled bool) {
	t.Helper()
	systems := []config.System{{URL: &url.URL{Scheme: "https"}}}
	for range 2 {
		if err := setRoots(systems); err != nil {
			t.Fatal(err)
		}
	}
	want, err := compiledRoots()
	if err != nil {
		t.Fatal(err)
	}
	got, err := x509.SystemCertPool()
	if err != nil {
		t.Fatal(err)
	}
	if got.Equal(want) != compiled {
		t.Errorf("trusts those that are compiled in: %t, want %t", !compiled, compiled)
	}
}

// TestMayUseTLS: a system needs roots unless all of the way is plain.
func TestMayUseTLS(t *testing.T) {
	http, https := &url.URL{Scheme: "http"}, &url.URL{Scheme: "https"}
	for name, test := range map[string]struct {
		system config.System
		want   bool
	}{
		"plain":                    {config.System{URL: http}, false},
		"https":                    {config.System{URL: https}, true},
		"a proxy":                  {viaProxy(http, commonconfig.ProxyConfig{ProxyURL: commonconfig.URL{URL: https}}), true},
		"perhaps a proxy":          {viaProxy(http, commonconfig.ProxyConfig{ProxyFromEnvironment: true}), true},
		"tokens from another host": {config.System{URL: http, HTTP: commonconfig.HTTPClientConfig{OAuth2: &commonconfig.OAuth2{}}}, true},
	} {
		if got := mayUseTLS(test.system); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func viaProxy(u *url.URL, proxy commonconfig.ProxyConfig) config.System {
	return config.System{URL: u, HTTP: commonconfig.HTTPClientConfig{ProxyConfig: proxy}}
}
