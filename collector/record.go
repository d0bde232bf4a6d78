package collector

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	"github.com/prometheus/client_golang/prometheus"

	"thulium_exporter/internal/progress"
	"thulium_exporter/internal/within"
	"thulium_exporter/thulium"
)

const (
	// maxRequests limits the requests to a system that have not returned, including
	// those that hang past their deadline.
	maxRequests = 2
	// grace is how long a request may take to return once its context is done.
	grace = 200 * time.Millisecond
	// reloadInterval is the minimum time between two requests if a reload causes
	// the second one.
	reloadInterval = 10 * time.Second
)

var errHangs = errors.New("the request hangs past its deadline")

// Record makes the requests to a system and keeps their outcomes. It outlives the
// sources, so that nothing is lost when a reload changes how a system is fetched.
// It is safe for concurrent use.
type Record struct {
	tracker   *progress.Tracker
	results   [thulium.NumResults]atomic.Uint64 // of the requests so far
	looks     LookRequests
	durations prometheus.Histogram
	requests  chan struct{} // one element for each request that has not returned
	awaited   atomic.Int32  // the requests that somebody waits for

	mu    sync.Mutex
	log   requestLog
	began time.Time // the latest request
	// known is the latest snapshot, with the latest successful response. Next is
	// when Retry-After will have passed. What is kept elsewhere is missing.
	known Snapshot
}

// NewRecord returns an empty record. The tracker is updated with each successful
// response. The logger must not block.
func NewRecord(tracker *progress.Tracker, logger log.Logger) *Record {
	durations := newDurations()
	return &Record{
		tracker: tracker, durations: durations, requests: make(chan struct{}, maxRequests),
		log: requestLog{logger: logger}, known: Snapshot{Durations: durations, Since: time.Now()},
	}
}

// Observe counts a request with its outcome and duration.
func (r *Record) Observe(result thulium.Result, took time.Duration) {
	r.results[result].Add(1)
	r.durations.Observe(took.Seconds())
}

// Tracker returns the tracker of the campaigns.
func (r *Record) Tracker() *progress.Tracker { return r.tracker }

// Reload changes the settings of the campaigns, and ends a pause requested by
// Retry-After ten seconds after the latest request began.
func (r *Record) Reload(settings progress.Lookup) {
	r.tracker.Configure(settings)
	r.mu.Lock()
	defer r.mu.Unlock()
	if earliest := r.began.Add(reloadInterval); earliest.Before(r.known.Next) {
		r.known.Next = earliest
	}
}

// fetch makes a request and records the outcome, unless the pause requested by
// Retry-After has not passed. It returns soon after ctx is done.
func (r *Record) fetch(ctx context.Context, api API, timeout time.Duration) *Snapshot {
	if r.pause() > 0 {
		return r.paused()
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	start := time.Now()
	r.mu.Lock()
	r.began = start
	r.mu.Unlock()
	stats, err := r.request(ctx, api)
	if errors.Is(err, context.Canceled) {
		return r.snapshot(nil, err) // nobody waits for it, so it says nothing about Thulium
	}
	return r.add(stats, err, time.Since(start))
}

// request makes a request and abandons it if it hangs past its deadline: reading a
// file on a dead mount ignores ctx, and so does a token endpoint that never
// responds. While two requests have not returned, it makes none.
func (r *Record) request(ctx context.Context, api API) (*thulium.Stats, error) {
	select {
	case r.requests <- struct{}{}:
	case <-time.After(grace): // in which those that were cancelled return
		return nil, hangError(fmt.Errorf("no request made: %d earlier ones still hang past their deadline", maxRequests))
	}
	start := time.Now()
	r.awaited.Add(1)
	defer r.awaited.Add(-1)
	patient, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	defer context.AfterFunc(ctx, func() { time.AfterFunc(grace, func() { cancel(errHangs) }) })()
	stats, err := within.Do(patient, func() (*thulium.Stats, error) {
		defer func() { <-r.requests }()
		return api.Stats(ctx)
	})
	outOfTime := errors.Is(context.Cause(ctx), context.DeadlineExceeded)
	switch hangs := errors.Is(err, errHangs); {
	case hangs && !outOfTime:
		return nil, fmt.Errorf("the request was cancelled and hangs: %w", context.Canceled)
	case hangs:
		err = hangError(errHangs)
	}
	if outOfTime && resultOf(err) == thulium.Timeout.String() {
		r.Observe(thulium.Timeout, time.Since(start))
	}
	return stats, err
}

func hangError(err error) *thulium.Error {
	return &thulium.Error{
		Result: thulium.Timeout, Err: err,
		Advice: "Something that requests need hangs: check for a dead mount, proxy or token endpoint.",
	}
}

// add records the outcome of a request and returns the resulting snapshot.
func (r *Record) add(stats *thulium.Stats, err error, took time.Duration) *Snapshot {
	now := time.Now()
	if err == nil {
		r.tracker.Update(now, stats.Campaigns)
	}
	r.mu.Lock()
	r.log.add(now, stats, err)
	r.known.Duration, r.known.Err = took, err
	if err == nil {
		r.known.Stats, r.known.LastSuccess = stats, now
	} else {
		r.known.LastFailure = &Failure{At: now, Err: err}
	}
	if failure, ok := errors.AsType[*thulium.Error](err); ok && failure.RetryAfter > 0 {
		r.known.Next = now.Add(failure.RetryAfter)
	}
	r.mu.Unlock()
	return r.snapshot(stats, err)
}

// diagnoses sets whether the requests of looks are published.
func (r *Record) diagnoses(on bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known.Looks = nil; on {
		r.known.Looks = &r.looks
	}
}

// after returns when so much time has passed since the latest request began.
func (r *Record) after(interval time.Duration) time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.began.Add(interval)
}

