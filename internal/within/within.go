// Package within bounds what can ignore a context: a file on a dead mount, a raw
// connection, a library.
package within

import "context"

// Do returns what f returns or, once ctx is done, the cause of ctx. Then f is
// abandoned and may still run: it must clean up after itself.
func Do[T any](ctx context.Context, f func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := f()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}
