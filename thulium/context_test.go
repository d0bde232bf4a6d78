package thulium_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"thulium_exporter/thulium"
	"thulium_exporter/thulium/simulator"
)

// TestContext ends a request while it waits for the response, while it waits for
// the rest of a body, and while it decompresses one without an end.
func TestContext(t *testing.T) {
	ends := map[string]func(context.Context) (context.Context, context.CancelFunc){
		"deadline": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 10*time.Second)
		},
		"cancelled": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			return ctx, stop(time.AfterFunc(10*time.Second, cancel))
		},
		"cancelled because of a deadline": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancelCause(ctx)
			return ctx, stop(time.AfterFunc(10*time.Second, func() { cancel(context.DeadlineExceeded) }))
		},
	}
	for _, fault := range []simulator.Fault{simulator.Timeout, simulator.SlowBody, simulator.HangingBody} {
		for name, end := range ends {
			t.Run(string(fault)+"/"+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					sim := simulator.New(simulator.Config{Campaigns: simulator.Documented()})
					sim.SetFault(fault)
					var observed results
					c := client(t, "http://acme.test", inMemory(t, sim), thulium.Options{Observe: observed.observe})
					ctx, cancel := end(t.Context())
					defer cancel()
					begin := time.Now()
					_, err := c.Stats(ctx)
					if took := time.Since(begin); took != 10*time.Second {
						t.Errorf("took %v, want 10s", took)
					}
					if name == "cancelled" {
						givenUp(t, err, observed.list)
						return
					}
					timedOut(t, err, observed.list)
				})
			})
		}
	}
}

func stop(timer *time.Timer) func() { return func() { timer.Stop() } }

func givenUp(t *testing.T, err error, observed []thulium.Result) {
	t.Helper()
	var e *thulium.Error
	if !errors.Is(err, context.Canceled) || errors.As(err, &e) || len(observed) != 0 {
		t.Errorf("error %v, observed %v; want context.Canceled and nothing", err, observed)
	}
}

func timedOut(t *testing.T, err error, observed []thulium.Result) {
	t.Helper()
	failure(t, err, thulium.Timeout)
	if len(observed) != 1 || observed[0] != thulium.Timeout {
		t.Errorf("observed %v, want one timeout", observed)
	}
}

// TestDeadlineWhileDecoding proves that the deadline counts while a small body
// unpacks to a large one, although nothing is read from the network any more.
func TestDeadlineWhileDecoding(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	rt := responding(200, zip(t, "["+zeros(1<<20)+"0]"), "Content-Encoding", "gzip")
	_, err := client(t, "https://acme.test", transport(func(r *http.Request) (*http.Response, error) {
		res, err := rt(r)
		cancel(context.DeadlineExceeded)
		return res, err
	}), thulium.Options{}).Stats(ctx)
	failure(t, err, thulium.Timeout)
}

// TestNotBegun proves that with many IDs a deadline counts once for each
// request that was made, and not for those that never were.
func TestNotBegun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := simulator.New(simulator.Config{})
		sim.SetFault(simulator.Timeout)
		var observed results
		c := client(t, "http://acme.test", inMemory(t, sim), thulium.Options{
			CampaignIDs: []string{"1", "2", "3", "4", "5", "6", "7", "8"}, Observe: observed.observe,
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.Stats(ctx)
		if e := failure(t, err, thulium.Timeout); e.CampaignID == "" {
			t.Errorf("%v names no campaign", e)
		}
		if len(observed.list) != 4 || sim.Requests() != 4 {
			t.Errorf("observed %v of %d requests, want 4 of 4", observed.list, sim.Requests())
		}
	})
}
