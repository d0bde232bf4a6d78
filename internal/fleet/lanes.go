package fleet

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"golang.org/x/sync/semaphore"

	"thulium_exporter/collector"
	"thulium_exporter/thulium"
)

// laneWidth limits the concurrent polls of a lane, and so memory and file
// descriptors. At 100 ms per response that is 2,560 polls a second.
const laneWidth = 256

// lanes limit the number of concurrent polls. Systems whose latest poll failed
// have a lane of their own, so that unhealthy systems, which occupy a slot until
// the timeout, do not delay healthy ones.
type lanes struct {
	healthy, unhealthy *semaphore.Weighted
}

func newLanes() *lanes {
	return &lanes{healthy: semaphore.NewWeighted(laneWidth), unhealthy: semaphore.NewWeighted(laneWidth)}
}

// limit wraps api with the limit.
func (l *lanes) limit(api collector.API) collector.API { return &limited{api: api, lanes: l} }

type limited struct {
	api    collector.API
	lanes  *lanes
	failed atomic.Bool
}

// Stats waits for a slot in the system's lane and makes the request. Without a slot
// before the deadline none is made or counted.
func (l *limited) Stats(ctx context.Context) (*thulium.Stats, error) {
	lane := l.lanes.healthy
	if l.failed.Load() {
		lane = l.lanes.unhealthy
	}
	if err := lane.Acquire(ctx, 1); err != nil {
		if errors.Is(err, context.Canceled) {
			return nil, err
		}
		return nil, &thulium.Error{
			Result: thulium.Timeout,
			Err:    fmt.Errorf("no request made: %d other polls were in flight all the time", laneWidth),
			Advice: "The exporter polls more than it can: raise poll_interval, or spread the systems over several exporters.",
		}
	}
	defer lane.Release(1)
	stats, err := l.api.Stats(ctx)
	l.failed.Store(err != nil)
	return stats, err
}
