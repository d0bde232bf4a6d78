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

	mu          sync.Mutex
	journal     journal
	duration    time.Duration // of the latest request
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

// Configure changes the settings of the campaigns.
func (h *History) Configure(settings progress.Lookup) { h.tracker.Configure(settings) }

// Observe counts a request that ended like this after so long.
func (h *History) Observe(_ context.Context, result thulium.Result, took time.Duration) {
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
		h.lastSuccess = now
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
