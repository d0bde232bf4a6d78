package e2e

import (
	"os"
	"syscall"
	"testing"
	"time"

	"thulium_exporter/test/e2e/harness"
	"thulium_exporter/thulium/simulator"
)

// scrape is one that runs in the background.
type scrape struct {
	response harness.Response
	err      error
}

// startScrape begins a scrape and returns when it waits for Thulium.
func startScrape(t *testing.T, exporter *harness.Exporter, thulium *harness.Thulium) <-chan scrape {
	t.Helper()
	scraped := make(chan scrape, 1)
	go func() {
		response, err := exporter.Try(t.Context(), "/metrics")
		scraped <- scrape{response, err}
	}()
	thulium.WaitForRequest(t)
	return scraped
}

// TestSignalLetsScrapeEnd stops the exporter in the middle of a scrape.
func TestSignalLetsScrapeEnd(t *testing.T) {
	t.Parallel()
	for _, signal := range []os.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			thulium := harness.NewThulium(t, simulator.Documented()...)
			exporter := harness.Serve(t, thulium.Flags()...)
			release := thulium.Hold(t)
			scraped := startScrape(t, exporter, thulium)

			exporter.Signal(t, signal)
			exporter.WaitForLog(t, "Shutting down")
			release()
			s := <-scraped
			if s.err != nil {
				t.Fatal(s.err)
			}
			s.response.HasLine(t, `thulium_campaign_records_total{id="00001"} 1324`)
			if status := exporter.Exit(t); status != 0 {
				t.Errorf("the exit status is %d", status)
			}
		})
	}
}

// TestSecondSignalEndsAtOnce does not wait for the scrape, which never ends.
func TestSecondSignalEndsAtOnce(t *testing.T) {
	t.Parallel()
	thulium := harness.NewThulium(t, simulator.Documented()...)
	exporter := harness.Serve(t, thulium.Flags()...)
	thulium.Hold(t)
	scraped := startScrape(t, exporter, thulium)

	exporter.Signal(t, syscall.SIGTERM)
	exporter.WaitForLog(t, "Shutting down")
	exporter.Signal(t, syscall.SIGTERM)
	if status := exporter.Exit(t); status == 0 {
		t.Error("the exit status is 0 although a scrape was cut off")
	}
	if s := <-scraped; s.err == nil {
		t.Errorf("the scrape was answered: %v", s.response)
	}
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
