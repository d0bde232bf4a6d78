package status

import "time"

// present is the moment that a page is about. Business time has a clock of its
// own, so that a demo can make it run faster.
type present struct {
	now      time.Time
	business func(time.Time) time.Time
}
