package business

import (
	"sort"
	"time"
)

// searchLimit is how far After looks ahead.
const searchLimit = 5 * 366 * 24 * time.Hour

// After returns the instant, to the second, at which that many seconds of
// business time will have passed since t. ok is false when that is more than
// five years ahead.
func (c *Calendar) After(t time.Time, seconds float64) (_ time.Time, ok bool) {
	target := c.SecondsUntil(t) + seconds
	n := sort.Search(int(searchLimit/time.Second), func(i int) bool {
		return c.SecondsUntil(t.Add(time.Duration(i)*time.Second)) >= target
	})
	at := t.Add(time.Duration(n) * time.Second)
	return at, n < int(searchLimit/time.Second)
}
