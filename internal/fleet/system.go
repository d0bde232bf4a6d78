package fleet

import (
	"context"
	"hash/fnv"
	"sync"
	"time"

	"github.com/go-kit/log"

	"thulium_exporter/collector"
	"thulium_exporter/internal/config"
	"thulium_exporter/internal/progress"
)

// System is a configured system that runs.
type System struct {
	*config.System
	collector.Source

	record    *collector.Record
	poller    *collector.Poller    // nil if there is a request for each scrape
	diagnosis *collector.Diagnosis // nil if diagnose is off
	stop      context.CancelFunc
	done      chan struct{} // closed when nothing runs any more
	// closeIdle closes idle connections, where that does not race with requests
	// that hang. Others are closed after idleTimeout.
	closeIdle func()
}

// Tracker returns the tracker of the system's campaigns.
func (s *System) Tracker() *progress.Tracker { return s.record.Tracker() }

// newSystem returns the system of a configuration, one of count. It keeps the source
// of the previous system, which may be nil, if the requests are unchanged, and else
// its record if the URL is: another URL is another tenant, whose campaigns only share
// IDs. A new source has not been started.
func (f *Fleet) newSystem(c *config.System, previous *System, count int) (*System, error) {
	if previous != nil && previous.SameRequests(c) {
		same := *previous
		same.System = c
		return &same, nil
	}
	s := &System{System: c, done: make(chan struct{})}
	if previous != nil && previous.URL.String() == c.URL.String() {
		s.record = previous.record
	} else {
		s.record = collector.NewRecord(f.trackers(c.Name, c.URL.String(), c.Settings), log.With(f.logger, "system", c.Name))
	}
	delay := time.Duration(0) // a changed system is polled soon, so that its metrics have no gap
	if previous == nil {
		delay = phase(c, count)
	}
	client, httpClient, err := NewClient(*c, f.userAgent, f.files, s.record.Observe, f.http...)
	if err != nil {
		return nil, err
	}
	s.closeIdle = httpClient.CloseIdleConnections
	if c.HTTP.OAuth2 != nil {
		s.closeIdle = func() {} // the library does not synchronize it
	}
	if c.Diagnose {
		s.diagnosis = collector.NewDiagnosis(client, s.record, c.Timeout)
	}
	if c.PollInterval == 0 {
		s.Source = collector.NewOnScrape(client, c.Timeout, s.record)
		return s, nil
	}
	s.poller = collector.NewPoller(client, collector.Schedule{
		Delay: delay, Interval: c.PollInterval, MaxAge: c.PollMaxAge, Timeout: c.Timeout,
	}, s.record, f.places)
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
func (s *System) start() {
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	go func() {
		defer close(s.done)
		var running sync.WaitGroup
		defer running.Wait()
		if s.diagnosis != nil {
			running.Go(func() { s.diagnosis.Run(ctx) })
		}
		if s.poller != nil {
			s.poller.Run(ctx)
		}
	}()
}

// reload applies changed settings of the campaigns.
func (s *System) reload() {
	s.record.Reload(s.Settings)
	if s.diagnosis != nil {
		s.diagnosis.Reload()
	}
	if s.poller != nil {
		s.poller.Reload()
	}
}

// stopAll stops systems and waits for all but abandoned requests.
func stopAll(systems []*System) {
	for _, s := range systems {
		s.stop()
	}
	for _, s := range systems {
		<-s.done
		s.closeIdle()
	}
}
