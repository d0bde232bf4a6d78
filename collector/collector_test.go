package collector_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-kit/log"
	"go.uber.org/goleak"

	"thulium_exporter/collector"
	"thulium_exporter/internal/progress"
	"thulium_exporter/thulium"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fakeAPI responds after a while, as it was set up.
type fakeAPI struct {
	*collector.Record
	takes time.Duration
	calls atomic.Int64
	fails atomic.Pointer[thulium.Error]
	hangs atomic.Bool
}

// Stats behaves like the real client towards deadlines and cancellations.
func (f *fakeAPI) Stats(ctx context.Context) (*thulium.Stats, error) {
	f.calls.Add(1)
	takes := f.takes
	if f.hangs.Load() {
		takes = 24 * time.Hour
	}
	select {
	case <-time.After(takes):
	case <-ctx.Done():
		if !errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
			return nil, context.Canceled
		}
		return nil, &thulium.Error{Result: thulium.Timeout, Err: context.DeadlineExceeded}
	}
	if failure := f.fails.Load(); failure != nil {
		f.Observe(failure.Result, f.takes)
		return nil, failure
	}
	f.Observe(thulium.OK, f.takes)
	return documented(), nil
}

// documented returns the response in Thulium's documentation.
func documented() *thulium.Stats {
	return &thulium.Stats{Campaigns: []thulium.Campaign{
		{ID: "00001", Records: 1324, CompletionPercent: 14.87},
		{ID: "00002", Records: 20, CompletionPercent: 23},
	}}
}

func serverError() *thulium.Error {
	return &thulium.Error{Result: thulium.ServerError, Status: 500, Err: errors.New("HTTP status 500")}
}

func newOnScrape(api *fakeAPI) *collector.OnScrape {
	api.Record = newRecord()
	return collector.NewOnScrape(api, 30*time.Second, api.Record)
}

func newRecord() *collector.Record {
	return collector.NewRecord(progress.New(settings), log.NewNopLogger())
}

// settings are those of all campaigns.
func settings(string) *progress.Settings {
	return &progress.Settings{StalledAfter: 2 * time.Hour, StalledUntil: 98, StallAlert: true, Calendar: calendar{}}
}

// within returns a context that ends after d.
func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// apiFunc is an API of one function.
type apiFunc func(context.Context) (*thulium.Stats, error)

func (f apiFunc) Stats(ctx context.Context) (*thulium.Stats, error) { return f(ctx) }

// fixed always responds with the same statistics; nil means failure.
type fixed struct{ stats *thulium.Stats }

func (f fixed) Stats(context.Context) (*thulium.Stats, error) {
	if f.stats == nil {
		return nil, serverError()
	}
	return f.stats, nil
}

// scripted returns a source of these statistics.
func scripted(stats *thulium.Stats) *collector.OnScrape {
	return collector.NewOnScrape(fixed{stats}, time.Minute, newRecord())
}
