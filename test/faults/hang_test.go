package faults

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"thulium_exporter/internal/logging"
	"thulium_exporter/thulium"
	"thulium_exporter/thulium/simulator"
)

const abandoned = "thulium_api_abandoned_requests"

// TestHangsBelowTheContextOnScrape: what ignores its deadline costs each scrape
// its own time and no more; two requests are left behind and no third begins.
func TestHangsBelowTheContextOnScrape(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, 0)
		s.scrape(t)
		wait(time.Second) // in which the outcome is shared
		s.conns.deaf.Store(true)
		for i := range 4 {
			s.scrape(t).show(t, row{result: thulium.Timeout}, tally{thulium.OK: 1, thulium.Timeout: min(float64(i+1), 2)})
			wait(time.Minute)
		}
		if got := s.read(t)[abandoned]; got != 2 {
			t.Errorf("%v requests are abandoned, want 2", got)
		}
		s.conns.release()
		wait(time.Second)
		s.scrape(t).show(t, good(), tally{thulium.OK: 2, thulium.Timeout: 2})
		if got := s.read(t)[abandoned]; got != 0 {
			t.Errorf("%v requests are abandoned after the end, want none", got)
		}
	})
}

// TestHangsBelowTheContextPolled: the poller polls on, as after other timeouts.
func TestHangsBelowTheContextPolled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, time.Minute)
		wait(latency + time.Second)
		s.conns.deaf.Store(true)
		s.waitUntil(time.Minute + fetchTimeout + 2*time.Second)
		s.scrape(t).show(t, row{result: thulium.Timeout}, tally{thulium.OK: 1, thulium.Timeout: 1})
		wait(15 * time.Minute)
		if got := s.read(t)[abandoned]; got != 2 {
			t.Errorf("%v requests are abandoned, want 2", got)
		}
		s.conns.release()
		wait(6 * time.Minute)
		good().check(t, s.read(t))
	})
}

// TestCloseWhileItHangs: the scene checks how long the end takes.
func TestCloseWhileItHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, time.Minute)
		s.conns.deaf.Store(true)
		wait(2 * time.Second)
	})
}

// blocked is a standard error whose reader has stopped reading.
type blocked chan struct{}

func (b blocked) Write(p []byte) (int, error) {
	<-b
	return len(p), nil
}

// TestLogBlocked: every scrape gets its response as if nobody logged.
func TestLogBlocked(t *testing.T) {
	for _, m := range modes() {
		t.Run(m.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				stderr := make(blocked)
				writer := logging.NewWriter(stderr)
				t.Cleanup(sync.OnceFunc(func() {
					close(stderr)
					writer.Close(time.Minute)
				}))
				s := newLoggedScene(t, m.interval, logging.New(writer, "logfmt", "debug"))
				for i := range 50 {
					s.setFault(simulator.NoFault)
					if i%2 == 0 {
						s.setFault(simulator.ServerError)
					}
					s.scrape(t) // fails if it is late
					wait(time.Minute)
				}
			})
		})
	}
}
