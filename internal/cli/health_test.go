package cli_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestHealth queries a real exporter, as the health check of a container does.
func TestHealth(t *testing.T) {
	_, flags := newThulium(t)
	d := start(t, append(flags, "--poll.interval=1h")...)
	wait(t, d, "/-/ready", "Ready.")
	address := strings.TrimPrefix(d.URL, "http://")
	_, port, _ := strings.Cut(address, ":")
	for arg, want := range map[string]string{
		"--web.listen-address=" + address:      "Healthy.\n",
		"--web.listen-address=:" + port:        "Healthy.\n",
		"--web.listen-address=0.0.0.0:" + port: "Healthy.\n",
		"http://:" + port:                      "Healthy.\n",
		address:                                "Healthy.\n",
		"localhost:" + port:                    "Healthy.\n",
		":" + port:                             "Healthy.\n",
		d.URL:                                  "Healthy.\n",
		d.URL + "/":                            "Healthy.\n",
		d.URL + "/-/ready":                     "Ready.\n",
		strings.ToUpper("http") + "://" + address: "Healthy.\n",
	} {
		if status, stdout, stderr := run(t, "health", arg); status != 0 || stdout != want {
			t.Errorf("%s: got %d, %q and %q", arg, status, stdout, stderr)
		}
	}
	expect(t, 1, []string{"health", d.URL + "/metrics"}, "not healthy: "+d.URL+"/metrics is not a health check of the exporter; write its address alone, like "+d.URL)
	t.Setenv("THULIUM_WEB_LISTEN_ADDRESS", address) // as the daemon's own
	t.Setenv("THULIUM_UNKNOWN", "x")
	if status, stdout, stderr := run(t, "health"); status != 0 || stdout != "Healthy.\n" || stderr != "" {
		t.Errorf("got %d, %q and %q", status, stdout, stderr)
	}
	d.Stop()
	expect(t, 1, []string{"health"}, "not healthy")
}

// TestHealthResponses: nothing but the exporter's own words is healthy, and a
// request for a password is not mistaken for them.
func TestHealthResponses(t *testing.T) {
	for status, want := range map[int]string{
		http.StatusUnauthorized:       "Reachable, but it requires a password: its health was not seen.\n",
		http.StatusOK:                 "is not a health check of the exporter",
		http.StatusFound:              "not healthy: 302 Found",
		http.StatusServiceUnavailable: "not healthy: 503",
	} {
		server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(status)
			_, _ = w.Write([]byte("Welcome"))
		}))
		exit := 1
		if status == http.StatusUnauthorized {
			exit = 0 // basic auth is on: the exporter is up
		}
		expect(t, exit, []string{"health", server.URL}, want)
		server.Close()
	}
	expect(t, 1, []string{"health", ":"}, `":" is not a URL; write it like http://localhost:10069`)
	expect(t, 1, []string{"health", "ftp://localhost"}, "is not a URL")
	expect(t, 1, []string{"health", "http://u:" + password + "@localhost:1"}, "credentials in the URL are not supported")
}
