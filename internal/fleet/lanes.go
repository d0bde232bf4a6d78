package fleet

import (
	"context"
	"errors"
	"sync/atomic"

	"golang.org/x/sync/semaphore"

	"thulium_exporter/collector"
	"thulium_exporter/thulium"
)

// laneWidth bounds the polls under way in one lane, and so memory and file
// descriptors. At 100 ms a response it carries 2,560 polls a second.
const laneWidth = 256

// lanes bound how many polls are under way. Systems whose latest poll failed
// have a lane of their own: dead ones, which hold their place until the timeout,
// cannot take the places of healthy ones.
type lanes struct {
	healthy, unhealthy *semaphore.Weighted
}

func newLanes() *lanes {
	return &lanes{healthy: semaphore.NewWeighted(laneWidth), unhealthy: semaphore.NewWeighted(laneWidth)}
}

// limit returns api behind the lanes.
func (l *lanes) limit(api collector.API) collector.API { return &limited{api: api, lanes: l} }

type limited struct {
	api    collector.API
	lanes  *lanes
	failed atomic.Bool
}

// Stats waits for a place in the system's lane and makes the request.
func (l *limited) Stats(ctx context.Context) (*thulium.Stats, error) {
	lane := l.lanes.healthy
	if l.failed.Load() {
		lane = l.lanes.unhealthy
	}
	if err := lane.Acquire(ctx, 1); err != nil {
		if errors.Is(err, context.Canceled) {
			return nil, err
		}
		return nil, &thulium.Error{Result: thulium.Timeout, Err: errors.New("too many other polls are under way")}
	}
	defer lane.Release(1)
	stats, err := l.api.Stats(ctx)
	l.failed.Store(err != nil)
	return stats, err
}
