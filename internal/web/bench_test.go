package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/go-kit/log"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	commonconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/web"
	"thulium_exporter/internal/web/status"
	"thulium_exporter/thulium/simulator"
)

// prometheusHeaders are what Prometheus 3 sends with a scrape.
func prometheusHeaders(r *http.Request) {
	r.Header.Set("Accept", "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2")
	r.Header.Set("Accept-Encoding", "gzip")
	r.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", "10")
}

// discard is a response that costs nothing.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}

// BenchmarkScrape measures whole scrapes between two polls. Scrapes that fetch share
// a request a second; test/load measures them.
func BenchmarkScrape(b *testing.B) {
	for _, n := range []int{10, 100, 1_000, 10_000} {
		b.Run(fmt.Sprintf("campaigns=%d", n), func(b *testing.B) {
			scrape := scraper(b, "/probe?target=a", n)
			b.ReportAllocs()
			for b.Loop() {
				scrape()
			}
		})
	}
}

// TestPolledAllocations bounds what a scrape between two polls allocates,
// however many campaigns there are.
func TestPolledAllocations(t *testing.T) {
	const limit = 60
	for _, n := range []int{10, 1_000} {
		scrape := scraper(t, "/probe?target=a", n)
		if got := testing.AllocsPerRun(100, scrape); got > limit {
			t.Errorf("%d campaigns: %v allocations, want at most %d", n, got, limit)
		}
	}
}

// BenchmarkTelemetry measures scrapes of a polled system with go_* and process_*.
func BenchmarkTelemetry(b *testing.B) {
	scrape := scraper(b, "/metrics", 100)
	for b.Loop() {
		scrape()
	}
}

// scraper returns a scrape of a system of n campaigns, as Prometheus does it.
func scraper(b testing.TB, path string, n int) func() {
	b.Helper()
	handler := benchHandler(b, n)
	r := httptest.NewRequest(http.MethodGet, path, nil)
	prometheusHeaders(r)
	return func() { handler.ServeHTTP(&discard{header: http.Header{}}, r) }
}

// benchHandler returns the handler over one polled system of n campaigns.
func benchHandler(b testing.TB, n int) http.Handler {
	b.Helper()
	server := httptest.NewServer(simulator.New(simulator.Config{Campaigns: simulator.Many(n)}))
	b.Cleanup(server.Close)
	draft := config.Draft{URL: server.URL, PollInterval: model.Duration(24 * time.Hour)}
	draft.HTTP.BasicAuth = &commonconfig.BasicAuth{Username: "u", Password: "p"}
	system, err := draft.Check("a", config.Calendars{})
	if err != nil {
		b.Fatal(err)
	}
	f := fleet.New(fleet.Options{UserAgent: "bench", Logger: log.NewNopLogger()})
	b.Cleanup(f.Close)
	if err := f.Apply([]config.System{system}); err != nil {
		b.Fatal(err)
	}
	for !f.Ready() {
		time.Sleep(time.Millisecond)
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	handler, err := web.New(f, registry, nil, log.NewNopLogger(), web.Options{Options: status.Options{TelemetryPath: "/metrics"}})
	if err != nil {
		b.Fatal(err)
	}
	return handler
}
