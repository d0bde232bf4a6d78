package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	"github.com/prometheus/client_golang/prometheus"

	"thulium_exporter/collector"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/web/exposition"
)

const (
	// timeoutHeader is what Prometheus sends with its scrape_timeout.
	timeoutHeader = "X-Prometheus-Scrape-Timeout-Seconds"
	// timeoutOffset is left for rendering and sending the response.
	timeoutOffset = 500 * time.Millisecond
	// minTimeout is the minimum timeout of a request to Thulium, even if the scrape
	// ends earlier: a shorter one could not succeed.
	minTimeout = 500 * time.Millisecond

	// maxCached is the maximum size of the cache, in bytes.
	maxCached = 8 << 20
	// cacheOverhead is the approximate overhead of an entry.
	cacheOverhead = 512
)

// scraper serves scrapes.
type scraper struct {
	systems  *fleet.Fleet
	registry *prometheus.Registry // of the exporter itself
	metrics  *collector.Metrics
	writer   *exposition.Writer
	cache    cache
	filtered slots // of scrapes that are not cached
	logger   log.Logger
}

// telemetry serves the metrics of the exporter itself and, if exactly one system
// is configured, those of that system.
func (s *scraper) telemetry(w http.ResponseWriter, r *http.Request) {
	content := exposition.Content{Gatherer: s.registry, Names: r.URL.Query()["name[]"]}
	if systems := s.systems.All(); len(systems) == 1 {
		s.scrape(w, r, systems[0], content)
		return
	}
	s.logError(s.writer.Send(w, exposition.Negotiate(r.Header), &exposition.Part{}, content))
}

// probe serves the metrics of one configured system. The target is its name in the
// configuration, never an address.
func (s *scraper) probe(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	target := query.Get("target")
	if target == "" {
		http.Error(w, "The parameter target is missing: /probe?target=NAME needs the name of a configured system; /sd lists them.", http.StatusBadRequest)
		return
	}
	system := s.systems.Get(target)
	if system == nil {
		http.Error(w, "No system of this name is configured; /sd lists those that are.", http.StatusNotFound)
		return
	}
	s.scrape(w, r, system, exposition.Content{Names: query["name[]"]})
}

// scrape serves the metrics of a system together with others. The part that depends
// only on the snapshot and the configuration, nearly all of it, is cached.
func (s *scraper) scrape(w http.ResponseWriter, r *http.Request, system *fleet.System, others exposition.Content) {
	ctx, cancel, err := withDeadline(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	defer cancel()
	snapshot := system.Snapshot(ctx)
	others.Groups = []*collector.Group{s.metrics.BusinessTime(system.Calendar, time.Now())}
	encoding := exposition.Negotiate(r.Header)
	if len(others.Names) == 0 {
		s.logError(s.writer.Send(w, encoding, s.part(system, snapshot, encoding), others))
		return
	}
	others.Groups = append(s.groups(system, snapshot), others.Groups...)
	if !s.filtered.hold(ctx, func() { s.logError(s.writer.Send(w, encoding, &exposition.Part{}, others)) }) {
		http.Error(w, "Too many scrapes with name[] at a time.", http.StatusServiceUnavailable)
	}
}

// withDeadline returns the context of a request, with a deadline that leaves time
// to respond within the scrape timeout, if the request has that header.
func withDeadline(r *http.Request) (context.Context, context.CancelFunc, error) {
	header := r.Header.Get(timeoutHeader)
	if header == "" {
		return r.Context(), func() {}, nil
	}
	// The upper bound keeps the duration from overflowing; it also rejects NaN.
	seconds, err := strconv.ParseFloat(header, 64)
	if err != nil || !(seconds > 0 && seconds <= 1e6) {
		return nil, nil, fmt.Errorf("the header %s needs a positive number of seconds", timeoutHeader)
	}
	timeout := time.Duration(seconds * float64(time.Second))
	ctx, cancel := context.WithTimeout(r.Context(), max(timeout-timeoutOffset, minTimeout))
	return ctx, cancel, nil
}

// groups returns the metrics that depend only on a snapshot and the configuration.
func (s *scraper) groups(system *fleet.System, snapshot *collector.Snapshot) []*collector.Group {
	return []*collector.Group{s.metrics.Campaigns(snapshot, system.CampaignName), s.metrics.Status(snapshot)}
}

// part returns the same, encoded. Concurrent calls encode them once.
func (s *scraper) part(system *fleet.System, snapshot *collector.Snapshot, encoding exposition.Encoding) *exposition.Part {
	key := cacheKey{system, encoding}
	entry := s.cache.entry(key, snapshot, s.systems)
	entry.once.Do(func() {
		part, err := s.writer.Part(encoding, exposition.Content{Groups: s.groups(system, snapshot)})
		s.logError(err)
		entry.part = part
		s.cache.count(key, entry)
	})
	return entry.part
}

// logError logs why metrics were skipped.
func (s *scraper) logError(err error) {
	if err != nil {
		_ = level.Error(s.logger).Log("msg", "Some metrics could not be served", "err", err)
	}
}

// cache holds the encoded parts of the systems that run. A reload that replaces the
// systems empties it, and so does a part for which there is no room: most are soon
// outdated. It is safe for concurrent use.
type cache struct {
	mu      sync.Mutex
	systems []*fleet.System // that may have entries
	entries map[cacheKey]*cacheEntry
	size    int
}

type cacheKey struct {
	system   *fleet.System
	encoding exposition.Encoding
}

// cacheEntry is the part of one snapshot.
type cacheEntry struct {
	snapshot *collector.Snapshot
	once     sync.Once // encodes the part
	part     *exposition.Part
	size     int // 0 until then; guarded by the mutex of the cache
}

// entry returns the entry of a snapshot, which replaces that of an earlier one.
func (c *cache) entry(key cacheKey, snapshot *collector.Snapshot, systems *fleet.Fleet) *cacheEntry {
	c.mu.Lock()
	defer c.mu.Unlock()
	previous := c.entries[key]
	if previous != nil && previous.snapshot == snapshot {
		return previous
	}
	if running := systems.All(); c.entries == nil || !slices.Equal(c.systems, running) {
		c.systems, c.entries, c.size, previous = running, map[cacheKey]*cacheEntry{}, 0, nil
	}
	added := &cacheEntry{snapshot: snapshot}
	if !slices.Contains(c.systems, key.system) {
		return added // not kept: a reload has removed the system
	}
	if previous != nil {
		c.size -= previous.size
	}
	c.entries[key] = added
	return added
}

// count adds the size of an entry whose part has been encoded.
func (c *cache) count(key cacheKey, encoded *cacheEntry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries[key] != encoded {
		return // replaced meanwhile
	}
	encoded.size = encoded.part.Len() + cacheOverhead
	c.size += encoded.size
	if c.size > maxCached {
		c.entries, c.size = nil, 0
	}
}
