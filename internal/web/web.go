// Package web serves HTTP. When a request to Thulium fails, a scrape still
// succeeds, with thulium_up 0.
package web

import (
	"net/http"
	"time"

	"github.com/go-kit/log"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"thulium_exporter/collector"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/web/exposition"
	"thulium_exporter/internal/web/status"
)

// Options are the settings of the handler. The telemetry path must satisfy
// CheckPath.
type Options struct {
	status.Options

	MaxRequests            int  // in parallel, health checks not counted; 0: no limit but that of connections
	DisableExporterMetrics bool // no promhttp_*
}

// New returns the handler of the exporter. The registry holds the metrics of the
// exporter itself; nil: none. The error of reload is sent to the client.
func New(systems *fleet.Fleet, registry *prometheus.Registry, reload func() error, logger log.Logger, o Options) (http.Handler, error) {
	s := &scraper{
		metrics: collector.NewMetrics(), writer: exposition.NewWriter(), filtered: newSlots(maxFiltered),
		now: time.Now, logger: logger,
	}
	page, err := status.New(statusSystems(systems), time.Now, o.Options)
	if err != nil {
		return nil, err
	}
	metrics := telemetry(s, systems, registry)
	if registry != nil && !o.DisableExporterMetrics {
		metrics = promhttp.InstrumentMetricHandler(registry, metrics)
	}
	e := newExternal(o.ExternalURL)
	requests, pages := newSlots(o.MaxRequests), newSlots(maxPages)
	mux := http.NewServeMux()
	mux.Handle("GET "+o.TelemetryPath, requests.refuse(metrics))
	mux.Handle("GET /probe", requests.refuse(probe(s, systems)))
	mux.Handle("GET /sd", requests.refuse(pages.wait(discovery(systems, e))))
	mux.Handle("GET /{$}", requests.refuse(pages.wait(page)))
	mux.Handle("GET /-/healthy", healthy())
	mux.Handle("GET /healthz", healthy())
	mux.Handle("GET /-/ready", ready(systems))
	mux.Handle("GET /readyz", ready(systems))
	mux.Handle("POST /-/reload", reloading(reload, e))
	return refuseBodies(secured(e.handler(mux))), nil
}

// secured sets security headers on every response.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}
