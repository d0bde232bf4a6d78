package collector

import (
	"context"
	"errors"
	"time"
)

// fetcher makes requests and adds their outcomes to the history. It is safe for
// concurrent use.
type fetcher struct {
	api     API
	history *History
	timeout time.Duration // of a request
}

// fetch makes one request, unless the server's Retry-After has not passed yet.
func (f *fetcher) fetch(ctx context.Context) *Snapshot {
	if f.history.wait() > 0 {
		return f.history.paused()
	}
	ctx, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	start := time.Now()
	stats, err := f.api.Stats(ctx)
	if errors.Is(err, context.Canceled) {
		return f.history.snapshot(err) // nobody waits for it, so it says nothing about Thulium
	}
	return f.history.record(stats, err, time.Since(start))
}
