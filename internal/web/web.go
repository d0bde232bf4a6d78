// Package web is the HTTP surface of the exporter. A scrape that cannot get
// campaigns is still a good scrape: its answer says thulium_up 0.
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
)

// Options are what the handler is made of; all are needed.
type Options struct {
	Fleet         *fleet.Fleet
	Process       *prometheus.Registry // the metrics of the exporter itself
	Reload        func() error         // reads the configuration anew
	Logger        log.Logger
	TelemetryPath string           // checked by CheckPath
	Now           func() time.Time // the clock of business time
}

// New returns the handler of all paths of the exporter.
func New(o Options) (http.Handler, error) {
	s := &scraper{metrics: collector.NewMetrics(), writer: exposition.NewWriter(), now: o.Now, logger: o.Logger}
	landing, err := newLanding(o.TelemetryPath)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET "+o.TelemetryPath, promhttp.InstrumentMetricHandler(o.Process, telemetry(s, o)))
	mux.Handle("GET /probe", probe(s, o.Fleet))
	mux.Handle("GET /sd", discovery(o.Fleet))
	mux.Handle("GET /-/healthy", healthy())
	mux.Handle("GET /healthz", healthy())
	mux.Handle("GET /-/ready", ready(o.Fleet))
	mux.Handle("GET /readyz", ready(o.Fleet))
	mux.Handle("POST /-/reload", reload(o.Reload))
	mux.Handle("GET /{$}", landing)
	return mux, nil
}
