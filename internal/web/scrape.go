package web

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	"github.com/prometheus/client_golang/prometheus"

	"thulium_exporter/collector"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/web/exposition"
)

// scraper serves scrapes.
type scraper struct {
	metrics *collector.Metrics
	writer  *exposition.Writer
	cache   cache
	now     func() time.Time // of business time
	logger  log.Logger
}

// telemetry serves the metrics of the exporter itself and, if exactly one system
// is configured, those of that system.
func telemetry(s *scraper, o Options) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		content := o.own()
		content.Names = names(query)
		if systems := o.Fleet.All(); len(systems) == 1 {
			s.scrape(w, r, systems[0], content)
			return
		}
		s.send(w, exposition.Negotiate(r.Header), nil, content)
	})
}

// probe serves the metrics of one configured system. The target is its name in the
// configuration, never an address.
func probe(s *scraper, systems *fleet.Fleet) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		target := query.Get("target")
		if target == "" {
			http.Error(w, "The parameter target is missing: /probe?target=NAME needs the name of a configured system; /sd lists them.", http.StatusBadRequest)
			return
		}
		system := systems.Get(target)
		if system == nil {
			http.Error(w, "No system of this name is configured; /sd lists those that are.", http.StatusNotFound)
			return
		}
		s.scrape(w, r, system, exposition.Content{Names: names(query)})
	})
}

// own returns the metrics of the exporter itself.
func (o *Options) own() exposition.Content {
	var own prometheus.Gatherers
	for _, registry := range []*prometheus.Registry{o.Exporter, o.Process} {
		if registry != nil {
			own = append(own, registry)
		}
	}
	return exposition.Content{Others: own}
}

// scrape serves the metrics of a system together with others.
func (s *scraper) scrape(w http.ResponseWriter, r *http.Request, system *fleet.System, others exposition.Content) {
	ctx, cancel, err := withDeadline(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	defer cancel()
	s.render(ctx, w, exposition.Negotiate(r.Header), system, others)
}

// render writes the metrics of a system and others. The part that depends only
// on the snapshot, nearly all of it, is cached.
func (s *scraper) render(ctx context.Context, w http.ResponseWriter, encoding exposition.Encoding, system *fleet.System, others exposition.Content) {
	snapshot := system.Snapshot(ctx)
	known := s.known(system, snapshot)
	others.Groups = append(others.Groups, s.metrics.BusinessTime(system.Calendar, s.now()))
	if len(others.Names) > 0 {
		others.Groups = append(known, others.Groups...)
		s.send(w, encoding, nil, others)
		return
	}
	part := s.cache.part(system.System, snapshot, encoding, func() *exposition.Part {
		part, err := s.writer.Part(encoding, exposition.Content{Groups: known})
		s.logError(err)
		return part
	})
	s.send(w, encoding, part, others)
}

// known returns what depends only on a snapshot and the configuration.
func (s *scraper) known(system *fleet.System, snapshot *collector.Snapshot) []*collector.Group {
	return []*collector.Group{s.metrics.Campaigns(snapshot, system.CampaignName), s.metrics.Status(snapshot)}
}

// selfCheck makes a small response from all that a scrape reads: the latest snapshot
// of a system and the metrics of the exporter itself. It is not cached, so that it
// evicts nothing.
func selfCheck(s *scraper, o Options) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content := o.own()
		content.Names = []string{"thulium_up"}
		if systems := o.Fleet.All(); len(systems) > 0 {
			content.Groups = append(content.Groups, s.known(systems[0], systems[0].Latest())...)
		}
		s.send(w, exposition.Negotiate(r.Header), nil, content)
	})
}

// names returns the metrics that a scrape is restricted to (name[]); none: all.
func names(query url.Values) []string { return query["name[]"] }

// send writes a response that consists of a first part, which may be nil, and the
// rest. Metrics with errors are logged and skipped.
func (s *scraper) send(w http.ResponseWriter, encoding exposition.Encoding, first *exposition.Part, rest exposition.Content) {
	if first == nil {
		first = &exposition.Part{}
	}
	s.logError(s.writer.Send(w, encoding, first, rest))
}

func (s *scraper) logError(err error) {
	if err != nil {
		_ = level.Error(s.logger).Log("msg", "Some metrics could not be served", "err", err)
	}
}
