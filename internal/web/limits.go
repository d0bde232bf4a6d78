package web

import (
	"context"
	"net/http"
	"time"
)

// The limits of connections, and of the time that a response may take, are in
// internal/server.

const (
	// maxPages limits the pages that are rendered or written at a time: one of
	// 10,000 campaigns takes megabytes until its client has read it.
	maxPages = 2
	// maxFiltered is the same for scrapes of certain metrics (name[]). All others
	// share cached responses and never wait.
	maxFiltered = 2
)

// refuseBodies rejects requests with a body, since no path needs one, without
// waiting for the body.
func refuseBodies(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength == 0 {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Connection", "close")
		_ = http.NewResponseController(w).SetReadDeadline(time.Now()) // else the server reads some of it
		http.Error(w, "Requests must not have a body.", http.StatusRequestEntityTooLarge)
	})
}

// slots limit concurrency; nil is no limit. A slot is held until the response has
// been written, all but what the kernel buffers.
type slots chan struct{}

func newSlots(n int) slots {
	if n <= 0 {
		return nil
	}
	return make(slots, n)
}

// refuse responds with status 503 when no slot is free.
func (s slots) refuse(next http.Handler) http.Handler {
	if s == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case s <- struct{}{}:
			defer s.release()
			next.ServeHTTP(w, r)
		default:
			http.Error(w, "Too many requests at a time; see --web.max-requests.", http.StatusServiceUnavailable)
		}
	})
}

// wait makes requests wait for a slot.
func (s slots) wait(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.hold(r.Context(), func() { next.ServeHTTP(w, r) }) // else the client is gone
	})
}

// hold calls f while holding a slot, and reports whether one was free before ctx
// was done.
func (s slots) hold(ctx context.Context, f func()) bool {
	select {
	case s <- struct{}{}: // even if ctx is done
	default:
		select {
		case s <- struct{}{}:
		case <-ctx.Done():
			return false
		}
	}
	defer s.release()
	f()
	return true
}

func (s slots) release() { <-s }
