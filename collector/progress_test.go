package collector_test

import (
	"testing"
	"testing/synctest"
	"time"

	"thulium_exporter/collector"
)

// TestProgressDuringOutage: it is kept while requests fail, for 24 hours, in both
// modes.
func TestProgressDuringOutage(t *testing.T) {
	for name, polled := range map[string]bool{"on scrape": false, "polled": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				api := &fakeAPI{}
				var source collector.Source
				if source = newOnScrape(api); polled {
					source = poll(t, api)
				}
				synctest.Wait()
				report := source.Snapshot(t.Context()).Progress
				if report == nil || report.Len() != 2 {
					t.Fatalf("got %+v, want two campaigns", report)
				}
				api.fails.Store(serverError())
				time.Sleep(23 * time.Hour)
				if s := source.Snapshot(t.Context()); s.Up() || s.Progress != report {
					t.Errorf("after 23 h: %+v, want the report of the latest success", s)
				}
				time.Sleep(61 * time.Minute)
				if s := source.Snapshot(t.Context()); s.Progress != nil {
					t.Errorf("after 24 h: %+v, want no report", s)
				}
				api.fails.Store(nil)
				time.Sleep(10 * time.Minute)
				if s := source.Snapshot(t.Context()); !s.Up() || s.Progress == nil {
					t.Errorf("after the recovery: %+v", s)
				}
			})
		})
	}
}

// TestLatestExpires: nobody scrapes any more.
func TestLatestExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := newOnScrape(&fakeAPI{})
		s := source.Snapshot(t.Context())
		time.Sleep(24 * time.Hour)
		if source.Latest().Progress != s.Progress {
			t.Error("another report, although nothing has changed")
		}
		time.Sleep(time.Second)
		if report := source.Latest().Progress; report != nil {
			t.Errorf("after 24 h: %+v, want no report", report)
		}
	})
}

// TestSameSnapshot: as long as nothing changes there is one, so that what is
// rendered of it can be cached; also when its response is too old.
func TestSameSnapshot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &fakeAPI{}
		p := poll(t, api)
		synctest.Wait()
		api.hangs.Store(true)
		for _, pause := range []time.Duration{time.Second, 4 * time.Minute} {
			time.Sleep(pause)
			synctest.Wait()
			if first := p.Latest(); p.Latest() != first {
				t.Errorf("two snapshots after %s", pause)
			}
		}
	})
}
