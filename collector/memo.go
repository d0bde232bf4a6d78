package collector

import "sync"

// memoSize bounds what is kept with one snapshot. Few forms are in use at a
// time.
const memoSize = 4

// memo keeps what was derived from a snapshot that is served more than once,
// for as long as the snapshot lives. It is safe for concurrent use.
type memo struct {
	mu   sync.Mutex
	kept map[any]any
}

// Shared reports whether the snapshot is served more than once, so that what is
// derived from it is worth keeping.
func (s *Snapshot) Shared() bool { return s.memo != nil }

// Derive returns what derive returns, and may have returned before for the same
// key and the same snapshot. Callers share it, so nobody may change it.
func (s *Snapshot) Derive(key any, derive func() any) any {
	if !s.Shared() {
		return derive()
	}
	s.memo.mu.Lock()
	defer s.memo.mu.Unlock()
	if value, ok := s.memo.kept[key]; ok {
		return value
	}
	value := derive()
	if s.memo.kept == nil {
		s.memo.kept = make(map[any]any, memoSize)
	}
	if len(s.memo.kept) < memoSize {
		s.memo.kept[key] = value
	}
	return value
}
