package web

import (
	"net/http"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	"github.com/prometheus/client_golang/prometheus"

	"thulium_exporter/collector"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/web/exposition"
)

// scraper answers scrapes.
type scraper struct {
	metrics *collector.Metrics
	writer  *exposition.Writer
	now     func() time.Time // of business time
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
		s.answer(r).send(w, &exposition.Part{}, exposition.Content{Others: o.Process})
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
		s.scrape(w, r, system, nil)
	})
}

// scrape asks the system and serves what it knows, together with others.
func (s *scraper) scrape(w http.ResponseWriter, r *http.Request, system *fleet.System, others prometheus.Gatherer) {
	ctx, cancel, err := withDeadline(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	defer cancel()
	snapshot := system.Snapshot(ctx)
	a := s.answer(r)
	campaigns := s.metrics.Campaigns(snapshot, system.CampaignNames)
	status := s.metrics.Status(snapshot, system.Calendar, s.now())
	if snapshot.Shared() && len(a.names) == 0 {
		a.send(w, a.remembered(system, snapshot, campaigns), exposition.Content{Groups: []*collector.Group{status}, Others: others})
		return
	}
	a.send(w, &exposition.Part{}, exposition.Content{Groups: []*collector.Group{campaigns, status}, Others: others})
}

// answer is how one scrape wants to be answered.
type answer struct {
	*scraper
	encoding exposition.Encoding
	names    []string // of the metrics; empty: all
}

func (s *scraper) answer(r *http.Request) answer {
	return answer{scraper: s, encoding: exposition.Negotiate(r.Header), names: r.URL.Query()["name[]"]}
}

// remembered returns the campaigns of a snapshot, as they were made before if
// the same was asked: they are nearly all of an answer, and change only with the
// snapshot.
func (a answer) remembered(system *fleet.System, snapshot *collector.Snapshot, campaigns *collector.Group) *exposition.Part {
	type key struct {
		encoding exposition.Encoding
		system   *fleet.System // changes with the names of the campaigns
	}
	return snapshot.Derive(key{a.encoding, system}, func() any {
		part, err := a.writer.Part(a.encoding, exposition.Content{Groups: []*collector.Group{campaigns}})
		a.logError(err)
		return part
	}).(*exposition.Part)
}

// send sends what is asked for. Errors are logged; the rest is served.
func (a answer) send(w http.ResponseWriter, beginning *exposition.Part, rest exposition.Content) {
	rest.Names = a.names
	a.logError(a.writer.Send(w, a.encoding, beginning, rest))
}

func (s *scraper) logError(err error) {
	if err != nil {
		_ = level.Error(s.logger).Log("msg", "Some metrics could not be served", "err", err)
	}
}
