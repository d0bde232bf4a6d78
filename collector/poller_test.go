package collector_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"thulium_exporter/collector"
	"thulium_exporter/thulium"
)

// poll runs a poller, every minute and for responses up to three minutes old,
// poll returns a running poller, until the end of the test.
func poll(t *testing.T, api *fakeAPI) *collector.Poller {
	t.Helper()
	api.Record = newRecord()
	p := newPoller(api, api.Record)
	run(t, p)
	return p
}

func newPoller(api collector.API, record *collector.Record) *collector.Poller {
	return collector.NewPoller(api, collector.Schedule{
		Interval: time.Minute, MaxAge: 3 * time.Minute, Timeout: 30 * time.Second,
	}, record, collector.NewPlaces())
}

// run runs a poller until it is stopped, at the end of the test at the latest.
func run(t *testing.T, p *collector.Poller) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { p.Run(ctx) })
	stop = func() {
		cancel()
		running.Wait()
	}
	t.Cleanup(stop)
	return stop
}

func TestPollerNeverWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := poll(t, &fakeAPI{takes: 10 * time.Second})
		start := time.Now()
		before := p.Snapshot(t.Context())
		if before.Up() || before.Err == nil || p.Ready() {
			t.Errorf("before the first response: %+v, ready=%v; want down with a reason, not ready", before, p.Ready())
		}
		time.Sleep(11 * time.Second)
		first := p.Snapshot(t.Context())
		if !first.Up() || !first.Cached || !p.Ready() || p.Snapshot(t.Context()) != first {
			t.Errorf("after the first response: %+v, ready=%v; want one good cached snapshot", first, p.Ready())
		}
		if waited := time.Since(start); waited != 11*time.Second {
			t.Errorf("scrapes waited %s", waited-11*time.Second)
		}
	})
}

func TestPollerKeepsItsInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &fakeAPI{takes: 10 * time.Second}
		poll(t, api)
		time.Sleep(10*time.Minute + time.Second)
		if got := api.calls.Load(); got != 11 {
			t.Errorf("%d polls in ten minutes, want 11", got)
		}
	})
}

func TestPollerServesUntilTooOld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &fakeAPI{}
		p := poll(t, api)
		synctest.Wait()
		api.fails.Store(serverError())
		time.Sleep(3 * time.Minute)
		if s := p.Snapshot(t.Context()); !s.Up() || s.Err == nil {
			t.Errorf("after 3m: %+v, want the previous response with the failure", s)
		}
		time.Sleep(time.Second)
		if s := p.Snapshot(t.Context()); s.Up() || s.Err == nil || s.LastSuccess.IsZero() {
			t.Errorf("after 3m1s: %+v, want down", s)
		}
		api.fails.Store(nil)
		time.Sleep(6 * time.Minute)
		if s := p.Snapshot(t.Context()); !s.Up() || s.Err != nil {
			t.Errorf("after the recovery: %+v, want up", s)
		}
	})
}

func TestPollerHangingIsNotFresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &fakeAPI{}
		p := poll(t, api)
		synctest.Wait()
		api.hangs.Store(true)
		time.Sleep(3*time.Minute + time.Second)
		if s := p.Snapshot(t.Context()); s.Up() || s.Requests[thulium.Timeout] == 0 {
			t.Errorf("got %+v, want down with timeouts", s)
		}
	})
}

func TestPollerBacksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &fakeAPI{}
		poll(t, api)
		api.fails.Store(serverError())
		time.Sleep(time.Hour)
		// Pauses of about 1, 2, 4 and then always 5 minutes.
		if got := api.calls.Load(); got < 12 || got > 16 {
			t.Errorf("%d polls in an hour of failures, want about 14", got)
		}
	})
}

func TestPollerHonoursRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &fakeAPI{}
		failure := serverError()
		failure.RetryAfter = 10 * time.Minute
		api.fails.Store(failure)
		p := poll(t, api)
		synctest.Wait()
		api.fails.Store(nil)
		time.Sleep(10*time.Minute - time.Second)
		if s := p.Snapshot(t.Context()); api.calls.Load() != 1 || !errors.Is(s.Err, failure) {
			t.Errorf("%d polls and %+v within the pause, want 1 and the failure", api.calls.Load(), s)
		}
		time.Sleep(2 * time.Second)
		if s := p.Snapshot(t.Context()); !s.Up() {
			t.Errorf("got %+v after the pause, want up", s)
		}
	})
}

func TestPollerDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &fakeAPI{Record: newRecord()}
		p := collector.NewPoller(api, collector.Schedule{
			Delay: 40 * time.Second, Interval: time.Minute, MaxAge: time.Minute, Timeout: time.Second,
		}, api.Record, collector.NewPlaces())
		time.Sleep(time.Second) // the start is not what the delay counts from
		run(t, p)
		time.Sleep(38 * time.Second)
		if p.Ready() || api.calls.Load() != 0 {
			t.Error("polled before the delay was over")
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if !p.Ready() || api.calls.Load() != 1 {
			t.Errorf("%d polls after the delay, want 1", api.calls.Load())
		}
	})
}

// TestPollerStops, whatever it is doing: what is under way is given up and
// leaves no trace, and nothing follows.
func TestPollerStops(t *testing.T) {
	for name, tt := range map[string]struct {
		after time.Duration
		calls int64
	}{
		"in the first poll": {10 * time.Second, 1},
		"between polls":     {40 * time.Second, 1},
		"in a later poll":   {70 * time.Second, 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				api := &fakeAPI{takes: 20 * time.Second}
				api.Record = newRecord()
				p := newPoller(api, api.Record)
				stop := run(t, p)
				time.Sleep(tt.after)
				before, start := p.Latest(), time.Now()
				stop()
				if took := time.Since(start); took != 0 || p.Latest() != before {
					t.Errorf("%+v after %s, want %+v at once", p.Latest(), took, before)
				}
				time.Sleep(time.Hour)
				if got := api.calls.Load(); got != tt.calls {
					t.Errorf("%d polls, want %d", got, tt.calls)
				}
			})
		})
	}
}

// TestPollerStopsAsItBegins stops pollers in the very moment of a poll.
func TestPollerStopsAsItBegins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 1000 {
			api := &fakeAPI{Record: newRecord()}
			stop := run(t, newPoller(api, api.Record))
			time.Sleep(0)
			stop()
			calls := api.calls.Load()
			synctest.Wait()
			if api.calls.Load() != calls {
				t.Fatal("polled after the end")
			}
		}
	})
}

// TestPollerLongInterval: no interval makes the pause after failures shorter.
func TestPollerLongInterval(t *testing.T) {
	for interval, want := range map[time.Duration][2]int64{
		4 * 7 * 24 * time.Hour: {39, 45},
		1 << 62:                {1, 1},
		1<<63 - 1:              {1, 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			var calls atomic.Int64
			run(t, collector.NewPoller(apiFunc(func(ctx context.Context) (*thulium.Stats, error) {
				if calls.Add(1) > 100 {
					<-ctx.Done()
				}
				return nil, serverError()
			}), collector.Schedule{Interval: interval, MaxAge: interval, Timeout: time.Hour}, newRecord(), collector.NewPlaces()))
			time.Sleep(3 * 365 * 24 * time.Hour)
			if got := calls.Load(); got < want[0] || got > want[1] {
				t.Errorf("%s: %d polls in three years of failures, want %d to %d", interval, got, want[0], want[1])
			}
		})
	}
}
