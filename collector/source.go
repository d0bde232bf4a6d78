// Package collector turns responses of a Thulium system into Prometheus metrics.
//
// A [Source] provides snapshots of a system, either by a request for each scrape
// ([OnScrape]) or from what a background task fetched ([Poller]). Both make their
// requests through the system's [Record], which outlives them. [Metrics] renders a
// [Snapshot] and does no I/O.
package collector

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"thulium_exporter/internal/progress"
	"thulium_exporter/thulium"
)

// API is the client that a source uses. *thulium.Client implements it.
type API interface {
	// Stats returns statistics, which nobody changes afterwards, or an error.
	Stats(ctx context.Context) (*thulium.Stats, error)
}

// Source provides what is known of one system. It is safe for concurrent use.
type Source interface {
	// Snapshot returns a snapshot before ctx is done or soon afterwards. It is
	// never nil: a failure is part of the snapshot.
	Snapshot(ctx context.Context) *Snapshot
	// Latest returns the latest snapshot at once, without any request.
	Latest() *Snapshot
	// Ready reports whether a scrape would get everything this source can provide.
	Ready() bool
}

// Snapshot is the knowledge of one system at one moment. It is immutable and may
// be shared.
type Snapshot struct {
	// Stats holds the campaigns served now; nil if there are none that are fresh
	// enough. A Poller keeps those of the latest successful response until they
	// are too old; until then, Err may be set as well.
	Stats *thulium.Stats
	// Progress is what is known as of the latest successful response. It is
	// kept while requests fail; nil if no successful response is known, from this
	// process or the state file, or if it is more than 24 hours old.
	Progress *progress.Report
	// Err is why the latest request failed, or why there are no Stats.
	Err error
	// Cached is set when the response did not come for this very scrape.
	Cached bool
	// Duration is how long the latest request took; 0 before the first.
	Duration time.Duration
	// LastSuccess is when the latest successful response arrived; zero before
	// the first. It carries a monotonic clock reading.
	LastSuccess time.Time
	// LastFailure is the latest request that failed, even after a recovery; nil
	// if none did.
	LastFailure *Failure
	// Next is the time of the next poll or, for a source that makes a request for
	// each scrape, when Retry-After will have passed. Zero, or in the past, means
	// with the next scrape.
	Next time.Time
	// Requests counts the requests so far, by result.
	Requests [thulium.NumResults]uint64
	// Looks counts the requests of looks, live; nil if there are none.
	Looks *LookRequests
	// Abandoned counts the requests that have not returned although their
	// deadline has passed.
	Abandoned int
	// Durations is the histogram of all requests. Unlike the rest it is live;
	// nil if there is none.
	Durations prometheus.Histogram
	// Since is the created timestamp of the counters.
	Since time.Time
}

// Failure is a request that failed.
type Failure struct {
	At  time.Time
	Err error
}

// Up reports whether the campaigns of the snapshot can be trusted.
func (s *Snapshot) Up() bool { return s.Stats != nil }

var _ Source = (*OnScrape)(nil)

// minInterval is the minimum time between two requests of an OnScrape, and how long
// an outcome is shared with further scrapes.
const minInterval = time.Second

// OnScrape makes a request for each scrape. Scrapes share the request under way,
// which is cancelled when none of them waits for it any more. A scrape that arrives
// less than a second after a request has ended, by a response or by a failure, gets
// that outcome as its own. So at most two requests are in flight and at most one a
// second is started, whatever the number of scrapes and their deadlines.
type OnScrape struct {
	api     API
	timeout time.Duration
	record  *Record

	mu       sync.Mutex
	latest   *call // nil before the first, and when all scrapes have left it
	underWay int   // calls, at most maxRequests
}

// call is one request that several scrapes wait for. Its fields are guarded by
// OnScrape.mu, except snapshot once done is closed.
type call struct {
	cancel       context.CancelCauseFunc
	scrapes      int       // that wait for it, until it has ended
	began, ended time.Time // zero: not yet
	done         chan struct{}
	snapshot     *Snapshot
}

