package status

import (
	"time"

	"thulium_exporter/collector"
)

// present is the moment that a page is about. Business time has a clock of its
// own, so that a demo can make it run faster.
type present struct {
	now      time.Time
	business func(time.Time) time.Time
}

// idle is the business time since t. It is not exact below stalledAfter: there
// can be no more of it than its clock went on, which is cheaper to tell.
func (p present) idle(t time.Time, calendar collector.Calendar) time.Duration {
	then, now := p.business(t), p.business(p.now)
	if d := now.Sub(then); d < stalledAfter {
		return d
	}
	return time.Duration((calendar.SecondsUntil(now) - calendar.SecondsUntil(then)) * float64(time.Second))
}
