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

func TestOnScrapeShares(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &fakeAPI{takes: time.Second}
		source := newOnScrape(api)
		snapshots := make([]*collector.Snapshot, 10)
		var scrapes sync.WaitGroup
		for i := range snapshots {
			scrapes.Go(func() { snapshots[i] = source.Snapshot(t.Context()) })
		}
		scrapes.Wait()
		for _, s := range snapshots {
			if s != snapshots[0] || !s.Up() {
				t.Fatalf("got %+v, want one good snapshot for all", s)
			}
		}
		time.Sleep(time.Second - time.Nanosecond)
		if s := source.Snapshot(t.Context()); s != snapshots[0] || api.calls.Load() != 1 {
			t.Errorf("within a second: %+v and %d requests, want the same snapshot", s, api.calls.Load())
		}
		time.Sleep(time.Nanosecond)
		if source.Snapshot(t.Context()); api.calls.Load() != 2 {
			t.Errorf("%d requests after a second, want 2", api.calls.Load())
		}
	})
}

func TestOnScrapeCallerLeavesEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &fakeAPI{takes: 5 * time.Second}
		source := newOnScrape(api)
		start := time.Now()
		var patient *collector.Snapshot
		var scrapes sync.WaitGroup
		scrapes.Go(func() { patient = source.Snapshot(within(t, 9*time.Second)) })
		synctest.Wait()
		hasty := source.Snapshot(within(t, time.Second))
		if left := time.Since(start); hasty.Up() || left != time.Second {
			t.Errorf("the hasty caller got up=%v after %s, want false after 1s", hasty.Up(), left)
		}
		scrapes.Wait()
		if !patient.Up() || api.calls.Load() != 1 {
			t.Errorf("the patient caller got up=%v from %d requests, want true from 1", patient.Up(), api.calls.Load())
		}
	})
}

func TestOnScrapeDeadlineIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := newOnScrape(&fakeAPI{takes: time.Hour})
		s := source.Snapshot(within(t, 9*time.Second))
		if s.Up() || s.Requests[thulium.Timeout] != 1 || s.Duration != 9*time.Second {
			t.Errorf("got %+v, want down with one timeout after 9s", s)
		}
		if !errors.Is(source.Latest().Err, s.Err) {
			t.Error("the failure is not the latest snapshot")
		}
	})
}

func TestOnScrapeOwnTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		s := newOnScrape(&fakeAPI{takes: time.Hour}).Snapshot(t.Context())
		if s.Up() || s.Requests[thulium.Timeout] != 1 || time.Since(start) != 30*time.Second {
			t.Errorf("got %+v after %s, want down with one timeout after 30s", s, time.Since(start))
		}
	})
}

func TestOnScrapeHangUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &fakeAPI{takes: time.Minute / 3}
		source := newOnScrape(api)
		ctx, hangUp := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, hangUp)
		s := source.Snapshot(ctx)
		if s.Up() || s.Requests != (collector.Snapshot{}).Requests || !errors.Is(s.Err, context.Canceled) {
			t.Errorf("got %+v, want down and nothing counted", s)
		}
		if source.Latest() == s {
			t.Error("a scrape that hung up says nothing of Thulium, but is the latest snapshot")
		}
		if s := source.Snapshot(t.Context()); !s.Up() || s.Requests[thulium.OK] != 1 {
			t.Errorf("got %+v after the hang-up, want up", s)
		}
	})
}

func TestOnScrapeHonoursRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &fakeAPI{}
		source := newOnScrape(api)
		failure := serverError()
		failure.RetryAfter = time.Minute
		api.fails.Store(failure)
		source.Snapshot(t.Context())
		api.fails.Store(nil)
		time.Sleep(59 * time.Second)
		if s := source.Snapshot(t.Context()); s.Up() || !errors.Is(s.Err, failure) || api.calls.Load() != 1 {
			t.Errorf("got %+v and %d requests, want the previous failure without a request", s, api.calls.Load())
		}
		time.Sleep(time.Second)
		if s := source.Snapshot(t.Context()); !s.Up() {
			t.Errorf("got %+v after the pause, want up", s)
		}
	})
}

// TestOnScrapePauseIsExplained: a scrape within the pause has an error, although a
// request that was under way at the failure succeeded.
func TestOnScrapePauseIsExplained(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limited := serverError()
		limited.RetryAfter = time.Minute
		var calls atomic.Int64
		source := collector.NewOnScrape(apiFunc(func(context.Context) (*thulium.Stats, error) {
			if calls.Add(1) == 1 {
				time.Sleep(10 * time.Second)
				return nil, limited
			}
			time.Sleep(6 * time.Second)
			return documented(), nil
		}), 30*time.Second, newRecord())
		var scrapes sync.WaitGroup
		scrapes.Go(func() { source.Snapshot(within(t, 29*time.Second)) })
		time.Sleep(8 * time.Second)
		if s := source.Snapshot(within(t, 7*time.Second)); !s.Up() || s.LastFailure == nil {
			t.Fatalf("got %+v, want a success after the failure", s)
		}
		scrapes.Wait()
		if s := source.Snapshot(t.Context()); s.Up() || !errors.Is(s.Err, limited) || calls.Load() != 2 {
			t.Errorf("got %+v and %d requests, want the failure without a request", s, calls.Load())
		}
	})
}

func TestOnScrapeRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &fakeAPI{}
		source := newOnScrape(api)
		good := source.Snapshot(t.Context())
		api.fails.Store(serverError())
		time.Sleep(time.Minute)
		bad := source.Snapshot(t.Context())
		if bad.Up() || bad.LastSuccess != good.LastSuccess {
			t.Errorf("got %+v, want down, with the old time of success", bad)
		}
		if s := source.Snapshot(t.Context()); s != bad {
			t.Errorf("within a second: %+v, want the same failure", s)
		}
		api.fails.Store(nil)
		time.Sleep(time.Second)
		again := source.Snapshot(t.Context())
		if !again.Up() || again.Err != nil || again.Requests[thulium.OK] != 2 || again.Requests[thulium.ServerError] != 1 {
			t.Errorf("got %+v, want up after one request", again)
		}
	})
}

// TestOnScrapeOtherDeadline: a timeout that is due to the deadline of one scrape is
// not the outcome of another one, which has more time.
func TestOnScrapeOtherDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &fakeAPI{takes: 3 * time.Second}
		source := newOnScrape(api)
		if s := source.Snapshot(within(t, 2*time.Second)); s.Up() || s.Requests[thulium.Timeout] != 1 {
			t.Fatalf("got %+v, want a timeout", s)
		}
		if s := source.Snapshot(within(t, 9*time.Second)); !s.Up() {
			t.Errorf("got %v, want a response", s.Err)
		}
	})
}