// NewOnScrape returns a source whose requests to api take at most timeout and are
// added to the record.
func NewOnScrape(api API, timeout time.Duration, record *Record) *OnScrape {
	return &OnScrape{api: api, timeout: timeout, record: record}
}

// Snapshot makes a request, or joins one, and returns its outcome or when ctx is
// done. Cancelling ctx does not affect other callers.
func (s *OnScrape) Snapshot(ctx context.Context) *Snapshot {
	if s.record.pause() > 0 {
		return s.record.paused()
	}
	c := s.join(ctx)
	select {
	case <-c.done:
	case <-ctx.Done():
		if !s.leave(c, context.Cause(ctx)) {
			return s.record.snapshot(nil, &thulium.Error{
				Result: thulium.Timeout,
				Err:    errors.New("the scrape ended before the request that it shares with others"),
			})
		}
		<-c.done // now or soon; then it has been counted
	}
	return c.snapshot
}

// Latest returns the snapshot of the latest request that ended.
func (s *OnScrape) Latest() *Snapshot {
	latest := s.record.latest()
	switch {
	case latest.Err != nil:
		latest.Stats = nil
	case latest.Stats == nil:
		latest.Err = errors.New("no scrape yet")
	}
	return latest
}

// Ready is always true: each scrape makes its own request.
func (s *OnScrape) Ready() bool { return true }

// join returns the call whose outcome a scrape gets, a new one if need be.
func (s *OnScrape) join(ctx context.Context) *call {
	patience := s.timeout
	if deadline, ok := ctx.Deadline(); ok {
		patience = min(patience, time.Until(deadline))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.joinable(s.latest, patience) {
		alone, cancel := context.WithCancelCause(context.Background())
		s.latest = &call{cancel: cancel, done: make(chan struct{})}
		s.underWay++
		go s.run(alone, s.latest)
	}
	s.latest.scrapes++
	return s.latest
}

// joinable reports whether a scrape can join c. A request older than the time that
// the scrape has left has outlived its first scrape and is probably lost: joining it
// would lose this scrape, too.
func (s *OnScrape) joinable(c *call, patience time.Duration) bool {
	switch {
	case c == nil:
		return false
	case !c.ended.IsZero():
		return time.Since(c.ended) < minInterval
	case c.began.IsZero(), s.underWay == maxRequests:
		return true
	}
	return time.Since(c.began) < patience
}

// run makes the request of c, which ctx cancels when the last scrape leaves. That
// scrape waits for it.
func (s *OnScrape) run(ctx context.Context, c *call) {
	defer close(c.done) // after the lock is released
	snapshot := s.fetch(ctx, c)
	s.mu.Lock()
	defer s.mu.Unlock()
	c.snapshot, c.ended = snapshot, time.Now()
	if ctx.Err() == nil { // else the last scrape has left
		s.underWay--
	}
	c.cancel(nil)
}

// fetch makes the request of c, at least a second after the previous one began.
func (s *OnScrape) fetch(ctx context.Context, c *call) *Snapshot {
	select {
	case <-time.After(time.Until(s.record.after(minInterval))):
	case <-ctx.Done():
		return s.record.snapshot(nil, fmt.Errorf("the scrape ended before a request could begin: %w", context.Canceled))
	}
	s.mu.Lock()
	c.began = time.Now()
	s.mu.Unlock()
	return s.record.fetch(ctx, s.api, s.timeout)
}

// leave removes a scrape from c, which is under way, and reports whether that ends. The
// last scrape cancels it with a cause, and no other can join it.
func (s *OnScrape) leave(c *call, cause error) (ends bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.scrapes--
	if ended := !c.ended.IsZero(); ended || c.scrapes > 0 {
		return ended // meanwhile
	}
	if s.latest == c {
		s.latest = nil
	}
	s.underWay--
	c.cancel(cause)
	return true
}
