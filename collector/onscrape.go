package collector

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"thulium_exporter/thulium"
)

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

	mu     sync.Mutex
	latest *Snapshot
	shared *call   // the latest one that ended while scrapes waited for it; nil before the first
	calls  []*call // under way, at most maxRequests, the latest one last
}

// call is one request that several scrapes wait for. Its fields are guarded by
// OnScrape.mu, except snapshot once done is closed.
type call struct {
	cancel       context.CancelCauseFunc
	waiting      int       // scrapes
	began, ended time.Time // zero: not yet
	done         chan struct{}
	snapshot     *Snapshot
}

// NewOnScrape returns a source whose requests to api take at most timeout and are
// added to the record.
func NewOnScrape(api API, timeout time.Duration, record *Record) *OnScrape {
	latest := record.latest()
	switch {
	case latest.Err != nil:
		latest.Stats = nil
	case latest.Stats == nil:
		latest.Err = errors.New("no scrape yet")
	}
	return &OnScrape{api: api, timeout: timeout, record: record, latest: latest}
}

// Snapshot makes a request, or joins one, and returns its outcome or when ctx is
// done. Cancelling ctx does not affect other callers.
func (s *OnScrape) Snapshot(ctx context.Context) *Snapshot {
	if s.record.pause() > 0 {
		return s.record.paused()
	}
	c := s.join(s.patience(ctx))
	select {
	case <-c.done:
		s.leave(c, nil)
		return c.snapshot
	case <-ctx.Done():
	}
	if last := s.leave(c, context.Cause(ctx)); last {
		<-c.done // soon, since it was cancelled; then it has been counted
		return c.snapshot
	}
	return s.record.snapshot(nil, &thulium.Error{
		Result: thulium.Timeout,
		Err:    errors.New("the scrape ended before the request that it shares with others"),
	})
}

// Latest returns the snapshot of the latest request that ended, with the progress
// that may be published now: a reload may have changed it since, or it has expired.
func (s *OnScrape) Latest() *Snapshot {
	s.mu.Lock()
	latest := s.latest
	s.mu.Unlock()
	report := s.record.progress()
	if report == latest.Progress {
		return latest
	}
	current := *latest
	current.Progress = report
	return &current
}

// Ready is always true: each scrape makes its own request.
func (s *OnScrape) Ready() bool { return true }

// patience returns the time until the deadline of a scrape.
func (s *OnScrape) patience(ctx context.Context) time.Duration {
	if deadline, ok := ctx.Deadline(); ok {
		return min(time.Until(deadline), s.timeout)
	}
	return s.timeout
}

// join returns the call whose outcome a scrape gets, a new one if need be.
func (s *OnScrape) join(patience time.Duration) *call {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.joinable(patience)
	if c == nil {
		ctx, cancel := context.WithCancelCause(context.Background())
		c = &call{cancel: cancel, done: make(chan struct{})}
		s.calls = append(s.calls, c)
		go s.run(ctx, c)
	}
	c.waiting++
	return c
}

// joinable returns the call that a scrape can join; nil if there is none. A request
// older than the time that the scrape has left has outlived its first scrape and is
// probably lost: joining it would lose this scrape, too.
func (s *OnScrape) joinable(patience time.Duration) *call {
	if s.shared != nil && time.Since(s.shared.ended) < minInterval {
		return s.shared
	}
	n := len(s.calls)
	if n == 0 {
		return nil
	}
	c := s.calls[n-1]
	if n == maxRequests || c.began.IsZero() || time.Since(c.began) < patience {
		return c
	}
	return nil
}

// run makes the request of c, which ctx cancels when the last scrape leaves. That
// scrape waits for it.
func (s *OnScrape) run(ctx context.Context, c *call) {
	defer close(c.done) // after the lock is released
	snapshot := s.fetch(ctx, c)
	s.mu.Lock()
	defer s.mu.Unlock()
	c.snapshot, c.ended = snapshot, time.Now()
	if !errors.Is(snapshot.Err, context.Canceled) {
		s.latest = snapshot
	}
	if ctx.Err() == nil { // else it is about the deadline of one scrape
		s.shared = c
	}
	s.remove(c)
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

// leave removes a scrape from c and reports whether it was the last one. In that
// case the request is cancelled with the given cause, and no scrape can join it.
func (s *OnScrape) leave(c *call, cause error) (last bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.waiting--
	if c.waiting > 0 {
		return false
	}
	s.remove(c)
	c.cancel(cause)
	return true
}

// remove keeps further scrapes from joining c. The lock must be held.
func (s *OnScrape) remove(c *call) {
	s.calls = slices.DeleteFunc(s.calls, func(other *call) bool { return other == c })
}
