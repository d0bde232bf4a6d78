package business

import (
	"math"
	"time"
)

// pace is the speed of the clock of a calendar from an instant on. The zero pace is
// that of real time.
type pace struct {
	from  time.Time
	speed float64
}

// Scaled returns a calendar whose clock runs speed times as fast from an instant
// on, for demos. Days and Print are not affected. Speed must be positive.
func (c *Calendar) Scaled(from time.Time, speed float64) *Calendar {
	scaled := *c
	scaled.pace = pace{from, speed}
	return &scaled
}

// business returns what the calendar's clock shows at t.
func (p pace) business(t time.Time) time.Time { return p.stretch(t, p.speed) }

// real is when the calendar's clock shows t.
func (p pace) real(t time.Time) time.Time { return p.stretch(t, 1/p.speed) }

// stretch moves t away from the beginning of the pace. It is limited to what a
// time.Duration can represent.
func (p pace) stretch(t time.Time, factor float64) time.Time {
	if p.speed == 0 || !t.After(p.from) {
		return t
	}
	ahead := float64(t.Sub(p.from)) * factor
	return p.from.Add(time.Duration(min(ahead, math.MaxInt64/2)))
}
