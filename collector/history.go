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

// History holds what is known of a system from its requests so far. It outlives
// the sources that make them, so that nothing is lost when a reload changes how a
// system is fetched. It is safe for concurrent use.
type History struct {
	tracker   *progress.Tracker
	since     time.Time
	counts    [thulium.NumResults]atomic.Uint64
	durations prometheus.Histogram
	abandoned atomic.Int32 // requests that were abandoned and still hang

	mu          sync.Mutex
	journal     journal
	duration    time.Duration  // of the latest request
	stats       *thulium.Stats // of the latest successful response; nil before the first
	lastSuccess time.Time
	failure     error // of the latest request; nil after a success
	lastFailure *Failure
	notBefore   time.Time // no request until then: Retry-After
}

// NewHistory returns an empty history. The tracker is updated with each successful
// response.
func NewHistory(tracker *progress.Tracker, logger log.Logger) *History {
	return &History{
		tracker: tracker, since: time.Now(), durations: newDurations(), journal: newJournal(logger),
	}
}

// Tracker returns the tracker of the campaigns.
func (h *History) Tracker() *progress.Tracker { return h.tracker }

// Reload changes the settings of the campaigns and ends a pause requested by
// Retry-After, so that the effect of a reload shows at once.
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

// Observe counts a request with its outcome and duration. The outcome of an
// abandoned request is ignored: it has been counted as a timeout.
func (h *History) Observe(ctx context.Context, result thulium.Result, took time.Duration) {
	if !isAbandoned(ctx) {
		h.count(result, took)
	}
}

func (h *History) count(result thulium.Result, took time.Duration) {
	h.counts[result].Add(1)
	h.durations.Observe(took.Seconds())
}

// wait returns the time until the server's Retry-After has passed.
func (h *History) wait() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	return max(0, time.Until(h.notBefore))
}

// record stores the outcome of a request and returns the resulting snapshot.
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

// snapshot returns the current state without campaigns. Its error is err or, if
// that is nil, the latest failure.
func (h *History) snapshot(err error) *Snapshot {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.without(err)
}

// paused returns the current state while Retry-After has not passed. Its error is
// the latest failure, even if a concurrent request has succeeded since.
func (h *History) paused() *Snapshot {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.without(h.lastFailure.Err)
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

// progress returns the report as of the latest successful response; nil if there
// is none or it has expired.
func (h *History) progress() *progress.Report {
	report := h.tracker.Report()
	if report == nil || report.Expired(time.Now()) {
		return nil
	}
	return report
}
