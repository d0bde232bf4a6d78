package progress

import (
	"sync"
	"time"

	"thulium_exporter/thulium"
)

// Tracker remembers the progress of the campaigns of one system. It is safe for
// concurrent use.
type Tracker struct {
	mu       sync.Mutex
	settings Lookup
	latest   *Report // nil before the first response
}

// New returns a tracker that knows nothing yet.
func New(settings Lookup) *Tracker { return &Tracker{settings: settings} }

// Configure changes the settings, at once also in what is already known.
func (t *Tracker) Configure(settings Lookup) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.settings = settings
	if t.latest != nil {
		t.latest = t.latest.with(settings)
	}
}

// Update adds a successful response that arrived at that time, and returns what is
// known as of then. A response that is not later than the latest one changes nothing.
func (t *Tracker) Update(at time.Time, campaigns []thulium.Campaign) *Report {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.latest == nil {
		t.latest = &Report{}
	}
	if at.After(t.latest.At) {
		t.latest = t.latest.next(at, campaigns, t.settings)
	}
	return t.latest
}

// Report returns what is known as of the latest successful response; nil before
// the first response that the tracker, or the one it was restored from, has seen.
func (t *Tracker) Report() *Report {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.latest
}
