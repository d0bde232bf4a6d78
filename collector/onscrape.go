package collector

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"thulium_exporter/thulium"
)

var _ Source = (*OnScrape)(nil)

// OnScrape asks the API for each scrape. Scrapes that overlap share one
// request; it ends when nobody waits for it any more.
type OnScrape struct {
	fetcher *fetcher
	latest  atomic.Pointer[Snapshot]

	mu   sync.Mutex
	call *call // the request under way; nil if there is none
}

// call is one request that several scrapes wait for.
type call struct {
	cancel   context.CancelCauseFunc
	waiting  int           // guarded by OnScrape.mu
	done     chan struct{} // closed when snapshot is set
	snapshot *Snapshot
}

// NewOnScrape returns a source that requests api, each time for at most timeout,
// and adds to the history.
func NewOnScrape(api API, timeout time.Duration, history *History) *OnScrape {
	s := &OnScrape{fetcher: &fetcher{api: api, timeout: timeout, history: history}}
	s.latest.Store(history.snapshot(errors.New("no scrape yet")))
	return s
}

// Snapshot asks the API and returns when it answered or ctx is done. A caller
// who leaves early does not disturb the others.
func (s *OnScrape) Snapshot(ctx context.Context) *Snapshot {
	c := s.join()
	select {
	case <-c.done:
		s.leave(c, nil)
		return c.snapshot
	case <-ctx.Done():
	}
	if last := s.leave(c, context.Cause(ctx)); last {
		<-c.done // at once, since it was cancelled; then its end is counted
		return c.snapshot
	}
	return s.fetcher.history.snapshot(&thulium.Error{
		Result: thulium.Timeout,
		Err:    errors.New("the scrape ended before the request that it shares with others"),
	})
}

// Latest returns the snapshot of the newest request that ended.
func (s *OnScrape) Latest() *Snapshot { return s.latest.Load() }

// Ready is always true: each scrape asks anew.
func (s *OnScrape) Ready() bool { return true }

// join takes part in the request under way, or starts one.
func (s *OnScrape) join() *call {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.call == nil {
		ctx, cancel := context.WithCancelCause(context.Background())
		s.call = &call{cancel: cancel, done: make(chan struct{})}
		go s.run(ctx, s.call)
	}
	s.call.waiting++
	return s.call
}

// run makes the request of c. Whoever is last to leave c waits for it.
func (s *OnScrape) run(ctx context.Context, c *call) {
	defer close(c.done)
	c.snapshot = s.fetcher.fetch(ctx)
	if !errors.Is(c.snapshot.Err, context.Canceled) {
		s.latest.Store(c.snapshot)
	}
	s.forget(c)
	c.cancel(nil)
}

// leave ends one caller's part in c and reports whether it was the last. The
// last one cancels the request, for the given reason; newcomers start afresh.
func (s *OnScrape) leave(c *call, reason error) (last bool) {
	s.mu.Lock()
	c.waiting--
	last = c.waiting == 0
	s.mu.Unlock()
	if last {
		s.forget(c)
		c.cancel(reason)
	}
	return last
}

// forget makes sure that nobody joins c any more.
func (s *OnScrape) forget(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.call == c {
		s.call = nil
	}
}
