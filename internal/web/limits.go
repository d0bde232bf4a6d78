package web

import (
	"net/http"
	"sync"
	"time"
)

// Limits of connections and of the duration of a response are in internal/server.

// maxRenderings limits how many pages are rendered concurrently: more would take
// more memory and not be faster.
const maxRenderings = 2

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

// slots limit concurrency; nil is no limit.
type slots chan struct{}

func newSlots(n int) slots {
	if n <= 0 {
		return nil
	}
	return make(slots, n)
}

// refuse responds with status 503 when no slot is free. A slot is released when
// the response begins, so that a client that does not read occupies none.
func (s slots) refuse(next http.Handler) http.Handler {
	if s == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case s <- struct{}{}:
			s.serve(w, r, next)
		default:
			http.Error(w, "Too many requests at a time; see --web.max-requests.", http.StatusServiceUnavailable)
		}
	})
}

// wait makes a request wait for a slot, which is released when the response
// begins.
func (s slots) wait(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case s <- struct{}{}:
			s.serve(w, r, next)
		case <-r.Context().Done(): // the client is gone
		}
	})
}

// serve serves a request that holds a slot.
func (s slots) serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	free := sync.OnceFunc(func() { <-s })
	defer free()
	next.ServeHTTP(&beginning{w, free}, r)
}

// beginning is an http.ResponseWriter that calls begin when the response begins.
type beginning struct {
	http.ResponseWriter

	begin func()
}

// Unwrap is for http.ResponseController.
func (b *beginning) Unwrap() http.ResponseWriter { return b.ResponseWriter }

func (b *beginning) WriteHeader(status int) {
	b.begin()
	b.ResponseWriter.WriteHeader(status)
}

func (b *beginning) Write(p []byte) (int, error) {
	b.begin()
	return b.ResponseWriter.Write(p)
}
