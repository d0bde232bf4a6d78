package cli

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestHealth asks a real exporter, as the health check of a container does.
func TestHealth(t *testing.T) {
	_, flags := newThulium(t)
	d := start(t, append(flags, "--poll.interval=1h")...)
	d.waitReady(t)
	address := strings.TrimPrefix(d.url, "http://")
	for arg, want := range map[string]string{
		"--web.listen-address=" + address: "Healthy.\n",
		d.url + "/-/ready":                "Ready.\n",
	} {
		if status, stdout, stderr := program(t, "health", arg); status != 0 || stdout != want {
			t.Errorf("%s: got %d, %q and %q", arg, status, stdout, stderr)
		}
	}
	t.Setenv("THULIUM_WEB_LISTEN_ADDRESS", address) // as the daemon's own
	if status, stdout, _ := program(t, "health"); status != 0 || stdout != "Healthy.\n" {
		t.Errorf("by the environment: got %d and %q", status, stdout)
	}
	d.stop()
	<-d.status
	if status, _, stderr := program(t, "health"); status != 1 || !strings.Contains(stderr, "not healthy") {
		t.Errorf("of a stopped exporter: got %d and %q", status, stderr)
	}
}

// TestHealthAnswers: any status but success is unhealthy.
func TestHealthAnswers(t *testing.T) {
	for answer, want := range map[int]int{
		http.StatusOK:                 0,
		http.StatusUnauthorized:       0, // basic auth is on: the exporter is up
		http.StatusFound:              1,
		http.StatusNotFound:           1,
		http.StatusServiceUnavailable: 1,
	} {
		server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/-/ready" {
				t.Errorf("asked for %s", r.URL.Path)
			}
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(answer)
		}))
		if status, _, stderr := program(t, "health", server.URL+"/-/ready"); status != want {
			t.Errorf("%d: got %d and %q, want %d", answer, status, stderr, want)
		}
		server.Close()
	}
	if status, _, stderr := program(t, "health", ":"); status != 1 || !strings.Contains(stderr, `":"`) {
		t.Errorf("not a URL: got %d and %q", status, stderr)
	}
}

func TestLocalURL(t *testing.T) {
	for address, want := range map[string]string{
		":10069":           "http://127.0.0.1:10069",
		"0.0.0.0:1":        "http://127.0.0.1:1",
		"[::]:1":           "http://[::1]:1",
		"10.1.2.3:1":       "http://10.1.2.3:1",
		"[fe80::1%eth0]:1": "http://[fe80::1%25eth0]:1",
	} {
		if got := localURL(address); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}
