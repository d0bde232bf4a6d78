package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
)

// TestSlots: of two slots both are taken until the responses have been written. What
// comes meanwhile is refused, or waits.
func TestSlots(t *testing.T) {
	for name, limit := range map[string]func(slots, http.Handler) http.Handler{"refuse": slots.refuse, "wait": slots.wait} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				written := make(chan struct{})
				handler := limit(newSlots(2), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.WriteHeader(http.StatusAccepted)
					<-written
				}))
				serve := func() *httptest.ResponseRecorder {
					w := httptest.NewRecorder()
					go handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
					synctest.Wait()
					return w
				}
				serve()
				serve()
				third := serve()
				if refused := third.Code == http.StatusServiceUnavailable; refused != (name == "refuse") {
					t.Errorf("the third: %d", third.Code)
				}
				written <- struct{}{}
				synctest.Wait()
				fourth := serve()
				close(written)
				synctest.Wait()
				if fourth.Code != http.StatusAccepted || name == "wait" && third.Code != http.StatusAccepted {
					t.Errorf("got %d and %d", third.Code, fourth.Code)
				}
			})
		})
	}
}

// TestWaitEnds with the request.
func TestWaitEnds(t *testing.T) {
	full := newSlots(1)
	full <- struct{}{}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	full.wait(http.NotFoundHandler()).ServeHTTP(httptest.NewRecorder(), r.WithContext(ctx))
}

// TestNoLimit: zero is as many as come.
func TestNoLimit(t *testing.T) {
	w := httptest.NewRecorder()
	newSlots(0).refuse(http.NotFoundHandler()).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != http.StatusNotFound {
		t.Errorf("got %d", w.Code)
	}
}
