package fleet

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"thulium_exporter/thulium"
)

// unused is an API that nobody may use.
type unused struct{ t *testing.T }

func (u unused) Stats(context.Context) (*thulium.Stats, error) {
	u.t.Error("a request without a slot")
	return nil, nil
}

// TestFullLane: the exporter is to blame, not Thulium.
func TestFullLane(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lanes := newLanes()
		if !lanes.healthy.TryAcquire(laneWidth) {
			t.Fatal("a new lane has no room")
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := lanes.limit(unused{t}).Stats(ctx)
		var failure *thulium.Error
		if !errors.As(err, &failure) || failure.Result != thulium.Timeout {
			t.Fatalf("got %v, want a timeout", err)
		}
		if !strings.HasPrefix(failure.Error(), "no request made: 256 other polls") || !strings.Contains(failure.Hint(), "poll_interval") {
			t.Errorf("got %v (%s)", failure, failure.Hint())
		}
	})
}
