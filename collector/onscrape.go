package collector

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"thulium_exporter/thulium"
)

var _ Source = (*OnScrape)(nil)

const (
	// maxCalls limits the concurrent requests to a system. The second one is for
	// scrapes that arrive when the first one seems lost.
	maxCalls = 2
	// callBurst is the burst of the rate limit of one request a second. Few
	// systems have more than three scrapers.
	callBurst = 3
)

// OnScrape makes a request for each scrape. Concurrent scrapes share a request,
// which is cancelled when none of them waits for it any more. Whatever the number
// of scrapes and their deadlines, at most two requests are in flight and about
// one a second is started; scrapes queue for them.
type OnScrape struct {
	fetcher *fetcher
	turns   *turns
	latest  atomic.Pointer[Snapshot]

	mu    sync.Mutex
	calls []*call // in flight, at most maxCalls, the latest one last
}

// call is one request that several scrapes wait for.
type call struct {
	began    time.Time
	cancel   context.CancelCauseFunc
	waiting  int           // scrapes; guarded by OnScrape.mu
	done     chan struct{} // closed when snapshot is set
	snapshot *Snapshot
}

// NewOnScrape returns a source whose requests to api take at most timeout and are
// added to the history.
func NewOnScrape(api API, timeout time.Duration, history *History) *OnScrape {
	s := &OnScrape{
		fetcher: &fetcher{api: api, timeout: timeout, history: history},
		turns:   newTurns(time.Second, callBurst),
	}
	first := history.snapshot(nil)
	if first.Err == nil {
		first.Stats = history.latest()
	}
	if first.Err == nil && first.Stats == nil {
		first.Err = errors.New("no scrape yet")
	}
	s.latest.Store(first)
	return s
}

// Unlimited removes the rate limit, for benchmarks. It returns the source.
func (s *OnScrape) Unlimited() *OnScrape {
	s.turns.limit.SetLimit(rate.Inf)
	return s
}

// Snapshot makes a request, or joins one, and returns its outcome or when ctx is
// done. Cancelling ctx does not affect other callers.
func (s *OnScrape) Snapshot(ctx context.Context) *Snapshot {
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
	return s.fetcher.history.snapshot(&thulium.Error{
		Result: thulium.Timeout,
		Err:    errors.New("the scrape ended before the request that it shares with others"),
	})
}

// Latest returns the snapshot of the latest request that ended, with the progress
// that may be published now: a reload may have changed it since, or it has expired.
func (s *OnScrape) Latest() *Snapshot {
	latest := s.latest.Load()
	report := s.fetcher.history.progress()
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
		return min(time.Until(deadline), s.fetcher.timeout)
	}
	return s.fetcher.timeout
}

// join joins the latest call if that is younger than the time this scrape has
// left, or else starts one. An older call has outlived its first scrape and is
// probably lost: joining it would lose this scrape, too.
func (s *OnScrape) join(patience time.Duration) *call {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.calls); n > 0 {
		c := s.calls[n-1]
		if time.Since(c.began) < patience || n == maxCalls {
			c.waiting++
			return c
		}
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	c := &call{began: time.Now(), cancel: cancel, done: make(chan struct{}), waiting: 1}
	s.calls = append(s.calls, c)
	go s.run(ctx, c)
	return c
}

// run makes the request of c. The last scrape to leave c waits for it.
func (s *OnScrape) run(ctx context.Context, c *call) {
	defer close(c.done) // after the lock is released
	c.snapshot = s.fetch(ctx)
	if !errors.Is(c.snapshot.Err, context.Canceled) {
		s.latest.Store(c.snapshot)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remove(c)
	c.cancel(nil)
}

// fetch waits for the rate limit and makes a request.
func (s *OnScrape) fetch(ctx context.Context) *Snapshot {
	if s.fetcher.history.wait() == 0 {
		if err := s.turns.wait(ctx); err != nil {
			return s.fetcher.history.snapshot(fmt.Errorf("the scrape ended before its turn: %w", context.Canceled))
		}
	}
	return s.fetcher.fetch(ctx)
}

// leave removes a scrape from c and reports whether it was the last one. In that
// case the request is cancelled with the given cause, and no scrape can join it.
func (s *OnScrape) leave(c *call, reason error) (last bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.waiting--
	if c.waiting > 0 {
		return false
	}
	s.remove(c)
	c.cancel(reason)
	return true
}

// remove keeps further scrapes from joining c. The lock must be held.
func (s *OnScrape) remove(c *call) {
	s.calls = slices.DeleteFunc(s.calls, func(other *call) bool { return other == c })
}
