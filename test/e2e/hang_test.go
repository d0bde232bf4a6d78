package e2e

import (
	"net/http"
	"os"
	"syscall"
	"testing"
	"time"

	"thulium_exporter/test/e2e/harness"
	"thulium_exporter/thulium/simulator"
)

// TestHangingThulium shows that the exporter responds within the scrape timeout
// that Prometheus announces.
func TestHangingThulium(t *testing.T) {
	t.Parallel()
	for mode, flags := range modes() {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			thulium := harness.NewThulium(t, simulator.Documented()...)
			thulium.SetFault(simulator.Timeout)
			exporter := harness.Serve(t, append(thulium.Flags(), append(flags, "--thulium.timeout=2s")...)...)
			prometheus := harness.StartPrometheus(t, harness.Scrape(exporter, time.Second))
			prometheus.Expect(t, `sum(thulium_api_requests_total{result="timeout"}) > bool 1`, `{} 1`)
			prometheus.Expect(t, `sum(max_over_time(thulium_up[5m]))`, `{} 0`)
			prometheus.Expect(t, `min(min_over_time(up[5m]))`, `{} 1`)
			prometheus.Expect(t, `max(max_over_time(scrape_duration_seconds[5m])) < bool 1`, `{} 1`)
		})
	}
}

// TestFIFO replaces the password file of a running exporter by a FIFO that nobody
// writes to.
func TestFIFO(t *testing.T) {
	t.Parallel()
	thulium := harness.NewThulium(t, simulator.Documented()...)
	exporter := harness.Serve(t, thulium.Flags()...)
	if err := os.Remove(thulium.PasswordFile); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(thulium.PasswordFile, 0o600); err != nil {
		t.Fatal(err)
	}
	deadline := http.Header{"X-Prometheus-Scrape-Timeout-Seconds": {"1"}}
	start := time.Now()
	exporter.Get(t, "/metrics", deadline).HasLine(t, "thulium_up 0")
	if took := time.Since(start); took > time.Second {
		t.Errorf("the response took %s", took)
	}
	if err := os.Remove(thulium.PasswordFile); err != nil {
		t.Fatal(err)
	}
	harness.Write(t, thulium.PasswordFile, thulium.Password)
	exporter.WaitFor(t, "/metrics", "thulium_up 1")
}
