package collector_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"thulium_exporter/collector"
	"thulium_exporter/thulium"
)

// deaf is an API that ignores its context until it is released.
type deaf struct {
	*fakeAPI
	release chan struct{}
}

func (d *deaf) Stats(ctx context.Context) (*thulium.Stats, error) {
	d.calls.Add(1)
	<-d.release
	if ctx.Err() != nil {
		return nil, &thulium.Error{Result: thulium.Timeout, Err: ctx.Err()}
	}
	d.Observe(thulium.Connection, time.Hour)
	return nil, serverError()
}

func newDeaf(t *testing.T) *deaf {
	t.Helper()
	d := &deaf{fakeAPI: &fakeAPI{Record: newRecord()}, release: make(chan struct{})}
	return d
}

// TestDeafOnScrape: a scrape of an API that ignores its context ends in
// time, and so are all that follow. At most two requests are left behind; they
// are counted once.
func TestDeafOnScrape(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDeaf(t)
		source := collector.NewOnScrape(d, 30*time.Second, d.Record)
		for i := range 4 {
			start := time.Now()
			s := source.Snapshot(within(t, 9*time.Second))
			if took := time.Since(start); s.Up() || s.Abandoned != min(i+1, 2) || took > 9500*time.Millisecond {
				t.Errorf("scrape %d: %d abandoned, %v after %s", i, s.Abandoned, s.Err, took)
			}
			if got := s.Requests[thulium.Timeout]; got != uint64(min(i+1, 2)) {
				t.Errorf("scrape %d: %d timeouts are counted", i, got)
			}
			if failure := (*thulium.Error)(nil); !errors.As(s.Err, &failure) || failure.Result != thulium.Timeout || !strings.Contains(failure.Hint(), "dead mount") {
				t.Errorf("scrape %d: got %v, want a timeout and how to find out why", i, s.Err)
			}
			time.Sleep(time.Minute)
		}
		if got := d.calls.Load(); got != 2 {
			t.Errorf("%d requests, want 2", got)
		}
		close(d.release)
		synctest.Wait()
		s := source.Snapshot(t.Context())
		if s.Abandoned != 0 || s.Requests[thulium.Timeout] != 2 || s.Requests[thulium.Connection] != 1 {
			t.Errorf("after the end: %+v, want what was abandoned counted once, and the new failure", s)
		}
	})
}

// TestDeafPoller: it continues to poll, and stops at once.
func TestDeafPoller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDeaf(t)
		p := newPoller(d, d.Record)
		stop := run(t, p)
		time.Sleep(30*time.Second + 500*time.Millisecond)
		if s := p.Latest(); !p.Ready() || s.Requests[thulium.Timeout] != 1 || s.Abandoned != 1 {
			t.Errorf("after the first poll: %+v, want a timeout", s)
		}
		time.Sleep(2 * time.Minute)
		if got := d.calls.Load(); got != 2 {
			t.Errorf("%d polls, want 2", got)
		}
		start := time.Now()
		stop()
		if took := time.Since(start); took > time.Second {
			t.Errorf("stopped after %s", took)
		}
		close(d.release)
	})
}

// TestStopDuringDeafPoll: the end does not wait for a poll that hangs.
func TestStopDuringDeafPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDeaf(t)
		p := newPoller(d, d.Record)
		stop := run(t, p)
		time.Sleep(time.Second)
		start := time.Now()
		stop()
		if took := time.Since(start); took > time.Second {
			t.Errorf("stopped after %s", took)
		}
		close(d.release)
	})
}

// TestTwoRequestsAtMost: a request that hangs past its deadline is one of the two
// that may reach Thulium at a time.
func TestTwoRequestsAtMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int64
		release := make(chan struct{})
		api := apiFunc(func(context.Context) (*thulium.Stats, error) {
			most.Store(max(most.Load(), now.Add(1)))
			defer now.Add(-1)
			<-release
			return documented(), nil
		})
		source := collector.NewOnScrape(api, 30*time.Second, newRecord())
		var scrapes sync.WaitGroup
		for i := range 100 {
			scrapes.Go(func() {
				time.Sleep(time.Duration(i) * 500 * time.Millisecond)
				source.Snapshot(within(t, time.Duration(1+i%9)*time.Second))
			})
		}
		scrapes.Wait()
		if now.Load() != 2 || most.Load() != 2 {
			t.Errorf("%d requests hang, %d at most, want 2", now.Load(), most.Load())
		}
		close(release)
	})
}
