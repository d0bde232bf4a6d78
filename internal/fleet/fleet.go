// Package fleet runs the configured systems: it builds a source for each, keeps
// the pollers going, and exchanges systems when the configuration changes.
package fleet

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-kit/log"

	"thulium_exporter/internal/config"
)

// Fleet is the set of running systems. It is safe for concurrent use.
type Fleet struct {
	logger log.Logger
	lanes  *lanes

	applying sync.Mutex // one Apply or Close at a time
	way      *way       // guarded by applying
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
	*source
}

// New returns a fleet without systems. userAgent goes out with each request.
func New(userAgent string, logger log.Logger, reach ...Option) *Fleet {
	f := &Fleet{logger: logger, lanes: newLanes(), way: newWay(userAgent, reach...)}
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

// Apply makes systems the ones that run. Those that are asked as before go on
// undisturbed, with all that they know; removed ones have stopped when Apply
// returns. On an error nothing has changed. The slice must not be changed
// afterwards: the fleet keeps it.
func (f *Fleet) Apply(systems []config.System) error {
	f.applying.Lock()
	defer f.applying.Unlock()
	old := f.current.Load()
	next := &set{byName: make(map[string]*System, len(systems)), sorted: make([]*System, 0, len(systems))}
	var added []*source
	for i := range systems {
		c := &systems[i]
		s, isNew, err := f.adopt(old.byName[c.Name], c, len(systems) > 1)
		if err != nil {
			return fmt.Errorf("system %q: %w", c.Name, err)
		}
		if isNew {
			added = append(added, s.source)
		}
		next.byName[c.Name] = s
		next.sorted = append(next.sorted, s)
	}
	slices.SortFunc(next.sorted, func(a, b *System) int { return strings.Compare(a.Name, b.Name) })
	for _, s := range added {
		s.start()
	}
	f.current.Store(next)
	f.way.shared.prune(next.sorted)
	stopAll(old.without(next))
	return nil
}

// adopt returns the system for c, with the source of old where that asks alike.
// Where there are many systems, the first poll of a new one waits for a moment
// that depends on its name, so that they do not poll as one. A changed one polls
// at once: someone is used to its metrics.
func (f *Fleet) adopt(old *System, c *config.System, many bool) (s *System, isNew bool, err error) {
	delay := time.Duration(0)
	switch {
	case old != nil && old.AsksLike(c):
		return &System{System: c, source: old.source}, false, nil
	case old == nil && many:
		delay = phase(c)
	}
	source, err := f.newSource(c, delay)
	return &System{System: c, source: source}, true, err
}

// without returns the sources of the set that are not in the other.
func (s *set) without(other *set) []*source {
	var sources []*source
	for _, system := range s.sorted {
		if stays := other.byName[system.Name]; stays == nil || stays.source != system.source {
			sources = append(sources, system.source)
		}
	}
	return sources
}

// Close stops all systems and returns when nothing of them runs any more.
func (f *Fleet) Close() {
	f.applying.Lock()
	defer f.applying.Unlock()
	stopAll(f.current.Swap(&set{}).without(&set{}))
}
