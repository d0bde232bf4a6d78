// Package fleet runs the configured systems: it builds a source for each, keeps
// the pollers going, and exchanges systems when the configuration changes.
package fleet

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/go-kit/log"

	"thulium_exporter/internal/config"
)

// Fleet is the set of running systems. It is safe for concurrent use.
type Fleet struct {
	logger    log.Logger
	userAgent string
	lanes     *lanes

	applying sync.Mutex // one Apply or Close at a time
	current  atomic.Pointer[set]
}

// set is an immutable set of systems.
type set struct {
	byName map[string]*System
	sorted []*System
}

// New returns a fleet without systems. userAgent goes out with each request.
func New(userAgent string, logger log.Logger) *Fleet {
	f := &Fleet{logger: logger, userAgent: userAgent, lanes: newLanes()}
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

// Apply makes systems the ones that run. Those that did not change go on
// undisturbed, with all that they know; removed ones have stopped when Apply
// returns. On an error nothing has changed.
func (f *Fleet) Apply(systems []config.System) error {
	f.applying.Lock()
	defer f.applying.Unlock()
	old := f.current.Load()
	next := &set{byName: make(map[string]*System, len(systems))}
	var added []*System
	for _, c := range systems {
		s := old.byName[c.Name]
		if s == nil || !s.Equal(c) {
			var err error
			if s, err = f.build(c, len(systems) > 1); err != nil {
				return fmt.Errorf("system %q: %w", c.Name, err)
			}
			added = append(added, s)
		}
		next.byName[c.Name] = s
		next.sorted = append(next.sorted, s)
	}
	slices.SortFunc(next.sorted, func(a, b *System) int { return strings.Compare(a.Name, b.Name) })
	for _, s := range added {
		s.start()
	}
	f.current.Store(next)
	stopAll(slices.DeleteFunc(slices.Clone(old.sorted), func(s *System) bool { return next.byName[s.Name] == s }))
	return nil
}

// Close stops all systems and returns when nothing of them runs any more.
func (f *Fleet) Close() {
	f.applying.Lock()
	defer f.applying.Unlock()
	stopAll(f.current.Swap(&set{}).sorted)
}
