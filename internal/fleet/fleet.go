// Package fleet runs the configured systems: it builds a source for each, runs the
// pollers, and replaces systems when the configuration changes.
package fleet

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-kit/log"
	commonconfig "github.com/prometheus/common/config"

	"thulium_exporter/collector"
	"thulium_exporter/internal/config"
	"thulium_exporter/internal/files"
	"thulium_exporter/internal/progress"
)

// Fleet is the set of running systems. It is safe for concurrent use.
type Fleet struct {
	options  Options
	places   *collector.Places
	applying sync.Mutex                // one Apply or Close at a time
	current  atomic.Pointer[[]*System] // sorted by name; never changed
}

// Options are what a Fleet works with. All but the logger may be missing.
type Options struct {
	UserAgent string // sent with each request
	Logger    log.Logger
	Files     *files.Reader                                                      // of secrets
	Tracker   func(name, url string, settings progress.Lookup) *progress.Tracker // of a new system
	HTTP      []commonconfig.HTTPClientOption                                    // of all clients
}

// New returns a fleet without systems.
func New(o Options) *Fleet {
	if o.Tracker == nil {
		o.Tracker = func(_, _ string, settings progress.Lookup) *progress.Tracker { return progress.New(settings) }
	}
	if o.Files == nil {
		o.Files = files.NewReader()
	}
	f := &Fleet{options: o, places: collector.NewPlaces()}
	f.current.Store(&[]*System{})
	return f
}

// Get returns the system of that name; nil if there is none.
func (f *Fleet) Get(name string) *System { return find(f.All(), name) }

// All returns the systems, sorted by name. The slice must not be changed.
func (f *Fleet) All() []*System { return *f.current.Load() }

// Ready reports whether all systems are ready to be scraped.
func (f *Fleet) Ready() bool {
	return !slices.ContainsFunc(f.All(), func(s *System) bool { return !s.Ready() })
}

// Apply replaces the running systems. Systems of the same name and URL
// keep their record, and their source if their requests are unchanged. Removed
// systems have stopped when Apply returns. On an error nothing changes. The fleet
// retains the slice, which must not be modified afterwards.
func (f *Fleet) Apply(systems []config.System) error {
	f.applying.Lock()
	defer f.applying.Unlock()
	previous := f.All()
	next, err := f.build(previous, systems)
	if err != nil {
		return err
	}
	stopAll(missing(previous, next)) // first, so that a system never has two pollers
	for _, s := range next {
		if find(previous, s.Name) != nil {
			s.reload()
		}
	}
	for _, s := range missing(next, previous) {
		s.start()
	}
	f.current.Store(&next)
	return nil
}

// build returns the systems, sorted by name, reusing the sources that are unchanged.
func (f *Fleet) build(previous []*System, systems []config.System) ([]*System, error) {
	next := make([]*System, len(systems))
	for i := range systems {
		c := &systems[i]
		s, err := f.newSystem(c, find(previous, c.Name), i)
		if err != nil {
			return nil, fmt.Errorf("system %q: %w", c.Name, err)
		}
		next[i] = s
	}
	slices.SortFunc(next, func(a, b *System) int { return strings.Compare(a.Name, b.Name) })
	return next, nil
}

// find returns the system of that name; nil if there is none.
func find(sorted []*System, name string) *System {
	i, found := slices.BinarySearchFunc(sorted, name, func(s *System, name string) int { return strings.Compare(s.Name, name) })
	if !found {
		return nil
	}
	return sorted[i]
}

// missing returns the systems whose source is not among the others.
func missing(systems, others []*System) []*System {
	return slices.DeleteFunc(slices.Clone(systems), func(s *System) bool {
		other := find(others, s.Name)
		return other != nil && other.Source == s.Source
	})
}

// Close stops all systems and waits for them.
func (f *Fleet) Close() {
	f.applying.Lock()
	defer f.applying.Unlock()
	stopAll(*f.current.Swap(&[]*System{}))
}

// System is a configured system that runs.
type System struct {
	*config.System
	collector.Source

	record  *collector.Record
	http    *http.Client
	tasks   []task
	running *sync.WaitGroup // the tasks
	stop    context.CancelFunc
}

// task runs beside scrapes: a poller, or the looks at idle campaigns.
type task interface {
	Run(ctx context.Context)
	Reload()
}

// Tracker returns the tracker of the system's campaigns.
func (s *System) Tracker() *progress.Tracker { return s.record.Tracker() }

// newSystem returns the system of a configuration, the nth. It keeps the source
// of the previous system, which may be nil, if the requests are unchanged, and else
// its record if the URL is: another URL is another tenant, whose campaigns only share
// IDs. A new source has not been started.
func (f *Fleet) newSystem(c *config.System, previous *System, n int) (*System, error) {
	if previous != nil && previous.SameRequests(c) {
		same := *previous
		same.System = c
		return &same, nil
	}
	s := &System{System: c, running: &sync.WaitGroup{}}
	if previous != nil && previous.URL.String() == c.URL.String() {
		s.record = previous.record
	} else {
		s.record = collector.NewRecord(f.options.Tracker(c.Name, c.URL.String(), c.Settings), log.With(f.options.Logger, "system", c.Name))
	}
	client, httpClient, err := NewClient(*c, f.options.UserAgent, f.options.Files, s.record.Observe, f.options.HTTP...)
	if err != nil {
		return nil, err
	}
	s.http = httpClient
	if c.Diagnose {
		s.tasks = append(s.tasks, collector.NewDiagnosis(client, s.record, c.Timeout))
	}
	if c.PollInterval == 0 {
		s.Source = collector.NewOnScrape(client, c.Timeout, s.record)
		return s, nil
	}
	delay := time.Duration(0) // a changed system is polled soon, so that its metrics have no gap
	if previous == nil {
		delay = phase(c.PollInterval, n)
	}
	poller := collector.NewPoller(client, collector.Schedule{
		Delay: delay, Interval: c.PollInterval, MaxAge: c.PollMaxAge, Timeout: c.Timeout,
	}, s.record, f.places)
	s.Source, s.tasks = poller, append(s.tasks, poller)
	return s, nil
}

// firstPolls is how many new systems are polled per second.
const firstPolls = 50

// phase returns the delay of the first poll of the nth new system: none with a single
// system, soon after the start with few, and less than the poll interval with many.
func phase(interval time.Duration, n int) time.Duration {
	return time.Duration(n) * time.Second / firstPolls % interval
}

// start starts the tasks.
func (s *System) start() {
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	for _, task := range s.tasks {
		s.running.Go(func() { task.Run(ctx) })
	}
}

// reload applies changed settings of the campaigns.
func (s *System) reload() {
	s.record.Reload(s.Settings)
	for _, task := range s.tasks {
		task.Reload()
	}
}

// stopAll stops systems and waits for all but abandoned requests.
func stopAll(systems []*System) {
	for _, s := range systems {
		s.stop()
	}
	for _, s := range systems {
		s.running.Wait()
		s.http.CloseIdleConnections()
	}
}
