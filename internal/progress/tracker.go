package progress

import (
	"sync"
	"time"

	"thulium_exporter/thulium"
)

// Tracker remembers the progress of the campaigns of one system. It is safe for
// concurrent use.
type Tracker struct {
	mu     sync.Mutex
	latest *Report
}

// New returns a tracker that knows nothing yet.
func New() *Tracker { return &Tracker{} }

// Update takes in the campaigns of a successful response that arrived at the
// given time, and reports what is known as of then. A response that is not later
// than the latest one changes nothing.
func (t *Tracker) Update(at time.Time, campaigns []thulium.Campaign, settings Lookup) *Report {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.latest == nil {
		t.latest = &Report{}
	}
	if at.After(t.latest.At) {
		t.latest = t.latest.next(at, campaigns, settings)
	}
	return t.latest
}

// Report returns what was known as of the latest successful response, by the
// given settings: after a reload they may be others than those of the latest
// update, and after a restart there was none. It returns nil before the first
// response that the tracker, or the one it was restored from, has seen.
func (t *Tracker) Report(settings Lookup) *Report {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.latest == nil {
		return nil
	}
	return t.latest.with(settings)
}
