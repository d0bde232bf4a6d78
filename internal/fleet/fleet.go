// Package fleet runs the configured systems: it builds a source for each, runs the
// pollers, and replaces systems when the configuration changes.
package fleet

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/go-kit/log"
	commonconfig "github.com/prometheus/common/config"

	"thulium_exporter/collector"
	"thulium_exporter/internal/config"
	"thulium_exporter/internal/progress"
)

// Fleet is the set of running systems. It is safe for concurrent use.
type Fleet struct {
	logger   log.Logger
	places   *collector.Places
	clients  *clients
	trackers Trackers

	applying sync.Mutex // one Apply or Close at a time
	current  atomic.Pointer[set]
}

// set is an immutable set of systems.
type set struct {
	byName map[string]*System
	sorted []*System
}

// Option changes how a Fleet works.
type Option func(*Fleet)

// Trackers returns the tracker of a new system, such as the Tracker method of a
// state file does.
type Trackers func(name, url string, settings progress.Lookup) *progress.Tracker

// WithTrackers sets where trackers of new systems come from. By default they are
// empty.
func WithTrackers(trackers Trackers) Option {
	return func(f *Fleet) { f.trackers = trackers }
}

// WithDialContext sets the function that opens connections, for tests.
func WithDialContext(dial commonconfig.DialContextFunc) Option {
	return func(f *Fleet) {
		f.clients.http = append(f.clients.http, commonconfig.WithDialContextFunc(dial))
	}
}

// New returns a fleet without systems. userAgent is sent with each request.
func New(userAgent string, logger log.Logger, options ...Option) *Fleet {
	f := &Fleet{
		logger: logger, places: collector.NewPlaces(), clients: newClients(userAgent),
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
// keep their record, and their source if their requests are unchanged. Removed
// systems have stopped when Apply returns. On an error nothing changes. The fleet
// retains the slice, which must not be modified afterwards.
func (f *Fleet) Apply(systems []config.System) error {
	f.applying.Lock()
	defer f.applying.Unlock()
	previous := f.current.Load()
	next, err := f.build(previous, systems)
	if err != nil {
		return err
	}
	stopAll(previous.missingIn(next)) // first, so that a system never has two pollers
	for _, s := range next.sorted {
		if previous.byName[s.Name] != nil {
			s.reload()
		}
	}
	for _, s := range next.missingIn(previous) {
		s.start()
	}
	f.current.Store(next)
	return nil
}

// build returns the set of systems, reusing the sources that are unchanged.
func (f *Fleet) build(previous *set, systems []config.System) (*set, error) {
	next := &set{byName: make(map[string]*System, len(systems)), sorted: make([]*System, 0, len(systems))}
	for i := range systems {
		c := &systems[i]
		s := previous.byName[c.Name]
		if s != nil && s.SameRequests(c) {
			same := *s
			same.System = c
			s = &same
		} else {
			var err error
			if s, err = f.newSystem(c, s, len(systems)); err != nil {
				return nil, fmt.Errorf("system %q: %w", c.Name, err)
			}
		}
		next.byName[c.Name] = s
		next.sorted = append(next.sorted, s)
	}
	slices.SortFunc(next.sorted, func(a, b *System) int { return strings.Compare(a.Name, b.Name) })
	return next, nil
}

// missingIn returns the systems whose source is not in the other set.
func (s *set) missingIn(other *set) []*System {
	var missing []*System
	for _, system := range s.sorted {
		if same := other.byName[system.Name]; same == nil || same.Source != system.Source {
			missing = append(missing, system)
		}
	}
	return missing
}

// Close stops all systems and waits for them.
func (f *Fleet) Close() {
	f.applying.Lock()
	defer f.applying.Unlock()
	stopAll(f.current.Swap(&set{}).sorted)
}
