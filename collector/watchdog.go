package collector

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"thulium_exporter/thulium"
)

const (
	// grace is how long a request may take to return once its context is done.
	grace = 200 * time.Millisecond
	// maxAbandoned bounds the requests of a system that hang below their context.
	maxAbandoned = 2
)

// watchdog is an API that returns in time whatever the one below it does.
type watchdog struct {
	api     API
	history *History
}

// Watch returns api with requests that end within a moment of their context. A
// context alone is no bound: a file on a dead mount or a token endpoint that
// never responds ignores it. Such a request is counted as a timeout and
// abandoned; nobody waits for it any more. While two of a system hang, further
// ones fail at once.
func Watch(api API, history *History) API { return &watchdog{api: api, history: history} }

// request is one call of the API.
type request struct {
	began            time.Time
	mu               sync.Mutex
	ended, abandoned bool
}

type requestKey struct{}

// outcome is what became of a request.
type outcome struct {
	stats *thulium.Stats
	err   error
}

// Stats makes a request and waits for it, though not longer than is sensible.
func (w *watchdog) Stats(ctx context.Context) (*thulium.Stats, error) {
	if n := w.history.abandoned.Load(); n >= maxAbandoned {
		return nil, &thulium.Error{
			Result: thulium.Timeout,
			Err:    fmt.Errorf("no request made: %d earlier ones still hang, although their time is over", n),
		}
	}
	r := &request{began: time.Now()}
	ctx = context.WithValue(ctx, requestKey{}, r)
	done := make(chan outcome, 1)
	go func() {
		stats, err := w.api.Stats(ctx)
		done <- outcome{stats, err}
		w.end(r)
	}()
	select {
	case o := <-done:
		return o.stats, o.err
	case <-ctx.Done():
	}
	last := time.NewTimer(grace)
	defer last.Stop()
	select {
	case o := <-done:
		return o.stats, o.err
	case <-last.C:
		return w.abandon(ctx, r, done)
	}
}

// end notes that a request has returned.
func (w *watchdog) end(r *request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = true
	if r.abandoned {
		w.history.abandoned.Add(-1)
	}
}

// abandon gives a request up, unless it has just ended.
func (w *watchdog) abandon(ctx context.Context, r *request, done <-chan outcome) (*thulium.Stats, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended {
		o := <-done
		return o.stats, o.err
	}
	r.abandoned = true
	w.history.abandoned.Add(1)
	if !errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		return nil, fmt.Errorf("the request was cancelled and hangs: %w", context.Canceled)
	}
	w.history.count(thulium.Timeout, time.Since(r.began))
	return nil, &thulium.Error{
		Result: thulium.Timeout,
		Err:    errors.New("the request hangs although its time is over: is there a dead mount, proxy or token endpoint?"),
	}
}

// isAbandoned reports whether the request that ctx belongs to was given up.
func isAbandoned(ctx context.Context) bool {
	r, _ := ctx.Value(requestKey{}).(*request)
	if r == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.abandoned
}
