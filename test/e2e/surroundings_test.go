package e2e

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"thulium_exporter/test/e2e/harness"
	"thulium_exporter/thulium/simulator"
)

// TestNothingWritten keeps the exporter from writing a single byte to any file:
// it works on a disk that is read-only or full.
func TestNothingWritten(t *testing.T) {
	t.Parallel()
	thulium := harness.NewThulium(t, simulator.Documented()...)
	exporter := harness.ServeUnder(t, "-f 0", thulium.Flags()...)
	exporter.Get(t, "/metrics", nil).HasLine(t, "thulium_up 1")
	if response := exporter.Post(t, "/-/reload"); response.Status != http.StatusOK {
		t.Errorf("reloading gives %d: %s", response.Status, response.Body)
	}
	exporter.Get(t, "/metrics", nil).HasLine(t, "thulium_up 1")
}

// TestIPv6Only scrapes a Thulium that has no other address. Where the machine has
// no such address either, that is a failure like others.
func TestIPv6Only(t *testing.T) {
	t.Parallel()
	thulium := harness.NewThulium(t, simulator.Documented()...)
	address, want := "http://[::1]:1", `thulium_api_requests_total{result="connection"} 1`
	if listener, err := net.Listen("tcp6", "[::1]:0"); err == nil {
		server := httptest.NewUnstartedServer(thulium)
		server.Listener = listener
		server.Start()
		t.Cleanup(server.Close)
		address, want = server.URL, "thulium_up 1"
	}
	exporter := harness.Serve(t, replace(thulium.Flags(), "--thulium.url="+address)...)
	exporter.Get(t, "/metrics", nil).HasLine(t, want)
}

// TestNoWayThere expects another sentence for each problem of the network.
func TestNoWayThere(t *testing.T) {
	t.Parallel()
	thulium := harness.NewThulium(t)
	closed := closedPort(t)
	for name, test := range map[string]struct{ url, more, log string }{
		"refused":    {"http://" + closed, "", "connection refused"},
		"proxy down": {"https://thulium.invalid", "proxy_url: http://" + closed, "proxyconnect tcp"},
		"no name":    {"https://thulium.invalid", "", "lookup thulium.invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := oneSystem(test.url, thulium, test.more)
			exporter := harness.Serve(t, "--config.file="+harness.File(t, "thulium.yml", config))
			exporter.Get(t, "/metrics", nil).HasLine(t, "thulium_up 0")
			exporter.WaitForLog(t, test.log)
			exporter.WaitForLog(t, "Check the host name, DNS, proxy and firewall")
		})
	}
}

// oneSystem is a configuration file.
func oneSystem(url string, thulium *harness.Thulium, more string) string {
	return strings.Join([]string{
		"systems:", "  only:", "    url: " + url,
		"    basic_auth: {username: " + thulium.Username + ", password_file: " + thulium.PasswordFile + "}",
		"    " + more, "",
	}, "\n")
}

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
