// Package statefile keeps what the trackers of all systems know in one file, so
// that a restart does not start the clocks of their campaigns again.
//
// None of it is vital: whatever is wrong with the file or its disk, trackers keep
// working. A start without the file delays stall alerts but never causes false ones.
package statefile

import (
	"context"
	"hash/maphash"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"

	"thulium_exporter/internal/progress"
)

const (
	interval      = time.Minute      // between writes
	ioLimit       = 10 * time.Second // how long a write or the read is waited for
	shutdownLimit = 3 * time.Second  // the same at shutdown, where a hung disk must not hold up the exit
)

// System is a system whose tracker is kept. What was saved is restored only to a
// system of the same name and URL.
type System struct {
	Name, URL string
	Tracker   *progress.Tracker
}

// Store is the state file. It is safe for concurrent use.
type Store struct {
	path   string
	logger log.Logger
	write  func(path string, systems iter.Seq[System]) error

	mu    sync.Mutex
	saved map[key]*progress.Saved // not yet restored

	busy    chan struct{} // holds a token while a write runs
	seed    maphash.Seed
	written uint64 // fingerprint of what was written last
	failed  atomic.Bool
}

type key struct{ name, url string }

// Open reads the state file. If the path is empty there is none, and nothing is
// ever written. An invalid or unreadable file is renamed.
func Open(path string, logger log.Logger) *Store {
	s := &Store{path: path, logger: logger, write: write, busy: make(chan struct{}, 1), seed: maphash.MakeSeed()}
	if path == "" {
		return s
	}
	_ = within(ioLimit, func() error { removeLeftovers(path); return nil })
	s.load()
	return s
}

// Tracker returns a tracker that knows what was saved of the system, or nothing.
// What was saved is restored once, and only until the first write.
func (s *Store) Tracker(name, url string, settings progress.Lookup) *progress.Tracker {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := key{name, url}
	saved := s.saved[k]
	delete(s.saved, k)
	return progress.Restore(saved, settings)
}

// LastWriteSuccessful reports whether the latest write succeeded or, before the
// first one, whether the file was read, renamed or absent.
func (s *Store) LastWriteSuccessful() bool { return !s.failed.Load() }

// Run writes the file once a minute if something has changed, and a last time
// when ctx is done; then it returns, within seconds even if the disk hangs. It
// calls systems before each write, for the current ones.
func (s *Store) Run(ctx context.Context, systems func() iter.Seq[System]) {
	if s.path == "" {
		return
	}
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			s.save(systems(), ioLimit)
		case <-ctx.Done():
			s.save(systems(), shutdownLimit)
			return
		}
	}
}

// save writes the file if something has changed, and waits for that for a while.
func (s *Store) save(systems iter.Seq[System], limit time.Duration) {
	fingerprint := s.fingerprint(systems)
	if fingerprint == s.written {
		return
	}
	err := within(limit, func() error { return s.exclusively(systems) })
	s.report(err)
	if err == nil {
		s.written = fingerprint
	}
	s.mu.Lock()
	s.saved = nil
	s.mu.Unlock()
}

// exclusively writes the file unless an earlier write still hangs.
func (s *Store) exclusively(systems iter.Seq[System]) error {
	select {
	case s.busy <- struct{}{}:
		defer func() { <-s.busy }()
		return s.write(s.path, systems)
	default:
		return errHung
	}
}

// report logs that writing has begun to fail, or works again.
func (s *Store) report(err error) {
	switch failed := s.failed.Swap(err != nil); {
	case err != nil && !failed:
		_ = level.Warn(s.logger).Log("msg", "State file could not be written; a restart would start idle times again", "file", s.path, "err", err)
	case err == nil && failed:
		_ = level.Info(s.logger).Log("msg", "State file is in order again", "file", s.path)
	}
}
