package collector_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"thulium_exporter/collector"
	"thulium_exporter/thulium"
)

// counting counts how many requests are under way.
type counting struct {
	*fakeAPI
	now, most atomic.Int64
}

func (c *counting) Stats(ctx context.Context) (*thulium.Stats, error) {
	c.most.Store(max(c.most.Load(), c.now.Add(1)))
	defer c.now.Add(-1)
	return c.fakeAPI.Stats(ctx)
}

// flood scrapes with tiny deadlines, and hangs up at them, for as long as ctx.
func flood(ctx context.Context, source collector.Source, clients int) {
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() {
			time.Sleep(time.Duration(i) * time.Millisecond)
			for ctx.Err() == nil {
				hasty, cancel := context.WithTimeout(ctx, 5*time.Millisecond)
				if i%2 == 0 {
					hasty, cancel = context.WithCancel(ctx)
					time.AfterFunc(5*time.Millisecond, cancel)
				}
				source.Snapshot(hasty)
				cancel()
				time.Sleep(10 * time.Millisecond)
			}
		})
	}
	all.Wait()
}

// TestFlood: hasty clients cause about one request a second, two at a time, and
// a patient one is served all the while.
func TestFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &counting{fakeAPI: &fakeAPI{takes: 100 * time.Millisecond, Record: newRecord()}}
		source := collector.NewOnScrape(api, 30*time.Second, api.Record)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		go flood(ctx, source, 20)
		for range 6 {
			time.Sleep(3 * time.Second)
			if s := source.Snapshot(within(t, 9*time.Second)); !s.Up() {
				t.Errorf("the patient scrape got %v", s.Err)
			}
		}
		<-ctx.Done()
		if calls, most := api.calls.Load(), api.most.Load(); calls > 25 || most > 2 {
			t.Errorf("%d requests in 20 s, %d at a time; want about 20 and 2", calls, most)
		}
		time.Sleep(time.Minute) // in which all leave
	})
}

// lossy is an API that loses the first request.
type lossy struct{ *fakeAPI }

func (l lossy) Stats(ctx context.Context) (*thulium.Stats, error) {
	if l.calls.Load() == 0 {
		l.hangs.Store(true)
		defer l.hangs.Store(false)
	} else {
		l.hangs.Store(false)
	}
	return l.fakeAPI.Stats(ctx)
}

// TestLostRequest: two Prometheus servers scrape, and one request is lost. Each
// loses one scrape at most.
func TestLostRequest(t *testing.T) {
	for _, offset := range []time.Duration{time.Second, 5 * time.Second, 7 * time.Second, 9 * time.Second, 12 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			api := lossy{&fakeAPI{takes: 100 * time.Millisecond, Record: newRecord()}}
			source := collector.NewOnScrape(api, 30*time.Second, api.Record)
			var servers sync.WaitGroup
			for i, start := range []time.Duration{0, offset} {
				servers.Go(func() {
					time.Sleep(start)
					lost := 0
					for range 8 {
						next := time.Now().Add(15 * time.Second)
						if s := source.Snapshot(within(t, 9500*time.Millisecond)); !s.Up() {
							lost++
						}
						time.Sleep(time.Until(next))
					}
					if lost > 1 {
						t.Errorf("%s later: server %d lost %d scrapes, want one at most", offset, i, lost)
					}
				})
			}
			servers.Wait()
		})
	}
}
