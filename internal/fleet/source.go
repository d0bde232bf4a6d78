package fleet

import (
	"hash/fnv"
	"time"

	"thulium_exporter/collector"
	"thulium_exporter/internal/config"
)

// source provides the snapshots of a system, and owns what runs for that.
type source struct {
	collector.Source

	history *collector.History
	// closeIdle closes idle connections, where that does not race with requests
	// that hang. Others are closed after idleTimeout.
	closeIdle func()
	poller    *collector.Poller // nil if there is a request for each scrape
}

// newSource returns a source that is not started; its first poll is delayed.
func (f *Fleet) newSource(c *config.System, history *collector.History, delay time.Duration) (*source, error) {
	client, httpClient, err := f.clients.client(c, history.Observe)
	if err != nil {
		return nil, err
	}
	api := collector.Watch(client, history)
	s := &source{history: history, closeIdle: httpClient.CloseIdleConnections}
	if c.HTTP.OAuth2 != nil {
		s.closeIdle = func() {} // the library does not synchronize it
	}
	if c.PollInterval == 0 {
		onScrape := collector.NewOnScrape(api, c.Timeout, history)
		if f.unlimited {
			onScrape.Unlimited()
		}
		s.Source = onScrape
		return s, nil
	}
	s.poller = collector.NewPoller(f.lanes.limit(api), collector.Schedule{
		Delay: delay, Interval: c.PollInterval, MaxAge: c.PollMaxAge, Timeout: c.Timeout,
	}, history)
	s.Source = s.poller
	return s, nil
}

// firstPolls is how many new systems are polled per second.
const firstPolls = 50

// phase returns the delay of the first poll of a new system, one of count. Its name
// determines it: none with a single system, soon after the start with few, and at
// most the poll interval with many.
func phase(c *config.System, count int) time.Duration {
	if c.PollInterval == 0 {
		return 0
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(c.Name))
	spread := min(c.PollInterval, time.Duration(count-1)*time.Second/firstPolls)
	return time.Duration(h.Sum64() % uint64(spread+1))
}

// start begins to poll, if the system is polled.
func (s *source) start() {
	if s.poller != nil {
		s.poller.Start()
	}
}

// refresh makes changes by a reload visible.
func (s *source) refresh() {
	if s.poller != nil {
		s.poller.Refresh()
	}
}

// stopAll stops sources and waits for all but abandoned requests.
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
		s.closeIdle()
	}
}
