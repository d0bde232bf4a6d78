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
	// maxAbandoned limits the abandoned requests of a system.
	maxAbandoned = 2

	hangAdvice = "Something that requests need hangs: check for a dead mount, proxy or token endpoint."
)

// watchdog is an API that returns in time even if the wrapped one hangs.
type watchdog struct {
	api     API
	history *History
}

// Watch wraps api so that requests return soon after their context is done. The
// context alone does not ensure that: reading a file on a dead mount ignores it,
// and so does a token endpoint that never responds. Such a request is counted as
// a timeout and abandoned. While two requests of a system hang, further ones fail
// at once.
func Watch(api API, history *History) API { return &watchdog{api: api, history: history} }

// request is one call of the API.
type request struct {
	began            time.Time
	mu               sync.Mutex
	ended, abandoned bool
}

type requestKey struct{}

// outcome is what a request returned.
type outcome struct {
	stats *thulium.Stats
	err   error
}

// Stats makes a request and waits for it, until grace after ctx is done.
func (w *watchdog) Stats(ctx context.Context) (*thulium.Stats, error) {
	if n := w.history.abandoned.Load(); n >= maxAbandoned {
		return nil, &thulium.Error{
			Result: thulium.Timeout,
			Err:    fmt.Errorf("no request made: %d earlier ones still hang past their deadline", n),
			Advice: hangAdvice,
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

// end records that a request has returned.
func (w *watchdog) end(r *request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = true
	if r.abandoned {
		w.history.abandoned.Add(-1)
	}
}

// abandon abandons a request, unless it has just ended.
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
		Err:    errors.New("the request hangs past its deadline"),
		Advice: hangAdvice,
	}
}

// isAbandoned reports whether the request of ctx was abandoned.
func isAbandoned(ctx context.Context) bool {
	r, _ := ctx.Value(requestKey{}).(*request)
	if r == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.abandoned
}
