package server

import (
	"context"
	"sync"
)

// background runs f in a goroutine. Its context is cancelled not with ctx but by
// stop, which waits for f.
func background(ctx context.Context, f func(context.Context)) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var running sync.WaitGroup
	running.Go(func() { f(ctx) })
	return func() {
		cancel()
		running.Wait()
	}
}
