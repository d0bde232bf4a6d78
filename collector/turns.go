package collector

import (
	"context"
	"time"

	"golang.org/x/time/rate"
)

// turns limits the rate of requests. One that is cancelled while it waits uses no
// token, unlike a reservation of rate.Limiter. It is safe for concurrent use.
type turns struct {
	limit *rate.Limiter
	first chan struct{} // holds the one that waits for the next token; others queue
}

func newTurns(interval time.Duration, burst int) *turns {
	return &turns{limit: rate.NewLimiter(rate.Every(interval), burst), first: make(chan struct{}, 1)}
}

// wait waits for a token. It returns an error if ctx is done before.
func (t *turns) wait(ctx context.Context) error {
	select {
	case t.first <- struct{}{}:
		defer func() { <-t.first }()
	case <-ctx.Done():
		return ctx.Err()
	}
	for !t.limit.Allow() {
		missing := (1 - t.limit.Tokens()) / float64(t.limit.Limit())
		select {
		case <-time.After(max(time.Duration(missing*float64(time.Second)), time.Millisecond)):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
