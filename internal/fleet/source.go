package fleet

import (
	"hash/fnv"
	"net/http"
	"time"

	"github.com/go-kit/log"

	"thulium_exporter/collector"
	"thulium_exporter/internal/config"
	"thulium_exporter/internal/progress"
)

// source is where the snapshots of a system come from, and what keeps it going.
type source struct {
	collector.Source

	client *http.Client
	poller *collector.Poller // nil if it asks on each scrape
}

// newSource makes a source that does not run yet; its first poll waits for
// delay.
func (f *Fleet) newSource(c *config.System, delay time.Duration) (*source, error) {
	history := collector.NewHistory(progress.New(c.Settings), log.With(f.logger, "system", c.Name))
	api, client, err := f.way.client(c, history.Observe)
	if err != nil {
		return nil, err
	}
	if c.PollInterval == 0 {
		return &source{client: client, Source: collector.NewOnScrape(api, c.Timeout, history)}, nil
	}
	poller := collector.NewPoller(f.lanes.limit(api), collector.Schedule{
		Delay: delay, Interval: c.PollInterval, MaxAge: c.PollMaxAge, Timeout: c.Timeout,
	}, history)
	return &source{client: client, Source: poller, poller: poller}, nil
}

// phase maps the name of a system to a moment within its poll interval, the
// same one each time.
func phase(c *config.System) time.Duration {
	if c.PollInterval == 0 {
		return 0
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(c.Name))
	return time.Duration(h.Sum64() % uint64(c.PollInterval))
}

// start begins to poll, if that is how the system is asked.
func (s *source) start() {
	if s.poller != nil {
		s.poller.Start()
	}
}

// stopAll stops sources and returns when nothing of them is left.
func stopAll(sources []*source) {
	for _, s := range sources {
		if s.poller != nil {
			s.poller.Stop()
		}
	}
	for _, s := range sources {
		if s.poller != nil {
			s.poller.Wait()
		}
		s.client.CloseIdleConnections()
	}
}
