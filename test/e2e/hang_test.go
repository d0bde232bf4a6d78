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

// inASecond is the header of a scrape with a deadline of a second.
func inASecond() http.Header {
	return http.Header{"X-Prometheus-Scrape-Timeout-Seconds": {"1"}}
}

// TestSwitchingProtocols has Thulium leave HTTP and keep the connection open.
// Nothing waits for what never comes.
func TestSwitchingProtocols(t *testing.T) {
	t.Parallel()
	for mode, flags := range modes() {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			thulium := harness.NewThulium(t, simulator.Documented()...)
			thulium.SetFault(simulator.SwitchingProtocols)
			exporter := harness.Serve(t, append(thulium.Flags(), flags...)...)
			exporter.WaitFor(t, "/metrics", `thulium_api_requests_total{result="invalid_response"} 1`)
			exporter.Get(t, "/metrics", nil).HasLine(t, "thulium_up 0")
			if response := exporter.Post(t, "/-/reload"); response.Status != http.StatusOK {
				t.Errorf("reloading gives %d: %s", response.Status, response.Body)
			}
			thulium.SetFault(simulator.NoFault)
			exporter.WaitFor(t, "/metrics", "thulium_up 1")
			exporter.Signal(t, syscall.SIGTERM)
			if status := exporter.Exit(t); status != 0 {
				t.Errorf("the exit status is %d", status)
			}
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
	start := time.Now()
	exporter.Get(t, "/metrics", inASecond()).HasLine(t, "thulium_up 0")
	if took := time.Since(start); took > time.Second {
		t.Errorf("the response took %s", took)
	}
	if err := os.Remove(thulium.PasswordFile); err != nil {
		t.Fatal(err)
	}
	harness.Write(t, thulium.PasswordFile, thulium.Password)
	exporter.WaitFor(t, "/metrics", "thulium_up 1")
}

// TestExitInTime stops an exporter whose scrape never ends. Container runtimes
// kill after 30 s.
func TestExitInTime(t *testing.T) {
	t.Parallel()
	thulium := harness.NewThulium(t, simulator.Documented()...)
	exporter := harness.Serve(t, append(thulium.Flags(), "--thulium.timeout=2m")...)
	thulium.Hold(t)
	scraped := startScrape(t, exporter, thulium)
	start := time.Now()
	exporter.Signal(t, syscall.SIGTERM)
	exporter.Exit(t)
	if took := time.Since(start); took > 25*time.Second {
		t.Errorf("it took %s", took)
	}
	<-scraped
}
