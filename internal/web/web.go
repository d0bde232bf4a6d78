// Package web serves HTTP. When a request to Thulium fails, a scrape still
// succeeds, with thulium_up 0.
package web

import (
	"net/http"
	"net/url"
	"time"

	"github.com/go-kit/log"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"thulium_exporter/collector"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/web/exposition"
	"thulium_exporter/internal/web/status"
)

// Options are the settings of the handler. Fields below TelemetryPath are
// optional.
type Options struct {
	Fleet         *fleet.Fleet
	Reload        func() error // its error is sent to the client
	Logger        log.Logger
	TelemetryPath string // checked by CheckPath

	Exporter *prometheus.Registry // the metrics of the exporter itself
	Process  *prometheus.Registry // go_* and process_*; nil: none, and no promhttp_* either

	Started time.Time     // when the exporter was started
	Flags   []status.Flag // the command line, without secrets
	Build   status.Build  // of the exporter
	Demo    float64       // how many times as fast business time runs in a demo; 0: it is none

	// ExternalURL is where clients reach the exporter, with the prefix of its
	// paths, when that is not where it listens. Nil: the scheme and
	// Host of each request.
	ExternalURL *url.URL
	// MaxRequests limits the concurrent requests, health checks not counted. 0: no
	// limit but that of connections.
	MaxRequests int
}

// Handler serves the paths of the exporter. It is safe for concurrent use.
type Handler struct {
	http.Handler

	// SelfCheck responds to any request if scrapes can be served, and hangs if those
	// do. It queries no system.
	SelfCheck http.Handler
}

// New returns the handler of the exporter.
func New(o Options) (*Handler, error) {
	s := &scraper{metrics: collector.NewMetrics(), writer: exposition.NewWriter(), now: time.Now, logger: o.Logger}
	page, err := status.New(status.Options{
		Systems: statusSystems(o.Fleet), TelemetryPath: o.TelemetryPath,
		Started: o.Started, Flags: o.Flags, Now: time.Now, Build: o.Build,
		ExternalURL: o.ExternalURL, Demo: o.Demo,
	})
	if err != nil {
		return nil, err
	}
	metrics := telemetry(s, o)
	if o.Process != nil {
		metrics = promhttp.InstrumentMetricHandler(o.Process, metrics)
	}
	e := newExternal(o.ExternalURL)
	requests, renderings := newSlots(o.MaxRequests), newSlots(maxRenderings)
	mux := http.NewServeMux()
	mux.Handle("GET "+o.TelemetryPath, requests.refuse(metrics))
	mux.Handle("GET /probe", requests.refuse(probe(s, o.Fleet)))
	mux.Handle("GET /sd", requests.refuse(renderings.wait(discovery(o.Fleet, e))))
	mux.Handle("GET /{$}", requests.refuse(renderings.wait(page)))
	mux.Handle("GET /-/healthy", healthy())
	mux.Handle("GET /healthz", healthy())
	mux.Handle("GET /-/ready", ready(o.Fleet))
	mux.Handle("GET /readyz", ready(o.Fleet))
	mux.Handle("POST /-/reload", reload(o.Reload, e))
	return &Handler{Handler: refuseBodies(secured(e.handler(mux))), SelfCheck: selfCheck(s, o)}, nil
}

// secured sets security headers on every response.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}
