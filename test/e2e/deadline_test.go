package e2e

import (
	"net/http"
	"testing"
	"time"

	"thulium_exporter/test/e2e/harness"
	"thulium_exporter/thulium/simulator"
)

// TestScrapeDeadline scrapes with a deadline of a second while Thulium hangs.
func TestScrapeDeadline(t *testing.T) {
	t.Parallel()
	deadline := http.Header{"X-Prometheus-Scrape-Timeout-Seconds": {"1"}}
	for _, path := range []string{"/metrics", "/probe?target=default"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			thulium := harness.NewThulium(t, simulator.Documented()...)
			thulium.SetFault(simulator.Timeout)
			exporter := harness.Serve(t, thulium.Flags()...)

			start := time.Now()
			response := exporter.Get(t, path, deadline)
			if took := time.Since(start); took >= time.Second {
				t.Errorf("the response took %s", took)
			}
			if response.Status != http.StatusOK {
				t.Errorf("the status is %d", response.Status)
			}
			response.HasLine(t, "thulium_up 0")
			response.HasLine(t, `thulium_api_requests_total{result="timeout"} 1`)
		})
	}
}
