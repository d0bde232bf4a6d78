package collector

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-kit/log"
	"github.com/prometheus/client_golang/prometheus"

	"thulium_exporter/internal/progress"
	"thulium_exporter/thulium"
)

// History is what is known of a system from its requests so far. It outlives
// the sources that make them, so that a reload which changes how a system is
// fetched loses nothing. It is safe for concurrent use.
type History struct {
	tracker   *progress.Tracker
	since     time.Time
	counts    [thulium.NumResults]atomic.Uint64
	durations prometheus.Histogram
	abandoned atomic.Int32 // requests that hang although they were given up

	mu          sync.Mutex
	journal     journal
	duration    time.Duration  // of the latest request
	stats       *thulium.Stats // of the latest successful response; nil before
	lastSuccess time.Time
	failure     error // of the latest request; nil after a success
	lastFailure *Failure
	notBefore   time.Time // no request until then, as the server demanded
}

// NewHistory returns the history of a system without requests. The tracker
// learns of each successful response.
func NewHistory(tracker *progress.Tracker, logger log.Logger) *History {
	return &History{
		tracker: tracker, since: time.Now(), durations: newDurations(), journal: newJournal(logger),
	}
}

// Tracker returns what remembers the progress of the campaigns.
func (h *History) Tracker() *progress.Tracker { return h.tracker }

// Moved returns the history of the same system at another address: what is known
// of its campaigns stays, the rest begins.
func (h *History) Moved() *History { return NewHistory(h.tracker, h.journal.logger) }

// Reload changes the settings of the campaigns and ends the pause that the
// server demanded, if any: whoever reloads wants to see what happens now.
func (h *History) Reload(settings progress.Lookup) {
	h.tracker.Configure(settings)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.notBefore = time.Time{}
}

// latest returns the campaigns of the latest successful response; nil if there
// is none.
func (h *History) latest() *thulium.Stats {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.stats
}

// Observe counts a request that ended like this after so long. What an
// abandoned one returns in the end is ignored: it is counted already.
func (h *History) Observe(ctx context.Context, result thulium.Result, took time.Duration) {
	if !isAbandoned(ctx) {
		h.count(result, took)
	}
}

func (h *History) count(result thulium.Result, took time.Duration) {
	h.counts[result].Add(1)
	h.durations.Observe(took.Seconds())
}

// wait returns how long the server still demands to be left alone.
func (h *History) wait() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	return max(0, time.Until(h.notBefore))
}

// record adds how a request ended and returns the snapshot that follows from it.
func (h *History) record(stats *thulium.Stats, err error, took time.Duration) *Snapshot {
	now := time.Now()
	if err == nil {
		h.tracker.Update(now, stats.Campaigns)
	}
	s, line := h.update(now, stats, err, took)
	line.write() // not under the lock: the log may block
	return s
}

func (h *History) update(now time.Time, stats *thulium.Stats, err error, took time.Duration) (*Snapshot, line) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.duration, h.failure = took, err
	if err == nil {
		h.stats, h.lastSuccess = stats, now
	} else {
		h.lastFailure = &Failure{At: now, Err: err}
		if pause := retryAfter(err); pause > 0 {
			h.notBefore = now.Add(pause)
		}
	}
	line := h.journal.entry(now, stats, err)
	s := h.without(nil)
	s.Stats = stats
	return s, line
}

// snapshot returns the state of this moment without campaigns, because of err
// or, if that is nil, because of the latest failure.
func (h *History) snapshot(err error) *Snapshot {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.without(err)
}

// without is snapshot with the lock held.
func (h *History) without(err error) *Snapshot {
	if err == nil {
		err = h.failure
	}
	s := &Snapshot{
		Progress:    h.progress(),
		Err:         err,
		Duration:    h.duration,
		LastSuccess: h.lastSuccess,
		LastFailure: h.lastFailure,
		Next:        h.notBefore,
		Abandoned:   int(h.abandoned.Load()),
		Durations:   h.durations,
		Since:       h.since,
	}
	for i := range h.counts {
		s.Requests[i] = h.counts[i].Load()
	}
	return s
}

// progress returns what may be published as of the latest successful response;
// nil if there is nothing.
func (h *History) progress() *progress.Report {
	report := h.tracker.Report()
	if report == nil || report.Expired(time.Now()) {
		return nil
	}
	return report
}
