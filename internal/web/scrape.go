package web

import (
	"fmt"
	"net/http"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"thulium_exporter/collector"
	"thulium_exporter/internal/fleet"
)

// scraper answers scrapes.
type scraper struct {
	metrics *collector.Metrics
	logger  log.Logger
}

// telemetry serves the metrics of the exporter itself and, where one system is
// configured and not many, those of that system.
func telemetry(s *scraper, o Options) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if systems := o.Fleet.All(); len(systems) == 1 {
			s.scrape(w, r, systems[0], o.Process)
			return
		}
		s.expose(w, r, o.Process)
	})
}

// probe serves the metrics of one configured system. The target is a name from
// the configuration; an unknown one never leads to a request anywhere.
func probe(s *scraper, systems *fleet.Fleet) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		target := r.URL.Query().Get("target")
		if target == "" {
			http.Error(w, "The parameter target is missing: /probe?target=NAME takes the name of a configured system; /sd lists them.", http.StatusBadRequest)
			return
		}
		system := systems.Get(target)
		if system == nil {
			http.Error(w, "No system of this name is configured; /sd lists those that are.", http.StatusNotFound)
			return
		}
		s.scrape(w, r, system)
	})
}

// scrape asks the system and serves what it knows, together with others.
func (s *scraper) scrape(w http.ResponseWriter, r *http.Request, system *fleet.System, others ...prometheus.Gatherer) {
	ctx, cancel, err := withDeadline(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	defer cancel()
	registry := prometheus.NewRegistry()
	snapshot := system.Snapshot(ctx)
	facts := collector.Facts{Names: system.CampaignNames, Calendar: system.Calendar}
	registry.MustRegister(s.metrics.Collector(snapshot, facts, time.Now()))
	s.expose(w, r, append(others, registry)...)
}

// expose serves what is gathered, in the format that the request asks for.
func (s *scraper) expose(w http.ResponseWriter, r *http.Request, from ...prometheus.Gatherer) {
	promhttp.HandlerFor(prometheus.Gatherers(from), promhttp.HandlerOpts{
		EnableOpenMetrics: true,
		ErrorHandling:     promhttp.ContinueOnError,
		ErrorLog:          errorLog{level.Error(s.logger)},
	}).ServeHTTP(w, r)
}

// errorLog hands the errors of promhttp to the log.
type errorLog struct{ log.Logger }

func (l errorLog) Println(v ...any) {
	_ = l.Log("msg", "Some metrics could not be served", "err", fmt.Sprint(v...))
}
