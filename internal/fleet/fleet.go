// Package fleet runs the configured systems: it builds a source for each, runs the
// pollers, and replaces systems when the configuration changes.
package fleet

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-kit/log"

	"thulium_exporter/collector"
	"thulium_exporter/internal/config"
	"thulium_exporter/internal/progress"
)

// Fleet is the set of running systems. It is safe for concurrent use.
type Fleet struct {
	logger    log.Logger
	lanes     *lanes
	clients   *clients
	trackers  Trackers
	unlimited bool // requests of scrapes

	applying sync.Mutex // one Apply or Close at a time
	current  atomic.Pointer[set]
}

// set is an immutable set of systems.
type set struct {
	byName map[string]*System
	sorted []*System
}

// System is a configured system and the source of its snapshots.
type System struct {
	*config.System
	collector.Source

	*source
}

// Tracker returns the tracker of the system's campaigns.
func (s *System) Tracker() *progress.Tracker { return s.history.Tracker() }

// New returns a fleet without systems. userAgent is sent with each request.
func New(userAgent string, logger log.Logger, options ...Option) *Fleet {
	f := &Fleet{
		logger: logger, lanes: newLanes(), clients: newClients(userAgent),
		trackers: func(_, _ string, settings progress.Lookup) *progress.Tracker { return progress.New(settings) },
	}
	for _, option := range options {
		option(f)
	}
	f.current.Store(&set{})
	return f
}

// Get returns the system of that name; nil if there is none.
func (f *Fleet) Get(name string) *System { return f.current.Load().byName[name] }

// All returns the systems, sorted by name. The slice must not be changed.
func (f *Fleet) All() []*System { return f.current.Load().sorted }

// Ready reports whether all systems are ready to be scraped.
func (f *Fleet) Ready() bool {
	return !slices.ContainsFunc(f.All(), func(s *System) bool { return !s.Ready() })
}

// Apply replaces the running systems. Systems of the same name and URL
// keep their history, and their source if their requests are unchanged. Removed
// systems have stopped when Apply returns. On an error nothing changes. The fleet
// retains the slice, which must not be modified afterwards.
func (f *Fleet) Apply(systems []config.System) error {
	f.applying.Lock()
	defer f.applying.Unlock()
	old := f.current.Load()
	next, err := f.build(old, systems)
	if err != nil {
		return err
	}
	stopAll(old.without(next)) // first, so that a system never has two pollers
	for _, s := range next.sorted {
		was := old.byName[s.Name]
		if was != nil {
			s.history.Reload(s.Settings)
		}
		if was == nil || was.source != s.source {
			s.start()
		} else {
			s.refresh()
		}
	}
	f.current.Store(next)
	return nil
}

// build returns the set of systems, reusing what is unchanged of the old one.
func (f *Fleet) build(old *set, systems []config.System) (*set, error) {
	next := &set{byName: make(map[string]*System, len(systems)), sorted: make([]*System, 0, len(systems))}
	for i := range systems {
		c := &systems[i]
		s, err := f.adopt(old.byName[c.Name], c, len(systems))
		if err != nil {
			return nil, fmt.Errorf("system %q: %w", c.Name, err)
		}
		next.byName[c.Name] = s
		next.sorted = append(next.sorted, s)
	}
	slices.SortFunc(next.sorted, func(a, b *System) int { return strings.Compare(a.Name, b.Name) })
	return next, nil
}

// adopt returns the system for c, reusing what is unchanged of the old one, which
// may be nil. A new one is first polled at its phase among count systems. A changed
// one polls at once, so that its metrics have no gap.
func (f *Fleet) adopt(old *System, c *config.System, count int) (*System, error) {
	if old != nil && old.SameRequests(c) {
		return &System{System: c, Source: old.source, source: old.source}, nil
	}
	delay := time.Duration(0)
	if old == nil {
		delay = phase(c, count)
	}
	source, err := f.newSource(c, f.history(old, c), delay)
	return &System{System: c, Source: source, source: source}, err
}

// history returns the history for c: that of the old system, if there was one with
// the same URL. Another URL is another tenant, whose campaigns only share IDs.
func (f *Fleet) history(old *System, c *config.System) *collector.History {
	if old != nil && old.URL.String() == c.URL.String() {
		return old.history
	}
	return collector.NewHistory(f.trackers(c.Name, c.URL.String(), c.Settings), log.With(f.logger, "system", c.Name))
}

// without returns the sources of s that are not in the other set.
func (s *set) without(other *set) []*source {
	var sources []*source
	for _, system := range s.sorted {
		if stays := other.byName[system.Name]; stays == nil || stays.source != system.source {
			sources = append(sources, system.source)
		}
	}
	return sources
}

// Close stops all systems and waits for them.
func (f *Fleet) Close() {
	f.applying.Lock()
	defer f.applying.Unlock()
	stopAll(f.current.Swap(&set{}).without(&set{}))
}
