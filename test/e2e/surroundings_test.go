package e2e

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"thulium_exporter/test/e2e/harness"
	"thulium_exporter/thulium/simulator"
)

// TestPasswordFile changes the file of a running exporter. It is read again for
// each request, so that nothing has to be restarted.
func TestPasswordFile(t *testing.T) {
	t.Parallel()
	thulium := harness.NewThulium(t, simulator.Documented()...)
	exporter := harness.Serve(t, thulium.Flags()...)
	good := func() { harness.Write(t, thulium.PasswordFile, thulium.Password) }
	for _, step := range []struct {
		name   string
		change func()
		want   string
		log    string
	}{
		{"replaced by a wrong one", func() { harness.Write(t, thulium.PasswordFile, "wrong") }, "thulium_up 0", "Check the username and the password"},
		{"mended", good, "thulium_up 1", "Requests to Thulium succeed again"},
		{"removed", func() { _ = os.Remove(thulium.PasswordFile) }, "thulium_up 0", "Make the password and certificate files readable"},
		{"there again", good, "thulium_up 1", ""},
	} {
		step.change()
		response := exporter.Get(t, "/metrics", nil)
		if !response.Has(step.want) {
			t.Errorf("%s: no %q in\n%s", step.name, step.want, response.Body)
		}
		exporter.WaitForLog(t, step.log)
	}
	noSecret(t, thulium, "the log", exporter.Stderr())
}

// TestFewFiles has clients take more connections than the exporter may have
// open files. It keeps some for itself, and responds long before the clients that
// say nothing would be closed for that.
func TestFewFiles(t *testing.T) {
	t.Parallel()
	thulium := harness.NewThulium(t, simulator.Documented()...)
	exporter := harness.ServeUnder(t, "-n 64", thulium.Flags()...)
	exporter.Get(t, "/metrics", nil).HasLine(t, "process_max_fds 64")
	for range 100 {
		dial(t, exporter)
	}
	ctx, cancel := context.WithTimeout(t.Context(), headerTime/2)
	defer cancel()
	response, err := exporter.Try(ctx, "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	response.HasLine(t, "thulium_up 1")
}

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