// pause returns the time until the pause requested by Retry-After has passed.
func (r *Record) pause() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return max(0, time.Until(r.known.Next))
}

// paused returns the snapshot of a pause. Its error is the latest failure, even if a
// concurrent request has succeeded since.
func (r *Record) paused() *Snapshot {
	s := r.latest()
	s.Stats, s.Err = nil, s.LastFailure.Err
	return s
}

// snapshot returns the current snapshot with these campaigns or this error.
func (r *Record) snapshot(stats *thulium.Stats, err error) *Snapshot {
	s := r.latest()
	s.Stats, s.Err = stats, err
	return s
}

// latest returns the current snapshot, with the campaigns of the latest successful
// response even if a request has failed since.
func (r *Record) latest() *Snapshot {
	r.mu.Lock()
	s := r.known
	r.mu.Unlock()
	s.Progress = r.progress()
	s.Abandoned = max(0, len(r.requests)-int(r.awaited.Load()))
	for i := range r.results {
		s.Requests[i] = r.results[i].Load()
	}
	return &s
}

// progress returns the report as of the latest successful response; nil if there
// is none or it has expired.
func (r *Record) progress() *progress.Report {
	report := r.tracker.Report()
	if report == nil || report.Expired(time.Now()) {
		return nil
	}
	return report
}

// resultOf names the result of a failed request, as the metrics do.
func resultOf(err error) string {
	if failure, ok := errors.AsType[*thulium.Error](err); ok {
		return failure.Result.String()
	}
	return "unknown"
}

const (
	durationsName = "thulium_api_request_duration_seconds"
	durationsHelp = "How long requests to Thulium took."
)

// newDurations returns the histogram of all requests: a native one, with classic
// buckets for servers that do not scrape native histograms.
func newDurations() prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: durationsName, Help: durationsHelp,
		Buckets:                        []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		NativeHistogramBucketFactor:    1.1,
		NativeHistogramMaxBucketNumber: 100,
	})
}

// requestLog logs the requests of a system: the first failure of each kind, recovery
// and a changed number of rejected entries at their own levels, all other failures at
// debug. It is not safe for concurrent use.
type requestLog struct {
	logger   log.Logger
	failure  string    // the result of the latest request; empty if it succeeded
	down     time.Time // when the outage began; zero if there is none
	rejected int       // entries of the latest response
}

// add logs a request that ended now.
func (l *requestLog) add(now time.Time, stats *thulium.Stats, err error) {
	if err != nil {
		l.failed(now, err)
		return
	}
	switch {
	case !l.down.IsZero():
		_ = level.Info(l.logger).Log("msg", "Requests to Thulium succeed again", "outage", now.Sub(l.down).Round(time.Second),
			"campaigns", len(stats.Campaigns), "rejected", stats.Rejected)
	case stats.Rejected == l.rejected:
	case stats.Rejected > 0:
		_ = level.Warn(l.logger).Log("msg", "Skipped invalid entries of the response",
			"rejected", stats.Rejected, "first", stats.FirstRejection)
	default:
		_ = level.Info(l.logger).Log("msg", "All entries of the response are valid again")
	}
	l.failure, l.down, l.rejected = "", time.Time{}, stats.Rejected
}

func (l *requestLog) failed(now time.Time, err error) {
	if l.down.IsZero() {
		l.down = now
	}
	logger := level.Debug(l.logger)
	if result := resultOf(err); result != l.failure {
		l.failure = result
		logger = level.Warn(l.logger)
	}
	_ = logger.Log(failureFields(err)...)
}

// failureFields describes a failure for the log.
func failureFields(err error) []any {
	fields := []any{"msg", "Request to Thulium failed", "result", resultOf(err)}
	failure, ok := errors.AsType[*thulium.Error](err)
	if !ok {
		return append(fields, "err", err)
	}
	plain := *failure
	plain.RequestID = "" // it has a field of its own
	fields = append(fields, "err", &plain)
	if failure.RequestID != "" {
		fields = append(fields, "request_id", failure.RequestID)
	}
	if failure.RetryAfter > 0 {
		fields = append(fields, "retry_after", failure.RetryAfter)
	}
	return append(fields, "hint", failure.Hint())
}
