// Package web is the HTTP surface of the exporter. A scrape that cannot get
// campaigns is still a good scrape: its answer says thulium_up 0.
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

// Options are what the handler is made of. What
// follows Logger but the path may be missing.
type Options struct {
	Fleet         *fleet.Fleet
	Process       *prometheus.Registry // the metrics of the exporter itself
	Reload        func() error         // reads the configuration anew
	Logger        log.Logger
	TelemetryPath string        // checked by CheckPath
	Started       time.Time     // when the exporter was
	Flags         []status.Flag // the command line, without secrets

	// ExternalURL is where clients reach the exporter, with the prefix of its
	// paths, when that is not where it listens. Nil: as each request says.
	ExternalURL *url.URL
	// MaxRequests bounds how many requests are served at a time, health checks
	// not counted. 0: as many as there are connections.
	MaxRequests int
	// DisableExporterMetrics leaves promhttp_* out; go_* and process_* are
	// missing from Process then.
	DisableExporterMetrics bool

	Build status.Build // of the exporter
}

// New returns the handler of all paths of the exporter.
func New(o Options) (http.Handler, error) {
	s := &scraper{metrics: collector.NewMetrics(), writer: exposition.NewWriter(), now: time.Now, logger: o.Logger}
	page, err := status.New(status.Options{
		Systems: shown{o.Fleet}, TelemetryPath: o.TelemetryPath,
		Started: o.Started, Flags: o.Flags, Now: time.Now, Build: o.Build,
	})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	metrics := telemetry(s, o)
	if !o.DisableExporterMetrics {
		metrics = promhttp.InstrumentMetricHandler(o.Process, metrics)
	}
	mux.Handle("GET "+o.TelemetryPath, metrics)
	mux.Handle("GET /probe", probe(s, o.Fleet))
	mux.Handle("GET /sd", discovery(o.Fleet))
	mux.Handle("GET /-/healthy", healthy())
	mux.Handle("GET /healthz", healthy())
	mux.Handle("GET /-/ready", ready(o.Fleet))
	mux.Handle("GET /readyz", ready(o.Fleet))
	mux.Handle("POST /-/reload", reload(o.Reload))
	mux.Handle("GET /{$}", page)
	return mux, nil
}
