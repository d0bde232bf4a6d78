package fleet

import (
	"context"
	"hash/fnv"
	"net/http"
	"sync"
	"time"

	"github.com/go-kit/log"

	"thulium_exporter/collector"
	"thulium_exporter/internal/config"
)

// System is a configured system and the source of its snapshots.
type System struct {
	config.System
	collector.Source

	client *http.Client
	run    func(context.Context) // the background task; nil if there is none
	stop   context.CancelFunc
	tasks  sync.WaitGroup
}

// build makes a system that does not run yet. With spread, its first poll waits
// for a moment that depends on its name, so that many do not poll as one.
func (f *Fleet) build(c config.System, spread bool) (*System, error) {
	requests := &collector.Requests{}
	api, client, err := NewClient(c, f.userAgent, requests.Observe, f.reach...)
	if err != nil {
		return nil, err
	}
	s := &System{System: c, client: client}
	logger := log.With(f.logger, "system", c.Name)
	if c.PollInterval == 0 {
		s.Source = collector.NewOnScrape(api, c.Timeout, requests, logger)
		return s, nil
	}
	schedule := collector.Schedule{Interval: c.PollInterval, MaxAge: c.PollMaxAge, Timeout: c.Timeout}
	if spread {
		schedule.Delay = phase(c.Name, c.PollInterval)
	}
	poller := collector.NewPoller(f.lanes.limit(api), schedule, requests, logger)
	s.Source, s.run = poller, poller.Run
	return s, nil
}

// phase maps a name to a moment within the interval, the same one each time.
func phase(name string, interval time.Duration) time.Duration {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	return time.Duration(h.Sum64() % uint64(interval))
}

// start begins the background task, if there is one.
func (s *System) start() {
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	if s.run != nil {
		s.tasks.Go(func() { s.run(ctx) })
	}
}

// stopAll stops systems and returns when nothing of them is left.
func stopAll(systems []*System) {
	for _, s := range systems {
		s.stop()
	}
	for _, s := range systems {
		s.tasks.Wait()
		s.client.CloseIdleConnections()
	}
}
